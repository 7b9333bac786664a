"""The pages of the API documents, as a browser gets them."""

import asyncio
import gzip
from urllib.parse import urlsplit

import pytest

from handlers.api_docs.documents import ASSETS
from tests.app_fixtures import MakeSchool
from tests.school import School

PAGES = ("/api/docs/", "/api/docs", "/api/docs/websocket/")
FILES = [f"/api/docs/{name}" for name in ASSETS]
DOCUMENTS = ("/api/openapi.json", "/api/asyncapi.json")


@pytest.mark.parametrize("path", PAGES)
async def test_page_runs_nothing_from_elsewhere(
    shared_school: School, path: str
) -> None:
    reply = await shared_school.http("GET", path)

    policy = reply.headers["Content-Security-Policy"]
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in policy and "script-src 'self';" in policy


@pytest.mark.parametrize("path", [*PAGES, *FILES, *DOCUMENTS])
async def test_a_second_visit_transfers_nothing(
    shared_school: School, path: str
) -> None:
    first = await shared_school.http("GET", path)
    known = {"If-None-Match": first.headers["ETag"]}
    second = await shared_school.http("GET", path, headers=known)

    assert (second.status, second.text) == (304, "")
    assert first.headers["Cache-Control"] == "no-cache"


async def test_files_are_packed_for_who_takes_it(shared_school: School) -> None:
    url = urlsplit(shared_school.app.url)
    plain = await shared_school.http("GET", "/api/docs/swagger-ui.css")

    _, raw = await fetch(url.port or 0, "/api/docs/swagger-ui.css", "gzip")

    assert gzip.decompress(raw).decode() == plain.text
    assert len(raw) < len(plain.text) / 4


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        *[
            ("gzip", True),
            ("br, GZIP;q=0.5", True),
            ("*", True),
            ("gzip ; q=1.0", True),
        ],
        *[("gzip;q=0", False), ("br, gzip; q=0.000, *", False), ("*;q=0", False)],
        *[("br", False), ("", False), ("x-gzip-not", False)],
    ],
)
async def test_nothing_is_packed_for_who_refuses_it(
    shared_school: School, accepted: str, is_packed: bool
) -> None:
    port = urlsplit(shared_school.app.url).port or 0

    headers, _ = await fetch(port, "/api/docs/swagger-ui.css", accepted)

    assert (b"Content-Encoding: gzip" in headers) is is_packed


async def test_there_is_no_way_out_of_the_folder(shared_school: School) -> None:
    for path in ("/api/docs/%2e%2e/__init__.py", "/api/docs/swagger-ui.NOTICE"):
        assert (await shared_school.http("GET", path)).status == 404


async def test_documents_are_for_pages_of_allowed_sites_too(
    make_school: MakeSchool,
) -> None:
    school = await make_school(server_allowed_origins="https://school.example")
    origin = {"Origin": "https://school.example"}

    reply = await school.http("GET", "/api/openapi.json", headers=origin)

    assert reply.headers["Access-Control-Allow-Origin"] == origin["Origin"]


async def test_document_tells_of_this_schools_own_limits(
    make_school: MakeSchool,
) -> None:
    school = await make_school(chat_max_length=77)

    document = (await school.http("GET", "/api/openapi.json")).json

    assert document["components"]["schemas"]["MessageText"]["maxLength"] == 77


async def fetch(port: int, path: str, accepted: str) -> tuple[bytes, bytes]:
    """Get headers and body as they are transferred."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {accepted}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    headers, _, body = answer.partition(b"\r\n\r\n")
    return headers, body
