"""The files of the page, read from where its build has put them."""

import gzip
from pathlib import Path

import pytest

from handlers.page_files import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built page, beside a file that isn't of it."""
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (page / "index.html").write_text("<!doctype html>")
    (page / "assets" / "room-1a2b.js").write_text("export {};")
    (page / "assets" / "room-1a2b.js.gz").write_bytes(gzip.compress(b"export {};"))
    return page


def test_it_is_packed_for_who_takes_it(folder: Path) -> None:
    packed = read(folder, "assets/room-1a2b.js", "gzip, br")
    plain = read(folder, "assets/room-1a2b.js", "")

    assert packed and plain
    assert (packed.coding, plain.coding) == ("gzip", None)
    assert gzip.decompress(packed.body) == plain.body == b"export {};"
    assert packed.etag == plain.etag
    assert plain.type == "text/javascript; charset=utf-8"


def test_only_what_bears_a_digest_in_its_name_never_changes(folder: Path) -> None:
    asset, index = (
        read(folder, name, "") for name in ("assets/room-1a2b.js", "index.html")
    )

    assert asset and asset.is_immutable
    assert index and not index.is_immutable


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "assets/../../secret.txt",
        "/etc/hostname.txt",
        "assets//room-1a2b.js",
        "./index.html",
        "assets",
        "assets/",
        "",
        "assets/room-1a2b.js.gz",
        "assets/room-1a2b.js/x.js",
        "index.html\0.js",
        ".hidden.js",
        "none.js",
    ],
)
def test_nothing_else_is_read(folder: Path, name: str) -> None:
    (folder / ".hidden.js").write_text("x")

    assert read(folder, name, "gzip") is None
