"""The figures of running servers, fetched from ``/metrics``."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

Labels = tuple[tuple[str, str], ...]
MAX_BYTES = 1 << 24


class ScrapeFailed(Exception):
    """The failure to get figures from an address; the message says what to do."""


class Scrape(NamedTuple):
    """One process's figures at one moment; without them ``error`` says why."""

    url: str
    at: float
    samples: Mapping[tuple[str, Labels], float]
    error: str = ""

    def each(self, name: str, **labels: str) -> Iterator[tuple[dict[str, str], float]]:
        """Yield the samples of a name that have these labels, among others."""
        for (known, found), value in self.samples.items():
            if known == name and labels.items() <= dict(found).items():
                yield dict(found), value


def scrape_all(urls: Sequence[str], timeout: float) -> list[Scrape]:
    """Scrape all servers at the same time, for at most so many seconds."""
    with ThreadPoolExecutor(len(urls)) as threads:
        return list(threads.map(lambda url: scrape(url, timeout), urls))


def scrape(url: str, timeout: float) -> Scrape:
    """Scrape one server; what went wrong stands in the scrape."""
    try:
        text = _fetch(url, timeout)
        return parse(url, text, time.monotonic())
    except ScrapeFailed as error:
        return Scrape(url, time.monotonic(), {}, str(error))


def parse(url: str, text: str, at: float) -> Scrape:
    """Read what a server answered; ``ScrapeFailed`` if that isn't its figures."""
    try:
        samples = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
    except (ValueError, KeyError, IndexError):
        samples = {}
    if not any(name == "rtserver_info" for name, _ in samples):
        raise ScrapeFailed(f"{url} isn't an rtserver. Name one by --url.")
    return Scrape(url, at, samples)


def _fetch(url: str, timeout: float) -> str:
    # Whatever proxy there is for the web, these are machines of one's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/metrics", timeout=timeout) as answer:
            return str(answer.read(MAX_BYTES).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            raise ScrapeFailed(_why(url, error.code)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error or type(error).__name__
        raise ScrapeFailed(
            f"{url} can't be reached ({reason}). Start the server, or name another "
            "by --url."
        ) from None


def _why(url: str, status: int) -> str:
    if status == 403:
        return (
            f"{url}/metrics is denied to this machine: add its address to [server] "
            "metrics_allow, and ask the server itself rather than a proxy."
        )
    return f"{url}/metrics answers {status}. Name an rtserver by --url."
