"""``rtserver user …``: people's accounts."""

from functools import partial

from msgspec import UNSET

from rtserver.access.actor import Actor
from rtserver.accounts.passwords import clean_password
from rtserver.accounts.requests import UserBody, UserChanges
from rtserver.cli.console import UsageError, table
from rtserver.cli.context import Context, Failed
from rtserver.services import Services
from rtserver.views import UserView, user_view
from store.records import UserRecord

PAGE = 100
# Whoever can call the command line may do anything.
ADMIN = Actor(None, "command line", "admin")


def add(context: Context) -> int:
    """Add a user; without a password they can't sign in here."""
    # Asked here, since Ctrl-C doesn't reach a question asked inside an event loop.
    password = _password(context, "Password (empty: none)")
    return context.with_services(partial(_add, password=password), makes=True)


def set_password(context: Context) -> int:
    """Set a new password of a user, and end their logins."""
    password = _password(context, f"New password of {context.args.user}")
    if not password:
        raise UsageError("Give a password: --password-stdin, or at a terminal.")
    return context.with_services(partial(_set_password, password=password))


async def _add(context: Context, services: Services, *, password: str) -> None:
    args = context.args
    if args.id is not None and await services.accounts.users.find(str(args.id)):
        raise Failed(f"There is a user {args.id} already.")
    body = UserBody(
        email=args.email,
        name=args.name,
        role=args.role,
        locale=args.locale if args.locale is not None else UNSET,
        timezone=args.timezone if args.timezone is not None else UNSET,
        password=password or UNSET,
    )
    if args.id is None:
        user = await services.accounts.users.create(ADMIN, body)
    else:
        user, _ = await services.accounts.users.put(ADMIN, args.id, body)
    note = "" if password else " They have no password, and can't sign in here."
    _answer(context, user, f"Added {_described(user)}.{note}")
    if args.role == "admin" and not password:
        context.console.tell(
            f"Warning: admin {user.id} has no password, and can't sign in here. Set "
            f"one: rtserver user passwd {user.id} --password-stdin"
        )


async def show_all(context: Context, services: Services) -> None:
    """List all users."""
    found = await every_user(services)
    rows = [(u.id, u.email, u.name, u.role, _state(u)) for u in found]
    heads = ("ID", "E-MAIL", "NAME", "ROLE", "STATE")
    context.console.answer(found, table(heads, rows))


async def _set_password(context: Context, services: Services, *, password: str) -> None:
    user = await find(services, context.args.user)
    changed = await services.accounts.users.set_password(ADMIN, user.id, password)
    text = f"{_described(changed)} has a new password; all their logins have ended."
    _answer(context, changed, text)


async def deactivate(context: Context, services: Services) -> None:
    """Deactivate a user: they are locked out at once."""
    user = await find(services, context.args.user)
    changed = await services.accounts.users.deactivate(ADMIN, user.id)
    _answer(context, changed, f"{_described(changed)} is locked out.")


async def activate(context: Context, services: Services) -> None:
    """Let somebody in again, by the password that they had."""
    await _patch(context, services, UserChanges(is_active=True), "may come in again")


async def set_role(context: Context, services: Services) -> None:
    """Give somebody another role in the school; those in lessons stay."""
    role = context.args.role
    await _patch(context, services, UserChanges(role=role), f"has the role {role}")


async def _patch(
    context: Context, services: Services, changes: UserChanges, done: str
) -> None:
    user = await find(services, context.args.user)
    changed = await services.accounts.users.patch(ADMIN, user.id, changes)
    _answer(context, changed, f"User {changed.id}, {changed.name}, {done}.")


async def find(services: Services, id_or_email: str) -> UserRecord:
    """Return the user that the command line names; raises ``Failed``."""
    user = await services.accounts.users.find(id_or_email)
    if user is None:
        raise Failed(f"There is no user {id_or_email}; see rtserver user list.")
    return user


async def every_user(services: Services) -> list[UserView]:
    """Return all users by id."""
    page = await services.accounts.users.page(ADMIN, cursor=None, limit=PAGE)
    found = page.results
    while page.next:
        page = await services.accounts.users.page(ADMIN, cursor=page.next, limit=PAGE)
        found += page.results
    return found


def _password(context: Context, question: str) -> str:
    """Return the password from stdin or the terminal; empty if there is neither."""
    if context.args.password_stdin:
        return context.console.password_from_stdin()
    if context.console.is_terminal:
        return context.console.ask_new_password(question, clean_password)
    return ""


def _answer(context: Context, user: UserRecord, text: str) -> None:
    context.console.answer(user_view(user), text)


def _described(user: UserRecord) -> str:
    return f"{user.role} {user.id}, {user.name} <{user.email}>"


def _state(user: UserView) -> str:
    return "active" if user.is_active else "deactivated"
