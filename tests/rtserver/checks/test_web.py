"""What is asked of a web address."""

import socket
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


def test_a_websocket_that_was_refused_is_sent_no_frame():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/ws"
        behind = []
        thread = threading.Thread(target=refuse, args=[listening, behind])
        thread.start()
        with web.web_socket(url, origin="https://strange.example") as refused:
            assert refused.status == 403
        thread.join()

    assert behind == [b""]


def refuse(listening, behind):
    """Refuse the first that sends a request, and note what it says after that."""
    while not behind:
        sock, _ = listening.accept()
        with sock, sock.makefile("rb") as file:
            head = iter(file.readline, b"")
            if any(line == b"\r\n" for line in head):
                sock.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
                behind.append(file.read())
