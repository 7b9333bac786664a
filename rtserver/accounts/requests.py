"""Bodies of the requests about accounts (contract 3.1)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rtserver.errors import Invalid
from rtserver.input.field_types import (
    MAX_NAME,
    Email,
    Locale,
    Name,
    Password,
    Timezone,
)
from rtserver.input.text import (
    clean_email,
    clean_locale,
    clean_text,
    clean_timezone,
    email_key,
)

Role = Literal["admin", "tutor", "student"]


class Remembering(msgspec.Struct, frozen=True, kw_only=True):
    """The fields by which a page of this server asks for its cookie.

    ``remember``: for longer than the browser's session.
    """

    cookie: bool = False
    remember: bool = False


class SignIn(Remembering, frozen=True, forbid_unknown_fields=True):
    """The body of POST /api/auth/token/."""

    email: str
    password: str


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /api/auth/token/refresh/; empty, the cookie has the token."""

    refresh: str | UnsetType = UNSET


class SignOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /api/auth/logout/; without a token, the cookie has it."""

    refresh: str | UnsetType = UNSET
    everywhere: bool = False


class Forgotten(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /api/auth/password/forgot/."""

    email: str


class Choice(Remembering, frozen=True, forbid_unknown_fields=True):
    """The body of POST /api/auth/password/; without a password it only asks."""

    token: str
    password: Password | UnsetType = UNSET


class UserBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of PUT /api/users/{id}/."""

    email: Email
    name: Name
    role: Role
    locale: Locale | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET


class NewUser(UserBody, frozen=True, forbid_unknown_fields=True):
    """The body of POST /api/users/."""

    invite: bool = False


class UserChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of PATCH /api/users/{id}/."""

    email: Email | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET


class MyChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of PATCH /api/users/me/.

    A new password needs the present one beside it.
    """

    name: Name | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    current_password: str | UnsetType = UNSET


clean_name = partial(clean_text, path="name", maximum=MAX_NAME)

_CLEANERS: Mapping[str, Callable[[str], str]] = {
    "email": clean_email,
    "name": clean_name,
    "locale": clean_locale,
    "timezone": clean_timezone,
}
_NO_COLUMNS = ("password", "current_password", "invite")


def clean_values(body: UserBody | UserChanges | MyChanges) -> dict[str, Any]:
    """Return the columns that a body sets, or raise ``Invalid``; no password."""
    values = {
        name: value
        for name, value in msgspec.structs.asdict(body).items()
        if value is not UNSET and name not in _NO_COLUMNS
    }
    for name, clean in _CLEANERS.items():
        if name in values:
            values[name] = clean(values[name])
    if "email" in values:
        values["email_key"] = email_key(values["email"])
    return values


def lookup_key(email: str) -> str | None:
    """Return the key by which to look for an address; None for what can't be one."""
    try:
        return email_key(clean_email(email))
    except Invalid:
        return None
