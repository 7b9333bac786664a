"""``rtserver outbox …``: mails that wait, or couldn't be sent."""

from typing import Any

from rtserver.cli.console import table
from rtserver.cli.context import Context, Failed
from rtserver.clock import rfc3339
from rtserver.services import Services
from store import outbox, users
from store.records import MailRecord
from store.transaction import Transaction

PAGE = 500
OPEN = ("waiting", "leased", "dead")
ENDED = ("sent", "dropped")
HEADS = ("ID", "STATE", "DUE", "TRIES", "EVENT", "TO", "LAST ERROR")


async def show(context: Context, services: Services) -> None:
    """List mails, the oldest first."""
    states = OPEN + ENDED if context.args.all else OPEN
    found: list[dict[str, Any]] = []
    after = 0
    while page := await services.db.read(_page, states, after):
        found += page
        after = page[-1]["id"]
    rows = [
        (
            mail["id"],
            mail["state"],
            mail["due_at"] or "",
            mail["attempts"],
            mail["event"],
            mail["email"],
            mail["last_error"] or "",
        )
        for mail in found
    ]
    context.console.answer(found, table(HEADS, rows))


async def retry(context: Context, services: Services) -> None:
    """Make mails due at once; a running server sends them."""
    ids = sorted(set(context.args.ids)) or None
    count = await services.db.write(outbox.revive, ids, services.clock.now())
    if ids is not None and count < len(ids):
        raise Failed(
            f"Only {count} of {len(ids)} could be retried: mails that failed before, "
            "or are dead. See rtserver outbox list."
        )
    context.console.answer({"retried": count}, f"Retried: {count}")


def _page(tx: Transaction, states: tuple[str, ...], after: int) -> list[dict[str, Any]]:
    mails = outbox.page(tx, states=states, after=after, limit=PAGE)
    errors = outbox.last_errors(tx, [mail.id for mail in mails])
    people = users.by_ids(tx, {mail.user_id for mail in mails})
    return [
        _row(mail, people[mail.user_id].email, errors.get(mail.id)) for mail in mails
    ]


def _row(mail: MailRecord, email: str, error: str | None) -> dict[str, Any]:
    failed = mail.state in OPEN
    return {
        "id": mail.id,
        "state": _state(mail),
        "event": mail.event,
        "user_id": mail.user_id,
        "email": email,
        "lesson_id": mail.lesson_id,
        "created_at": rfc3339(mail.created_at),
        "due_at": rfc3339(mail.due_at) if mail.state == "waiting" else None,
        "ended_at": rfc3339(mail.ended_at) if mail.ended_at else None,
        "attempts": mail.attempts,
        "last_error": error if failed else None,
    }


def _state(mail: MailRecord) -> str:
    """Name a state as people do; a mail held too long is due as well."""
    if mail.state == "waiting":
        return "held" if mail.held else "due"
    return "sending" if mail.state == "leased" else mail.state
