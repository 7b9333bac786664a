"""What the server needs, tried out: each failure names its key and what to change."""

from collections.abc import Callable
from typing import NamedTuple

from rtserver.accounts.keys import KeysError, KeySet
from rtserver.checks import machine
from rtserver.checks.machine import CheckFailed
from rtserver.settings.errors import SettingsError
from rtserver.settings.model import Settings
from rtserver.settings.secret import ensure_secret
from store.engine import is_sqlite, sqlite_path
from store.errors import StoreError
from store.probe import probe


class Result(NamedTuple):
    name: str
    ok: bool
    message: str


def all_results(settings: Settings) -> list[Result]:
    """Run every check; none changes anything."""
    return [_result(name, check, settings) for name, check in CHECKS]


def _result(name: str, check: Callable[[Settings], str], settings: Settings) -> Result:
    try:
        return Result(name, True, check(settings))
    except (CheckFailed, KeysError, SettingsError) as failure:
        return Result(name, False, str(failure))


def keys(settings: Settings) -> str:
    """Read the keys that tokens are checked with."""
    # A secret that isn't made yet is left to the server to make.
    made = settings.auth.secret or settings.secret_path.exists()
    secret = ensure_secret(settings) if made else "not made yet".ljust(48)
    KeySet(settings.auth, secret)
    return f"tokens are checked with {', '.join(settings.auth.algorithms)}"


def database(settings: Settings) -> str:
    """Go to the database and back."""
    url = settings.database_url
    if is_sqlite(url.reveal()) and not sqlite_path(url.reveal()).exists():
        return f"{url} isn't there yet: serve, init and migrate create it"
    try:
        found = probe(url.reveal())
    except StoreError as error:
        raise CheckFailed(
            f"[database] url: {url} can't be used ({error}). Check that it runs, "
            "and the address, user, password and rights."
        ) from None
    if found.unknown:
        raise CheckFailed(
            f"[database] url: {url} is newer than this program (it has "
            f"{found.unknown[-1]}). Install the rtserver that made it."
        )
    if found.pending:
        waiting = ", ".join(found.pending)
        return f"{url} answers; serve and migrate will apply: {waiting}"
    return f"{url} answers, its tables are up to date"


def redis(settings: Settings) -> str:
    """Ping Redis, where one is set."""
    url = settings.redis.url
    if not url:
        return "not used: this process is the only one"
    from rtserver.checks.redis import refusal

    if reason := refusal(url.reveal()):
        raise CheckFailed(
            f"[redis] url: {url} doesn't answer ({reason}). Start Redis, or correct "
            "the address, or leave it empty for a single process."
        )
    return f"{url} answers"


def smtp(settings: Settings) -> str:
    """Connect to the mail server and log in, without sending anything."""
    if not settings.smtp.host:
        return f"not used: mails are written to {settings.outbox_dir}"
    from rtserver.mail.check import Refused, connect

    try:
        connect(settings.smtp)
    except Refused as refused:
        raise CheckFailed(str(refused)) from None
    return f"{settings.smtp.host} port {settings.smtp.effective_port} takes mails"


def clock(settings: Settings) -> str:
    """Compare the clock with the database's, or with the times of files."""
    url = settings.database_url.reveal()
    if is_sqlite(url):
        return machine.clock_by_files(sqlite_path(url))
    try:
        ahead = probe(url).clock_ahead
    except StoreError:
        return machine.clock_by_files()
    return machine.clock_by_database(ahead)


CHECKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("data_dir", machine.data_dir),
    ("keys", keys),
    ("database", database),
    ("redis", redis),
    ("smtp", smtp),
    ("files", machine.files),
    ("clock", clock),
    ("disk", machine.disk),
)
