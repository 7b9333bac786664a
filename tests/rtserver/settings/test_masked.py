import json
import logging

import pytest

from rtserver.settings.masked import SecretStr, SecretUrl, mask_url


@pytest.mark.parametrize("show", [str, repr, "{}".format, lambda s: f"{s!r:>40}"])
def test_secret_is_masked_however_it_is_shown(show):
    assert "hunter2" not in show(SecretStr("hunter2"))
    assert "hunter2" not in show(SecretUrl("redis://:hunter2@cache/0"))


def test_secret_is_masked_in_a_log_line(caplog):
    logging.getLogger("here").warning("with %s and %r", *[SecretStr("hunter2")] * 2)

    assert "hunter2" not in caplog.text


def test_secret_does_not_become_json():
    with pytest.raises(TypeError):
        json.dumps(SecretStr("hunter2"))


def test_secret_gives_its_value_only_when_asked():
    assert SecretStr("hunter2").reveal() == "hunter2"


def test_secret_is_false_when_empty_and_equal_by_value():
    assert not SecretStr()
    assert SecretStr("a") == SecretStr("a") != SecretStr("b")
    assert hash(SecretStr("a")) == hash(SecretStr("a"))
    assert SecretStr("a") != "a"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@h:5432/db", "postgresql://***@h:5432/db"),
        ("postgresql://u:p/w@x@h/db", "postgresql://***@h/db"),
        ("redis://p@h", "redis://***@h"),
        ("redis://h/0?password=p&db=1", "redis://h/0?password=***&db=1"),
        ("postgresql:///d?sslpassword=p", "postgresql:///d?sslpassword=***"),
        ("sqlite:///data/x.db", "sqlite:///data/x.db"),
    ],
)
def test_mask_url_hides_logins_and_password_parameters(url, shown):
    assert mask_url(url) == shown
    assert str(SecretUrl(url)) == shown
