"""``rtserver apikey``."""

from rtserver.accounts.api_keys import PREFIX


def test_a_key_is_shown_once_and_alone(cli):
    shown = cli.run("apikey", "add", "The platform")
    made = cli.value("apikey", "add", "Another")

    assert shown.out.startswith(PREFIX) and shown.out.count("\n") == 1
    assert "only now" in shown.err
    assert (made["id"], made["name"]) == (2, "Another")
    assert made["key"] not in cli.run("apikey", "list").out


def test_keys_are_listed_with_their_end(cli):
    for name in ("first", "second"):
        cli.run("apikey", "add", name)

    revoked = cli.value("apikey", "revoke", "1")

    listed = cli.value("apikey", "list")
    assert listed[0] == revoked and revoked["revoked_at"] is not None
    assert (listed[1]["name"], listed[1]["revoked_at"]) == ("second", None)


def test_an_unknown_key_cannot_be_revoked(cli):
    cli.run("migrate")

    done = cli.run("apikey", "revoke", "9")

    assert done.code == 1
    assert "There is no Api-Key 9" in done.err
