"""The rooms, shared by all processes through Redis."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from rtserver.callbacks import ignore
from rtserver.errors import Unavailable
from rtserver.presence.register_redis import Departure, Register, Update, shelf
from rtserver.presence.replica import LOOKUP_SECONDS, Replica
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.redis.subscriber import RedisSubscriber
from rtserver.redis.timeout import StallTolerantTimeout
from rtserver.rooms.contract import RoomChange, RoomListener, Seat, SeatState, Signal
from rtserver.rooms.mirror import RoomDiff, RoomMirror, to_ms
from rtserver.rooms.scripts import LEAD, SIGNAL, SNAPSHOT, UPDATE
from rtserver.rooms.states import in_order
from rtserver.settings.model import PresenceSettings

_encode = msgspec.json.Encoder().encode


class RedisRooms:
    """The rooms, shared through Redis: counted as presence is, with a state each.

    See ``Replica`` for how it is kept up. Who comes while Redis is away is known here.
    """

    def __init__(
        self,
        link: RedisLink,
        subscriber: RedisSubscriber,
        node: str,
        settings: PresenceSettings,
    ) -> None:
        self._clock = link.clock
        self._shelf = shelf(link, "rooms", "states", "leads")
        update = Update(Script(UPDATE), self._arguments)
        self._register = Register[Seat](
            link, node, settings, ignore, self._shelf, update
        )
        self._mirror = RoomMirror()
        self._replica = Replica(
            link,
            subscriber,
            self._shelf,
            SNAPSHOT,
            self._register,
            self._mirror,
            heard=self._tell,
            lost=self._tell_lost,
        )
        self._commands = RedisConnection(link, "what is done in rooms")
        self._signal, self._lead = Script(SIGNAL), Script(LEAD)
        self._arrived: dict[Seat, SeatState] = {}
        self._listener: RoomListener | None = None

    def join(self, seat: Seat, connection_id: str) -> None:
        if seat not in self._mirror.states:
            self._arrived.setdefault(seat, SeatState(self._clock.now()))
        self._register.join(seat, connection_id)
        self._replica.wake()

    def leave(self, seat: Seat, connection_id: str) -> None:
        self._register.leave(seat, connection_id)
        if not self._register.here([seat]):
            self._arrived.pop(seat, None)
        self._replica.wake()

    def evict(self, seat: Seat) -> None:
        self._arrived.pop(seat, None)
        self._register.drop(seat)
        self._end(seat, "evict")

    def depose(self, seat: Seat) -> None:
        self._end(seat, "depose")

    def seats_of(self, user_id: int) -> list[Seat]:
        return [seat for seat in self.seats() if seat.user_id == user_id]

    def present(self, lesson_id: int) -> list[int]:
        return list(self.states(lesson_id))

    def states(self, lesson_id: int) -> Mapping[int, SeatState]:
        known = self._mirror.states.room(lesson_id)
        # Otherwise it is told in a moment that they have entered: not twice.
        arrived = self._arrived.items() if self._replica.cut_off else ()
        others = {seat.user_id: s for seat, s in arrived if seat.lesson_id == lesson_id}
        return in_order({**others, **known}) if others else known

    def leader(self, lesson_id: int) -> int | None:
        return self._mirror.states.leader(lesson_id)

    def seats(self) -> Iterator[Seat]:
        yield from list(self._mirror.states.seats())
        yield from [each for each in self._arrived if each not in self._mirror.states]

    async def signal(self, seats: Collection[Seat], signal: Signal) -> None:
        hand = "" if signal.hand is UNSET else int(signal.hand)
        reaction = "" if signal.reaction is UNSET else signal.reaction or "-"
        unknown = await self._command(
            self._signal, [hand, reaction, *(_name(seat) for seat in seats)]
        )
        here = {_name(seat).encode() for seat in self._register.here(seats)}
        if not here.isdisjoint(unknown):
            raise Unavailable  # Redis doesn't know yet, or again, that they are here

    async def lead(self, seat: Seat, connection_id: str, *, on: bool) -> None:
        done = await self._command(self._lead, [_name(seat), connection_id, int(on)])
        if not done and self._register.has(seat, connection_id):
            raise Unavailable

    async def settle(self, seat: Seat) -> None:
        await self._replica.settle(lambda: seat in self._mirror.states)

    async def start(self, listener: RoomListener) -> None:
        self._listener = listener
        await self._replica.start()

    async def stop(self) -> None:
        await self._replica.stop()
        await self._commands.close()

    async def _command(self, script: Script, args: Sequence[Any]) -> Any:
        """Run a script that changes rooms now, or not at all."""
        owners, meta, more = self._shelf.owners, self._shelf.meta, self._shelf.more
        try:
            async with StallTolerantTimeout(LOOKUP_SECONDS):
                reply = await self._commands.evaluate(
                    script, [owners, meta, *more], [self._shelf.channel, *args]
                )
        except (RedisAway, TimeoutError):
            raise Unavailable from None
        if reply is None:
            raise Unavailable
        return reply

    def _end(self, seat: Seat, how: str) -> None:
        self._register.end(Departure(seat, "", how))
        self._replica.wake()

    def _arguments(
        self, present: Sequence[tuple[Seat, str]], left: Sequence[Departure[Seat]]
    ) -> list[Any]:
        """Return the script's arguments: see ``UPDATE``."""
        claims = [
            (_name(seat), connection_id)
            for seat, connection_id in self._mirror.states.leading()
            if self._register.has(seat, connection_id)
        ]
        here = [(_name(seat), id, self._known(seat)) for seat, id in present]
        gone = [(_name(each.owner), *each[1:]) for each in left]
        triples = [value for each in (*here, *claims, *gone) for value in each]
        return [len(claims), *triples]

    def _known(self, seat: Seat) -> str:
        """Return what is known here of a seat, as Redis keeps it; "" if nothing is."""
        state = self._mirror.states.get(seat) or self._arrived.get(seat)
        if state is None:
            return ""
        hand = to_ms(state.hand) if state.hand is not None else None
        return _encode((to_ms(state.entered_at), hand, state.reaction)).decode()

    def _tell(self, diff: RoomDiff, change: RoomChange) -> None:
        for seat in change.entered:
            self._arrived.pop(seat, None)
        if self._listener is not None:
            self._listener.changed(change)

    def _tell_lost(self) -> None:
        for seat in [seat for seat in self._arrived if seat in self._mirror.states]:
            del self._arrived[seat]
        if self._listener is not None:
            self._listener.lost()


def _name(seat: Seat) -> str:
    return f"{seat.lesson_id}:{seat.user_id}"
