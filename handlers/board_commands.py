"""The commands of ``board:lesson:{id}`` (contract 2.3 and 2.5)."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from handlers.command import Command
from rtserver.boards.changes import By, Changed
from rtserver.boards.elements import read_patch, read_state
from rtserver.delivery import channels, wire
from rtserver.delivery.channels import Channel, board_stream
from rtserver.delivery.pending_ack import Receipt
from rtserver.delivery.subscriptions import Answer, Moment
from rtserver.delivery.wire import CommandId
from rtserver.edge import frames
from rtserver.edge.connection import Connection
from rtserver.errors import BadRequest, NotSubscribed, TooLarge
from rtserver.input import decode

CURSOR_BYTES = 1024


async def patch(command: Command) -> Answer:
    elements = read_patch(command.payload.elements)
    boards = command.services.boards
    return await _change(command, lambda by: boards.patch(by, elements))


async def reset(command: Command) -> Answer:
    return await _change(command, command.services.boards.reset)


async def send_snapshot(command: Command) -> Answer:
    elements = read_state(command.payload.elements)
    boards = command.services.boards
    return await _change(command, lambda by: boards.replace(by, elements))


async def request_snapshot(command: Command) -> Answer:
    id, channel = command.id, _board(command)
    services, session = command.services, command.session
    # Whoever asks for state without reading it gets no more of it meanwhile.
    await session.connection.drained()

    async def read() -> Moment:
        view = await services.boards.view(session.actor, channel.id)
        parts = frames.build_text_parts(wire.ack_parts(id, view.chunks()))
        services.traffic.control += 1
        return Moment(
            board_stream(channel.id),
            view.seq,
            lambda: session.connection.send_stream(parts),
        )

    await services.subscriptions.tell_between(session, channel.name, read)
    return Answer({}, given=True)


def move_cursor(command: Command) -> Answer:
    raw = command.envelope.payload
    if len(bytes(raw)) > CURSOR_BYTES:
        raise TooLarge(f"A cursor's payload has at most {CURSOR_BYTES} bytes.")
    fields = decode.decode(raw, dict[str, msgspec.Raw], prefix="payload")
    session = command.session
    command.services.boards.move_cursor(
        session.user_id, _board(command).id, session.connection.id, fields
    )
    return Answer({})


async def _change(
    command: Command, change: Callable[[By], Awaitable[Changed]]
) -> Answer:
    """Change a board; where that takes a seq, the ack goes out at its place."""
    id, channel = command.id, _board(command)
    session, services = command.session, command.services

    def acknowledge(changed: Changed) -> None:
        services.traffic.control += 1
        _send_ack(session.connection, id, changed.ack)

    with Receipt(acknowledge) as receipt:
        by = By(session.actor, channel.id, session.connection.id, receipt.give)
        changed = await change(by)
        if changed.seq is None:
            receipt.give(changed)
        await receipt.given(services.db.deadline)
    return Answer({}, given=True)


def _send_ack(connection: Connection, id: CommandId, ack: dict[str, Any]) -> None:
    """Send the ack of a change; a long one doesn't make its reader a slow one.

    What 500 elements have lost against can be many megabytes.
    """
    current = ack.get("current", ())
    if sum(memoryview(raw).nbytes for raw in current) < wire.CHUNK:
        connection.send(wire.ack(id, ack))
        return
    head = {name: ack[name] for name in ack if name != "current"}
    payload = wire.object_parts(head, "current", current)
    connection.send_stream(frames.build_text_parts(wire.ack_parts(id, payload)))


def _board(command: Command) -> Channel:
    """Find the board of a command; it has to be subscribed to."""
    channel = channels.parse(command.channel_name)
    if channel.kind != "board:lesson":
        raise BadRequest.at("channel", "must be board:lesson:{id} for this command")
    if channel.name not in command.session.subscriptions:
        raise NotSubscribed()
    return channel
