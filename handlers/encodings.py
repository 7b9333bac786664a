"""Codings: of what comes, and of what a client takes (RFC 9110, 8.4 and 12.5)."""

from collections.abc import Iterable, Mapping

from tornado.httputil import HTTPHeaders

from rtserver.edge.http_body import length_of
from rtserver.edge.http_head import lowered
from rtserver.errors import UnsupportedMediaType

PLAIN = {"", "identity"}


class UnsupportedCoding(UnsupportedMediaType):
    """A body that is packed; the answer names what is taken (RFC 9110 15.5.16)."""

    default = "Send the body as it is: without Content-Encoding, or with identity."

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Accept-Encoding": "identity"}


def check_coding(headers: HTTPHeaders) -> None:
    """Refuse a body that is packed: it would be read as if it was plain."""
    if "Content-Encoding" not in headers:
        return
    named = lowered(headers, "Content-Encoding").split(",")
    has_body = "Transfer-Encoding" in headers or length_of(headers) > 0
    if has_body and not PLAIN.issuperset(each.strip(" \t") for each in named):
        raise UnsupportedCoding()


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
