"""When it isn't known whether a mail was taken, and when it is."""

from contextlib import suppress
from dataclasses import replace

import pytest

from rtserver.mail.transport import SendingFailed
from tests.mail_server import MailServer
from tests.rtserver.mail.drafts import mail
from tests.rtserver.mail.scripted_server import HANG, scripted
from tests.rtserver.mail.sending import failure, send

LARGE = replace(mail(), raw=(b"x" * 50_000 + b"\r\n") * 300)


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


@pytest.mark.parametrize("command", ["MAIL", "RCPT", None])
async def test_the_doubtful_moment_begins_behind_all_refusals(server, command):
    begun = []
    if command:
        server.fault[command] = "451 later"

    async def begin():
        begun.append(len(server.taken))

    with suppress(SendingFailed):
        await send(server.settings, mail(), begin=begin)

    assert begun == ([] if command else [0])


async def test_a_connection_that_is_cut_after_the_mail_leaves_doubt(server):
    server.fault["DATA"] = "cut"

    refused = await failure(server.settings)

    assert refused.doubtful and not refused.final
    assert len(server.taken) == 1


async def test_a_server_that_reads_nothing_is_given_up_before_there_is_doubt():
    async with scripted({"text": HANG}) as server:
        refused = await failure(server.settings, message=LARGE)

    assert refused.reply == "no answer in time"
    assert refused.about_server and not refused.doubtful


@pytest.mark.parametrize("message", [mail(), LARGE], ids=["small", "large"])
async def test_a_refusal_before_the_end_is_known_without_doubt(message):
    async with scripted({"text": b"552 too large\r\n"}) as server:
        refused = await failure(server.settings, message=message)

    assert refused.reply == "552 too large"
    assert refused.final and not refused.doubtful


async def test_what_is_refused_before_the_end_is_not_begun():
    async def begin():
        raise AssertionError

    async with scripted({"text": b"552 too large\r\n"}) as server:
        with pytest.raises(SendingFailed, match="552"):
            await send(server.settings, LARGE, begin=begin)


async def test_a_server_that_hangs_up_before_the_end_leaves_no_doubt():
    async with scripted({"text": b"421 closing\r\n"}) as server:
        refused = await failure(server.settings, message=LARGE)

    assert refused.about_server and not refused.doubtful


async def test_what_begins_may_refuse_and_then_no_mail_is_sent():
    async def begin():
        raise SendingFailed("not now")

    async with scripted() as server:
        with pytest.raises(SendingFailed, match="not now"):
            await send(server.settings, mail(), begin=begin)
        await server.ended.wait()

    assert server.heard[-1] == "text"


async def test_an_answer_to_a_mail_that_means_nothing_leaves_doubt():
    async with scripted({".": b"as you wish\r\n"}) as server:
        refused = await failure(server.settings)

    assert refused.doubtful and "as you wish" in refused.reply
