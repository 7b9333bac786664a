"""Pages of other sites: who may read answers (CORS), and who is told of in the log."""

from typing import TYPE_CHECKING

import tornado.httputil
import tornado.web

from rtserver.edge.origins import header_origin, origin_allowed
from rtserver.settings.origins import is_listed

if TYPE_CHECKING:
    from rtserver.services import Services

API = "/api/"


def allow_origin(handler: tornado.web.RequestHandler) -> None:
    """Let the pages of allowed sites read what is under ``/api/``, errors too."""
    if not handler.request.path.startswith(API):
        return
    handler.set_header("Vary", "Origin")
    headers = handler.request.headers
    origin = header_origin(headers["Origin"]) if "Origin" in headers else None
    if origin and is_listed(origin, handler.settings["allowed_origins"]):
        handler.set_header("Access-Control-Allow-Origin", origin)
        exposed = "X-Request-Id, Retry-After"
        handler.set_header("Access-Control-Expose-Headers", exposed)


def answer_options(
    handler: tornado.web.RequestHandler, methods: str, *, allowed: bool
) -> None:
    """Answer 204 with the methods, and to an allowed page as its preflight wants it."""
    handler.set_header("Allow", methods)
    if allowed:
        handler.set_header("Access-Control-Allow-Methods", methods)
        headers = "Authorization, Content-Type, X-Request-Id"
        handler.set_header("Access-Control-Allow-Headers", headers)
        handler.set_header("Access-Control-Max-Age", "600")
    handler.set_status(204)
    handler.finish()


def is_preflight(request: tornado.httputil.HTTPServerRequest) -> bool:
    """Return whether a browser asks what a page may send to the API."""
    return (
        request.method == "OPTIONS"
        and request.path.startswith(API)
        and "Origin" in request.headers
        and "Access-Control-Request-Method" in request.headers
    )


def note_refused(
    request: tornado.httputil.HTTPServerRequest, services: "Services"
) -> None:
    """Log the page's origin, if it may not read what is under ``/api/``."""
    if "Origin" not in request.headers or not request.path.startswith(API):
        return
    origin = request.headers["Origin"]
    # By this the browser itself says that the page needs nobody's leave.
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return
    server = services.settings.server
    if not origin_allowed(
        origin,
        base_url=server.base_url,
        allowed=server.allowed_origins,
        port=services.port,
    ):
        services.edge.refused_origins.note(origin)
