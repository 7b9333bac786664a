"""``rtserver init``: a config with a fresh secret, the database, and an admin."""

import asyncio
import os
import shlex
import tempfile
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from typing import NamedTuple

from rtserver.accounts.passwords import clean_password
from rtserver.accounts.requests import UserBody, clean_name
from rtserver.cli.console import Clean
from rtserver.cli.context import Context, Failed, opened
from rtserver.cli.users import ADMIN
from rtserver.input.text import clean_email
from rtserver.process.logs import Logs
from rtserver.services import Services
from rtserver.settings.docs import example_ini
from rtserver.settings.load import load
from rtserver.settings.model import Settings
from rtserver.views import UserView, user_view

NAME = "Admin"
EMAIL = "admin@example.com"
DEFAULT_CONFIG = "config.ini"
SECRET_BYTES = 48
PASSWORD_BYTES = 12


class _Admin(NamedTuple):
    """The admin to be made; ``generated``: nobody chose the password."""

    body: UserBody
    password: str
    generated: bool


class _Done(NamedTuple):
    """The admin that there is now; ``password`` if nobody knows it yet, to be shown."""

    user: UserView
    is_new: bool
    password: str | None


def init(context: Context) -> int:
    """Set a school up; an attempt that fails leaves the config as it was."""
    config = Path(context.config or DEFAULT_CONFIG)
    if config.exists() and not context.args.force:
        raise Failed(f"{config} is there already; --force replaces it.")
    if not config.parent.is_dir():
        raise Failed(f"There is no folder {config.parent} to write {config} into.")
    admin = _asked_admin(context)
    draft = _write_draft(config)
    try:
        settings = load(str(draft), context.environ)
        with Logs.for_command():
            done = asyncio.run(_set_up(settings, admin))
        os.replace(draft, config)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    value = {"config": str(config), "admin": done.user, "password": done.password}
    context.console.answer(value, _text(config, settings, done))
    return 0


def _asked_admin(context: Context) -> _Admin:
    """Return the admin by the arguments, and by answers where there are none."""
    args = context.args
    email = _given(
        context,
        args.admin_email or None,
        "The admin's e-mail address",
        EMAIL,
        clean_email,
    )
    name = _given(context, args.admin_name, "Name", NAME, clean_name)
    password = _asked_password(context)
    generated = not password
    password = clean_password(password or token_urlsafe(PASSWORD_BYTES))
    body = UserBody(email=email, name=name, role="admin", password=password)
    return _Admin(body, password, generated)


def _given(
    context: Context, value: str | None, question: str, default: str, clean: Clean
) -> str:
    """Return an argument, or else the answer at the terminal, or else the default."""
    if value is None and context.console.is_terminal:
        return context.console.ask(question, default, clean)
    return clean(default if value is None else value)


def _asked_password(context: Context) -> str:
    if context.args.password_stdin:
        return context.console.password_from_stdin()
    if context.console.is_terminal:
        question = "Password (empty: make one)"
        return context.console.ask_new_password(question, clean_password)
    return ""


def _write_draft(config: Path) -> Path:
    """Write the config under another name, for its owner's eyes only."""
    text = example_ini({("auth", "secret"): token_urlsafe(SECRET_BYTES)})
    handle, name = tempfile.mkstemp(prefix=f".{config.name}.", dir=config.parent)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:  # as on a full disk
        Path(name).unlink()
        raise Failed(f"{config} can't be written: {error.strerror}.") from None
    return Path(name)


async def _set_up(settings: Settings, admin: _Admin) -> _Done:
    async with opened(settings) as services:
        return await _ensure_admin(services, admin)


async def _ensure_admin(services: Services, admin: _Admin) -> _Done:
    """Create the admin; one who is there already gets the password that was chosen."""
    known = await services.accounts.users.find(admin.body.email)
    told = admin.password if admin.generated else None
    if known is None:
        user = await services.accounts.users.create(ADMIN, admin.body)
        return _Done(user_view(user), True, told)
    if known.role != "admin" or not known.is_active:
        raise Failed(f"User {known.id} has this address, and is no active admin.")
    if not admin.generated:
        await services.accounts.users.set_password(ADMIN, known.id, admin.password)
    return _Done(user_view(known), False, None)


def _text(config: Path, settings: Settings, done: _Done) -> str:
    admin = f"Admin: {done.user.name} <{done.user.email}>, user {done.user.id}"
    if done.password is not None:
        admin += f"\nPassword, shown only now: {done.password}"
    elif not done.is_new:
        admin += ", who was there already"
    return (
        f"Wrote {config} with a fresh secret; only you may read it.\n"
        f"Database: {settings.database_url}\n{admin}\n"
        f"Start the server: rtserver serve --config {shlex.quote(str(config))}"
    )
