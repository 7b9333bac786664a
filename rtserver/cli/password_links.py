"""``rtserver user link``: a link to choose a password by, where there is no mail."""

from rtserver.cli.context import Context, Failed
from rtserver.cli.tokens import NO_SIGNER
from rtserver.cli.users import find
from rtserver.services import Services
from rtserver.settings.server_url import password_url, public_url


async def link(context: Context, services: Services) -> None:
    """Print a link, and nothing else."""
    if not services.accounts.logins.signs:
        raise Failed(NO_SIGNER)
    user = await find(services, context.args.user)
    if not user.is_active:
        raise Failed(f"User {user.id} is deactivated: activate them first.")
    links, server = services.accounts.links, services.settings.server
    made = await services.db.write(links.of_command, user.id, users=[user.id])
    # Port 0 is a free one, which only the server's log tells.
    url = password_url(public_url(server, server.port or "PORT"), made.token)
    context.console.answer({"link": url}, url)
