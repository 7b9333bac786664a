"""Untrusted JSON in, checked values out.

What msgspec lets pass is found here: fields it skips, or keeps raw, may hold numbers
that overflow to infinity, text that isn't UTF-8, and any depth.
"""

import json
from collections.abc import Hashable
from typing import Any, Final, TypeVar, cast

import msgspec

from rtserver.errors import BadRequest, Invalid
from rtserver.input.envelope import Envelope
from rtserver.input.envelope_fields import MAX_ID, MAX_ID_LENGTH, EnvelopeFields, Head
from rtserver.input.json_faults import (
    MAX_DEPTH,
    SURROGATE,
    find_fault,
    has_overflow,
    is_too_deep,
    read_leniently,
    schema_fault,
    whole_numbers,
)

T = TypeVar("T")

# To search so much takes milliseconds; of a megabyte, everybody would notice.
MAX_SEARCHED = 65_536
# Who hasn't signed in is spared nothing: they come back after each 20 bad frames.
MAX_SEARCHED_OF_STRANGERS = 1024
HIDDEN = (
    "not JSON, or in it is a lone surrogate, a number that is not finite, or a place "
    f"nested over {MAX_DEPTH} levels deep; it is too long for telling where"
)
MAX_HEAD_FIELD = 512
# In marks, every digit and + is a 0, E is e, and every opening bracket is [.
MARKS: Final = bytes.maketrans(b"123456789+E{", b"0000000000e[")
# Overflow takes an exponent of three digits, or of two and a very long number.
LONG_EXPONENT: Final = b"0e000"
LONG_NUMBER: Final = b"0" * 200
UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)


