"""Figures as a server shows them, and what isn't a server's."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rtserver.cli.top_scrape import ScrapeFailed, parse, scrape, scrape_all


@pytest.mark.parametrize("text", ["", "<html>", "up 1\n", '{"not": "figures"}'])
def test_what_is_no_rtserver_is_told(text):
    with pytest.raises(ScrapeFailed, match=r"http://a isn't an rtserver"):
        parse("http://a", text, 0.0)


def test_samples_are_found_by_some_of_their_labels() -> None:
    text = 'rtserver_info 1\nc{a="1",b="x"} 3\nc{a="1",b="y"} 4\nc{a="2",b="x"} 5\n'
    scrape = parse("http://a", text, 1.0)

    assert [value for _, value in scrape.each("c", a="1")] == [3, 4]
    assert [labels for labels, _ in scrape.each("c", a="2")] == [{"a": "2", "b": "x"}]
    assert list(scrape.each("d")) == []


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server of one answer; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            connection, _ = door.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(body)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"HTTP/1.1 403 No\r\n\r\n", "add its address to [server] metrics_allow"),
        (b"HTTP/1.1 502 Bad\r\n\r\n", "answers 502. Name an rtserver"),
        (b"HTTP/1.1 200 OK\r\n\r\nhello", "isn't an rtserver"),
        (b"SSH-2.0-x\r\n", "can't be reached"),
    ],
)
def test_what_went_wrong_stands_in_the_scrape(body: bytes, told: str) -> None:
    with answering(body) as url:
        [shown] = scrape_all([url], 5.0)

    assert told in shown.error and shown.samples == {}


def test_figures_are_scraped_with_the_moment_of_their_coming() -> None:
    body = b"HTTP/1.1 200 OK\r\n\r\nrtserver_info 1\nrtserver_connections 7\n"
    before = time.monotonic()

    with answering(body) as url:
        shown = scrape(url, 5.0)

    assert (shown.error, before <= shown.at <= time.monotonic()) == ("", True)
    assert [value for _, value in shown.each("rtserver_connections")] == [7]
