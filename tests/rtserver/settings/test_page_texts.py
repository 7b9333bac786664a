"""What a school says otherwise: a JSON of languages, keys and texts."""

from pathlib import Path

import pytest

from rtserver.settings.errors import SettingsError
from rtserver.settings.load import load
from rtserver.settings.page_texts import MAX_BYTES, read_texts
from rtserver.settings.small_file import UnusableFile


def test_texts_are_read_by_language_and_key(tmp_path: Path) -> None:
    file = tmp_path / "texts.json"
    file.write_text('{"uk": {"sign_in.title": "Вітаємо в «Сонячній»!"}}', "utf-8")

    assert read_texts(file) == {"uk": {"sign_in.title": "Вітаємо в «Сонячній»!"}}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"en": "Hello"}',
        b'{"en": {"a": 1}}',
        b'{"en": {"a": "\xff"}}',
    ],
)
def test_anything_else_is_told_with_its_place(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "texts.json"
    file.write_bytes(body)

    with pytest.raises(UnusableFile, match=r"texts\.json"):
        read_texts(file)


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    file = tmp_path / "texts.json"
    file.write_bytes(b" " * (MAX_BYTES + 1))

    with pytest.raises(UnusableFile, match="bytes"):
        read_texts(file)


def test_the_server_does_not_start_with_what_it_can_not_read(tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text("[]")
    environ = {"RTSERVER_WEB_TEXTS_FILE": str(tmp_path / "texts.json")}

    with pytest.raises(SettingsError) as told:
        load(None, environ)

    assert [(e.section, e.key) for e in told.value.errors] == [("web", "texts_file")]
