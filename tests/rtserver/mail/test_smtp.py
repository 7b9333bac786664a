import time
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from rtserver.mail.smtp import Dialogue, SmtpTransport
from rtserver.mail.transport import SendingFailed
from tests.mail_server import Certificate, MailServer, SilentServer, TalkativeServer
from tests.rtserver.mail.drafts import mail


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


def nothing():
    pass


def send(settings, message, *context):
    with closing(Dialogue(settings, *context)) as dialogue:
        dialogue.open()
        return dialogue.send(message)


def failure(settings, *, seconds=5.0, message=None):
    """Send a mail that can't be sent; give why, and see that it took no longer."""
    begun = time.monotonic()
    with pytest.raises(SendingFailed) as caught:
        send(settings, message or mail())
    assert time.monotonic() - begun < seconds
    return caught.value


def test_a_mail_arrives_with_its_lines_as_they_are(server):
    reply = send(server.settings, mail())

    (taken,) = server.taken
    assert reply.startswith("250 2.0.0 OK")
    assert taken.recipients == ["taras@example.org"]
    assert taken.text == "Hello\n.\n..dots\n"


def test_mails_share_one_connection(server):
    with closing(SmtpTransport(server.settings)) as transport:
        for number in range(3):
            transport.send(mail(f"{number}\n"), str(number), nothing)

    assert [taken.text for taken in server.taken] == ["0\n", "1\n", "2\n"]
    assert server.connections == 1


def test_a_connection_that_died_while_unused_is_replaced(server):
    with closing(SmtpTransport(server.settings)) as transport:
        transport.send(mail(), "1", nothing)
        server.stop()
        server.start()

        transport.send(mail(), "2", nothing)

    assert len(server.taken) == 2


def test_starttls_and_a_login(tmp_path):
    certificate = Certificate(tmp_path)
    server = MailServer(starttls=certificate.server(), login=True).start()

    send(server.settings, mail(), certificate.client)
    refused = failure(server.settings)
    server.stop()

    assert len(server.taken) == 1
    assert "certificate" in refused.reply
    assert refused.about_server


def test_tls_from_the_first_byte(tmp_path):
    certificate = Certificate(tmp_path)
    server = MailServer(tls=certificate.server()).start()

    send(server.settings, mail(), certificate.client)
    refused = failure(server.settings)
    server.stop()

    assert len(server.taken) == 1
    assert "certificate" in refused.reply


def test_a_wrong_login_is_about_the_server(tmp_path):
    certificate = Certificate(tmp_path)
    server = MailServer(starttls=certificate.server(), login=True).start()
    settings = replace(server.settings, username="nobody")

    with pytest.raises(SendingFailed) as caught:
        send(settings, mail(), certificate.client)
    server.stop()

    assert caught.value.reply.startswith("535")
    assert caught.value.about_server and not caught.value.final


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_final(server, command):
    server.fault[command] = "550 5.1.1 no such user"

    refused = failure(server.settings)

    assert refused.reply == "550 5.1.1 no such user"
    assert (refused.final, refused.doubtful, refused.about_server) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_refusal_for_now_is_not_final(server, command):
    server.fault[command] = "451 4.7.1 greylisted"

    refused = failure(server.settings)

    assert not (refused.final or refused.doubtful or refused.about_server)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_421_is_about_the_server(server, command):
    server.fault[command] = "421 4.3.2 shutting down"

    refused = failure(server.settings)

    assert refused.about_server and not refused.final


def test_a_refused_sender_is_about_the_server(server):
    server.fault["MAIL"] = "550 5.7.1 not you"

    refused = failure(server.settings)

    assert refused.about_server and not refused.final


def test_a_server_that_is_not_there_is_about_the_server(server):
    server.stop()

    refused = failure(server.settings)

    assert refused.about_server and not refused.doubtful
    assert "refused" in refused.reply


def test_a_silent_server_is_given_up_in_time():
    silent = SilentServer()
    settings = replace(MailServer(port=silent.port).settings, timeout=0.3)

    refused = failure(settings, seconds=2)
    silent.stop()

    assert refused.reply == "no answer in time"
    assert refused.about_server and not refused.doubtful


def test_an_answer_without_end_is_broken_off():
    talkative = TalkativeServer()

    refused = failure(replace(talkative.settings, timeout=4.0), seconds=3)
    talkative.stop()

    assert refused.reply.endswith("an answer of over 65536 bytes")
    assert refused.about_server and not refused.doubtful


def test_a_server_that_says_a_byte_at_a_time_is_given_up_in_time(server):
    server.pace = 0.1

    refused = failure(replace(server.settings, timeout=0.4), seconds=3)

    assert refused.reply == "no answer in time"
    assert refused.about_server and not refused.doubtful


def test_the_answer_to_a_whole_mail_may_take_longer(server):
    server.delay = 2.0

    reply = send(replace(server.settings, timeout=1.5), mail())

    assert reply.startswith("250")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", None])
def test_the_doubtful_moment_begins_behind_all_refusals(server, command):
    begun = []
    if command:
        server.fault[command] = "451 later"

    with closing(Dialogue(server.settings)) as dialogue, suppress(SendingFailed):
        dialogue.open()
        dialogue.send(mail(), lambda: begun.append(len(server.taken)))

    assert begun == ([] if command else [0])


def test_a_connection_that_is_cut_after_the_mail_leaves_doubt(server):
    server.fault["DATA"] = "cut"

    refused = failure(server.settings)

    assert refused.doubtful and not refused.final
    assert len(server.taken) == 1


def test_an_address_beyond_ascii_needs_a_server_that_knows_it(server):
    send(server.settings, mail(address="їжак@example.org"))

    assert server.taken[0].recipients == ["їжак@example.org"]
