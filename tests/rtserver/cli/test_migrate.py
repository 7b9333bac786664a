"""``rtserver migrate``."""


def test_migrate_names_what_it_applied(cli):
    assert "0001_foundation" in cli.value("migrate")["applied"]
    assert cli.value("migrate") == {"applied": []}
    assert cli.run("migrate").out == "The database is up to date.\n"
