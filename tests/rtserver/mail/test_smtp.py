import asyncio
from dataclasses import replace

import pytest

from rtserver.mail.transport import SendingFailed
from tests.mail_server import Certificate, MailServer, SilentServer, TalkativeServer
from tests.rtserver.mail.drafts import mail
from tests.rtserver.mail.scripted_server import HANG, scripted
from tests.rtserver.mail.sending import failure, nothing, opened, send


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


async def test_a_mail_arrives_with_its_lines_as_they_are(server):
    reply = await send(server.settings, mail())

    (taken,) = server.taken
    assert reply.startswith("250 2.0.0 OK")
    assert taken.recipients == ["taras@example.org"]
    assert taken.text == "Hello\n.\n..dots\n"


async def test_mails_share_one_connection(server):
    async with opened(server.settings) as transport:
        for number in range(3):
            await transport.send(mail(f"{number}\n"), str(number), nothing)

    assert [taken.text for taken in server.taken] == ["0\n", "1\n", "2\n"]
    assert server.connections == 1


async def test_a_connection_that_died_while_unused_is_replaced(server):
    async with opened(server.settings) as transport:
        await transport.send(mail(), "1", nothing)
        server.stop()
        server.start()

        await transport.send(mail(), "2", nothing)

    assert len(server.taken) == 2


async def test_starttls_and_a_login(tmp_path):
    certificate = Certificate(tmp_path)
    server = MailServer(starttls=certificate.server(), login=True).start()

    await send(server.settings, mail(), certificate.client())
    refused = await failure(server.settings)
    server.stop()

    assert len(server.taken) == 1
    assert "certificate" in refused.reply
    assert refused.about_server


async def test_tls_from_the_first_byte(tmp_path):
    certificate = Certificate(tmp_path)
    server = MailServer(tls=certificate.server()).start()

    await send(server.settings, mail(), certificate.client())
    refused = await failure(server.settings)
    server.stop()

    assert len(server.taken) == 1
    assert "certificate" in refused.reply


async def test_a_wrong_login_is_about_the_server(tmp_path):
    certificate = Certificate(tmp_path)
    server = MailServer(starttls=certificate.server(), login=True).start()
    settings = replace(server.settings, username="nobody")

    with pytest.raises(SendingFailed) as caught:
        await send(settings, mail(), certificate.client())
    server.stop()

    assert caught.value.reply.startswith("535")
    assert caught.value.about_server and not caught.value.final


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_a_refusal_for_good_is_final(server, command):
    server.fault[command] = "550 5.1.1 no such user"

    refused = await failure(server.settings)

    assert refused.reply == "550 5.1.1 no such user"
    assert (refused.final, refused.doubtful, refused.about_server) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_a_refusal_for_now_is_not_final(server, command):
    server.fault[command] = "451 4.7.1 greylisted"

    refused = await failure(server.settings)

    assert not (refused.final or refused.doubtful or refused.about_server)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
async def test_421_is_about_the_server(server, command):
    server.fault[command] = "421 4.3.2 shutting down"

    refused = await failure(server.settings)

    assert refused.about_server and not refused.final


async def test_a_refused_sender_is_about_the_server(server):
    server.fault["MAIL"] = "550 5.7.1 not you"

    refused = await failure(server.settings)

    assert refused.about_server and not refused.final


async def test_a_server_that_is_not_there_is_about_the_server(server):
    server.stop()

    refused = await failure(server.settings)

    assert refused.about_server and not refused.doubtful
    assert "refused" in refused.reply


async def test_a_silent_server_is_given_up_in_time():
    silent = SilentServer()
    settings = replace(MailServer(port=silent.port).settings, timeout=0.3)

    refused = await failure(settings, seconds=2)
    silent.stop()

    assert refused.reply == "no answer in time"
    assert refused.about_server and not refused.doubtful


async def test_an_answer_without_end_is_broken_off():
    talkative = TalkativeServer()

    refused = await failure(replace(talkative.settings, timeout=4.0), seconds=3)
    talkative.stop()

    assert refused.reply == "Response too long"
    assert refused.about_server and not refused.doubtful


async def test_a_server_that_says_a_byte_at_a_time_is_given_up_in_time(server):
    server.pace = 0.1

    refused = await failure(replace(server.settings, timeout=0.4), seconds=3)

    assert refused.reply == "no answer in time"
    assert refused.about_server and not refused.doubtful


async def test_the_answer_to_a_whole_mail_may_take_longer(server):
    server.delay = 2.0

    reply = await send(replace(server.settings, timeout=1.5), mail())

    assert reply.startswith("250")


async def test_an_address_beyond_ascii_needs_a_server_that_knows_it(server):
    await send(server.settings, mail(address="їжак@example.org"))

    assert server.taken[0].recipients == ["їжак@example.org"]


async def test_what_should_be_encrypted_never_goes_otherwise(server):
    refused = await failure(replace(server.settings, security="starttls"))

    assert "STARTTLS" in refused.reply and refused.about_server
    assert server.taken == []


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (b"550 \xff\xfe no\r\n", "550 ?? no"),
        (b"550-no\r\n550 \tbody\r\n", "550 no body"),
        (b"550 " + 999 * b"x" + b"\r\n", "550 " + 496 * "x"),
    ],
)
async def test_a_reply_is_kept_as_one_line_that_can_be_stored(answer, reply):
    async with scripted({".": answer}) as server:
        refused = await failure(server.settings)

    assert refused.reply == reply
    assert refused.final


async def test_a_server_that_knows_no_smtputf8_gets_no_such_address():
    async with scripted() as server:
        refused = await failure(
            server.settings, message=mail(address="їжак@example.org")
        )

    assert refused.final and "MAIL" not in server.heard


async def test_a_server_that_knows_no_ehlo_takes_mails_too():
    async with scripted({"EHLO": b"502 what?\r\n"}) as server:
        assert await send(server.settings, mail()) == "250 taken"


async def test_a_connection_is_ended_when_no_mail_has_come_for_a_while():
    now = 100.0
    async with scripted() as server, opened(server.settings, None, lambda: now) as one:
        await one.send(mail(), "name", nothing)
        one.rest()
        still = server.ended.is_set()
        now += 21.0
        one.rest()
        await server.ended.wait()

    assert (still, server.heard[-1]) == (False, "QUIT")


async def test_cancelled_it_leaves_no_connection():
    async with scripted({".": HANG}) as server:
        sending = asyncio.create_task(send(server.settings, mail()))
        while server.heard[-1:] != ["."]:
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
