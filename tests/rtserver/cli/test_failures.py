"""What fails is told in a sentence, with an exit code."""


def test_all_mistakes_in_the_settings_are_told_and_exit_2(cli):
    cli.set(server_port="80a", server_hots="x")

    done = cli.run("user", "list")

    assert (done.code, done.out) == (2, "")
    assert "2 mistakes" in done.err
    assert "[server] port" in done.err and "RTSERVER_SERVER_HOST" in done.err


def test_an_unusable_key_is_a_mistake_in_the_settings(cli, tmp_path):
    (tmp_path / "key.pem").write_text("no key")
    cli.set(auth_algorithms="RS256", auth_public_key_file=tmp_path / "key.pem")

    done = cli.run("user", "list")

    assert done.code == 2
    assert "[auth] public_key_file" in done.err


def test_a_folder_that_cannot_be_made_is_a_sentence(cli, tmp_path):
    (tmp_path / "file").write_text("")
    cli.set(database_url=f"sqlite:///{tmp_path}/file/school.db")

    done = cli.run("migrate")

    assert done.code == 1
    assert "file can't be used" in done.err and "Traceback" not in done.err
