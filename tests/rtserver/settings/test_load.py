"""Every mistake is found, all at once, with its place and what to change."""

import pytest

from rtserver.settings.errors import SettingsError
from rtserver.settings.load import load


def mistakes(path=None, **environ):
    names = {f"RTSERVER_{name}": text for name, text in environ.items()}
    with pytest.raises(SettingsError) as error:
        load(path, names)
    return [str(mistake) for mistake in error.value.errors]


def only_mistake(path=None, **environ):
    [mistake] = mistakes(path, **environ)
    return mistake


@pytest.fixture
def ini(tmp_path):
    def write(text):
        file = tmp_path / "config.ini"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(file)

    return write


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("SERVER_PORT", "80a", '"80a" is not a whole number.'),
        ("SERVER_PORT", "1_000", "is not a whole number"),
        ("SERVER_PORT", "8080.0", "is not a whole number"),
        ("SERVER_PORT", "٨٠", "is not a whole number"),
        ("SERVER_PORT", "65536", "65536 is above 65535"),
        ("SERVER_PORT", "-1", "-1 is below 0"),
        ("SERVER_PORT", "", "is empty"),
        ("SERVER_PORT", "80 ; web", "a comment needs a line of its own"),
        ("SERVER_HOST", "", "is empty"),
        ("SERVER_HOST", "a b", "is not a host"),
        ("SERVER_DATA_DIR", "~/data", "~ isn't expanded"),
        ("SERVER_DATA_DIR", "", "is empty"),
        ("SERVER_DATA_DIR", "a\0b", "invisible character"),
        ("AUTH_TIMEOUT", "10s", "is not a number of seconds"),
        ("AUTH_TIMEOUT", "nan", "is not a number of seconds"),
        ("AUTH_TIMEOUT", "inf", "is not a number of seconds"),
        ("AUTH_TIMEOUT", "1e3", "is not a number of seconds"),
        ("AUTH_TIMEOUT", "0", "0 is below 0.001"),
        ("AUTH_TIMEOUT", "999999999", "is above 315360000"),
        ("AUTH_REFRESH_LEEWAY", "-0.5", "-0.5 is below 0"),
        ("AUTH_ALGORITHMS", "HS512", "did you mean HS256?"),
        ("AUTH_ALGORITHMS", "none", '"none" is not one of these'),
        ("AUTH_ALGORITHMS", " , ", "the list is empty"),
        ("AUTH_SECRET", "k" * 31, "the secret has 31 bytes, too few"),
        ("AUTH_ISSUER", "a\udcff", "invisible character"),
        ("BOARDS_JOURNAL_DAYS", "0", "is below"),
        ("BOARDS_MAX_ELEMENTS", "0", "0 is below 1"),
        ("CHAT_MAX_LENGTH", "0", "0 is below 1"),
        ("LIMITS_REPLAY", "0", "0 is below 1"),
        ("LIMITS_MESSAGE_BYTES", "0", "0 is below 256"),
        ("LIMITS_COMMANDS_PER_SECOND", "0", "0 is below 0.001"),
        ("LOGGING_LEVEL", "inof", "did you mean info?"),
        ("LOGGING_LEVEL", "", "is empty"),
        ("LOGGING_FORMAT", "xml", "is not one of these"),
        ("PRESENCE_VISIBILITY", "lesson", "did you mean lessons?"),
        ("REDIS_PREFIX", "a b", "has other characters"),
        ("SMTP_SECURITY", "ssl", "is not one of these"),
        ("SMTP_PORT", "0", "0 is below 1"),
        ("SMTP_SENDER", "School", "is not one e-mail address"),
        ("SMTP_SENDER", "a@b.example, c@d.example", "is not one e-mail address"),
        ("SMTP_SENDER", "a@b.example\nBcc: c@d", "over several lines"),
        ("NOTIFICATIONS_LOCALE", "", "is empty"),
        ("NOTIFICATIONS_LOCALE", "Klingon!", '"Klingon!" is not a language code.'),
        ("NOTIFICATIONS_LOCALE", "english", "did you mean en?"),
        ("NOTIFICATIONS_LOCALE", "ua", "did you mean uk?"),
        ("NOTIFICATIONS_LOCALE", "uk_UA.UTF-8", "did you mean uk-UA?"),
        ("NOTIFICATIONS_TIMEZONE", "Europe/Kiew", "did you mean Europe/Kiev?"),
        ("NOTIFICATIONS_TIMEZONE", "europe/kyiv", "did you mean Europe/Kyiv?"),
        ("NOTIFICATIONS_TIMEZONE", "Europe", "is not a time zone"),
        ("NOTIFICATIONS_TIMEZONE", "localtime", "is not a time zone"),
        ("NOTIFICATIONS_TIMEZONE", "../etc/passwd", "is not a time zone"),
    ],
)
def test_wrong_value_is_named_with_its_place(variable, text, problem):
    section, _, key = variable.partition("_")
    place = f"[{section.lower()}] {key.lower()} (RTSERVER_{variable}): "
    said = only_mistake(**{variable: text})

    assert said.startswith(place)
    assert problem.lower() in said.lower()
    assert "Give " in said


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[server]\nprot = 1\n", "line 2): There is no such key. Did you mean port?"),
        ("[server]\npool_size = 1\n", "It belongs to [database]."),
        ("[server]\nwhatever = 1\n", "See config.example.ini"),
        ("[sever]\nport = 1\n", "There is no section [sever]. Did you mean [server]?"),
        ("[mail]\nport = 1\n", "no section [mail]. Did you mean [smtp]?"),
        ("[Db]\npool_size = 1\n", "no section [Db]. Did you mean [database]?"),
        ("[DEFAULT]\nport = 1\n", "There is no section [DEFAULT]."),
        ("[zzz]\nport = x\nprot = 1", "There is no section [zzz]. Remove it."),
        ("port = 1\n", "line 1: This key stands before the first [section]."),
        ("[chat]\n\nhello\n", "line 3: This is neither a [section] nor a key = value."),
        ("[server]\nport = 1\nPort = 2\n", "line 3): The key was given before, at"),
        (b"[server]\nhost = \xff\n", "line 2: This is not UTF-8."),
        ("[server]\nport = 1\n  host = x\n", "over several lines"),
    ],
)
def test_wrong_file_is_named_with_its_line(text, problem, ini):
    assert problem in only_mistake(ini(text))


