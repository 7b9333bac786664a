"""``rtserver token``: an access token for trying things out."""

import asyncio
from datetime import UTC, datetime

from rtserver.accounts.tokens import TokenSigner
from rtserver.cli.console import UsageError
from rtserver.cli.context import Context, Failed
from rtserver.cli.users import find
from rtserver.clock import rfc3339
from rtserver.services import Services
from rtserver.settings.secret_file import ensure_secret
from rtserver.wiring.accounts import signer
from store.records import UserRecord

NO_SIGNER = (
    "[auth] algorithms doesn't hold HS256, so this server signs no tokens: "
    "get one where yours come from, or add HS256."
)


async def token(context: Context, services: Services) -> None:
    """Print a token of a user, and nothing else."""
    _signer(services)  # the first thing to be told, if there is none
    user = await find(services, context.args.user)
    text, expires_at = await issue(services, user, context.args.ttl)
    context.console.answer({"token": text, "expires_at": expires_at}, text)


async def issue(
    services: Services, user: UserRecord, ttl: float | None = None
) -> tuple[str, str]:
    """Return a new token of a user, and when it ends (RFC 3339)."""
    auth = services.settings.auth
    sign = _signer(services)
    if ttl is not None and ttl > auth.max_ttl:
        raise UsageError(
            f"--ttl: [auth] max_ttl allows {auth.max_ttl:g} seconds at most."
        )
    if not user.is_active:
        raise Failed(f"User {user.id} is deactivated: no token of theirs counts.")
    await _pass_revocation(services, user)
    text, expires_at = sign.sign(user.id, ttl=ttl)
    return text, rfc3339(datetime.fromtimestamp(expires_at, UTC))


def _signer(services: Services) -> TokenSigner:
    secret = ensure_secret(services.settings)
    made = signer(services.settings, secret, services.clock)
    if made is None:
        raise Failed(NO_SIGNER)
    return made


async def _pass_revocation(services: Services, user: UserRecord) -> None:
    """Wait until the second of a revocation is over: a token of that second is dead."""
    if user.revoked_at is None:
        return
    since = int(user.revoked_at.timestamp()) + 1
    await asyncio.sleep(min(1.0, since - services.clock.now().timestamp()))