class BadFrame(Exception):
    """A frame that is no command; ``id`` and ``channel`` are its own, if readable."""

    def __init__(
        self, error: BadRequest, id: int | str | None, channel: str | None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.id = id
        self.channel = channel


ENVELOPES: Final = msgspec.json.Decoder(EnvelopeFields)
HEADS = msgspec.json.Decoder(Head)
ANYTHING = msgspec.json.Decoder()
_DECODERS: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
_UNSET: Final = msgspec.UNSET
_OBJECT: Final = ord("{")


def decode(
    data: bytes | str,
    type: type[T],
    *,
    prefix: str = "",
    invalid: type[BadRequest] = BadRequest,
) -> T:
    """Decode JSON as ``type``, or raise naming the path, which starts at ``prefix``.

    BadRequest where it isn't JSON; ``invalid`` where it is, but not what is wanted.
    """
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    try:
        value = _decoder(cast(Hashable, type)).decode(data)
        _check_skipped(data)
    except UNREADABLE as failure:
        _, error = _diagnose(data, failure, prefix=prefix, invalid=invalid)
        raise error from None
    return cast(T, value)


def decode_part(part: bytes | msgspec.Raw, type: type[T], *, prefix: str) -> T:
    """Decode a part of a document that was checked as a whole, or raise BadRequest."""
    try:
        value = _decoder(cast(Hashable, type)).decode(part)
    except UNREADABLE as failure:
        raise BadRequest.at(*schema_fault(str(failure), prefix)) from None
    return cast(T, value)


def decode_body(data: bytes, type: type[T]) -> T:
    """Decode the body of a request; Invalid where it is JSON, but not what is wanted.

    Integers may be written as 3.0: to JSON Schema, and to those who fill in forms by
    it, that is one; not in bodies that are too large to be gone through.
    """
    if len(data) > MAX_SEARCHED:
        return _decode_large(data, type)
    try:
        return decode(data, type, invalid=Invalid)
    except Invalid as error:
        if not error.faults[0].message.startswith("expected an integer"):
            raise
        document = whole_numbers(json.loads(data))
    return decode(json.dumps(document), type, invalid=Invalid)


def _decode_large(data: bytes, type: type[T]) -> T:
    """Decode a body; of what is wrong, only what msgspec finds first is named."""
    try:
        value = _decoder(cast(Hashable, type)).decode(data)
        _check_skipped(data)
    except msgspec.ValidationError as failure:
        raise Invalid.at(*schema_fault(str(failure), "")) from None
    except UNREADABLE:
        raise BadRequest(HIDDEN) from None
    return cast(T, value)


def read_envelope(data: bytes, *, known: bool = True) -> Envelope:
    """Read a WebSocket command, all of whose JSON is checked; BadFrame if it's none.

    In a long frame it isn't looked for the place of a fault; of somebody who isn't
    ``known``, only in a short one.
    """
    try:
        fields = ENVELOPES.decode(data)
        _check_skipped(data)
    except UNREADABLE as failure:
        if len(data) > (MAX_SEARCHED if known else MAX_SEARCHED_OF_STRANGERS):
            raise _unsearched(data, failure) from None
        document, error = _diagnose(data, failure)
        head = _readable_id(document), _readable_channel(document)
        raise BadFrame(error, *head) from None
    id = None if fields.id is _UNSET else fields.id
    payload = bytes(fields.payload)
    if payload[0] != _OBJECT:
        error = BadRequest.at("payload", "expected an object")
        raise BadFrame(error, id, fields.channel)
    return Envelope(fields.type, id, fields.channel, payload)


def _decoder(type: Any) -> msgspec.json.Decoder[Any]:
    found = _DECODERS.get(type)
    if found is None:
        found = _DECODERS[type] = msgspec.json.Decoder(type)
    return found


def _check_skipped(data: bytes) -> None:
    """Raise one of UNREADABLE for what hides in fields that msgspec didn't look into.

    Most frames pass by a few searches of bytes; the others are looked at in full.
    """
    if not data.isascii():
        data.decode()
    marks = data.translate(MARKS)
    if marks.count(b"[") > MAX_DEPTH and is_too_deep(data):
        raise ValueError("too deep")
    # ``in`` takes three times as long, as it tries first whether what is sought is a
    # number, and ``find`` twice, for the arguments that it might have.
    if marks.partition(LONG_EXPONENT)[1]:
        _check_exponents(data)
    if len(marks) < len(LONG_NUMBER):  # as nearly all are
        return
    if marks.partition(LONG_NUMBER)[1] and has_overflow(data):
        raise ValueError("not finite")


def _check_exponents(data: bytes) -> None:
    try:
        ANYTHING.decode(data)
    except msgspec.ValidationError:  # which names the place in words of its own
        raise ValueError("not finite") from None


def _diagnose(
    data: bytes,
    failure: Exception,
    *,
    prefix: str = "",
    invalid: type[BadRequest] = BadRequest,
) -> tuple[Any, BadRequest]:
    """Return what can be read of a document that failed, and the error to answer."""
    try:
        document, is_strict = read_leniently(data)
    except UnicodeDecodeError:
        return None, BadRequest.at(prefix, "not UTF-8 text")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return None, BadRequest.at(prefix, f"not JSON: {error.msg} ({place})")
    fault = find_fault(document, prefix) or schema_fault(str(failure), prefix)
    return document, (invalid if is_strict else BadRequest).at(*fault)


def _unsearched(data: bytes, failure: Exception) -> BadFrame:
    """Return what is told of a long frame; of the fault, what msgspec says."""
    error = BadRequest.at("", HIDDEN)
    if isinstance(failure, msgspec.ValidationError):
        error = BadRequest.at(*schema_fault(str(failure), ""))
    try:
        head = HEADS.decode(data)
        fields = {"id": _short(head.id), "channel": _short(head.channel)}
    except UNREADABLE:
        return BadFrame(error, None, None)
    return BadFrame(error, _readable_id(fields), _readable_channel(fields))


def _short(field: msgspec.Raw) -> Any:
    """Decode a field of a bad frame's head; None when it is too long for an id."""
    return (
        ANYTHING.decode(field) if memoryview(field).nbytes <= MAX_HEAD_FIELD else None
    )


def _readable_id(document: Any) -> int | str | None:
    found = document.get("id") if isinstance(document, dict) else None
    if isinstance(found, str):
        readable = 1 <= len(found) <= MAX_ID_LENGTH and not SURROGATE.search(found)
        return found if readable else None
    if type(found) is int and abs(found) <= MAX_ID:
        return found
    return None


def _readable_channel(document: Any) -> str | None:
    found = document.get("channel") if isinstance(document, dict) else None
    readable = isinstance(found, str) and not SURROGATE.search(found)
    return found if readable else None
