"""The generated pages are those of the settings, and say everything."""

from pathlib import Path

import pytest

from rtserver.settings.docs import configuration_page, example_ini
from rtserver.settings.load import load
from rtserver.settings.model import Settings, all_keys
from tests.docs_examples import code, section

ROOT = Path(__file__).resolve().parents[3]
UPDATE = "run: python -m rtserver.settings.docs"
KEYS = list(all_keys())


def test_example_file_is_up_to_date():
    assert (ROOT / "config.example.ini").read_text("utf-8") == example_ini(), UPDATE


def test_configuration_page_is_up_to_date():
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert page == configuration_page(), UPDATE


def test_example_file_loads_as_the_default():
    assert load(str(ROOT / "config.example.ini"), {}) == Settings()


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.section}.{key.name}")
def test_key_says_why_in_one_line(key):
    assert key.description.endswith(".")
    assert 10 < len(key.description) <= 88 - len("# ")
    assert f"\n# {key.description}\n{key.name} =" in example_ini()
    assert f"| `{key.name}` |" in configuration_page()


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.section}.{key.name}")
def test_shown_default_reads_as_the_default(key):
    shown = key.type.format(key.default)

    assert key.type.parse(shown) == key.default


def test_no_table_cell_breaks_the_table():
    rows = [line for line in configuration_page().splitlines() if line[:2] == "| "]

    assert {row.count("|") for row in rows} == {5}


def test_of_every_limit_it_is_told_whether_each_process_counts_it():
    told = code(section(configuration_page(), "What each process counts"))

    limits = {f"limits.{key.name}" for key in KEYS if key.section == "limits"}
    assert limits <= set(told)
    assert len(told) == len(set(told))


def test_chosen_values_are_put_into_the_example(tmp_path):
    file = tmp_path / "config.ini"
    file.write_text(example_ini({("auth", "secret"): "k" * 32}), "utf-8")

    assert load(str(file), {}).auth.secret.reveal() == "k" * 32
