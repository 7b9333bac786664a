"""The types of fields have one home, and promise what is taken."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.errors import Invalid
from rtserver.input.field_types import (
    CONTROL_OF_LINES,
    MAX_NAME,
    MOMENT,
    Email,
    Id,
    Key,
    Locale,
    Moment,
    Name,
    Password,
    Seq,
    not_blank,
)
from rtserver.input.text import check_key, clean_locale, clean_text
from tests.test_layers import ROOT, modules

# JSON has no lone surrogates: they are refused before a schema is asked.
CHARACTERS = st.characters(exclude_categories=["Cs"])


def test_id_and_seq_are_defined_once() -> None:
    found = Counter(name for _, tree in modules(ROOT) for name in aliases(tree))

    assert (found["Id"], found["Seq"]) == (1, 1)


def aliases(tree: ast.Module) -> Iterator[str]:
    """Yield the names to which a module assigns ``Annotated[...]``."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Subscript(value=ast.Name(id="Annotated")),
            ):
                yield name


def promised(type_, text):
    """Return whether the JSON Schema of a type takes a text."""
    schema = msgspec.json.schema(type_)
    # Python's "$" would let a line feed at the end pass; JavaScript's doesn't.
    pattern = schema["pattern"].replace("$", r"\Z")
    fits = schema.get("minLength", 0) <= len(text) <= schema["maxLength"]
    return fits and re.search(pattern, text) is not None


def taken(clean, text):
    try:
        clean(text)
    except Invalid:
        return False
    return True


@given(st.text("ukUA-_419\n") | st.text(max_size=40))
def test_the_schema_of_a_locale_takes_what_is_taken(text):
    assert promised(Locale, text) == taken(clean_locale, text)


@given(st.text(CHARACTERS, max_size=70))
def test_the_schema_of_a_key_takes_what_is_taken(text):
    assert promised(Key, text) == taken(partial(check_key, path="client_id"), text)


@given(st.text(CHARACTERS, max_size=20))
def test_the_schema_of_a_name_takes_what_is_taken(text):
    clean = partial(clean_text, path="name", maximum=MAX_NAME)

    assert promised(Name, text) == taken(clean, text)


@given(st.text("a \t\n\r\x00\x85\u2028", max_size=5))
def test_the_pattern_of_several_lines_takes_what_is_taken(text):
    pattern = not_blank(CONTROL_OF_LINES).replace("$", r"\Z")
    clean = partial(clean_text, path="text", maximum=9, multiline=True)

    assert bool(re.search(pattern, text)) == taken(clean, text)


@pytest.mark.parametrize(("type_", "least"), [(Id, 1), (Seq, 0)])
def test_numbers_are_those_that_javascript_has_exactly(type_, least):
    most = 2**53 - 1

    for number in (least, most):
        assert msgspec.json.decode(str(number), type=type_) == number
    for number in (least - 1, most + 1, "1.5", '"1"'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(str(number), type=type_)


@pytest.mark.parametrize(
    "text", ["2026-11-23T10:00:00Z", "1970-01-01t00:00:00.123456789+02:00"]
)
def test_a_moment_has_an_offset_and_its_pattern_says_so(text):
    assert re.search(MOMENT, text)
    assert msgspec.convert(text, Moment).tzinfo is not None
    assert not re.search(MOMENT, text[:19])
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text[:19], Moment)


@pytest.mark.parametrize(
    ("type_", "format_"), [(Email, "email"), (Password, "password")]
)
def test_the_schema_tells_forms_what_a_text_is(type_, format_):
    assert msgspec.json.schema(type_)["format"] == format_
