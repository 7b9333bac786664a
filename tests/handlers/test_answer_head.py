"""What stands in the head of every answer."""

import re
import time
from ipaddress import ip_network

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from handlers.answer_head import headers_of, request_id
from rtserver.edge.http_exchange import Peer

TRUSTED = (ip_network("10.0.0.0/8"),)
START = RequestStartLine("GET", "/", "HTTP/1.1")


def asking(asked: str, address: str) -> HTTPServerRequest:
    """Return a request whose sender gave it an id."""

    class Connection:
        context = Peer(address)

    headers = HTTPHeaders({"Host": "x", "X-Request-Id": asked})
    return HTTPServerRequest(connection=Connection(), start_line=START, headers=headers)  # type: ignore[arg-type]


def test_a_trusted_proxy_names_a_request() -> None:
    assert request_id(asking("a-1", "10.1.2.3"), TRUSTED) == "a-1"


@pytest.mark.parametrize(
    ("asked", "address"), [("a-1", "192.0.2.1"), ("a b", "10.1.2.3"), ("", "10.1.2.3")]
)
def test_else_it_gets_an_id_of_its_own(asked: str, address: str) -> None:
    ids = {request_id(asking(asked, address), TRUSTED) for _ in range(50)}

    assert len(ids) == 50
    assert all(re.fullmatch("[0-9a-f]{16}", id) for id in ids)


def test_an_answer_has_the_time_and_its_id() -> None:
    before = int(time.time())

    headers = headers_of("a-1")

    assert headers["X-Request-Id"] == "a-1"
    told = time.strptime(headers["Date"], "%a, %d %b %Y %H:%M:%S GMT")
    assert before <= time.mktime(told) - time.timezone <= time.time()
