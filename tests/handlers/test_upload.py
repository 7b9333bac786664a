"""Uploads: refused or kept, and never half of one left."""

import stat

import pytest

from tests.app_fixtures import MakeSchool
from tests.pictures import SMALL, chunk, gif, jpeg, png
from tests.school import School, until
from tests.uploading import (
    PICTURE,
    Owner,
    folder,
    large_png,
    names,
    owners,
    until_under_way,
)

LIMIT = 200_000


@pytest.fixture
def school(io_loop, make_school: MakeSchool) -> School:
    return io_loop.run_sync(lambda: make_school(files_max_bytes=LIMIT))


@pytest.fixture
def owner(io_loop, school: School) -> Owner:
    return io_loop.run_sync(lambda: owners(school))[1]


async def test_a_picture_is_kept_without_what_tells_of_people(owner: Owner) -> None:
    reply = await owner.upload(png(chunk(b"tEXt", b"Author\0Sofia")), name="Дерево.png")

    made = reply.json
    place = folder(owner.school) / made["id"]
    assert reply.status == 201
    assert place.read_bytes() == PICTURE
    assert (made["bytes"], made["for"]) == (len(PICTURE), "chat")
    assert (made["name"], made["type"]) == ("Дерево.png", "image/png")
    assert made["user_id"] == owner.user and made["lesson_id"] == owner.lesson
    assert names(owner.school) == {made["id"]}
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("type", SMALL)
async def test_every_type_is_taken(owner: Owner, type: str) -> None:
    reply = await owner.upload(SMALL[type], type)
    read = await owner.get(reply.json["id"])

    assert (reply.status, read.status) == (201, 200)
    assert read.headers["Content-Type"] == type
    assert read.body == SMALL[type]


async def test_the_same_bytes_again_are_the_first_file(owner: Owner) -> None:
    first = await owner.upload(PICTURE, name="a.png")
    again = await owner.upload(png(chunk(b"tEXt", b"x\0y")), name="b.png")
    board = await owner.upload(PICTURE, purpose="board")

    assert (first.status, again.status, board.status) == (201, 200, 201)
    assert again.json == first.json
    assert names(owner.school) == {first.json["id"], board.json["id"]}


PDF = SMALL["application/pdf"]
HOSTILE = {
    "a page": (b"<html><script>alert(1)</script></html>", "image/png", 415),
    "a page behind a picture's mark": (PICTURE[:8] + b"<script>", "image/png", 415),
    "a drawing with scripts": (b"<svg onload='x()'/>", "image/svg+xml", 415),
    "a drawing called a picture": (b"<svg onload='x()'/>", "image/png", 415),
    "a script that is a picture": (b"GIF89a=1;alert(1)//", "image/gif", 415),
    "another type's bytes": (jpeg(), "image/png", 415),
    "a page before a document": (b"<html>" + PDF, "application/pdf", 415),
    "half a picture": (PICTURE[:-5], "image/png", 415),
    "nothing": (b"", "image/png", 415),
    "no type": (PICTURE, "", 415),
    "too much": (large_png(LIMIT + 1), "image/png", 413),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_hostile_is_refused(owner: Owner, what: str) -> None:
    data, type, status = HOSTILE[what]

    reply = await owner.upload(data, type)

    code = {413: "too_large", 415: "unsupported_media_type"}[status]
    assert (reply.status, reply.json["code"]) == (status, code)
    assert names(owner.school) == set()


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (PICTURE + b"PK\3\4 an archive", PICTURE),
        (gif() + b"<script>alert(1)</script>", gif()),
    ],
)
async def test_of_two_files_in_one_the_picture_is_left(
    owner: Owner, data: bytes, kept: bytes
) -> None:
    type = "image/gif" if kept[:3] == b"GIF" else "image/png"

    reply = await owner.upload(data, type)

    assert (reply.status, reply.json["bytes"]) == (201, len(kept))
    assert (await owner.get(reply.json["id"])).body == kept


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("🌳" * 200, 201),
        ("🌳" * 201, 400),
        ("../tree.png", 400),
        ("..\\tree.png", 400),
        ("a\nb.png", 400),
        ("a\0b.png", 400),
        (" ", 400),
        ("..", 201),
        ("CON", 201),
        ('";x="', 201),
    ],
)
async def test_names_are_names(owner: Owner, name: str, status: int) -> None:
    reply = await owner.upload(PICTURE, name=name)

    assert reply.status == status
    if status == 400:
        assert reply.json["errors"][0]["path"] == "name"
    else:
        assert (await owner.get(reply.json["id"])).status == 200


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("name=a&for=chat", "lesson_id"),
        ("lesson_id={}&for=chat", "name"),
        ("lesson_id={}&name=a", "for"),
        ("lesson_id={}&name=a&for=mail", "for"),
    ],
)
async def test_what_the_query_lacks_is_named(
    owner: Owner, query: str, path: str
) -> None:
    headers = {"Content-Type": "image/png"}
    address = f"/api/files/?{query.format(owner.lesson)}"

    reply = await owner.school.http(
        "POST", address, owner.token, raw=PICTURE, headers=headers
    )

    assert (reply.status, reply.json["code"]) == (400, "bad_request")
    assert reply.json["errors"][0]["path"] == path


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ([f"Content-Length: {LIMIT + 1}"], 413, "too_large"),
        ([f"Content-Length: {10**15}"], 413, "too_large"),
        (["Content-Length: 9", "Content-Encoding: br"], 415, "unsupported_media_type"),
    ],
)
async def test_what_the_head_gives_away_is_answered_before_the_body(
    owner: Owner, fields: list[str], status: int, code: str
) -> None:
    sending = await owner.sending(*fields)

    told, problem = await sending.answer()

    assert (told, problem["code"]) == (status, code)
    sending.close()


