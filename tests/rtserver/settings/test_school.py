"""What a school may be called, and look like."""

import pytest

from rtserver.settings.model import all_keys
from rtserver.settings.school import MAX_NAME
from rtserver.settings.types import InvalidValue

TYPES = {key.name: key.type for key in all_keys() if key.section == "school"}


@pytest.mark.parametrize("text", ["Школа №7", "a", "x" * MAX_NAME])
def test_a_name_is_any_line_of_text(text: str) -> None:
    assert TYPES["name"].parse(text) == text


@pytest.mark.parametrize("text", ["", "x" * (MAX_NAME + 1), "a\nb", "a\x00"])
def test_other_names_are_mistakes(text: str) -> None:
    with pytest.raises(InvalidValue):
        TYPES["name"].parse(text)


@pytest.mark.parametrize("text", ["", "red", "#fff", "1971c2", "#1971c2;", "#1971c2 "])
def test_a_color_has_six_hexadecimal_digits(text: str) -> None:
    assert TYPES["color"].parse("#1971C2") == "#1971C2"
    with pytest.raises(InvalidValue):
        TYPES["color"].parse(text)
