"""docs/privacy.md names all that is kept, exported and set, new tables too."""

import re

from rtserver.privacy.export import MANIFEST, PAGE
from rtserver.privacy.export_tables import TABLES
from rtserver.settings.model import all_keys
from store import (
    models,
    models_accounts,
    models_attendance,
    models_boards,
    models_files,
    models_held,
    models_mail,
    models_schedule,
)
from tests.docs_examples import page, rows, section

TEXT = page("docs/privacy.md")
# What belongs to nobody: numbers, the database's own names, and platforms' keys.
NOBODYS = {"counters", "facts", "api_keys"}
MODELS = (
    *models.MODELS,
    *models_accounts.MODELS,
    *models_attendance.MODELS,
    *models_mail.MODELS,
    *models_files.MODELS,
    *models_held.MODELS,
    *models_schedule.MODELS,
    *models_boards.MODELS,
)


def test_every_table_about_people_is_on_the_page():
    tables = {one._meta.table_name for one in MODELS}

    named = set(re.findall(r"`([a-z_]+)`", section(TEXT, "What is kept")))
    assert named >= tables - NOBODYS


def test_every_file_of_an_export_is_on_the_page_and_no_other():
    listed = {row[0] for row in rows(section(TEXT, "What an export holds"))}

    assert listed == {f"{table.name}.json" for table in TABLES} | {MANIFEST, PAGE}


def test_every_setting_that_ends_something_is_on_the_page_with_its_default():
    days = {f"{key.section}.{key.name}": key.default for key in all_keys()}
    ending = {name for name in days if name.endswith("_days")}

    text = section(TEXT, "How long")
    named = dict(re.findall(r"`([a-z]+\.[a-z_]+_days)` \((\d+)", text))
    assert {name: float(value) for name, value in named.items()} == {
        name: days[name] for name in ending
    }
