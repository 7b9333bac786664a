"""Of mails of one kind that open an account one waits, and none holds a token."""

from rtserver.accounts import account_mails
from store import outbox
from store.password_links import FORGOTTEN, INVITED

PAGE = {"states": ("waiting",), "after": 0, "limit": 10}


async def test_asked_again_the_newer_mail_takes_the_place_of_the_one_that_waits(school):
    now = school.clock.now()
    for _ in range(2):
        await school.db.write(account_mails.invite, [school.olena.id], now)
    await school.db.write(account_mails.remind, school.olena.id, now)

    assert await school.mails() == [
        (INVITED, "dropped"),
        (INVITED, "waiting"),
        (FORGOTTEN, "waiting"),
    ]


async def test_a_row_says_no_more_than_whether_a_password_is_replaced(school):
    taras = await school.add("taras")
    for user in (school.olena, taras):
        await school.db.write(account_mails.remind, user.id, school.clock.now())

    waiting = await school.db.read(outbox.page, **PAGE)
    told = [mail.data for mail in waiting]
    assert told == ['{"replaces":true}', '{"replaces":false}']


async def test_with_a_password_those_that_wait_are_dropped(school):
    await school.db.write(account_mails.remind, school.olena.id, school.clock.now())
    await school.db.write(account_mails.drop, school.olena.id, school.clock.now())

    assert await school.mails() == [(FORGOTTEN, "dropped")]
