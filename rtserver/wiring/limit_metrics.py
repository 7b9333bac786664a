"""Show in the metrics who and what is near a limit: users, and the disk."""

from pathlib import Path

from rtserver.access.budgets import Budgets
from rtserver.metrics.disk import Disk
from rtserver.metrics.registry import Metrics
from rtserver.settings.model import Settings
from store.engine import is_sqlite, sqlite_path


def watch_budgets(metrics: Metrics, budgets: Budgets) -> None:
    """Show the users who write or ask the most, and how often that was refused."""
    writes, requests, calendars, mails = budgets
    metrics.watch_by(
        "rtserver_write_budget_used_ratio",
        "Used share of `limits.write_bytes_burst`, of the users nearest to it.",
        "user",
        writes.nearest,
    )
    metrics.watch_by(
        "rtserver_request_budget_used_ratio",
        "Used share of `limits.requests_burst`, of the users nearest to it.",
        "user",
        requests.nearest,
    )
    metrics.watch_by(
        "rtserver_mail_budget_used_ratio",
        "Used share of `limits.mails_burst`, of the tutors nearest to it.",
        "user",
        mails.nearest,
    )
    metrics.watch_count(
        "rtserver_writes_limited",
        "Changes refused by `limits.write_bytes_per_second`.",
        lambda: writes.refused,
    )
    metrics.watch_count(
        "rtserver_requests_limited",
        "HTTP requests refused by `limits.requests_per_second`.",
        lambda: requests.refused,
    )
    metrics.watch_count(
        "rtserver_calendars_limited",
        "Reads of a calendar refused, as it was read too often.",
        lambda: calendars.refused,
    )
    metrics.watch_count(
        "rtserver_mails_limited",
        "Changes of lessons refused, as their tutor has caused too many mails.",
        lambda: mails.refused,
    )


def watch_disk(metrics: Metrics, settings: Settings) -> None:
    """Show what is left where this process writes."""
    disk = Disk(_folder(settings))
    metrics.watch_known(
        "rtserver_disk_free_bytes",
        "Bytes that may still be written to the disk of the SQLite database, or of "
        "`server.data_dir` where the database is another.",
        disk.free,
    )
    metrics.watch_known("rtserver_disk_size_bytes", "Size of that disk.", disk.size)


def _folder(settings: Settings) -> Path:
    url = settings.database_url.reveal()
    return sqlite_path(url).parent if is_sqlite(url) else settings.server.data_dir
