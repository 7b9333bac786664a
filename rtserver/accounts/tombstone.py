"""The tombstone in the place of an account that was erased (docs/privacy.md)."""

from rtserver.input.text import ERASED_DOMAIN
from store.records import UserRecord

NAME = "Deleted user"


def address_of(user_id: int) -> str:
    """Return what stands for the address of somebody who was erased."""
    return f"erased-{user_id}@{ERASED_DOMAIN}"


def is_erased(user: UserRecord) -> bool:
    return user.email == address_of(user.id)
