"""Which handler an address has."""

from types import MappingProxyType

import pytest

from handlers.addresses import Addresses
from handlers.base import BaseHandler


class Fixed(BaseHandler):
    pass


class Numbered(BaseHandler):
    pass


class Named(BaseHandler):
    placeholders = MappingProxyType({"name": "[a-z%0-9]+"})


class Other(BaseHandler):
    pass


ROUTES = (
    ("/api/fixed", Fixed),
    ("/api/things/{id}", Numbered),
    ("/api/people/{name}.ics", Named),
    ("/api/people/me.ics", Fixed),
)


def served(path: str) -> tuple[type[BaseHandler], str, list[bytes]]:
    handler, settings, args = Addresses(ROUTES, Other, kept=1).target(path)
    assert settings["kept"] == 1
    return handler, settings["route"], args


@pytest.mark.parametrize("path", ["/api/fixed", "/api/fixed/"])
def test_an_address_is_found_with_and_without_a_slash(path: str) -> None:
    assert served(path) == (Fixed, "/api/fixed", [])


def test_what_stands_in_the_place_of_a_name_goes_to_the_handler() -> None:
    assert served("/api/things/17/") == (Numbered, "/api/things/{id}", [b"17"])


def test_what_was_escaped_comes_as_it_was_meant() -> None:
    assert served("/api/people/%61b.ics")[2] == [b"ab"]


def test_an_address_without_names_comes_before_those_it_would_fit() -> None:
    assert served("/api/people/me.ics")[0] is Fixed


@pytest.mark.parametrize(
    "path", ["/api/things/x", "/api/things/1/more", "/api/fixed//", "", "/api/people/a"]
)
def test_any_other_address_has_the_fallback(path: str) -> None:
    assert served(path) == (Other, "(unknown)", [])
