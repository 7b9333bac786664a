"""A board's elements, as raw JSON with a small head, and which of two wins (2.5)."""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

from rtserver.errors import Fault, TooLarge
from rtserver.input.decode import decode

MAX_INTEGER = 2**53 - 1
MAX_IN_PATCH = 500
MAX_RAW = 65_536
_DEFAULTED = ("versionNonce", "isDeleted")


class Element(msgspec.Struct, frozen=True, gc=False):
    """One element: ``raw`` is its JSON, exactly as it was sent.

    ``deleted_at`` (ms since 1970) is 0 until a canvas has buried a deleted element.
    """

    id: str
    version: int
    nonce: int
    deleted: bool
    raw: bytes
    deleted_at: int = 0


class _Head(msgspec.Struct, gc=False):
    """The part that the server reads of an element which a client sends."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    version: Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]
    versionNonce: Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)] = 0
    isDeleted: bool = False


class _StoredHead(msgspec.Struct, gc=False):
    """The same of a stored one, whose version may have been raised over the bounds."""

    id: str
    version: int
    versionNonce: int = 0
    isDeleted: bool = False


_decode_stored = msgspec.json.Decoder(_StoredHead).decode
_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


def read_patch(raws: Sequence[msgspec.Raw]) -> list[Element]:
    """Read a patch of at most 500 elements, as ``read_state`` does."""
    if len(raws) > MAX_IN_PATCH:
        raise _too_large(
            "payload.elements",
            f"{len(raws)} elements; send at most {MAX_IN_PATCH} in a patch",
        )
    return read_state(raws)


def read_state(raws: Sequence[msgspec.Raw]) -> list[Element]:
    """Read the elements of a command, each id once: where it comes twice, the winner.

    Raises BadRequest or TooLarge naming ``payload.elements[i]…``. All their JSON has
    been checked with the frame.
    """
    return _winners(
        read_element(raw, f"payload.elements[{index}]")
        for index, raw in enumerate(raws)
    )


def read_element(raw: msgspec.Raw, path: str) -> Element:
    """Read one element; raise BadRequest or TooLarge naming ``path``."""
    data = bytes(raw)
    if len(data) > MAX_RAW and (size := compact_size(data)) > MAX_RAW:
        raise _too_large(path, f"{size} bytes; at most {MAX_RAW} an element")
    head = decode(raw, _Head, prefix=path)
    return Element(head.id, head.version, head.versionNonce, head.isDeleted, data)


def read_stored(data: bytes) -> Element:
    """Read an element that was checked before it was stored."""
    head = _decode_stored(data)
    return Element(head.id, head.version, head.versionNonce, head.isDeleted, data)


def tombstone(id: str, version: int, nonce: int, deleted_at: int = 0) -> Element:
    """Build what is kept of a deleted element."""
    raw = b'{"id":%b,"version":%d,"versionNonce":%d,"isDeleted":true}'
    return Element(
        id, version, nonce, True, raw % (_encode(id), version, nonce), deleted_at
    )


def raised(element: Element, old: Element) -> Element:
    """Return an element as the next version; its other fields stay byte by byte.

    Its nonce stays too, but behind the last version there is.
    """
    version, nonce = next_version(old)
    fields = _decode_fields(element.raw)
    fields["version"] = msgspec.Raw(b"%d" % version)
    if version == old.version:
        fields["versionNonce"] = msgspec.Raw(b"%d" % nonce)
    else:
        nonce = element.nonce
    return msgspec.structs.replace(
        element, version=version, nonce=nonce, raw=_encode(fields)
    )


def next_version(old: Element) -> tuple[int, int]:
    """Return the version and nonce of what takes an element's place.

    Behind the last version that browsers can count comes the lowest nonce: it wins
    there, however often somebody's copy of the old one comes again.
    """
    if old.version < MAX_INTEGER:
        return old.version + 1, 0
    return MAX_INTEGER, -MAX_INTEGER


def buried(old: Element) -> Element:
    """Build the tombstone that takes an element's place."""
    return tombstone(old.id, *next_version(old))


def wins(new: Element, old: Element) -> bool:
    """Return whether ``new`` replaces ``old``: higher version, then lower nonce."""
    if new.version != old.version:
        return new.version > old.version
    return new.nonce < old.nonce


def same(new: Element, old: Element) -> bool:
    """Return whether ``new`` repeats ``old``: version, nonce and content are equal.

    Nothing more is kept of deleted ones, so nothing more is compared.
    """
    if (new.version, new.nonce, new.deleted) != (old.version, old.nonce, old.deleted):
        return False
    return new.deleted or new.raw == old.raw or _plain(new.raw) == _plain(old.raw)


def _winners(elements: Iterable[Element]) -> list[Element]:
    winners: dict[str, Element] = {}
    for element in elements:
        rival = winners.get(element.id)
        if rival is None or wins(element, rival):
            winners[element.id] = element
    return list(winners.values())


def compact_size(raw: bytes) -> int:
    """Measure JSON as UTF-8 without spaces: how it is written doesn't count."""
    return len(_encode(msgspec.json.decode(raw)))


def _plain(raw: bytes) -> str:
    """Write JSON in one way: 1 and 1.0 are one number to a browser, 1 isn't true.

    What the head holds is left out: there, a default may be written out or not.
    """
    fields = json.loads(raw, parse_int=float)
    rest = {name: fields[name] for name in fields if name not in _DEFAULTED}
    return json.dumps(rest, sort_keys=True)


def _too_large(path: str, message: str) -> TooLarge:
    return TooLarge(f"{path}: {message}", faults=[Fault(path, message)])
