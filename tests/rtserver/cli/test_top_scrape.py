"""Figures as a server shows them, and what isn't a server's."""

import pytest

from rtserver.cli.top_scrape import ScrapeFailed, parse


@pytest.mark.parametrize("text", ["", "<html>", "up 1\n", '{"not": "figures"}'])
def test_what_is_no_rtserver_is_told(text):
    with pytest.raises(ScrapeFailed, match=r"http://a isn't an rtserver"):
        parse("http://a", text, 0.0)
