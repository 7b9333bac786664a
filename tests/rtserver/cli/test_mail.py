from email import message_from_bytes, policy

import pytest

from rtserver.mail.events import EVENTS
from tests.mail_server import MailServer


def test_a_test_mail_becomes_a_file_without_a_mail_server(cli):
    done = cli.value("mail", "test", "olena@school.example")

    (file,) = (cli.data / "outbox").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert done["way"] == "file" and file.name in done["reply"]
    assert message["To"] == "olena@school.example"
    assert message["List-Unsubscribe"] is None


def test_a_test_mail_goes_to_the_mail_server_in_the_schools_language(cli):
    server = MailServer().start()
    cli.set(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_sender="School <no-reply@school.example>",
        notifications_locale="uk",
    )

    done = cli.value("mail", "test", "olena@school.example")
    server.stop()

    assert done["reply"].startswith("250")
    assert server.taken[0].message["Subject"] == "Перевірка листів вашої школи"


def test_a_mail_server_that_refuses_is_quoted(cli):
    server = MailServer().start()
    server.fault["RCPT"] = "550 5.1.1 no such user"
    cli.set(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_sender="no-reply@school.example",
    )

    done = cli.run("mail", "test", "olena@school.example")
    server.stop()

    assert done.code == 1 and "550 5.1.1 no such user" in done.err


def test_to_look_at_a_mail_makes_no_school(cli, tmp_path):
    done = cli.run("mail", "preview", EVENTS[0], "--folder", tmp_path / "new")

    assert done.code == 0
    assert not cli.data.exists()


@pytest.mark.parametrize("address", ["nobody", "a@b, c@d", "a@b\nBcc: c@d"])
def test_what_is_no_address_is_a_mistake(cli, address):
    assert cli.run("mail", "test", address).code == 2


@pytest.mark.parametrize("locale", ["en", "uk"])
@pytest.mark.parametrize("event", EVENTS)
def test_previews_are_a_mail_and_a_page(cli, tmp_path, event, locale):
    argv = ("mail", "preview", event, "--locale", locale, "--folder", tmp_path / "new")
    done = cli.value(*argv)

    eml, html = (
        tmp_path / "new" / f"{event}.{locale}.{kind}" for kind in ("eml", "html")
    )
    assert done["files"] == [str(eml), str(html)]
    message = message_from_bytes(eml.read_bytes(), policy=policy.default)
    assert message["Subject"] == done["subject"]
    assert "<!doctype html>" in html.read_text()


@pytest.mark.parametrize("spelling", ["uk", "uk-UA", "uk_UA", "UK-ua"])
def test_a_schools_locale_gives_mails_in_its_language_however_spelt(
    cli, tmp_path, spelling
):
    cli.set(notifications_locale=spelling)

    done = cli.value("mail", "preview", "lesson.scheduled", "--folder", tmp_path)

    assert str(tmp_path / "lesson.scheduled.uk.eml") in done["files"]


def test_a_preview_shows_the_schools_own_template(cli, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "homework.graded.en.txt").write_text("Well done")
    cli.set(notifications_templates_dir=own)

    done = cli.value("mail", "preview", "homework.graded", "--folder", tmp_path)

    assert done["subject"] == "homework graded"


@pytest.mark.parametrize("event", ["homework.graded", "test", "../x", "layout"])
def test_a_preview_of_no_mail_names_those_that_there_are(cli, event):
    done = cli.run("mail", "preview", event)

    assert done.code == 2 and "lesson.scheduled" in done.err