def test_what_stands_below_a_misspelt_section_is_checked_too(ini):
    path = ini("[smpt]\nhost = mail.example\nprot = 25\nsecurity = no\n")

    said = mistakes(path)

    assert "Did you mean [smtp]?" in said[0]
    assert "[smtp] prot" in said[1] and "line 3" in said[1]
    assert "Did you mean port?" in said[1]
    assert "[smtp] security" in said[2] and "line 4" in said[2]
    assert "[smtp] sender" in said[3] and "need a sender" in said[3]


def test_a_key_of_the_right_section_wins_over_one_of_a_misspelt(ini):
    path = ini("[server]\nport = 1\n[sever]\nport = 2x\n")

    assert "There is no section [sever]" in only_mistake(path)


@pytest.mark.parametrize(
    ("text", "plain"),
    [(".5", "0.5"), ("5.", "5"), ("1e1", "10"), ("1_000", "1000"), ("0,5", "0.5")],
)
def test_a_number_written_as_elsewhere_is_shown_as_here(text, plain):
    mistake = only_mistake(AUTH_TIMEOUT=text)

    assert f"is not a number of seconds: write {plain}. Give seconds" in mistake


@pytest.mark.parametrize("text", ["5s", "soon", "nan", "inf", "-1e1", "1e300"])
def test_no_number_is_made_of_what_is_none(text):
    assert "is not a number of seconds. Give" in only_mistake(AUTH_TIMEOUT=text)


def test_missing_file_is_a_mistake_naming_it():
    said = only_mistake("/nowhere/config.ini")

    assert "/nowhere/config.ini can't be read: No such file" in said


def test_folder_in_place_of_the_file_is_a_mistake(tmp_path):
    assert "can't be read" in only_mistake(str(tmp_path))


@pytest.mark.parametrize(
    ("environ", "named", "advice"),
    [
        (
            {"AUTH_ALGORITHMS": "HS256,RS256"},
            "[auth] algorithms (RTSERVER_AUTH_ALGORITHMS)",
            "Set public_key_file or jwks_file",
        ),
        (
            {"AUTH_PUBLIC_KEY_FILE": __file__},
            "[auth] public_key_file",
            "Add RS256, ES256 or EdDSA to algorithms",
        ),
        ({"AUTH_JWKS_FILE": __file__}, "[auth] jwks_file", "Add RS256"),
        ({"AUTH_ACCESS_TTL": "86401"}, "[auth] access_ttl", "raise max_ttl"),
        ({"AUTH_MAX_TTL": "60"}, "[auth] access_ttl", "Lower access_ttl"),
        ({"SMTP_USERNAME": "u"}, "[smtp] username", "Set password too"),
        ({"SMTP_PASSWORD": "p"}, "[smtp] password", "Set username too"),
        ({"SMTP_HOST": "mail"}, "[smtp] sender", "Set it to an address"),
    ],
)
def test_impossible_combination_is_named_at_one_of_its_keys(environ, named, advice):
    said = only_mistake(**environ)

    assert said.startswith(named)
    assert advice in said


