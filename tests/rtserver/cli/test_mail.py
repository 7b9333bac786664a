from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from rtserver.clock import Clock
from rtserver.mail.events import EVENTS
from rtserver.mail.templates import MailTemplates
from rtserver.notifications.notices import Notice, Notices
from store import outbox_leases
from store.database import Database
from tests.mail_server import MailServer
from tests.rtserver.cli_runs import Cli


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)


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


@pytest.fixture
def outbox(cli, io_loop):
    """The command line over a school with one mail that failed, and one held."""
    user = cli.add_user("Taras", role="student")
    database = Database(f"sqlite:///{cli.data / 'rtserver.db'}")
    io_loop.run_sync(database.open)
    io_loop.run_sync(lambda: database.write(fail_one, user["id"]))
    io_loop.run_sync(database.close)
    return cli


def fail_one(tx, user_id):
    now = Clock().now()
    notices = Notices(MailTemplates(), hold=90, chat_delay=120)
    for moment in (now - timedelta(days=2), now):
        notices.dispatch(tx, "lesson.scheduled", [Notice(user_id, {})], now=moment)
    outbox_leases.take(tx, node="n", now=now, until=now)
    outbox_leases.note(tx, 1, at=now, outcome="failed", reply="451 4.7.1 later")
    later = now + timedelta(minutes=1)
    outbox_leases.postpone(tx, 1, node="n", due_at=later, doubts=0)


def test_the_outbox_is_listed_with_the_servers_last_word(outbox):
    failed, held = outbox.value("outbox", "list")

    assert (failed["state"], failed["attempts"]) == ("due", 1)
    assert failed["last_error"] == "451 4.7.1 later"
    assert failed["email"] == "taras@example.org"
    assert (held["state"], held["last_error"]) == ("held", None)
    assert "451 4.7.1 later" in outbox.run("outbox", "list").out


def test_retrying_makes_due_what_failed_and_nothing_else(outbox):
    assert outbox.value("outbox", "retry") == {"retried": 1}
    assert outbox.value("outbox", "retry") == {"retried": 0}

    assert [mail["attempts"] for mail in outbox.value("outbox", "list")] == [0, 0]


def test_retrying_what_cannot_be_says_so(outbox):
    assert outbox.value("outbox", "retry", "1") == {"retried": 1}
    assert outbox.run("outbox", "retry", "2", "99").code == 1


def test_an_empty_outbox_is_an_empty_list(cli):
    assert cli.value("outbox", "list", "--all") == []
