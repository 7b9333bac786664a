"""The ground of every HTTP handler: who asks, the body, the answer, the errors."""

import logging
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import tornado.httputil
import tornado.iostream
import tornado.web

from handlers import cross_site
from handlers.answer_head import headers_of, request_id
from handlers.encodings import check_coding
from handlers.parameters import ParameterReader
from handlers.problems import problem_of, refuse
from handlers.received_body import ReceivedBody
from handlers.turn_taking import TurnTaker
from rtserver import errors
from rtserver.access.actor import Actor
from rtserver.edge.http_body import length_of
from rtserver.edge.http_exchange import exchange_of
from rtserver.edge.limits import DROPPED_BYTES
from rtserver.edge.proxies import client_address
from rtserver.input import decode
from rtserver.log_context import REQUEST
from rtserver.problem_document import MEDIA_TYPE, problem

if TYPE_CHECKING:
    from rtserver.services import Services

log = logging.getLogger(__name__)

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode


@tornado.web.stream_request_body
class BaseHandler(tornado.web.RequestHandler):
    """Translates between HTTP and the domain; knows no domain itself."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS")
    services: "Services"
    request_id: str
    route: str
    placeholders: Mapping[str, str] = {}  # patterns of what isn't an id in the route
    _reads_body = False
    _length = 0  # of the body, as the request says
    _allowed: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = tuple(
            method
            for method in cls.SUPPORTED_METHODS
            if getattr(cls, method.lower()) is not getattr(BaseHandler, method.lower())
        )
        cls._allowed = ("HEAD", *own) if "GET" in own else own

    def initialize(self, services: "Services", route: str) -> None:
        self.services = services
        self.route = route
        self._body = ReceivedBody()
        services.requests.add(self)

    def on_finish(self) -> None:
        self.services.requests.discard(self)

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self.services.requests.discard(self)

    def clear(self) -> None:
        # In the place of Tornado's: before initialize, and again before an error.
        if not hasattr(self, "request_id"):
            proxies = self.settings["trusted_proxies"]
            self.request_id = request_id(self.request, proxies)
        self._headers = headers_of(self.request_id)
        self._write_buffer: list[bytes] = []
        self._status_code, self._reason = 200, "OK"
        self._allow_origin()

    @property
    def user_id(self) -> int | None:
        """Return the user who asks, once that is known."""
        return None

    async def prepare(self) -> None:
        REQUEST.set(self.request_id)  # for whatever this task and its own will log
        cross_site.note_refused(self.request, self.services)
        self._length = length_of(self.request.headers)
        if self._length > DROPPED_BYTES or "Expect" in self.request.headers:
            self._check_body()
        try:
            await self.admit()
        except Exception as error:
            await self.turn_down(error)
        else:
            self._body.keep(self.max_body_bytes())
        self._reads_body = True

    async def turn_down(self, error: Exception) -> None:
        """Refuse what won't be served, once its body is read, so that others follow."""
        setattr(self, str(self.request.method).lower(), partial(refuse, error))

    async def admit(self) -> None:
        """Refuse, by raising, what won't be served."""
        if self.request.method not in self.allowed_methods():
            raise errors.MethodNotAllowed(self.allowed_methods())
        self._check_body()

    def max_body_bytes(self) -> int:
        """Return how long a body may be; here of people whom nobody knows."""
        limits = self.services.settings.limits
        return min(limits.guest_bytes, limits.body_bytes)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        # Raising here would cut the connection without an answer: see body().
        self._body.add(chunk)
        return None

    def _check_body(self) -> None:
        """Refuse a body by what the request says of it."""
        check_coding(self.request.headers)
        self._check_length(self._length)

    def _check_length(self, length: int) -> None:
        limit = self.max_body_bytes()
        if length > limit:
            raise errors.TooLarge(f"The body is over {limit} bytes.")

    def _allow_origin(self) -> None:
        cross_site.allow_origin(self)

    def allowed_methods(self) -> tuple[str, ...]:
        """Return the methods that this address takes."""
        return self._allowed

    async def head(self, *args: str) -> None:
        """Answer as GET would; Tornado leaves the body out."""
        answer = self.get(*args)
        if answer is not None:
            await answer

    @property
    def client_address(self) -> str:
        """Return the address of the client, behind the proxies that are trusted."""
        return client_address(
            self.request.remote_ip or "",
            self.request.headers.get_list("X-Forwarded-For"),
            self.services.edge.trusted_proxies,
        )

    def compute_etag(self) -> str | None:
        """Leave the ETag out: nothing here is worth the hashing."""
        return None

    def reply(self, value: Any, status: int = 200) -> None:
        """Answer with a value as JSON."""
        self.set_status(status)
        body = _encode(value)
        # Not by set_header, which looks for line breaks.
        self._headers["Content-Type"] = "application/json; charset=utf-8"
        self._headers["Content-Length"] = str(len(body))
        self.finish(body)

    def reply_nothing(self) -> None:
        """Answer 204."""
        self.set_status(204)
        self.finish()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer a problem document (RFC 9457) for whatever was raised."""
        cause = kwargs.get("exc_info", (None, None, None))[1]
        error = problem_of(cause, status_code)
        if status_code == 405 != error.status:
            error = errors.MethodNotAllowed(self.allowed_methods())
        if not self._reads_body:
            # What follows on this connection is the rest of a body nobody wants.
            self.set_header("Connection", "close")
        self.finish(self.problem(error))

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer an error, or cut off the answer that is on its way already.

        Tornado would end that one as if it was whole.
        """
        if not self._headers_written:
            super().send_error(status_code, **kwargs)
            return
        exchange_of(self).cut()
        self.set_status(status_code)  # as log and figures are to have it
        self.application.log_request(self)

    def problem(self, error: errors.RtError) -> bytes:
        """Set what goes before a problem document, and return it."""
        self.set_status(error.status)
        for name, value in error.headers.items():
            self.set_header(name, value)
        self.set_header("Content-Type", MEDIA_TYPE)
        return _encode(problem(error))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what nobody expected, without the values that it may quote."""
        known = (tornado.web.HTTPError, tornado.iostream.StreamClosedError)
        if isinstance(value, known):
            return
        # Of one that cuts an answer off nobody is told but by the log.
        if self._headers_written or errors.to_error(value).unexpected:
            errors.log_unexpected(log, value, "answering a request")


class CrossSiteHandler(BaseHandler):
    """A handler under ``/api/``, which pages of allowed sites may use."""

    def options(self, *args: str) -> None:
        """Answer a CORS preflight."""
        methods = ", ".join(self.allowed_methods())
        allowed = "Access-Control-Allow-Origin" in self._headers
        cross_site.answer_options(self, methods, allowed=allowed)


class ApiHandler(TurnTaker, ParameterReader, CrossSiteHandler):
    """One that takes JSON, and by default only of who is signed in."""

    public = False

    @property
    def user_id(self) -> int | None:
        actor: Actor | None = getattr(self, "actor", None)
        return None if actor is None else actor.user_id

    async def admit(self) -> None:
        await super().admit()
        if not self.public and self.request.method != "OPTIONS":
            self.actor = await self.authenticate()
            self.services.budgets.requests.charge(self.actor, 1)
            await self.take_turn()

    async def authenticate(self) -> Actor:
        """Return who asks; Unauthenticated if nobody that is known."""
        authorization = self.request.headers.get("Authorization", "")
        return await self.services.accounts.identity.of_request(authorization)

    def max_body_bytes(self) -> int:
        known = self.services.settings.limits.body_bytes
        return super().max_body_bytes() if self.public else known

    def body(self, shape: type[T]) -> T:
        """Decode the body; 415 unless it is JSON, 400 or 422 where it is wrong."""
        declared = self.request.headers.get("Content-Type")
        is_json = (declared or "").split(";")[0].strip().lower() == "application/json"
        if not is_json and (declared is not None or self._body.size):
            raise errors.UnsupportedMediaType()
        self._check_length(self._body.size)
        value = decode.decode_body(self._body.whole(), shape)
        if not self.public:
            self.services.budgets.charge_body(self.actor, self._body.size)
        return value
