"""Links are made for their time, beside each other, and kept as digests."""

from datetime import timedelta

from rtserver.accounts.password_links import PREFIX
from rtserver.accounts.tokens import digest
from store import outbox, password_links
from store.models_accounts import PasswordLink
from tests.rtserver.account_school import ROOT


async def invitation(school):
    """Invite Taras; return the row of the mail."""
    await school.invitations.invite(ROOT, (await school.add("taras")).id)
    page = {"states": ("waiting",), "after": 0, "limit": 1}
    (mail,) = await school.db.read(outbox.page, **page)
    return mail


async def test_each_try_of_a_mail_makes_a_link_and_all_of_them_count(school):
    mail = await invitation(school)

    made = [await school.db.write(school.links.of_mail, mail) for _ in range(2)]

    week = school.clock.now() + timedelta(days=7)
    assert {link.expires_at for link in made} == {week}
    for link in made:
        known = await school.db.read(
            password_links.get, digest(link.token), school.clock.now()
        )
        assert known.name == "taras"


async def test_nothing_but_a_digest_is_kept(school):
    token = await school.new_link(school.olena)

    (row,) = await school.db.read(lambda tx: tx.rows(PasswordLink.select()))
    assert token.startswith(PREFIX)
    assert row["digest"] == digest(token)
    assert token not in str(row)
    assert row["expires_at"] == school.clock.now() + timedelta(hours=1)
