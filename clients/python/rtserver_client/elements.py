"""The elements of a board: which version of one wins, as docs/protocol.md says."""

from typing import Any

Element = dict[str, Any]
Patched = dict[str, Any]  # the ack of a patch: seq, accepted, rejected, current


def rank(element: Element) -> tuple[int, int]:
    """Return what is higher for the version that wins: then the lower nonce does.

    Raises ValueError for what is no element.
    """
    match element:
        case {"id": str(), "version": int(version)}:
            nonce = element.get("versionNonce", 0)
            if isinstance(nonce, int):
                return version, -nonce
    raise ValueError(
        "elements: each needs an id, which is text, and a version; that and"
        " a versionNonce are whole numbers"
    )


def patched() -> Patched:
    """Return the answer to a patch of nothing."""
    return {"seq": None, "accepted": [], "rejected": [], "current": []}
