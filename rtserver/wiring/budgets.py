"""Build what bounds each user."""

from rtserver.access.budgets import Budget, Budgets
from rtserver.clock import Clock
from rtserver.settings.model import Settings


def budgets(settings: Settings, clock: Clock) -> Budgets:
    """Build it by the settings."""
    limits = settings.limits
    return Budgets(
        writes=Budget(
            limits.write_bytes_per_second,
            limits.write_bytes_burst,
            clock,
            "You have sent very much to be stored: wait, then send it again.",
        ),
        requests=Budget(
            limits.requests_per_second,
            limits.requests_burst,
            clock,
            "Too many requests: wait, then send it again.",
        ),
        calendars=Budget(
            limits.requests_per_second,
            limits.requests_burst,
            clock,
            "This calendar is read too often: wait, then read it again.",
        ),
        mails=Budget(
            limits.mails_per_hour / 3600,
            limits.mails_burst,
            clock,
            "Your changes of lessons have sent very many mails: wait, then try again.",
        ),
    )
