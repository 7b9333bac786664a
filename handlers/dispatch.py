"""From a command's type to the one method that serves it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from handlers import board_commands, room_commands
from handlers import payloads as commands
from handlers.command import Command
from handlers.patch_run import PatchRun
from rtserver.clock import rfc3339
from rtserver.delivery.command_result import DONE, CommandResult
from rtserver.delivery.messages import Envelope
from rtserver.delivery.session import Session
from rtserver.delivery.subscriptions import SubscribeRequest
from rtserver.errors import Conflict, Unauthenticated, UnknownType
from rtserver.input import decode
from rtserver.services import Services
from rtserver.sessions.admission import expiry_of

# What becomes of a command that takes time: its answer, which is None where the ack was
# sent already (``PendingAcks``); or a run, which has its answers sent as it is decided.
Promised = Awaitable[CommandResult | None] | PatchRun
Served = CommandResult | Promised


def ping(command: Command) -> CommandResult:
    return CommandResult({"server_time": rfc3339(command.services.clock.now())})


def already(command: Command) -> CommandResult:
    raise Conflict("This connection is signed in already: send auth.refresh.")


async def refresh(command: Command) -> CommandResult:
    services, session = command.services, command.session
    identified = await services.accounts.identity.of_token(command.payload.token)
    if identified.actor.user_id != session.user_id:
        raise Unauthenticated("The token is another user's.")
    session.claims = identified.claims
    session.actor = identified.actor
    return CommandResult({"token_expires_at": expiry_of(session)})


async def subscribe(command: Command) -> CommandResult:
    payload = command.payload
    request = SubscribeRequest(_given(payload.since), _given(payload.epoch))
    await command.session.connection.drained()  # as with snapshots
    if wait := _replay_wait(command):
        await asyncio.sleep(wait)
    return await command.services.delivery.subscriptions.subscribe(
        command.session, command.channel_name, request
    )


def _replay_wait(command: Command) -> float:
    """Return for how long whoever has been sent very much again has to wait."""
    services = command.services
    now = services.clock.monotonic()
    return services.allowances.replay_wait(command.session.user_id, now)


def unsubscribe(command: Command) -> CommandResult:
    name = command.channel_name
    command.services.delivery.subscriptions.unsubscribe(command.session, name)
    return CommandResult({"channel": name})


async def chat_typing(command: Command) -> CommandResult:
    actor, payload = command.session.actor, command.payload
    await command.services.chat.typing(actor, payload.lesson_id)
    return DONE


async def chat_read(command: Command) -> CommandResult:
    actor, payload = command.session.actor, command.payload
    sender = command.session.connection.id
    seq = await command.services.chat.mark_read(
        actor, payload.lesson_id, payload.seq, sender
    )
    return CommandResult({"seq": seq})


class Route:
    """A command's way; ``quiet`` ones too fast are dropped, not refused."""

    __slots__ = ("payload", "quiet", "serve")

    def __init__(
        self,
        payload: type[msgspec.Struct],
        serve: Callable[[Command], Served],
        *,
        quiet: bool = False,
    ) -> None:
        self.payload = payload
        self.serve = serve
        self.quiet = quiet


ROUTES: Final[dict[str, Route]] = {
    "ping": Route(commands.Ping, ping),
    # Before the sign-in, handlers.command_loop takes it.
    "auth": Route(commands.Authenticate, already),
    "auth.refresh": Route(commands.Authenticate, refresh),
    "subscribe": Route(commands.Subscribe, subscribe),
    "unsubscribe": Route(commands.Unsubscribe, unsubscribe),
    "board.patch": Route(commands.BoardElements, PatchRun),
    "board.reset": Route(commands.BoardReset, board_commands.reset),
    "board.snapshot.send": Route(commands.BoardElements, board_commands.send_snapshot),
    "board.snapshot.request": Route(
        commands.BoardSnapshotRequest, board_commands.request_snapshot
    ),
    "board.cursor.move": Route(
        commands.BoardCursorMove, board_commands.move_cursor, quiet=True
    ),
    "board.preview": Route(commands.BoardPreview, board_commands.preview, quiet=True),
    "room.react": Route(commands.RoomReact, room_commands.react),
    "room.lead": Route(commands.RoomLead, room_commands.lead),
    "chat.typing": Route(commands.ChatTyping, chat_typing, quiet=True),
    "chat.read": Route(commands.ChatRead, chat_read),
}


def route_of(envelope: Envelope) -> Route:
    """Find who serves a command; raises ``UnknownType``."""
    route = ROUTES.get(envelope.type)
    if route is None:
        raise UnknownType()
    return route


def dispatch(services: Services, session: Session, envelope: Envelope) -> Served:
    """Serve one command, at once where nothing has to be waited for."""
    route = route_of(envelope)
    payload = decode.decode_part(envelope.payload, route.payload, prefix="payload")
    return route.serve(Command(services, session, envelope, payload))


def _given(value: Any) -> Any:
    return None if value is msgspec.UNSET else value
