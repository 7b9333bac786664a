"""``rtserver import``."""

import pytest


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("email;name;role\ntaras@x.example;Taras;student\n")
    return path


def test_a_file_is_brought_in_and_a_dry_run_writes_nothing(cli, file):
    cli.run("migrate")
    tried = cli.value("import", file, "--dry-run")
    assert cli.value("user", "list") == []
    done = cli.value("import", file)

    assert tried == done == {"created": 1, "updated": 0}
    assert [user["name"] for user in cli.value("user", "list")] == ["Taras"]


def test_what_is_wrong_is_told_with_its_lines(cli, file):
    file.write_text("email,name,role\nx,Taras,student\n")

    done = cli.run("import", file)

    assert (done.code, done.out) == (1, "")
    assert "line 2: email: " in done.err


def test_a_file_that_isnt_there_is_named(cli, tmp_path):
    done = cli.run("import", tmp_path / "none.csv")

    assert done.code == 1
    assert "none.csv can't be read" in done.err
    assert not cli.data.exists()
