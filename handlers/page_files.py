"""The files of the classroom page, as its build has left them in ``templates/page``.

Beside each that gets smaller lie its packed forms, such as ``room.js.br``. What lies in
``assets`` and ``fonts`` bears a digest of its content in its name, so it never changes.
"""

import hashlib
import re
from importlib.resources.abc import Traversable
from typing import NamedTuple

from handlers.encodings import best_coding

INDEX = "index.html"
TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "wasm": "application/wasm",
    "txt": "text/plain; charset=utf-8",
}
# By their codings; the smaller first.
PACKED = {"br": "br", "gzip": "gz"}
_IMMUTABLE = ("assets", "fonts")
_NAME = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9._@-]*(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)*")


class PageFile(NamedTuple):
    """A file, packed by ``coding`` if there is one; its ETag stands for all forms."""

    body: bytes
    coding: str | None
    etag: str
    type: str
    is_immutable: bool


def read(folder: Traversable, name: str, accepted: str) -> PageFile | None:
    """Read a file in the form that a client takes best; None where there is none.

    Anew at each request: the page may be built while the server runs.
    """
    type_ = TYPES.get(name.rpartition(".")[2])
    if type_ is None or not _NAME.fullmatch(name):
        return None
    plain = _bytes(folder, name)
    if plain is None:
        return None
    found = {code: _bytes(folder, f"{name}.{end}") for code, end in PACKED.items()}
    packed = {code: body for code, body in found.items() if body is not None}
    coding = best_coding(accepted, packed)
    return PageFile(
        body=packed[coding] if coding else plain,
        coding=coding,
        etag=f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"',
        type=type_,
        is_immutable=name.partition("/")[0] in _IMMUTABLE,
    )


def _bytes(folder: Traversable, name: str) -> bytes | None:
    try:
        return folder.joinpath(*name.split("/")).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
