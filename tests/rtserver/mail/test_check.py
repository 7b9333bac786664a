"""The check of the mail server, against a small one of our own."""

import socketserver
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from rtserver.mail.check import Refused, connect
from rtserver.settings.masked import SecretStr
from rtserver.settings.model import SmtpSettings


class Mailer(socketserver.StreamRequestHandler):
    """Answers each command with what ``server.answers`` has for its verb."""

    def handle(self):
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            verb = line.split()[0].decode(errors="replace").upper()
            self.wfile.write(self.server.answers.get(verb, b"250 fine\r\n"))


@contextmanager
def mail_server(**answers):
    """Run a mail server; give the settings to reach it, unencrypted."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailer) as server:
        server.answers = {verb.upper(): said for verb, said in answers.items()}
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        port = server.server_address[1]
        try:
            yield SmtpSettings(host="127.0.0.1", port=port, security="none", timeout=5)
        finally:
            server.shutdown()
            thread.join()


def with_login(settings):
    return replace(settings, username="school", password=SecretStr("geheim"))


LOGIN = {"ehlo": b"250-me\r\n250 AUTH PLAIN\r\n"}


def test_a_server_that_answers_is_fine():
    with mail_server() as settings:
        connect(settings)


def test_a_login_that_is_taken_is_fine():
    with mail_server(**LOGIN, auth=b"235 welcome\r\n") as settings:
        connect(with_login(settings))


def test_a_login_that_is_refused_is_named_with_the_reply():
    with (
        mail_server(**LOGIN, auth=b"535 no such user\r\n") as settings,
        pytest.raises(Refused, match=r"\[smtp\] username: .*535 no such") as error,
    ):
        connect(with_login(settings))

    assert "geheim" not in str(error.value)


def test_a_server_that_takes_no_login_is_named():
    with (
        mail_server() as settings,
        pytest.raises(Refused, match=r"\[smtp\] username: .*no login"),
    ):
        connect(with_login(settings))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encryption_that_is_not_offered_is_named(security):
    with mail_server() as settings, pytest.raises(Refused, match=r"\[smtp\] security"):
        connect(replace(settings, security=security))


def test_a_server_that_is_busy_is_named_with_its_reply():
    with (
        mail_server(ehlo=b"421 later\r\n", helo=b"421 later\r\n") as settings,
        pytest.raises(Refused, match=r"\[smtp\] host: .*421 later"),
    ):
        connect(settings)
