"""Mails that open an account: a link for each try, and in the mail alone."""

import re
from email import message_from_bytes, policy

import pytest

from rtserver.accounts import account_mails
from rtserver.accounts.tokens import digest
from rtserver.mail.transport import SendingFailed
from store import password_links, users
from store.models_accounts import PasswordLink
from store.models_mail import Mail, MailAttempt
from tests.lesson_school import SOFIA
from tests.mail_school import opened_mail_school
from tests.rtserver.mail.outboxes import attempted

TOKEN = re.compile(r"rtl_[A-Za-z0-9_-]+")


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


class Quoting:
    """A mail server that refuses for now, and quotes the link that it doesn't like."""

    def __init__(self):
        self.tokens = []
        self.refuses = True

    async def send(self, mail, name, begin):
        message = message_from_bytes(mail.raw, policy=policy.default)
        text = message.get_body(("plain",)).get_content()
        self.tokens += TOKEN.findall(text)
        await begin()
        words = f"spam: https://school.example/password#{self.tokens[-1]}"
        if self.refuses:
            raise SendingFailed(f"451 4.7.1 {words}")
        return f"250 fine, but {words}"

    def rest(self):
        pass

    def close(self):
        pass


def invited(tx, user_id, now):
    account_mails.invite(tx, [user_id], now)


async def asked(school, change=invited):
    await school.db.write(change, SOFIA.user_id, school.clock.now())


async def test_every_try_makes_a_link_and_all_of_them_count(school):
    quoting = Quoting()
    await asked(school)
    async with school.working(transport=quoting):
        await attempted(school)
        quoting.refuses = False
        school.clock.advance(61)
        await school.until("sent")

    assert len(set(quoting.tokens)) == 2
    for token in quoting.tokens:
        now = school.clock.now()
        assert await school.db.read(password_links.get, digest(token), now)


async def test_no_row_has_the_token_however_the_mail_server_quotes_it(school):
    quoting = Quoting()
    await asked(school, account_mails.remind)
    async with school.working(transport=quoting):
        await attempted(school)
        quoting.refuses = False
        school.clock.advance(61)
        await school.until("sent")

    def everything(tx):
        tables = (Mail, MailAttempt, PasswordLink)
        return str([tx.rows(table.select()) for table in tables])

    kept = await school.db.read(everything)
    assert "451" in kept and "250" in kept
    assert not [token for token in quoting.tokens if token in kept]


async def test_who_has_a_password_by_now_gets_no_invitation(school):
    await asked(school)
    await school.school.run(users.update, SOFIA.user_id, {"password_hash": "x"})
    async with school.working(transport=Quoting()):
        (mail,) = await school.until("dropped")

    assert mail.detail == "a password was chosen"


async def test_who_changed_the_password_since_they_asked_gets_no_link(school):
    await school.school.run(users.update, SOFIA.user_id, {"password_hash": "x"})
    await asked(school, account_mails.remind)
    school.clock.advance(1)
    changed = {"revoked_at": school.clock.now()}
    await school.school.run(users.update, SOFIA.user_id, changed)
    async with school.working(transport=Quoting()):
        (mail,) = await school.until("dropped")

    assert mail.detail == "a password was chosen"
