"""Rates and percentiles between two scrapes."""

import pytest

from rtserver.cli.top_figures import Figures, quantile
from rtserver.cli.top_scrape import Scrape, parse

INFO = 'rtserver_info{version="1"} 1\n'
BUCKETS = [(0.1, 50.0), (1.0, 90.0), (float("inf"), 100.0)]


def scraped(text, at=0.0, url="http://a"):
    return parse(url, f"{INFO}{text}", at)


def figures(before, after, seconds=2.0):
    return Figures([scraped(before)], [scraped(after, at=seconds)])


def test_rates_are_by_the_time_between_and_ranked():
    before = 'c_total{k="a"} 1\nc_total{k="b"} 10\nc_total{k="c"} 3\n'
    after = 'c_total{k="a"} 3\nc_total{k="b"} 20\nc_total{k="c"} 3\n'
    between = figures(before, after)

    assert between.rate("c_total") == 6
    assert list(between.rates("c_total", "k").items()) == [("b", 5.0), ("a", 1.0)]


def test_a_process_that_started_anew_begins_at_nothing():
    assert figures("c_total 100\n", "c_total 4\n").rate("c_total") == 2


def test_a_label_that_is_new_counts_from_nothing():
    assert figures("", 'c_total{k="a"} 4\n').rates("c_total", "k") == {"a": 2}


def test_processes_are_added_up_and_what_they_share_is_not():
    first, second = scraped("g 3\n"), scraped("g 5\n", url="http://b")
    both = Figures([first, second], [first, second])

    assert (both.total("g"), both.most("g"), both.least("g")) == (8, 5, 3)


def test_a_process_without_figures_is_left_out():
    gone = Scrape("http://b", 0.0, {}, "can't be reached")
    here = scraped("g 3\n")

    assert Figures([here, here], [here, gone]).total("g") == 3


def test_a_process_that_is_just_back_has_figures_and_no_rates():
    gone = Scrape("http://a", 0.0, {}, "can't be reached")
    back = Figures([gone], [scraped("g 3\nc_total 100\n", at=2.0)])

    assert (back.total("g"), back.rate("c_total")) == (3, 0)


def test_nothing_known_is_zero_or_nothing():
    nothing = figures("", "")

    assert (nothing.total("g"), nothing.rate("g"), nothing.rates("g", "k")) == (
        0,
        0,
        {},
    )
    assert nothing.least("g") is None
    assert nothing.quantiles("h") == {"p50": None, "p99": None}


@pytest.mark.parametrize(
    ("part", "expected"), [(0.25, 0.05), (0.5, 0.1), (0.7, 0.55), (0.99, 1.0)]
)
def test_a_percentile_is_estimated_inside_its_bucket(part, expected):
    assert quantile(BUCKETS, part) == pytest.approx(expected)


def test_a_percentile_is_of_what_came_in_between():
    text = 'h_bucket{{le="0.1"}} {}\nh_bucket{{le="1"}} {}\nh_bucket{{le="+Inf"}} {}\n'
    between = figures(text.format(100, 100, 100), text.format(100, 110, 110))

    assert between.quantiles("h") == {
        "p50": pytest.approx(0.55),
        "p99": pytest.approx(0.991),
    }
