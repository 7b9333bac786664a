"""Notifications and mails are counted by what became of them."""

import pytest

from rtserver.metrics.mails import OTHER, MailFigures
from rtserver.metrics.registry import Metrics
from tests.rtserver.metrics.pages import figures

MADE = "rtserver_notifications_total"
TRIED = "rtserver_mail_send_attempts_total"


def test_every_figure_is_there_before_anything_has_happened() -> None:
    metrics = Metrics()
    MailFigures(metrics, ["chat.message"])

    assert figures(metrics, MADE) == {'{event="chat.message"}': 0, '{event="other"}': 0}
    assert len(figures(metrics, TRIED)) == 5
    assert f'{{outcome="{OTHER}"}}' not in figures(metrics, TRIED)


def test_events_of_platforms_make_no_figures_of_their_own() -> None:
    metrics = Metrics()
    seen = MailFigures(metrics, ["chat.message"])
    for event in ("chat.message", "homework.graded", "exam.over"):
        seen.made(event, 2)

    assert figures(metrics, MADE) == {'{event="chat.message"}': 2, '{event="other"}': 4}


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        ("sent", "sent"),
        ("in doubt", "in_doubt"),
        ("failed, dead", "dead"),
        ("in doubt, dead", "dead"),
        ("unsendable", "dead"),
    ],
)
def test_an_outcome_of_the_log_counts_under_its_label(outcome: str, label: str) -> None:
    metrics = Metrics()

    MailFigures(metrics, []).tried(outcome)

    counted = {name for name, value in figures(metrics, TRIED).items() if value}
    assert counted == {f'{{outcome="{label}"}}'}
