"""``rtserver outbox …``: mails that wait, or couldn't be sent."""

from rtserver.cli.console import table
from rtserver.cli.context import Context, Failed
from rtserver.clock import rfc3339
from rtserver.mail.outbox_list import ALL, OPEN, MailView, OutboxList
from rtserver.services import Services
from store import outbox

PAGE = 500
HEADS = ("ID", "STATE", "DUE", "TRIES", "EVENT", "TO", "LAST ERROR")


async def show(context: Context, services: Services) -> None:
    """List mails, the oldest first."""
    mails, wanted = OutboxList(services.db), ALL if context.args.all else OPEN
    page = await mails.page(wanted, limit=PAGE)
    found = page.results
    while page.next:
        page = await mails.page(wanted, cursor=page.next, limit=PAGE)
        found += page.results
    context.console.answer(found, table(HEADS, map(_row, found)))


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


def _row(mail: MailView) -> tuple[object, ...]:
    return (
        mail.id,
        mail.state,
        rfc3339(mail.due_at) if mail.due_at else "",
        mail.attempts,
        mail.event,
        mail.email,
        mail.last_error or "",
    )
