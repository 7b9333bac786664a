"""Who has to allow a page's origin finds it in the log."""

import pytest

from rtserver.edge.refused_origins import MAX_PER_INTERVAL, RefusedOrigins
from tests.fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def refused(clock: FakeClock) -> RefusedOrigins:
    return RefusedOrigins(clock.monotonic)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage().split()[1] for record in caplog.records]


def test_each_origin_is_told_once_a_minute(
    refused: RefusedOrigins, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for origin in (
        "http://localhost:5173",
        "HTTP://LOCALHOST:5173",
        "https://b.example",
    ):
        refused.note(origin)
    assert told(caplog) == ["http://localhost:5173", "https://b.example"]
    assert "isn't in server.allowed_origins" in caplog.text

    clock.elapsed += 61
    refused.note("https://b.example")

    assert told(caplog)[2:] == ["https://b.example"]


def test_a_flood_of_origins_fills_no_log(
    refused: RefusedOrigins, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1000):
        refused.note(f"https://{number}.example")

    assert len(told(caplog)) == MAX_PER_INTERVAL


@pytest.mark.parametrize("header", ["null", "a\nb", "https://x/y?token=geheim"])
def test_what_names_no_site_is_not_quoted(
    refused: RefusedOrigins, caplog: pytest.LogCaptureFixture, header: str
) -> None:
    refused.note(header)

    assert told(caplog) == ["null"]
