"""``rtserver user link``."""

import pytest


@pytest.fixture
def cli(cli):
    cli.add_user("Olena")
    return cli


def test_the_link_stands_alone_on_stdout(cli):
    cli.set(server_base_url="https://school.example")

    done = cli.run("user", "link", "olena@example.org")

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("https://school.example/password#rtl_")


def test_json_holds_the_link(cli):
    assert cli.value("user", "link", "1").keys() == {"link"}


def test_who_is_locked_out_gets_none(cli):
    cli.run("user", "deactivate", "1")

    done = cli.run("user", "link", "1")

    assert (done.code, done.out) == (1, "")
    assert "deactivated" in done.err


def test_without_hs256_there_is_none(cli, tmp_path):
    public = tmp_path / "keys.json"
    public.write_text(
        '{"keys": [{"kty": "OKP", "crv": "Ed25519",'
        ' "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'
    )
    cli.set(auth_algorithms="EdDSA", auth_jwks_file=public)

    done = cli.run("user", "link", "1")

    assert (done.code, done.out) == (1, "")
    assert "HS256" in done.err
