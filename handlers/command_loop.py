"""One client's commands: signed in first, then served in their order."""

import asyncio
import logging
from collections.abc import Awaitable

from handlers import dispatch
from handlers import payloads as commands
from handlers.command_queue import CommandQueue, Received
from handlers.dispatch import Promised, Served
from handlers.pace import Pace
from handlers.patch_run import PatchRun
from rtserver.delivery import wire
from rtserver.delivery.command_result import CommandResult
from rtserver.delivery.messages import Ack, CommandId, Envelope, Welcome
from rtserver.delivery.session import Session
from rtserver.edge.connection import Connection
from rtserver.edge.counters import UNKNOWN
from rtserver.errors import (
    CloseCode,
    Disconnect,
    Forbidden,
    RateLimited,
    Unauthenticated,
    log_unexpected,
    to_error,
)
from rtserver.input import decode
from rtserver.input.decode import BadFrame
from rtserver.log_context import about
from rtserver.services import Services

log = logging.getLogger(__name__)


class CommandLoop:
    """Receives the frames of one connection, and answers each command once."""

    __slots__ = (
        "_connection",
        "_counters",
        "_discard",
        "_draining",
        "_gone",
        "_pace",
        "_queue",
        "_services",
        "_session",
        "_task",
        "_timer",
    )

    def __init__(self, services: Services) -> None:
        self._services = services
        self._counters = services.figures.counters
        self._connection: Connection
        self._pace: Pace
        self._session: Session | None = None
        self._queue: CommandQueue | None = None
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._gone: asyncio.Future[None] | None = None
        self._discard = self._draining = False

    @property
    def connection(self) -> Connection:
        return self._connection

    def opened(self, connection: Connection, token: str | None) -> None:
        """Begin: with a token from the handshake, or waiting for the first frame."""
        self._connection = connection
        self._pace = Pace(self._services.allowances, connection)
        if token is not None:
            self._run(self._sign_in(token, None))
            return
        connection.limit_messages(self._services.edge.limits.guest_bytes)
        self._services.edge.guests.add(self)
        loop = asyncio.get_running_loop()
        timeout = self._services.settings.auth.timeout
        self._timer = loop.call_later(timeout, self._no_token)

    def receive(self, text: bytes) -> None:
        """Take one frame; it is served when those before it are done."""
        now = self._connection.last_heard  # the clock was read when it came
        received = Received(text, now, self._pace.take(now, len(text)))
        if self._task is None:  # most are answered at once, and cost none
            if (served := self._serve(received)) is not None:
                self._run(served)
            return
        self._queue = self._queue or CommandQueue()
        self._queue.push(received)
        if self._queue.full:
            self._connection.pause_reading()

    def closed(self, code: int) -> None:
        """Forget the session; commands that came before a clean end still count."""
        who = {"user": self._session.user_id} if self._session is not None else {}
        ended = about(connection=self._connection.id, **who)
        log.info("closed with %d", code, extra=ended)
        self._stop_timer()
        if self._session is not None:
            self._services.sessions.admission.leave(self._session)
        self._services.clients.discard(self)
        self._counters.ended(code)
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def end(self, code: CloseCode, reason: str) -> None:
        """Close the connection, and drop the commands that wait."""
        self._discard = True
        self._connection.close(code, reason)

    def make_way(self) -> None:
        """End at once, for others: no token has come."""
        if not self._connection.closing:
            self._counters.refused["guest"] += 1
        self._discard = True
        self._connection.hang_up(CloseCode.TRY_AGAIN_LATER, "others want to sign in")

    async def drain(self, code: CloseCode, reason: str) -> None:
        """Serve what came in already, then close, and wait for the end."""
        self._draining = True
        self._connection.pause_reading()
        if self._task is not None:
            await asyncio.wait([self._task])  # a drain cut short doesn't cancel it
        if self in self._services.clients:
            self._gone = asyncio.get_running_loop().create_future()
            self.end(code, reason)
            await self._gone

    def _run(self, served: Awaitable[None]) -> None:
        self._task = asyncio.ensure_future(self._serve_all(served))

    async def _serve_all(self, served: Awaitable[None] | None) -> None:
        """Serve one command after the other until none waits."""
        try:
            while True:
                if served is not None:
                    await served
                if self._discard or self._queue is None or self._queue.empty:
                    return
                waiting = self._queue.pop()
                served = self._serve(waiting)
                if served is None and waiting.long:
                    await asyncio.sleep(0)
        finally:
            self._task = self._queue = None
            if not self._draining:
                self._connection.resume_reading()

    def _serve(self, received: Received) -> Awaitable[None] | None:
        """Serve a frame at once, or return what has to be awaited for it."""
        id: CommandId = None
        channel: str | None = None
        try:
            known = self._session is not None
            envelope = received.read(known=known)
            self._counters.command(envelope.type)
            id, channel = envelope.id, envelope.channel
            if received.retry_after:
                self._refuse_rate(envelope, received)
                return None
            if self._session is None:
                return self._first(envelope)
            if self._session.pending_revalidations:
                answer: Served = self._dispatch_if_valid(self._session, envelope)
            else:
                answer = dispatch.dispatch(self._services, self._session, envelope)
            if isinstance(answer, CommandResult):
                self._answer(id, answer)
                return None
            return self._finish(self._awaited(answer), id, channel)
        except BadFrame as bad:
            self._counters.command(UNKNOWN)
            self._pace.unreadable(len(received.frame))
            self._refuse(bad.error, bad.id, bad.channel)
        except Exception as error:
            self._refuse(error, id, channel)
        return None

    async def _dispatch_if_valid(
        self, session: Session, envelope: Envelope
    ) -> CommandResult | None:
        """Serve a command that was sent when the user's rights may have ended."""
        await self._services.sessions.revalidation.require(session)
        answer = dispatch.dispatch(self._services, session, envelope)
        if isinstance(answer, CommandResult):
            return answer
        return await self._awaited(answer)

    def _awaited(self, answer: Promised) -> Awaitable[CommandResult | None]:
        return self._decide(answer) if isinstance(answer, PatchRun) else answer

    async def _decide(self, run: PatchRun) -> None:
        """Serve a patch, and along with it those that wait right behind."""
        if self._queue is not None:
            run.take_along(self._queue)
        while run and not self._discard:
            await run.decide(self._refuse)

    async def _finish(
        self,
        answer: Awaitable[CommandResult | None],
        id: CommandId,
        channel: str | None,
    ) -> None:
        try:
            self._answer(id, await answer)
        except Exception as error:
            self._refuse(error, id, channel)

    def _answer(self, id: CommandId, answer: CommandResult | None) -> None:
        if answer is None:
            return  # it was acked at its event's place in the stream
        if id is not None:
            self._send(wire.frame(Ack(id, answer.payload)))
        if answer.then is not None:
            answer.then()

    def _refuse(self, cause: Exception, id: CommandId, channel: str | None) -> None:
        """The one place where a command's exception becomes an answer."""
        if isinstance(cause, Disconnect):
            self.end(cause.code, cause.reason)
            return
        error = to_error(cause)
        if error.unexpected:
            log_unexpected(log, cause, "serving a command")
        if error.conceals:
            # Same error for missing and forbidden: ids can't be probed.
            error = Forbidden()
        self._send(wire.error(id, error, channel))
        bad = error.counts_as_bad or self._session is None
        if bad and self._pace.bad_request(self._services.clock.monotonic()):
            self.end(CloseCode.PROTOCOL_VIOLATION, "too many bad requests")

    def _refuse_rate(self, envelope: Envelope, received: Received) -> None:
        """Refuse what came too soon, or end it: there was no let-up for too long."""
        self._counters.limited += 1
        route = dispatch.ROUTES.get(envelope.type)
        if route is not None and route.quiet:
            return
        if self._pace.refuse(received.at):
            self.end(CloseCode.OVER_RATE, "over the rate for too long")
            return
        raise RateLimited(received.retry_after)

    def _first(self, envelope: Envelope) -> Awaitable[None]:
        """Take the first frame, which has to be ``auth``."""
        if envelope.type != "auth":
            raise Unauthenticated("Send an auth frame with a token first.")
        payload = decode.decode_part(
            envelope.payload, commands.Authenticate, prefix="payload"
        )
        self._connection.limit_messages(self._services.edge.limits.message_bytes)
        self._stop_timer()  # the token came in time, however long the check takes
        return self._sign_in(payload.token, envelope.id)

    async def _sign_in(self, token: str, id: CommandId) -> None:
        """Check the token, then register the session and say welcome."""
        try:
            identified = await self._services.accounts.identity.of_token(token)
            if self._connection.closing:
                return  # whoever left meanwhile takes nobody's place
            actor, claims = identified.actor, identified.claims
            session = Session(self._connection, actor, claims, self)
            self._services.sessions.admission.join(session)
        except Exception as error:
            self._turn_away(error)
            return
        self._session = session
        self._pace.signed_in(session.user_id, self._services.clock.monotonic())
        log.info("signed in", extra=about(user=session.user_id))
        if id is not None:
            self._send(wire.frame(Ack(id, {})))
        welcome = Welcome(self._services.sessions.admission.welcome(session))
        self._send(wire.frame(welcome))

    def _send(self, frame: bytes) -> None:
        """Send a frame of the server's own."""
        self._counters.control += 1
        self._connection.send(frame)

    def _turn_away(self, cause: Exception) -> None:
        if isinstance(cause, Disconnect):
            self.end(cause.code, cause.reason)
            return
        error = to_error(cause)
        if error.unexpected:
            log_unexpected(log, cause, "signing in")
        self.end(error.ends_sign_in.code, error.ends_sign_in.reason)

    def _no_token(self) -> None:
        self.end(CloseCode.NO_TOKEN, "no token in time")

    def _stop_timer(self) -> None:
        """No longer wait for a token."""
        self._services.edge.guests.discard(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
