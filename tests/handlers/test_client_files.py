"""``/client.js``: for any page, and where it is missing that is told."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

from handlers.client_files import TYPES, ClientFileHandler
from handlers.routes import ROUTES
from tests.school import School

Get = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def get(shared_school: School, tmp_path: Path) -> Iterator[Get]:
    """Ask a server whose client lies in the test's folder."""
    services = shared_school.services
    table = [
        (f"/{name}", ClientFileHandler, {"services": services, "route": f"/{name}"})
        for name in TYPES
    ]
    application = tornado.web.Application(
        table, client_folder=tmp_path, trusted_proxies=services.edge.trusted_proxies
    )
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    server = tornado.httpserver.HTTPServer(application)
    server.add_socket(listener)
    http = AsyncHTTPClient(force_instance=True)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def ask(path: str, method: str = "GET", **headers: str) -> HTTPResponse:
        request = HTTPRequest(url + path, method=method, headers=headers)
        return await http.fetch(request, raise_error=False)

    yield ask
    http.close()
    server.stop()


async def test_any_page_may_import_it(get: Get, tmp_path: Path) -> None:
    (tmp_path / "client.js").write_text("export class Client {}")

    reply = await get("/client.js", Origin="https://school.example")

    assert (reply.code, reply.body) == (200, b"export class Client {}")
    assert reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


async def test_its_types_lie_beside_it(get: Get, tmp_path: Path) -> None:
    (tmp_path / "client.d.ts").write_text("export {};")

    reply = await get("/client.d.ts")

    assert (reply.code, reply.body) == (200, b"export {};")
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_it_is_transferred_anew_only_when_it_has_changed(
    get: Get, tmp_path: Path
) -> None:
    (tmp_path / "client.js").write_text("export const one = 1;")
    first = await get("/client.js")
    again = await get("/client.js", **{"If-None-Match": first.headers["ETag"]})
    (tmp_path / "client.js").write_text("export const two = 2;")
    later = await get("/client.js", **{"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.code, again.body) == (304, b"")
    assert (later.code, later.body) == (200, b"export const two = 2;")


async def test_where_it_is_not_built_the_answer_says_how(get: Get) -> None:
    reply = await get("/client.js", Origin="https://school.example")

    assert reply.code == 404
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert b"make client" in reply.body


async def test_it_is_read_and_nothing_else(get: Get) -> None:
    reply = await get("/client.js", "DELETE")

    assert (reply.code, reply.headers["Allow"]) == (405, "HEAD, GET")


def test_the_server_has_it_at_its_root() -> None:
    assert {"/client.js", "/client.d.ts"} <= {path for path, _ in ROUTES}
