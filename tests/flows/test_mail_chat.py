"""Chat by mail: gathered, dropped when read, and never in the chat's way."""

import asyncio
import time

import pytest

from tests.flows.happenings import lesson, people
from tests.flows.mailing import Mailing, mails_to, received
from tests.mail_server import MailServer, SilentServer
from tests.school import until


async def test_chat_is_mailed_once_however_many_messages(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing(notifications_chat_mail_delay=1)
    who = await people(school)
    id = await lesson(school, who)
    for number in range(5):
        await school.say(who.olena, id, f"message {number}")
    await until(lambda: received(mail_server, "Нові повідомлення"))
    await mails_to(school, *who.students)

    (taken,) = received(mail_server, "Нові повідомлення")
    assert all(f"message {number}" in taken.text for number in range(5))


async def test_what_was_read_in_time_is_not_mailed(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing(notifications_chat_mail_delay=1)
    who = await people(school)
    id = await lesson(school, who)
    said = await school.say(who.olena, id, "Hello")
    socket = await school.connect(who.taras)
    await socket.call("chat.read", lesson_id=id, seq=said["seq"])

    await until(lambda: received(mail_server, "Olena wrote"))

    assert received(mail_server, "Нове повідомлення") == []


TIMEOUT = 10
FAULTS = {
    "refused": lambda server: server.stop(),
    "421": lambda server: server.fault.update(MAIL="421 4.3.2 closing"),
    "451": lambda server: server.fault.update(RCPT="451 4.7.1 later"),
    "550": lambda server: server.fault.update(RCPT="550 5.1.1 nobody"),
    "cut after DATA": lambda server: server.fault.update(DATA="cut"),
    "one byte a second": lambda server: setattr(server, "pace", 1.0),
    "silent": lambda server: server.stop(),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_chat_is_as_quick_as_ever_while_mails_fail(
    mailing: Mailing, mail_server: MailServer, fault: str
) -> None:
    FAULTS[fault](mail_server)
    silent = SilentServer() if fault == "silent" else None
    school = await mailing(
        smtp_timeout=TIMEOUT, smtp_port=silent.port if silent else mail_server.port
    )
    who = await people(school)
    id = await lesson(school, who)

    slowest = 0.0
    for number in range(40):
        begun = time.monotonic()
        await school.say(who.olena, id, str(number))
        slowest = max(slowest, time.monotonic() - begun)
        await asyncio.sleep(0.02)
    if silent is not None:
        silent.stop()

    assert slowest < TIMEOUT / 2
