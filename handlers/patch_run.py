"""Patches that wait one behind the other share a commit."""

from collections.abc import Callable
from typing import NamedTuple

from handlers.command import Command
from handlers.command_queue import CommandQueue, Received
from handlers.payloads import BoardElements
from rtserver.boards.changes import By, Changed, Outcome
from rtserver.boards.elements import Element, read_patch
from rtserver.delivery import wire
from rtserver.delivery.channels import BOARD
from rtserver.delivery.messages import CommandId, Envelope
from rtserver.delivery.pending_ack import PendingAcks
from rtserver.errors import Disconnect, NotSubscribed, RtError, Unavailable, to_error
from rtserver.input import decode
from rtserver.input.decode import BadFrame

# Others wait for the transaction meanwhile.
MAX_PATCHES = 32
MAX_BYTES = 65_536

# As ``CommandLoop`` answers a command that failed.
Refuse = Callable[[Exception, CommandId, str | None], None]


class _Patch(NamedTuple):
    """One command of a run: its elements, or what it is refused with."""

    id: CommandId
    elements: list[Element]
    refusal: Exception | None = None


class PatchRun:
    """Successive patches of one board by one connection.

    They take effect and are answered in the order in which they were sent, each as if
    it came alone. Where one has to be compared first, or acks are long, those behind
    wait for a commit of their own; what may have ended the session's rights meanwhile
    is looked for before each.
    """

    __slots__ = (
        "_bytes",
        "_channel",
        "_most",
        "_patches",
        "_refuse",
        "_services",
        "_session",
    )

    def __init__(self, first: Command) -> None:
        self._services = first.services
        self._session = first.session
        self._bytes = 0
        self._most = MAX_PATCHES
        self._patches: list[_Patch] = []
        self._refuse: Refuse
        self._add(first)
        self._channel = first.subscribed_channel(BOARD)

    def __bool__(self) -> bool:
        """Return whether some of it aren't answered yet."""
        return bool(self._patches)

    def take_along(self, queue: CommandQueue) -> None:
        """Take the patches that wait right behind, as many as may share a commit."""
        while (envelope := self._next(queue.first)) is not None:
            queue.pop()
            self._services.figures.counters.command(envelope.type)
            try:
                payload = decode.decode_part(
                    envelope.payload, BoardElements, prefix="payload"
                )
                self._add(Command(self._services, self._session, envelope, payload))
            except Exception as error:
                # It is answered in its turn, and what comes behind it after that.
                self._patches.append(_Patch(envelope.id, [], error))
                return

    async def decide(self, refuse: Refuse) -> None:
        """Have the first ones decided, mostly all, and answer them."""
        self._refuse = refuse
        refusal = self._patches[0].refusal
        if refusal is not None:
            self._answer(refusal)
            return
        patches = [each for each in self._patches if each.refusal is None]
        try:
            await self._look_again()
            await self._change([each.elements for each in patches[: self._most]])
        except Exception as error:
            self._fail(error)

    def _next(self, waiting: Received | None) -> Envelope | None:
        """Return the command that waits if it is one more patch of this board."""
        if waiting is None or waiting.retry_after or len(self._patches) >= self._most:
            return None
        if self._bytes + len(waiting.frame) > MAX_BYTES:
            return None
        try:
            envelope = waiting.read()
        except BadFrame:
            return None
        alike = (
            envelope.type == "board.patch" and envelope.channel == self._channel.name
        )
        return envelope if alike else None

    def _add(self, command: Command) -> None:
        services, size = self._services, len(command.envelope.payload)
        most = services.settings.boards.element_bytes
        elements = read_patch(command.payload.elements, most)
        services.budgets.charge_change(self._session.actor, size)
        self._patches.append(_Patch(command.id, elements))
        self._bytes += size

    async def _look_again(self) -> None:
        """Wait until more acks may come; raises what has ended the rights by then."""
        session = self._session
        if session.pending_revalidations:
            await self._services.sessions.revalidation.require(session)
        # Acks may be long: who doesn't read the ones before gets no others meanwhile.
        await session.connection.drained()
        if self._channel.name not in session.subscriptions:
            raise NotSubscribed()

    def _fail(self, error: Exception) -> None:
        """Answer those that this is about, or see to it that they are tried alone."""
        waiting = [each for each in self._patches if each.refusal is None]
        # What else is raised concerns the session, or that the database is away.
        known = isinstance(error, RtError | Disconnect)
        if not known and not isinstance(to_error(error), Unavailable):
            if self._most > 1:
                self._most = 1  # only one of them may be at fault
                return
            waiting = waiting[:1]
        for _ in waiting:
            self._answer(error)

    async def _change(self, patches: list[list[Element]]) -> None:
        session, services = self._session, self._services
        with PendingAcks(self._answer, len(patches)) as acks:
            sender = session.connection.id
            by = By(session.actor, self._channel.id, sender, acks.send)
            outcomes = await services.boards.service.patch(by, patches)
            await acks.sent(_last_told(outcomes), services.db.deadline)
            acks.send(outcomes)

    def _answer(self, outcome: Outcome) -> None:
        """Answer the first one that isn't answered yet."""
        id = self._patches.pop(0).id
        if isinstance(outcome, Exception):
            self._refuse(outcome, id, self._channel.name)
            return
        self._services.figures.counters.control += 1
        # What 500 elements have lost against can be many megabytes.
        wire.send_ack(self._session.connection, id, outcome.ack, long="current")


def _last_told(outcomes: list[Outcome]) -> int:
    """Return how many of these are acked once the last event among them has passed."""
    told = 0
    for number, outcome in enumerate(outcomes, 1):
        if isinstance(outcome, Changed) and outcome.seq is not None:
            told = number
    return told
