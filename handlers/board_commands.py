"""The commands of ``board:lesson:{id}`` (contract 2.3 and 2.5); see also ``patch_run``.

Those that return nothing have sent their ack already, at its place among the events.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from handlers.command import Command
from rtserver.access.rights import CANCELLED
from rtserver.boards.changes import By, Changed
from rtserver.boards.elements import read_state
from rtserver.boards.events import unsigned
from rtserver.delivery import wire
from rtserver.delivery.channels import BOARD, Channel, board_stream
from rtserver.delivery.command_result import DONE, CommandResult
from rtserver.delivery.messages import Ack
from rtserver.delivery.pending_ack import PendingAcks
from rtserver.delivery.session import Subscription
from rtserver.delivery.subscriptions import StreamSnapshot
from rtserver.errors import Conflict, Forbidden, TooLarge

_UNSET: Final = msgspec.UNSET
CURSOR_BYTES: Final = 1024
PREVIEW_BYTES: Final = 4096


async def reset(command: Command) -> None:
    boards = command.services.boards.service
    # What is cleared is kept, and the tombstones with it.
    _charge(command, await boards.weight(_board(command).id))
    await _change(command, boards.reset)


async def send_snapshot(command: Command) -> None:
    most = command.services.settings.boards.element_bytes
    elements = read_state(command.payload.elements, most)
    boards = command.services.boards.service
    _charge(command, len(command.envelope.payload))
    await _change(command, lambda by: boards.replace(by, elements))


async def request_snapshot(command: Command) -> None:
    id, channel = command.id, _board(command)
    services, session = command.services, command.session
    # Whoever asks for state without reading it gets no more of it meanwhile.
    await session.connection.drained()

    async def read() -> StreamSnapshot:
        view = await services.boards.service.view(session.actor, channel.id)
        parts, size = wire.ack_stream(id, view.chunks()), view.size
        services.figures.counters.control += 1
        return StreamSnapshot(
            board_stream(channel.id),
            view.seq,
            lambda: session.connection.send_stream(parts, size),
        )

    await services.delivery.subscriptions.tell_between(session, channel.name, read)


def move_cursor(command: Command) -> CommandResult:
    payload = _small_payload(command, "A cursor", CURSOR_BYTES)
    session, channel = command.session, _board(command)
    _require_changeable(session.subscriptions[channel.name])
    command.services.boards.service.move_cursor(
        session.user_id, channel.id, session.connection.id, payload
    )
    return DONE


def preview(command: Command) -> CommandResult:
    payload = _small_payload(command, "A preview", PREVIEW_BYTES)
    session, channel = command.session, _board(command)
    subscription = session.subscriptions[channel.name]
    if not subscription.may_draw:
        raise Forbidden()
    _require_changeable(subscription)
    command.services.boards.service.preview(
        session.user_id, channel.id, session.connection.id, payload
    )
    return DONE


def _small_payload(command: Command, what: str, most: int) -> bytes:
    """Return a payload that goes on to the others as it is, without a ``user_id``."""
    payload = command.envelope.payload
    if len(payload) > most:
        raise TooLarge(f"{what}'s payload has at most {most} bytes.")
    if command.payload.ignored_user_id is not _UNSET:
        return unsigned(payload)
    return payload


def _require_changeable(subscription: Subscription) -> None:
    if subscription.read_only:
        raise Conflict(CANCELLED)


async def _change(command: Command, change: Callable[[By], Awaitable[Changed]]) -> None:
    """Change a board, and ack that at its event's place in the stream."""
    id, channel = command.id, _board(command)
    session, services = command.session, command.services

    def send(changed: Changed) -> None:
        services.figures.counters.control += 1
        session.connection.send(wire.frame(Ack(id, changed.ack)))

    with PendingAcks(send) as ack:
        await change(By(session.actor, channel.id, session.connection.id, ack.send))
        await ack.sent(1, services.db.deadline)


def _charge(command: Command, size: int) -> None:
    command.services.budgets.charge_change(command.session.actor, size)


def _board(command: Command) -> Channel:
    return command.subscribed_channel(BOARD)
