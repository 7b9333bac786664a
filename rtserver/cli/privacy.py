"""``rtserver user export`` and ``rtserver user erase`` (docs/privacy.md)."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from rtserver.accounts.requests import lookup_key
from rtserver.cli.console import UsageError
from rtserver.cli.context import Context, Failed
from rtserver.cli.users import ADMIN, find
from rtserver.privacy import export as exports
from rtserver.privacy.erase import Erased, Eraser
from rtserver.services import Services
from rtserver.settings.model import Settings
from store import scrub
from store.engine import is_sqlite, sqlite_path
from store.exclusive import AlreadyServed, ServerLock

# An account of years is read in one transaction; a large table is looked through.
PATIENCE = 3600.0
TABLES = (
    *("users", "logins", "refresh_tokens", "messages", "read_marks", "members"),
    *("held_messages", "attendance"),
    *("board_journal", "notifications", "outbox", "mail_attempts"),
    *("mail_preferences", "idempotency_keys", "access_changes"),
    *("files", "file_uploads"),
)
NOT_SCRUBBED = {
    True: "The file may still hold traces, as a server uses it. Stop it for a moment, "
    "and call this once more.",
    False: "PostgreSQL still has to remove what is dead: have the tables' owner call "
    "VACUUM.",
}


async def export(context: Context, services: Services) -> None:
    """Write all that is kept about a person into a ZIP file."""
    user = await find(services, context.args.user)
    file = Path(context.args.file or f"rtserver-user-{user.id}.zip")
    services.db.deadline = PATIENCE
    folder = services.files.removal.folder
    request = exports.Request(user.id, file, services.clock.now(), folder)
    try:
        counts = await services.db.read(exports.write, request)
    except FileExistsError:
        raise Failed(f"{file} is there already: choose another name.") from None
    text = (
        f"Wrote {file}: {counts['messages']} messages, {sum(counts.values())} records."
    )
    context.console.answer({"file": str(file), "user_id": user.id, **counts}, text)


def erase(context: Context) -> int:
    """Erase a person for ever, once that is confirmed."""
    # Asked here, since Ctrl-C doesn't reach a question asked inside an event loop.
    typed = _confirmation(context)
    return context.with_services(partial(_erase, typed=typed))


def _confirmation(context: Context) -> str | None:
    """Return the address that was typed; None with ``--yes``."""
    if context.args.yes:
        return None
    if not context.console.is_terminal:
        raise UsageError("This can't be undone: give --yes, or call it at a terminal.")
    user = context.args.user
    return context.console.ask(f"To erase {user} for ever, type their e-mail address")


async def _erase(context: Context, services: Services, *, typed: str | None) -> None:
    user = await find(services, context.args.user)
    if typed is not None and lookup_key(typed) != lookup_key(user.email):
        raise Failed("That isn't their address: nothing was erased.")
    services.db.deadline = PATIENCE
    if user.is_active:
        # Refused for the last admin; ends their logins and sockets.
        await services.accounts.users.deactivate(ADMIN, user.id)
    done = await _eraser(services).erase(user)
    scrubbed = _scrub(services.settings)
    context.console.answer(_value(done, scrubbed=scrubbed), _text(done))
    if not scrubbed:
        url = services.settings.database_url.reveal()
        context.console.tell(NOT_SCRUBBED[is_sqlite(url)])


def _eraser(services: Services) -> Eraser:
    settings = services.settings
    return Eraser(
        services.db,
        services.clock,
        defaults=settings.notifications,
        folder=settings.outbox_dir,
        purge=services.files.removal.purge,
    )


def _scrub(settings: Settings) -> bool:
    """Have the database's files forget too; return whether they have."""
    url = settings.database_url.reveal()
    if not is_sqlite(url):
        return scrub.postgres(url, TABLES)
    lock = ServerLock(url, shared=False)
    try:
        lock.take()
    except AlreadyServed:
        return scrub.sqlite(sqlite_path(url), served=True)
    try:
        return scrub.sqlite(sqlite_path(url), served=False)
    finally:
        lock.release()


def _value(done: Erased, *, scrubbed: bool) -> dict[str, Any]:
    return {**asdict(done), "scrubbed": scrubbed}


def _text(done: Erased) -> str:
    lines = [
        f"User {done.id} is erased: {done.messages} messages, "
        f"{done.held_messages} held messages, "
        f"{done.notifications} notifications, {done.mails} mails, "
        f"{done.uploads} files; taken out of {done.lessons} lessons."
    ]
    if done.kept_in:
        lines.append(f"The only tutor of lessons {_ids(done.kept_in)}: add another.")
    if done.titles:
        lines.append(f"Their name is in the title of lessons {_ids(done.titles)}.")
    return "\n".join(lines)


def _ids(ids: list[int]) -> str:
    return ", ".join(map(str, ids))
