"""What is asked of a web address."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rtserver.checks import web


class Closing(BaseHTTPRequestHandler):
    """Answers as HTTP/1.0 did, and ends the connection."""

    def do_GET(self):
        self.send_response(404)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b"nothing here")

    def log_message(self, *args):
        pass


@pytest.fixture
def closing():
    with ThreadingHTTPServer(("127.0.0.1", 0), Closing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/healthz"
        server.shutdown()
        thread.join()


def test_an_answer_that_ends_the_connection_is_an_answer(closing):
    answer = web.ask(closing)

    assert (answer.status, answer.body) == (404, b"nothing here")
    assert answer.peer == "127.0.0.1"
