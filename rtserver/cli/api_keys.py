"""``rtserver apikey …``: the keys of integrating platforms."""

from datetime import datetime

from rtserver.accounts.api_keys import ApiKeys
from rtserver.cli.console import table
from rtserver.cli.context import Context
from rtserver.clock import rfc3339
from rtserver.services import Services


async def add(context: Context, services: Services) -> None:
    """Make a key and print it, this once."""
    record, key = await _api_keys(services).add(context.args.name)
    if not context.console.json:
        context.console.tell(f"Key {record.id} of {record.name}, shown only now:")
    context.console.answer({"id": record.id, "name": record.name, "key": key}, key)


async def show_all(context: Context, services: Services) -> None:
    """List all keys, without the keys themselves."""
    found = await _api_keys(services).all()
    rows = [
        (key.id, key.name, _moment(key.created_at), _moment(key.revoked_at))
        for key in found
    ]
    text = table(("ID", "NAME", "CREATED", "REVOKED"), rows)
    context.console.answer(found, text)


async def revoke(context: Context, services: Services) -> None:
    """End a key at once."""
    key = await _api_keys(services).revoke(context.args.id)
    context.console.answer(key, f"Key {key.id} of {key.name} is revoked.")


def _api_keys(services: Services) -> ApiKeys:
    return ApiKeys(services.db, services.clock)


def _moment(moment: datetime | None) -> str:
    return rfc3339(moment.replace(microsecond=0)) if moment else ""
