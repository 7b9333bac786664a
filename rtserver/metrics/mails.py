"""Notifications and mails: how many there were, and what became of them."""

from collections.abc import Collection

from rtserver.metrics.registry import Metrics

OTHER = "other"
# What an outcome is called in the log, and as a label.
_OUTCOMES = {
    "sent": "sent",
    "dropped": "dropped",
    "failed": "failed",
    "in doubt": "in_doubt",
    "failed, dead": "dead",
    "in doubt, dead": "dead",
    "unsendable": "dead",
}


class MailFigures:
    """The figures of notifications and mails.

    ``events`` are the server's own; those of platforms count together.
    """

    def __init__(self, metrics: Metrics, events: Collection[str]) -> None:
        self._events = frozenset(events)
        self._made = metrics.counter(
            "rtserver_notifications",
            "Notifications created, by event; `other` are a platform's own events.",
            ["event"],
        )
        self._tried = metrics.counter(
            "rtserver_mail_send_attempts",
            "Mails taken from the outbox to be sent, by outcome: `sent`, `dropped` "
            "(not needed any more), `failed`, `in_doubt`, `dead` (given up).",
            ["outcome"],
        )
        for event in (*events, OTHER):
            self._made.labels(event)
        for outcome in _OUTCOMES.values():
            self._tried.labels(outcome)

    def made(self, event: str, count: int) -> None:
        """Count the notifications of one event, from any thread."""
        known = event if event in self._events else OTHER
        self._made.labels(known).inc(count)

    def tried(self, outcome: str) -> None:
        """Count a mail by its outcome, as the log names it."""
        self._tried.labels(_OUTCOMES.get(outcome, OTHER)).inc()
