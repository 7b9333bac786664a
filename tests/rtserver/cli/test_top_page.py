"""The page of ``rtserver top``, from figures alone."""

import pytest

from rtserver.cli.top_page import duration, number, page, short, size
from rtserver.cli.top_scrape import Scrape
from rtserver.cli.top_view import view_of
from tests.rtserver.cli.scraped import AFTER, BEFORE, scrape

REDIS = "rtserver_redis_up 0\n"


def lines(*, width=120, more=""):
    before, after = scrape(BEFORE, 0.0), scrape(AFTER + more, 2.0)
    return page(view_of([before], [after], 4600.0), width=width)


def test_a_page_tells_what_happens():
    shown = "\n".join(lines())

    for text in (
        "312 online   845 of 10,000 connections",
        "closed 1.5/s: 4002 1.5",
        "commands 100/s: board.patch 100",
        "limited 15/s   waiting 1.5 KB",
        "FAILS",
        "commit p50 0.5 ms p99 0.99 ms",
        "2 dead",
    ):
        assert text in shown
    process = "http://a 845 50% 81 MB 0 of 0 0 ms 60 min 0.1.0"
    assert " ".join(lines()[-1].split()) == process


def test_redis_is_there_where_it_is_used():
    assert not [line for line in lines() if line.startswith("REDIS")]
    assert [line for line in lines(more=REDIS) if line.startswith("REDIS      DOWN")]


def test_in_a_narrow_window_all_figures_are_there():
    wide, narrow = (lines(width=width) for width in (300, 80))

    assert max(map(len, narrow)) <= 80
    assert " ".join(narrow).split() == " ".join(wide).split()
    assert len(narrow) > len(wide)


def test_a_process_that_is_gone_says_why_and_the_others_go_on():
    gone = Scrape("http://b", 0.0, {}, "http://b can't be reached (refused).")
    before, after = scrape(BEFORE, 0.0), scrape(AFTER, 2.0)
    view = view_of([before, gone], [after, gone], 4600.0)
    shown = page(view, width=100)

    assert shown[-3] == "http://b can't be reached (refused)."
    assert any("845 of 10,000" in line for line in shown)


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (number, 1234567, "1,234,567"),
        (short, 0, "0"),
        (short, 0.123, "0.12"),
        (short, 1234.5, "1,234"),
        (size, 999, "999 B"),
        (size, 1500, "1.5 KB"),
        (size, 81e6, "81 MB"),
        (size, 5e12, "5,000 GB"),
        (duration, 0.00012, "0.12 ms"),
        (duration, 0.25, "250 ms"),
        (duration, 59, "59 s"),
        (duration, 7200, "2 h"),
        (duration, 1e6, "12 d"),
    ],
)
def test_numbers_are_short_and_have_their_units(write, value, text):
    assert write(value) == text
