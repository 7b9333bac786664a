"""Files that go through nginx or HAProxy, as the shipped files set them up."""

from urllib.parse import urlsplit

import pytest

from tests.app_fixtures import MakeSchool
from tests.deploy.proxies import Proxy, ask
from tests.school import School, until
from tests.uploading import Owner, Sending, folder, large_png, names, owners

LIMIT = 20 * 1024 * 1024


@pytest.fixture
def sqlite_school(io_loop, make_school: MakeSchool) -> School:
    """The server behind ``proxy``, where larger files may come than usual."""
    return io_loop.run_sync(lambda: make_school(files_max_bytes=LIMIT))


@pytest.fixture
def owner(io_loop, sqlite_school: School) -> Owner:
    return io_loop.run_sync(lambda: owners(sqlite_school))[1]


async def sending(owner: Owner, proxy: Proxy, *headers: str) -> Sending:
    port = urlsplit(proxy.url).port or 0
    return await owner.sending(*headers, port=port, ssl=proxy.trust)


def written(school: School) -> int:
    return sum(path.stat().st_size for path in folder(school).iterdir())


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_large_file_is_handed_on_as_it_comes(
    owner: Owner, proxy: Proxy, chunked: bool
) -> None:
    data, first = large_png(LIMIT), 1024 * 1024
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {LIMIT}"
    upload = await sending(owner, proxy, length)
    send = upload.send_chunks if chunked else upload.send_all
    await send([data[:first]])
    await until(lambda: written(owner.school) > first // 2)

    await send([data[first:], b""])
    status, made = await upload.answer()

    assert (status, made["bytes"]) == (201, LIMIT)
    assert (folder(owner.school) / made["id"]).read_bytes() == data
    upload.close()


async def test_a_part_of_a_file_comes_back(owner: Owner, proxy: Proxy) -> None:
    data = large_png(300_000)
    path = f"/api/files/{(await owner.upload(data)).json['id']}/"
    bearer = {"Authorization": f"Bearer {owner.token}"}

    part = await ask(proxy, path, headers=bearer | {"Range": "bytes=1000-200999"})
    known = bearer | {"If-None-Match": part.headers["ETag"]}

    assert part.status == 206 and part.body == data[1000:201_000]
    assert part.headers["Content-Range"] == "bytes 1000-200999/300000"
    assert (await ask(proxy, path, headers=known)).status == 304


@pytest.mark.parametrize("size", [LIMIT + 1, 2**31])
async def test_what_is_too_large_is_refused_before_it_comes(
    owner: Owner, proxy: Proxy, size: int
) -> None:
    upload = await sending(owner, proxy, f"Content-Length: {size}")

    status, problem = await upload.answer()

    assert (status, problem["status"], problem["code"]) == (413, 413, "too_large")
    upload.close()


async def test_so_is_what_turns_out_too_large(owner: Owner, proxy: Proxy) -> None:
    upload = await sending(owner, proxy, "Transfer-Encoding: chunked")
    await upload.send_chunks([b"x" * 1024 * 1024] * 21)

    status, problem = await upload.answer()

    assert (status, problem["code"]) == (413, "too_large")
    await until(lambda: names(owner.school) == set())
    upload.close()