def test_secret_beside_a_secret_file_is_refused(tmp_path):
    file = tmp_path / "secret"
    file.write_text("s" * 32)
    file.chmod(0o600)
    said = only_mistake(AUTH_SECRET="k" * 32, AUTH_SECRET_FILE=str(file))

    assert said.startswith("[auth] secret (RTSERVER_AUTH_SECRET): It is given beside")


def test_combinations_of_wrong_values_are_not_judged():
    said = only_mistake(PRESENCE_TTL="20", PRESENCE_HEARTBEAT="ten")

    assert said.startswith("[presence] heartbeat")


@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        ("AUTH_PUBLIC_KEY_FILE", "[auth] public_key_file (RTSERVER_"),
        ("AUTH_JWKS_FILE", "[auth] jwks_file (RTSERVER_"),
        ("AUTH_SECRET_FILE", "[auth] secret_file (RTSERVER_"),
        ("NOTIFICATIONS_TEMPLATES_DIR", "There is no folder /nowhere/x."),
        ("LOGGING_FILE", "There is no folder /nowhere."),
    ],
)
def test_named_file_must_be_there(variable, problem):
    said = mistakes(**{variable: "/nowhere/x"})

    assert any(problem in one for one in said)


@pytest.mark.parametrize("below", ["", "/data", "/far/below"])
def test_data_dir_may_be_missing_but_not_be_a_file_or_below_one(below):
    mistake = only_mistake(SERVER_DATA_DIR=__file__ + below)

    assert "[server] data_dir" in mistake
    assert f"{__file__} is a file" in mistake and "Name another folder" in mistake


def test_all_mistakes_are_reported_at_once(ini):
    path = ini(
        "[server]\nport = x\nport = y\nprot = 1\n[sever]\na = b\n[chat]\nwhat\n"
        "[smtp]\nhost = mail\n[logging]\nfile = /nowhere/log\n"
    )
    said = mistakes(path, AUTH_TIMEOUT="soon", WHAT="1", AUTH_ACCESS_TTL="90000")

    assert len(said) == 11


def test_wrong_value_in_the_file_is_forgiven_where_the_environment_overrides(ini):
    settings = load(ini("[server]\nport = x\n"), {"RTSERVER_SERVER_PORT": "81"})

    assert settings.server.port == 81


def test_error_prints_one_mistake_a_line(ini):
    with pytest.raises(SettingsError) as error:
        load(None, {"RTSERVER_SERVER_PORT": "x", "RTSERVER_CHAT_MAX_LENGTH": "y"})

    assert len(str(error.value).splitlines()) == 2


@pytest.mark.parametrize(
    "environ",
    [
        {"AUTH_SECRET": "hunter2"},
        {"AUTH_SECRET": "hunter2\0" * 9},
        {"DATABASE_URL": "postgresql://u:hunter2@h"},
        {"DATABASE_URL": "postgresql://u:hunter2#@h/db"},
        {"DATABASE_URL": "mysql://u:hunter2@h/db"},
        {"DATABASE_URL": "hunter2"},
        {"REDIS_URL": "redis://:hunter2@h/x"},
        {"REDIS_URL": "redis://:hunter2@[h/0"},
        {"REDIS_URL": "redis://h:hunter2"},
        {"SMTP_PASSWORD": "hunter2"},
        {"SMTP_PASSWORD": "hunter2\n"[:-1] + "\0"},
        {"SERVER_BASE_URL": "ftp://u:hunter2@h"},
        {"SERVER_ALLOWED_ORIGINS": "https://u:hunter2@h"},
        {"SERVER_ALLOWED_ORIGINS": "https://u:hunter2@*"},
    ],
)
def test_no_mistake_shows_a_secret(environ):
    assert "hunter2" not in " ".join(mistakes(**environ))


@pytest.mark.parametrize(
    "text",
    [
        "[auth]\nhunter2hunter2hunter2hunter2hunter2hunter2==\n",
        "[auth]\nsecret hunter2\n",
        "[auth]\nsecret = short\n hunter2\n",
        "[smtp]\npassword = hunter2\npassword = hunter2\n",
    ],
)
def test_no_line_of_the_file_is_shown_that_may_be_a_secret(text, ini):
    assert "hunter2" not in " ".join(mistakes(ini(text)))
