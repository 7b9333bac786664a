"""Content negotiation: the encodings that a client takes (RFC 9110, 12.5)."""

from collections.abc import Iterable


def weights(accepted: str) -> dict[str, bool]:
    """Read Accept or Accept-Encoding: each name, and whether it has a weight over 0."""
    found: dict[str, bool] = {}
    for each in accepted.lower().split(","):
        name, *parameters = (part.replace(" ", "") for part in each.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        found[name.strip()] = weight.strip("0.") != ""
    return found


def best_coding(accepted: str, codings: Iterable[str]) -> str | None:
    """Return the first of ``codings`` that a client takes; weight 0 means never."""
    known = weights(accepted)
    others = known.get("*", False)
    return next((each for each in codings if known.get(each, others)), None)


def names_html(accepted: str) -> bool:
    """Return whether Accept asks for a page by its name: ``*/*`` doesn't."""
    return weights(accepted).get("text/html", False)
