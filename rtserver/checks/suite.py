"""All checks: each failure names the setting, and what to change."""

from collections.abc import Callable, Iterator

from rtserver.accounts.keys import KeysError, KeySet
from rtserver.checks import hints, machine, outside, plaintext, sockets, web
from rtserver.checks.lesson_files import lesson_files
from rtserver.checks.links import links, passwords
from rtserver.checks.outcome import CheckFailed, Result, Skipped, Warned
from rtserver.settings.errors import SettingsError
from rtserver.settings.model import Settings
from rtserver.settings.secret_file import passing_secret
from store.engine import is_sqlite, sqlite_path
from store.errors import StoreError
from store.probe import probe

Check = Callable[[Settings], str]


def all_results(settings: Settings, *, idle: float | None = None) -> list[Result]:
    """Run every check; none changes anything. ``idle`` is as in ``sockets.Idle``."""
    inside = [_result(name, check, settings) for name, check in CHECKS]
    return [*inside, *_from_outside(settings, sockets.Idle(idle))]


def _from_outside(settings: Settings, idle: Check) -> Iterator[Result]:
    """Run the checks from outside, each if the one that it depends on was well."""
    known: dict[str, Result] = {}
    for name, needs, check in (*OUTSIDE, ("idle", "websocket", idle)):
        if needs and (known[needs].skipped or not known[needs].ok):
            result = Result(name, True, f"for want of {needs}", skipped=True)
        else:
            result = _result(name, check, settings)
        known[name] = result
        yield result


def _result(name: str, check: Check, settings: Settings) -> Result:
    try:
        return Result(name, True, check(settings))
    except Skipped as reason:
        return Result(name, True, str(reason), skipped=True)
    except Warned as warning:
        return Result(name, True, str(warning), warned=True)
    except (CheckFailed, KeysError, SettingsError) as failure:
        return Result(name, False, str(failure))
    except (web.Unreachable, web.BadCertificate) as reason:
        url = settings.server.base_url
        return Result(name, False, f"[server] base_url: {url} fails: {reason}.")


def keys(settings: Settings) -> str:
    """Read the keys that tokens are checked with."""
    # A secret that isn't made yet is left to the server to make.
    KeySet(settings.auth, passing_secret(settings))
    return f"tokens are checked with {', '.join(settings.auth.algorithms)}"


def database(settings: Settings) -> str:
    """Connect to the database, and look whether its tables are up to date."""
    url = settings.database_url
    if is_sqlite(url.reveal()) and not sqlite_path(url.reveal()).exists():
        return f"{url} isn't there yet: serve, init and migrate create it"
    try:
        found = probe(url.reveal())
    except StoreError as error:
        raise CheckFailed(
            f"[database] url: {url} can't be used ({error}). "
            + hints.database(str(error), url.reveal())
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
            f"[redis] url: {url} doesn't answer ({reason}). {hints.redis(reason)}"
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


CHECKS: tuple[tuple[str, Check], ...] = (
    ("program", machine.program),
    ("data_dir", machine.data_dir),
    ("keys", keys),
    ("database", database),
    ("redis", redis),
    ("smtp", smtp),
    ("lesson_files", lesson_files),
    ("plaintext", plaintext.plaintext),
    ("files", machine.files),
    ("clock", clock),
    ("disk", machine.disk),
)

# The name of a check, that of the check which it depends on, and the check.
OUTSIDE: tuple[tuple[str, str, Check], ...] = (
    ("base_url", "", outside.base_url),
    ("identity", "base_url", outside.identity),
    ("address", "base_url", outside.address),
    ("metrics", "base_url", outside.metrics),
    ("websocket", "base_url", sockets.websocket),
    ("origins", "websocket", sockets.origins),
    ("links", "", links),
    ("passwords", "", passwords),
)
