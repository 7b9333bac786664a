"""``rtserver import``: people from a CSV file, all of them or nobody."""

from functools import partial
from pathlib import Path

from rtserver.accounts.user_table import InvalidLines
from rtserver.cli.context import Context, Failed
from rtserver.cli.users import ADMIN
from rtserver.services import Services


def bring_in(context: Context) -> int:
    """Bring a file in, or with ``--dry-run`` tell what that would do."""
    file, dry_run = Path(context.args.file), context.args.dry_run
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Failed(f"{file} can't be read: {error.strerror}.") from None
    return context.with_services(partial(_bring_in, file, data), makes=not dry_run)


async def _bring_in(
    file: Path, data: bytes, context: Context, services: Services
) -> None:
    dry_run = context.args.dry_run
    try:
        view = await services.accounts.imports.run(ADMIN, data, dry_run=dry_run)
    except InvalidLines as invalid:
        raise Failed(_told(file, invalid)) from None
    done = "It would be" if dry_run else "Done:"
    text = f"{done} {view.created} new, {view.updated} there already."
    context.console.answer(view, text)


def _told(file: Path, invalid: InvalidLines) -> str:
    lines = [
        f"line {fault.line}: {fault.path or 'row'}: {fault.message}"
        for fault in invalid.lines
    ]
    return "\n".join([f"{file}: nothing was changed.", *lines])
