"""The commands of ``room:lesson:{id}`` (contract 2.3)."""

from handlers.command import Command
from rtserver.delivery.channels import ROOM
from rtserver.delivery.command_result import DONE, CommandResult
from rtserver.errors import BadRequest
from rtserver.rooms.contract import Signal


async def react(command: Command) -> CommandResult:
    channel, asked = command.subscribed_channel(ROOM), command.payload
    rooms, session = command.services.rooms.service, command.session
    signal = Signal(asked.hand, asked.reaction)
    named = asked.user_id or None
    if named is not None and asked.all:
        raise BadRequest.at("payload.all", "name one user, or all, but not both")
    if asked.all or named not in (None, session.user_id):
        await rooms.clear(session.actor, channel.id, signal, named)
    else:
        await rooms.signal(session.actor, channel.id, signal)
    return DONE


async def lead(command: Command) -> CommandResult:
    channel, session = command.subscribed_channel(ROOM), command.session
    await command.services.rooms.service.lead(
        session.actor, channel.id, session.connection.id, on=command.payload.on
    )
    return DONE
