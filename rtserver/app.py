"""The composition root: builds the services, starts them in order, stops in reverse."""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import NamedTuple

import tornado.netutil
import tornado.web

from handlers.base import BaseHandler
from handlers.routes import application
from rtserver import tasks
from rtserver.access import changes as access
from rtserver.callbacks import ignore
from rtserver.clock import Clock
from rtserver.edge.heartbeat import Heartbeat
from rtserver.edge.limits import HttpLimits
from rtserver.edge.server import BoundedServer
from rtserver.log_context import about
from rtserver.process import file_limit
from rtserver.process.drain import drain
from rtserver.process.lock_watch import LockWatch, OnLost
from rtserver.services import Services
from rtserver.settings.model import Settings
from rtserver.settings.server_url import http_url
from rtserver.wiring.services import build
from store import access_changes, logins
from store.exclusive import ServerLock

log = logging.getLogger(__name__)
access_log = logging.getLogger("rtserver.access")

COMPARE_SECONDS = 2.0
PRUNE_SECONDS = 3600.0
KEPT_ACCESS_CHANGES = timedelta(days=7)
SEEN_SECONDS = 1.0
REQUEST_POLL = 0.02  # between two looks at what is in flight at a stop


class Waits(NamedTuple):
    """Time limits, in seconds, for peers that don't do their part."""

    # For whoever takes nothing of an answer over HTTP.
    stall: float = 30.0
    # For the last close frames of clients, beyond the batches of the drain.
    goodbye: float = 3.0
    # For requests in flight at a stop, and for whoever takes their answers.
    requests: float = 5.0
    # For the next byte of an upload.
    upload: float = 30.0


