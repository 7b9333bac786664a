"""What must hold between settings, and of the files that they name."""

from dataclasses import replace
from pathlib import Path

import pytest

from rtserver.settings.masked import SecretStr
from rtserver.settings.model import (
    AuthSettings,
    CallsSettings,
    Settings,
    SmtpSettings,
    all_keys,
)
from rtserver.settings.rules import RULES, broken_rules, file_errors

FILE = Path(__file__)
CALL = "https://meet.example/{room}"
BROKEN = {
    "auth.secret": AuthSettings(secret=SecretStr("k" * 32), secret_file=FILE),
    "auth.algorithms": AuthSettings(algorithms=("HS256", "ES256")),
    "auth.public_key_file": AuthSettings(public_key_file=FILE),
    "auth.jwks_file": AuthSettings(jwks_file=FILE),
    "auth.access_ttl": AuthSettings(access_ttl=2.0, max_ttl=1.0),
    "calls.jitsi_app_id": CallsSettings(url=CALL, jitsi_app_id="school"),
    "calls.jitsi_secret": CallsSettings(url=CALL, jitsi_secret=SecretStr("s")),
    "calls.url": CallsSettings(jitsi_app_id="school", jitsi_secret=SecretStr("s")),
    "smtp.username": SmtpSettings(username="school"),
    "smtp.password": SmtpSettings(password=SecretStr("p")),
    "smtp.sender": SmtpSettings(host="mail.example"),
}


def with_section(section):
    name = type(section).__name__.removesuffix("Settings").lower()
    return replace(Settings(), **{name: section})


def test_every_rule_is_tried_below():
    assert [rule.keys[0] for rule in RULES] == list(BROKEN)


def test_the_defaults_break_no_rule():
    assert list(broken_rules(Settings())) == []


@pytest.mark.parametrize("key", BROKEN)
def test_a_combination_that_cannot_work_breaks_its_rule_alone(key):
    broken = list(broken_rules(with_section(BROKEN[key])))

    assert [rule.keys[0] for rule in broken] == [key]


@pytest.mark.parametrize(
    "section",
    [
        AuthSettings(algorithms=("ES256",), public_key_file=FILE),
        AuthSettings(algorithms=("HS256", "RS256"), jwks_file=FILE),
        AuthSettings(access_ttl=1.0, max_ttl=1.0),
        CallsSettings(url=CALL, jitsi_app_id="school", jitsi_secret=SecretStr("s")),
        CallsSettings(url="https://meet.example/our-room"),
        SmtpSettings(username="school", password=SecretStr("p")),
        SmtpSettings(host="mail.example", sender="no-reply@school.example"),
        SmtpSettings(sender="no-reply@school.example"),
    ],
)
def test_a_combination_that_works_breaks_none(section):
    assert list(broken_rules(with_section(section))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.keys[0])
def test_a_rule_names_keys_that_there_are_and_says_what_to_do(rule):
    assert set(rule.names) <= {(key.section, key.name) for key in all_keys()}
    assert rule.problem.endswith(".") and rule.advice.endswith(".")


def changed(section, **values):
    """Return the default settings with some of one section's values changed."""
    settings = Settings()
    group = replace(getattr(settings, section), **values)
    return replace(settings, **{section: group})


def test_the_defaults_name_no_file():
    assert list(file_errors(Settings())) == []


@pytest.mark.parametrize(
    ("section", "key", "path"),
    [
        ("auth", "public_key_file", "/nowhere/key.pem"),
        ("auth", "jwks_file", "/nowhere/jwks.json"),
        ("auth", "jwks_file", str(FILE.parent)),
        ("auth", "secret_file", "/nowhere/secret"),
        ("notifications", "templates_dir", str(FILE)),
        ("school", "logo_file", "/nowhere/logo.png"),
        ("school", "logo_file", str(FILE)),
        ("logging", "file", "/nowhere/log"),
        ("server", "data_dir", str(FILE)),
        ("server", "data_dir", str(FILE / "below" / "it")),
    ],
)
def test_a_file_or_folder_that_cannot_be_used_is_named_by_its_key(section, key, path):
    (error,) = file_errors(changed(section, **{key: Path(path)}))

    assert (error.section, error.key) == (section, key)
    assert error.problem.endswith(".") and error.advice.endswith(".")


def test_folders_that_are_there_or_can_be_made_are_no_errors(tmp_path):
    assert not list(file_errors(changed("server", data_dir=tmp_path / "a" / "b")))
    assert not list(file_errors(changed("logging", file=tmp_path / "log")))
    assert not list(file_errors(changed("notifications", templates_dir=tmp_path)))
