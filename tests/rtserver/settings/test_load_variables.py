"""A variable that no setting has is told with the one that was meant."""

import pytest

from tests.rtserver.settings.test_load import only_mistake


def test_unknown_variable_is_a_mistake_with_a_suggestion():
    said = only_mistake(SERVER_PROT="1")

    assert said.startswith("RTSERVER_SERVER_PROT: No setting has this variable.")
    assert said.endswith("Did you mean RTSERVER_SERVER_PORT?")


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("PORT", "RTSERVER_SERVER_PORT"),
        ("BASE_URL", "RTSERVER_SERVER_BASE_URL"),
        ("POOL_SIZE", "RTSERVER_DATABASE_POOL_SIZE"),
        ("PASSWORD", "RTSERVER_SMTP_PASSWORD"),
        ("PREFIX", "RTSERVER_REDIS_PREFIX"),
        ("MAIL_HOST", "RTSERVER_SMTP_HOST"),
        ("DB_URL", "RTSERVER_DATABASE_URL"),
    ],
)
def test_a_variable_without_its_section_or_with_another_name_of_it_is_known(
    slip, meant
):
    assert only_mistake(**{slip: "1"}).endswith(f"Did you mean {meant}?")
