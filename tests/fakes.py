"""The simplest real implementations of what the code is given from outside."""

from datetime import UTC, datetime, timedelta

from rtserver.clock import Clock


class NoNotices:
    """Tells nobody of their lessons."""

    def require_mails(self, actor):
        pass

    def roster_changed(self, tx, roster):
        pass

    def lesson_changed(self, tx, change, people):
        pass

    def dispatch(self, tx, event, notices, *, now):
        return []


class FakeClock(Clock):
    """Stands still until told otherwise."""

    def __init__(self, start=datetime(2026, 11, 23, 10, 0, tzinfo=UTC)):
        self.start = start
        self.elapsed = 0.0

    def monotonic(self):
        return 1000.0 + self.elapsed

    def now(self):
        return self.start + timedelta(seconds=self.elapsed)

    def advance(self, seconds):
        self.elapsed += seconds

    def set_back(self, by):
        """Change the time of day alone, as whoever sets a wrong clock right."""
        self.start -= by
