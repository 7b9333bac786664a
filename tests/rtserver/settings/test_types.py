"""Whatever is given, a type reads it or says what is wrong with it."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtserver.settings.model import all_keys
from rtserver.settings.types import PATH, TEXT, InvalidValue, format_number, quoted

PREFIXES = ("", "https://", "redis://", "unix://", "postgresql://", "sqlite:///", "::1")
TEXTS = st.builds(
    "{}{}".format, st.sampled_from(PREFIXES), st.text() | st.text("[]:/@%#?.,1a-")
)


@pytest.mark.parametrize(
    "type_",
    {key.type.expects: key.type for key in all_keys()}.values(),
    ids=lambda type_: type_.expects[:20],
)
@given(text=TEXTS)
@settings(max_examples=60)
def test_any_text_is_read_or_invalid_and_what_is_read_is_shown_as_it_reads(type_, text):
    with contextlib.suppress(InvalidValue):
        value = type_.parse(text)
        if not hasattr(value, "reveal"):
            assert type_.parse(type_.format(value)) == value


@pytest.mark.parametrize(
    ("value", "shown"), [(900.0, "900"), (0.5, "0.5"), (0.00001, "0.00001"), (0, "0")]
)
def test_number_is_shown_as_one_would_type_it(value, shown):
    assert format_number(value) == shown


@pytest.mark.parametrize(("path", "shown"), [("data", "./data"), ("/var/x", "/var/x")])
def test_path_is_shown_with_where_it_begins(path, shown):
    assert PATH.format(Path(path)) == shown


def test_quoted_text_is_short_on_one_line_and_without_passwords():
    assert quoted("a\nb") == r'"a\nb"'
    assert len(quoted("x" * 1000)) < 65
    assert quoted("https://u:p@h") == '"https://***@h"'


@pytest.mark.parametrize("mark", ["\u200b", "\u00a0", "\ufeff", "\x00", "\ud800"])
def test_invisible_character_that_was_pasted_along_is_found(mark):
    with pytest.raises(InvalidValue, match="invisible"):
        TEXT.parse(f"rtserver{mark}")
