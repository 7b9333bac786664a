"""A board's elements, as raw JSON with a small head, and which of two wins (2.5)."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec

from rtserver.errors import Fault, TooLarge
from rtserver.input.decode import decode_part
from rtserver.input.field_types import ElementId

MAX_INTEGER = 2**53 - 1
MAX_IN_PATCH = 500
MAX_BYTES = 131_072  # of one element, unless the school sets boards.element_bytes
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


class _ElementHead(msgspec.Struct, gc=False):
    """The part that the server reads of an element which a client sends."""

    id: ElementId
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
_decode_any = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


def read_patch(
    raws: Sequence[msgspec.Raw], max_bytes: int = MAX_BYTES
) -> list[Element]:
    """Read a patch of at most 500 elements, as ``read_state`` does."""
    if len(raws) > MAX_IN_PATCH:
        raise _too_large(
            "payload.elements",
            f"{len(raws)} elements; send at most {MAX_IN_PATCH} in a patch",
        )
    return read_state(raws, max_bytes)


def read_state(
    raws: Sequence[msgspec.Raw], max_bytes: int = MAX_BYTES
) -> list[Element]:
    """Read the elements of a command, each id once: where it comes twice, the winner.

    Raises BadRequest or TooLarge naming ``payload.elements[i]…``. All their JSON has
    been checked with the frame.
    """
    return _winners(
        read_element(raw, f"payload.elements[{index}]", max_bytes)
        for index, raw in enumerate(raws)
    )


def read_element(raw: msgspec.Raw, path: str, max_bytes: int = MAX_BYTES) -> Element:
    """Read one element; raise BadRequest or TooLarge naming ``path``."""
    data = bytes(raw)
    if len(data) > max_bytes and (size := compact_size(data)) > max_bytes:
        raise _too_large(
            path, f"{size} bytes; at most {max_bytes} an element: draw it in pieces"
        )
    head = decode_part(raw, _ElementHead, prefix=path)
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
    """Return whether ``new`` repeats ``old``: version, nonce and content are equal."""
    known = is_repeat(new, old)
    return have_same_content(new.raw, old.raw) if known is None else known


def is_repeat(new: Element, old: Element) -> bool | None:
    """Return the same where it is plain; None where the contents have to be read.

    Nothing more than the head is kept of deleted ones, so nothing more is compared.
    """
    if (new.version, new.nonce, new.deleted) != (old.version, old.nonce, old.deleted):
        return False
    return True if new.deleted or new.raw == old.raw else None


def have_same_content(one: bytes, other: bytes) -> bool:
    """Compare what two elements say, however they are written; slow where it is long.

    1 and 1.0 are one number to a browser, 1 isn't true. What the head holds is left
    out where a default may be written out or not.
    """
    fields, rival = _content(one), _content(other)
    return fields == rival and _written(fields) == _written(rival)


def _winners(elements: Iterable[Element]) -> list[Element]:
    winners: dict[str, Element] = {}
    for element in elements:
        rival = winners.get(element.id)
        if rival is None or wins(element, rival):
            winners[element.id] = element
    return list(winners.values())


def compact_size(raw: bytes) -> int:
    """Measure JSON as UTF-8 without spaces: how it is written doesn't count."""
    return len(_encode(_decode_any(raw)))


def _content(raw: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = _decode_any(raw)
    for name in _DEFAULTED:
        fields.pop(name, None)
    return fields


def _written(fields: dict[str, Any]) -> bytes:
    """Write what is equal to Python in one way, but true and 1, which are too."""
    text = _encode_sorted(fields)
    for end in (b",", b"]", b"}"):
        text = text.replace(b".0" + end, end)
    return text


def _too_large(path: str, message: str) -> TooLarge:
    return TooLarge(f"{path}: {message}", faults=[Fault(path, message)])
