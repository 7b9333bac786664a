"""The pages of the API documents in a real browser."""

from pathlib import Path

import tornado.httpserver
import tornado.netutil
import tornado.web

from tests.browser import chromium
from tests.school import School


async def test_page_of_the_api_shows_every_operation_and_asks_nobody_else(
    sqlite_school: School, tmp_path: Path
) -> None:
    url = sqlite_school.app.url

    seen = await chromium.visit(f"{url}/api/docs/", tmp_path)

    assert "Post a message" in seen.dom and "OAS 3.1" in seen.dom
    assert "Authorize" in seen.dom
    assert seen.console == []
    assert seen.hosts == {url.removeprefix("http://")}


async def test_page_of_the_websocket_shows_every_command(
    sqlite_school: School, tmp_path: Path
) -> None:
    url = sqlite_school.app.url

    seen = await chromium.visit(f"{url}/api/docs/websocket/", tmp_path)

    assert "board.snapshot.request" in seen.dom
    assert seen.console == []
    assert seen.hosts == {url.removeprefix("http://")}


class Nosy(tornado.web.RequestHandler):
    """A page that does what ours must not."""

    def get(self) -> None:
        self.write(
            '<script src="http://example.org/x.js"></script>'
            '<script>console.error("oh")</script>'
        )


async def test_a_page_that_asks_others_or_fails_is_found(tmp_path: Path) -> None:
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    server = tornado.httpserver.HTTPServer(tornado.web.Application([("/", Nosy)]))
    server.add_socket(listener)

    seen = await chromium.visit(
        f"http://127.0.0.1:{listener.getsockname()[1]}/", tmp_path
    )

    server.stop()
    assert "example.org" in seen.hosts
    assert seen.console
