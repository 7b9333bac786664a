"""The figures of this process, as they are read."""

import pytest

from rtserver.metrics.registry import Metrics
from tests.rtserver.metrics.pages import figures


def test_a_watched_figure_is_that_of_the_moment_it_is_read() -> None:
    metrics, values = Metrics(), [1.0]
    metrics.watch("x", "A figure.", lambda: values[-1])
    before = figures(metrics, "x")

    values.append(5.0)

    assert (before, figures(metrics, "x")) == ({"": 1}, {"": 5})


def test_what_is_not_known_is_left_out_rather_than_zero() -> None:
    metrics = Metrics()
    known: dict[str, float] = {}
    metrics.watch_known("alone", "A figure.", lambda: known.get("due"))
    metrics.watch_by("mails", "Figures.", "state", lambda: known)

    assert (figures(metrics, "alone"), figures(metrics, "mails")) == ({}, {})
    known["due"] = 0.0
    assert figures(metrics, "alone") == {"": 0}
    assert figures(metrics, "mails") == {'{state="due"}': 0}


def test_a_counter_that_is_kept_elsewhere_is_shown_as_one() -> None:
    metrics = Metrics()
    metrics.watch_count("losses", "Losses.", lambda: 3)
    metrics.watch_counts(
        "recoveries", "Recoveries.", ("channel", "outcome"), lambda: {("a", "b"): 2}
    )

    page, _ = metrics.page("")
    assert b"# TYPE losses_total counter" in page
    assert figures(metrics, "losses_total") == {"": 3}
    assert figures(metrics, "recoveries_total") == {'{channel="a",outcome="b"}': 2}


def test_no_counter_brings_a_second_figure_with_it() -> None:
    metrics = Metrics()
    metrics.counter("c", "A counter.").inc()

    assert b"_created" not in metrics.page("")[0]


def test_two_processes_in_one_program_have_figures_of_their_own() -> None:
    one, other = Metrics(), Metrics()
    one.resyncs.inc()

    assert figures(one, "rtserver_resyncs_total") == {"": 1}
    assert figures(other, "rtserver_resyncs_total") == {"": 0}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("", "text/plain"), ("application/openmetrics-text", "application/openmetrics")],
)
def test_the_page_comes_in_the_format_that_is_asked_for(accept: str, kind: str) -> None:
    page, content_type = Metrics().page(accept)

    assert content_type.startswith(kind)
    assert page.endswith(b"# EOF\n") is (accept != "")