class App:
    """One server: everything between ``start`` and ``stop``.

    ``on_displaced`` is called once another server has its database; this one goes on
    until it is stopped.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        waits: Waits = Waits(),  # noqa: B008 - it is frozen
        on_displaced: OnLost = ignore,
    ) -> None:
        self.settings = settings
        self._on_displaced = on_displaced
        self._waits = waits
        self.services: Services = build(settings, clock or Clock())
        self._stack = AsyncExitStack()
        self._http: BoundedServer | None = None

    @property
    def url(self) -> str:
        return http_url(self.settings.server.host, self.services.port)

    async def start(self) -> None:
        """Start every part in order; on failure what had started is stopped."""
        self.services.started_at = self.services.clock.monotonic()
        async with AsyncExitStack() as stack:
            await self._start_parts(stack)
            self._stack = stack.pop_all()
        log.info("listening on %s", self.url)

    async def stop(self) -> None:
        """Drain, then stop every part in reverse order."""
        self.services.draining = True
        await self._stack.aclose()

    async def _start_parts(self, stack: AsyncExitStack) -> None:
        services = self.services
        lock = ServerLock(
            self.settings.database_url.reveal(), shared=bool(self.settings.redis.url)
        )
        stack.callback(services.accounts.passwords.close)
        await asyncio.to_thread(lock.take)
        stack.callback(lock.release)
        # Until the end: the last commits are told to other processes too.
        await services.delivery.bus.start(services.delivery.publisher)
        stack.push_async_callback(services.delivery.bus.stop)
        await services.db.open()
        stack.push_async_callback(services.db.close)
        stack.push_async_callback(services.delivery.gates.close)
        await self._follow_access_changes()
        await services.presence.register.start(services.presence.status)
        stack.push_async_callback(services.presence.register.stop)
        await services.rooms.register.start(services.rooms.feed)
        stack.push_async_callback(services.rooms.register.stop)
        stack.push_async_callback(services.rooms.keeper.stop)
        tasks.own(stack, services.rooms.keeper.run())
        # Once the sockets have drained: what they drew last is saved too.
        stack.push_async_callback(services.boards.snapshots.close)
        await services.files.removal.start()
        stack.push_async_callback(services.files.uploads.close)
        services.notifications.tasks.start(stack)
        services.accounts.forgotten.start(stack)
        self._start_tasks(stack, lock)
        heartbeat = Heartbeat(
            services.connections,
            self.settings.presence.heartbeat,
            services.clock.monotonic,
        )
        heartbeat.start()
        stack.push_async_callback(heartbeat.stop)
        await self._listen()
        # While the sockets drain, /readyz still answers, with 503.
        stack.push_async_callback(self._stop_listening)
        stack.push_async_callback(self._end_sockets)

    async def _follow_access_changes(self) -> None:
        """Follow every change of rights from now on."""
        head = await self.services.db.read(access_changes.head)
        self.services.delivery.gates.follow(access.STREAM, head)

    def _start_tasks(self, stack: AsyncExitStack, lock: ServerLock) -> None:
        services = self.services
        compare = services.delivery.gates.compare
        tasks.own(stack, tasks.every(COMPARE_SECONDS, compare))
        tasks.own(stack, tasks.every(PRUNE_SECONDS, self._prune))
        tasks.own(stack, LockWatch(lock, self._on_displaced).run())
        tasks.own(stack, services.figures.loop_lag.run())
        stack.push_async_callback(services.figures.outbox_depth.close)
        tasks.own(stack, services.boards.upkeep.run())
        tasks.own(stack, services.boards.snapshots.run())
        tasks.own(stack, services.presence.status.run())
        tasks.own(stack, services.sessions.revalidation.run_expiry())
        tasks.own(stack, services.sessions.revalidation.run_checks())
        tasks.own(stack, services.notifications.reminders.run())
        tasks.own(stack, services.files.uploads.run())
        tasks.own(stack, services.files.removal.run())
        tasks.own(stack, services.files.removal.run_sweeps())
        tasks.own(stack, services.retention.run())
        tasks.own(stack, services.db.forgetting.run())

    async def _listen(self) -> None:
        server = self.settings.server
        sockets = tornado.netutil.bind_sockets(server.port, server.host, backlog=1024)
        self.services.port = sockets[0].getsockname()[1]
        self._http = BoundedServer(
            application(
                self.services,
                log_function=_log_request,
                upload_idle=self._waits.upload,
            ),
            has_room=self._has_room,
            limits=HttpLimits(stall_seconds=self._waits.stall),
            on_refused=self.services.figures.requests.refused,
        )
        await self._http.listen(sockets)

    def _has_room(self, requesting: int) -> bool:
        """Return whether one more connection fits beside those of either kind."""
        most = file_limit.most_sockets(self.settings.limits.connections)
        return requesting + len(self.services.clients) < most

    async def _end_sockets(self) -> None:
        assert self._http is not None
        self._http.wind_down()
        seconds = self.settings.server.drain_seconds
        # However few there are: balancers have to see /readyz turn before it's gone.
        seen = asyncio.create_task(asyncio.sleep(min(SEEN_SECONDS, seconds)))
        await drain(self.services.clients, seconds=seconds, goodbye=self._waits.goodbye)
        await seen

    async def _stop_listening(self) -> None:
        assert self._http is not None
        self._http.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._waits.requests):
                # Else those that are being answered would be cut off.
                # No event tells when all of it is done.
                while self._is_answering():  # noqa: ASYNC110
                    await asyncio.sleep(REQUEST_POLL)
        await self._http.close_all_connections()

    def _is_answering(self) -> bool:
        assert self._http is not None
        return bool(self.services.requests) or self._http.is_sending

    async def _prune(self) -> None:
        now = self.services.clock.now()
        await self.services.db.write(access_changes.prune, now - KEPT_ACCESS_CHANGES)
        # A login stays known until no access token of it can be alive.
        max_ttl = timedelta(seconds=self.settings.auth.max_ttl)
        await self.services.db.write(logins.prune, now - max_ttl)
        await self.services.boards.upkeep.pass_over()
        await self.services.notifications.tasks.prune()
        await self.services.notifications.reminders.prune()


def _log_request(handler: tornado.web.RequestHandler) -> None:
    """Log a request by its route: neither query nor path may hold a secret here."""
    assert isinstance(handler, BaseHandler)
    request, status = handler.request, handler.get_status()
    known = request.method in handler.SUPPORTED_METHODS
    method = request.method or "" if known else "(unknown)"
    seconds = request.request_time()
    handler.services.figures.requests.answered(handler.route, method, status, seconds)
    figures = {
        "method": method,
        "route": handler.route,
        "status": status,
        "ms": round(1000 * seconds, 1),
    }
    who = {"user": handler.user_id} if handler.user_id is not None else {}
    access_log.info(
        "%(method)s %(route)s %(status)d %(ms).1f ms",
        figures,
        extra={"figures": figures, **about(request=handler.request_id, **who)},
    )
