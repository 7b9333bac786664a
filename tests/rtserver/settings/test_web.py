"""The classroom page can be switched off, by a word that says so."""

import pytest

from rtserver.settings.model import Settings, all_keys
from rtserver.settings.types import InvalidValue

ENABLED = next(key for key in all_keys() if (key.section, key.name)[0] == "web")


def test_the_page_is_there_unless_told_otherwise():
    assert Settings().web.enabled is True


@pytest.mark.parametrize(("text", "value"), [("true", True), ("False", False)])
def test_it_is_switched_by_true_and_false(text, value):
    assert ENABLED.type.parse(text) is value
    assert ENABLED.type.parse(ENABLED.type.format(value)) is value


@pytest.mark.parametrize("text", ["", "1", "yes", "on", "tru"])
def test_other_words_are_mistakes(text):
    with pytest.raises(InvalidValue):
        ENABLED.type.parse(text)
