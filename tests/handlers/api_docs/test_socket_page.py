"""The page to read about the WebSocket says what the document says."""

import copy
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from handlers.api_docs.asyncapi import error_codes
from handlers.api_docs.socket_page import OWN, page
from handlers.api_docs.socket_table import CHANNELS, CLOSE_CODES, COMMANDS, EVENTS
from tests.api_documents import asyncapi_document

VOID = ("meta", "link")
UNCLOSED = ("li", "tr", "td", "th")  # HTML closes them by itself


@cache
def written() -> str:
    return page(asyncapi_document())


class Tags(HTMLParser):
    """Checks that every element is closed, in the order of their opening."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in (*VOID, *UNCLOSED):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_frame_has_its_heading() -> None:
    anchors = re.findall('<h3 id="(.*?)">', written())

    assert anchors == [
        *(f"command.{type}" for type in COMMANDS),
        *(f"event.{type}" for type in EVENTS),
        *("event.notification", *OWN),
    ]


def test_links_lead_to_headings() -> None:
    links = set(re.findall('href="#(.*?)"', written()))

    assert links <= set(re.findall('id="(.*?)"', written()))


@pytest.mark.parametrize("type", COMMANDS)
def test_a_command_names_its_channels_and_whether_it_needs_an_id(type: str) -> None:
    (title,) = re.findall(f'<h3 id="command.{type}">(.*?)</h3>', written())

    assert [form for form in CHANNELS if form in title] == [*COMMANDS[type].channels]
    assert ("id required" in title) is COMMANDS[type].needs_id


def test_all_errors_and_close_codes_are_on_it() -> None:
    for code in error_codes():
        assert f"<td><code>{code}</code>" in written()
    for close in CLOSE_CODES:
        assert f"<td>{int(close)}<td>" in written()


def test_elements_are_closed() -> None:
    tags = Tags()
    tags.feed(written())

    assert tags.open == []


def test_what_the_document_says_is_no_markup() -> None:
    document = copy.deepcopy(asyncapi_document())
    document["info"]["description"] = "a <script> & `code`"
    document["components"]["messages"]["command.ping"]["summary"] = "<b>x</b>"

    told = page(document)

    assert "a &lt;script&gt; &amp; <code>code</code>" in told
    assert "<p>&lt;b&gt;x&lt;/b&gt;</p>" in told
