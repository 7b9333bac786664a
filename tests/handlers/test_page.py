"""The classroom page: at every address that a browser opens, and nowhere else."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

from handlers.page import PageHandler
from tests.app_fixtures import MakeSchool
from tests.school import School

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGE = "<!doctype html><title>School</title>"
Get = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def get(shared_school: School, tmp_path: Path) -> Iterator[Get]:
    """Ask a server whose page lies in the test's folder."""
    services = shared_school.services
    application = tornado.web.Application(
        [],
        default_handler_class=PageHandler,
        default_handler_args={"services": services, "route": "(unknown)"},
        page_folder=tmp_path,
        allowed_origins=(),
        trusted_proxies=services.edge.trusted_proxies,
    )
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    server = tornado.httpserver.HTTPServer(application)
    server.add_socket(listener)
    http = AsyncHTTPClient(force_instance=True)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def ask(
        path: str, method: str = "GET", accept: str = BROWSER, **headers: str
    ) -> HTTPResponse:
        given = {"Accept": accept, **headers}
        request = HTTPRequest(url + path, method=method, headers=given)
        return await http.fetch(request, raise_error=False)

    yield ask
    http.close()
    server.stop()


@pytest.fixture
def built(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1a2b.js").write_text("export {};")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("path", ["/", "/lessons/3", "/password", "/apiary", "/wsx"])
async def test_a_browser_gets_the_page_wherever_it_looks(get: Get, path: str) -> None:
    reply = await get(path)

    assert (reply.code, reply.body.decode()) == (200, PAGE)
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-cache"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/", "/api/nothing/", "/ws/x", "/healthz/x", "/readyz/x"),
        *("/metrics/x", "/page", "/page/", "/page/none.js", "/page/../x.js"),
    ],
)
async def test_where_the_api_is_nobody_gets_the_page(get: Get, path: str) -> None:
    reply = await get(path)

    assert reply.code == 404
    assert reply.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/*", "image/png"])
async def test_who_does_not_name_html_gets_no_page(get: Get, accept: str) -> None:
    assert (await get("/", accept=accept)).code == 404


@pytest.mark.usefixtures("built")
async def test_the_page_runs_nothing_inline_and_nothing_foreign(get: Get) -> None:
    for path in ("/", "/page/assets/index-1a2b.js"):
        headers = (await get(path)).headers
        rules = dict(
            rule.strip().split(" ", 1)
            for rule in headers["Content-Security-Policy"].split(";")
        )
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == "'self'"
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert rules["frame-ancestors"] == "'none'"
        assert "http" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("built")
async def test_a_second_visit_transfers_nothing(get: Get) -> None:
    for path in ("/", "/page/assets/index-1a2b.js"):
        first = await get(path)
        known = {"If-None-Match": first.headers["ETag"]}
        assert (await get(path, **known)).code == 304


@pytest.mark.usefixtures("built")
async def test_what_bears_a_digest_in_its_name_is_kept_for_good(get: Get) -> None:
    reply = await get("/page/assets/index-1a2b.js", accept="*/*")

    assert (reply.code, reply.body) == (200, b"export {};")
    assert "immutable" in reply.headers["Cache-Control"]


@pytest.mark.usefixtures("built")
async def test_head_is_answered_without_a_body(get: Get) -> None:
    reply = await get("/", "HEAD")

    assert (reply.code, reply.body) == (200, b"")


@pytest.mark.usefixtures("built")
async def test_the_page_takes_no_other_method(get: Get) -> None:
    assert (await get("/", "DELETE")).code == 404


async def test_where_it_is_not_built_the_answer_says_how(get: Get) -> None:
    reply = await get("/")

    assert reply.code == 404
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"make web" in reply.body


async def test_it_can_be_switched_off(make_school: MakeSchool) -> None:
    school = await make_school(web_enabled="false")

    for path in ("/", "/page/index.html"):
        reply = await school.http("GET", path, headers={"Accept": "text/html"})
        assert (reply.status, reply.json["code"]) == (404, "not_found")
