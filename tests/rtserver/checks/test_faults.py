"""``rtserver check`` over seeded faults: it finds each, and names key and cure."""

import sqlite3
from contextlib import closing

import pytest

from tests.mail_server import Certificate, MailServer
from tests.processes import wait_until
from tests.rtserver.cli_runs import Process

URL = "[database] url"


def failure(cli):
    """Return the one line of a check that fails."""
    done = cli.run("check")
    (line,) = (line for line in done.out.splitlines() if line.startswith("FAIL"))
    assert done.code == 1
    return line


def test_a_postgresql_that_was_stopped(cli, own_postgres):
    cli.set(database_url=own_postgres.create_database("school"))
    own_postgres.kill()

    line = failure(cli)

    assert URL in line and "systemctl start postgresql" in line


def test_a_wrong_password_of_postgresql(cli, own_postgres):
    url = own_postgres.create_database("school")
    own_postgres.execute("ALTER ROLE rtserver PASSWORD 'right'")
    rule = "host all all 127.0.0.1/32 scram-sha-256\n"
    (own_postgres.folder / "data" / "pg_hba.conf").write_text(rule)
    own_postgres.execute("SELECT pg_reload_conf()")
    wait_until(lambda: not own_postgres.answers())
    cli.set(database_url=url.replace("rtserver@", "rtserver:geheim@"))

    line = failure(cli)

    assert URL in line and "url = postgresql://user:PASSWORD@host/name" in line
    assert "geheim" not in line


def test_a_database_that_nobody_made(cli, postgres_url):
    cli.set(database_url=f"{postgres_url}_not")

    line = failure(cli)

    assert URL in line and "createdb" in line


def test_a_database_newer_than_the_program(cli):
    cli.run("migrate")
    with closing(sqlite3.connect(cli.data / "rtserver.db")) as database, database:
        database.execute(
            "INSERT INTO schema_migrations (name, applied) VALUES ('9999_later', '')"
        )

    line = failure(cli)

    assert URL in line and "Install the rtserver that made it" in line


def test_a_file_that_is_no_database(cli):
    cli.data.mkdir(0o700)
    (cli.data / "rtserver.db").write_bytes(b"nothing of the kind" * 100)

    line = failure(cli)

    assert URL in line and "rtserver restore FILE" in line


def failures(cli):
    """Return what check, a command and the server say, each of which fails."""
    said = [failure(cli)]
    for argv in (["migrate"], ["serve", "--port", "0"]):
        with Process(cli, *argv) as process:
            assert process.ended() == 1
            said.append(process.log)
    return said


def test_a_file_that_is_no_database_is_named_by_whatever_opens_it(cli):
    cli.data.mkdir(0o700)
    (cli.data / "rtserver.db").write_bytes(b"nothing of the kind" * 100)

    for line in failures(cli)[1:]:
        assert URL in line and f"{cli.data}/rtserver.db" in line
        assert "is no SQLite database" in line and "rtserver restore FILE" in line


def test_a_postgresql_that_holds_not_all_names(cli, own_postgres):
    own_postgres.execute(
        "CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0"
    )
    cli.set(database_url=own_postgres.url_of("latin"))

    for line in failures(cli):
        assert URL in line and "its encoding is LATIN1" in line
        assert "createdb -E UTF8 -T template0 --owner=rtserver latin" in line


def test_a_postgresql_whose_user_may_make_no_tables(cli, own_postgres):
    url = own_postgres.create_database("school")
    own_postgres.execute("CREATE ROLE iryna LOGIN")
    own_postgres.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "school")
    cli.set(database_url=url.replace("rtserver@", "iryna@"))

    for line in failures(cli):
        assert URL in line and "permission denied for schema public" in line
        assert "ALTER DATABASE school OWNER TO iryna;" in line


def test_a_disk_that_is_full_at_the_first_start(cli):
    done = cli.run_within(16, "migrate")

    assert done.code == 1
    assert URL in done.err and "The disk is full" in done.err


@pytest.fixture
def mail(request, cli, tmp_path):
    """A mail server, as the test's parameters say, that the settings name."""
    server = MailServer(**request.param).start()
    smtp = server.settings
    cli.set(
        smtp_host=smtp.host,
        smtp_port=smtp.port,
        smtp_security=smtp.security,
        smtp_sender="school@school.example",
    )
    yield server
    server.stop()


@pytest.mark.parametrize("mail", [{}], indirect=True)
def test_a_mail_server_that_does_not_run(cli, mail):
    mail.stop()

    line = failure(cli)

    assert "[smtp] host" in line and "Check host, port and security" in line


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("mail", [{"login": True}], indirect=True)
def test_a_wrong_login_at_the_mail_server(cli, mail):
    cli.set(smtp_username="school", smtp_password="geheim")

    line = failure(cli)

    assert "[smtp] username" in line and "Check username and password" in line
    assert "geheim" not in line


@pytest.mark.parametrize("mail", [{}], indirect=True)
def test_a_mail_server_without_starttls(cli, mail):
    cli.set(smtp_security="starttls")

    line = failure(cli)

    assert "[smtp] security" in line and "Set tls (port 465), or none" in line


def test_a_mail_server_whose_certificate_nobody_knows(cli, tmp_path):
    server = MailServer(starttls=Certificate(tmp_path).server()).start()
    cli.set(smtp_host="localhost", smtp_port=server.port, smtp_sender="s@s.example")

    line = failure(cli)
    server.stop()

    assert "[smtp] security" in line and "the certificate" in line


def test_a_secret_that_everybody_may_read(cli, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x" * 48)
    secret.chmod(0o644)
    cli.set(auth_secret_file=secret)

    line = failure(cli)

    assert "[auth] secret_file" in line and f"chmod 600 {secret}" in line