@pytest.mark.parametrize(
    "framing",
    [
        ["Content-Length: -5"],
        [f"Content-Length: {len(PICTURE)}", "Content-Length: 5"],
        [f"Content-Length: {len(PICTURE)}", "Transfer-Encoding: chunked"],
    ],
)
async def test_lengths_that_contradict_are_no_request(
    owner: Owner, framing: list[str]
) -> None:
    sending = await owner.sending(*framing)
    await sending.send(PICTURE)

    status, problem = await sending.answer()

    assert (status, problem["code"]) == (400, "bad_request")
    assert await sending.ended() == b""
    assert names(owner.school) == set()


async def test_what_is_longer_than_it_said_is_cut_and_refused(owner: Owner) -> None:
    sending = await owner.sending(f"Content-Length: {len(PICTURE) - 5}")
    await sending.send(PICTURE)

    status, problem = await sending.answer()

    assert (status, problem["code"]) == (415, "unsupported_media_type")
    assert names(owner.school) == set()
    sending.close()


async def test_a_document_with_scripts_is_a_download_that_runs_none(
    owner: Owner,
) -> None:
    data = PDF.replace(b"%%EOF", b"1 0 obj<</S/JavaScript/JS(x())>>endobj\n%%EOF")

    made = (await owner.upload(data, "application/pdf")).json
    read = await owner.get(made["id"])

    assert read.body == data
    assert read.headers["Content-Disposition"].startswith("attachment;")
    assert read.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert read.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_body_over_the_limit_is_answered_before_its_end(owner: Owner) -> None:
    sending = await owner.sending("Transfer-Encoding: chunked")
    await sending.send_chunks([b"x" * 60_000] * 4)

    status, problem = await sending.answer()

    assert (status, problem["code"]) == (413, "too_large")
    await until(lambda: names(owner.school) == set())
    sending.close()


async def test_who_goes_on_sending_what_is_refused_is_cut_off(owner: Owner) -> None:
    sending = await owner.sending("Transfer-Encoding: chunked")
    with pytest.raises(ConnectionError):
        while True:
            await sending.send_chunks([b"x" * 500_000])
    sending.close()


async def test_a_chunked_body_is_kept(owner: Owner) -> None:
    data = large_png(150_000)
    sending = await owner.sending("Transfer-Encoding: chunked")
    await sending.send_chunks([data[:70_000], data[70_000:], b""])

    status, made = await sending.answer()

    assert (status, made["bytes"]) == (201, len(data))
    sending.close()


async def test_an_upload_that_breaks_off_leaves_nothing(owner: Owner) -> None:
    sending = await owner.sending("Content-Length: 150000")
    await sending.send(large_png(150_000)[:100_000])
    await until(lambda: names(owner.school))

    sending.close()

    await until_under_way(owner.school, 0)
    assert names(owner.school) == set()


async def test_who_expects_to_be_asked_hears_the_refusal_alone(owner: Owner) -> None:
    sending = await owner.sending(
        "Content-Length: 10", "Expect: 100-continue", type="text/html"
    )

    said = await sending.ended()

    assert said.startswith(b"HTTP/1.1 415 ") and said.count(b"HTTP/1.1") == 1


async def test_a_refusal_is_the_only_answer_whatever_follows(owner: Owner) -> None:
    sending = await owner.sending("Transfer-Encoding: chunked", type="text/html")
    status, _ = await sending.answer()

    await sending.send(b"no chunk\r\n")

    assert (status, await sending.ended()) == (415, b"")


async def test_who_expects_to_be_asked_is_asked(owner: Owner) -> None:
    length = f"Content-Length: {len(PICTURE)}"
    sending = await owner.sending(length, "Expect: 100-continue")
    asked = await sending.reader.readuntil(b"\r\n\r\n")

    await sending.send(PICTURE)
    status, _ = await sending.answer()

    assert (asked.split()[1], status) == (b"100", 201)
    sending.close()
