"""The value behind ``rtserver top``."""

import json
from typing import Any

from rtserver.cli.top_page import page
from rtserver.cli.top_scrape import Scrape
from rtserver.cli.top_view import view_of
from tests.rtserver.cli.scraped import AFTER, BEFORE, scrape


def test_a_database_is_not_blamed_for_a_process_that_is_gone():
    gone = Scrape("http://a", 2.0, {}, "http://a can't be reached (refused).")
    view = view_of([scrape(BEFORE, 0.0)], [gone], 4600.0)

    assert view["database"]["up"] is None
    assert "FAILS" not in "".join(page(view, width=100))


def view(after: str, before: str = BEFORE) -> Any:
    return view_of([scrape(before, 0.0)], [scrape(after, 2.0)], 4600.0)


def test_a_script_gets_numbers_per_second() -> None:
    shown = view(AFTER)

    assert shown["people"]["online"] == 312
    assert shown["delivery"]["commands"] == {"board.patch": 100.0}
    assert shown["people"]["closed"] == {"4002": 1.5}
    [process] = shown["processes"]
    assert (process["cpu"], process["up"]) == (0.5, 3600.0)


def test_what_is_shared_is_not_counted_once_per_process() -> None:
    before, after = [scrape(BEFORE, 0.0)] * 2, [scrape(AFTER, 2.0)] * 2
    shown = view_of(before, after, 4600.0)

    assert (shown["mails"]["dead"], shown["people"]["online"]) == (2, 312)
    assert shown["people"]["connections"] == 2 * 845


def test_redis_is_null_where_there_is_none_and_json_can_hold_it_all() -> None:
    without, used = view(AFTER), view(f"{AFTER}rtserver_redis_up 0\n")

    assert (without["redis"], used["redis"]["up"]) == (None, False)
    assert json.loads(json.dumps(without)) == without


def test_the_busiest_routes_come_first_and_no_more_than_five() -> None:
    counted = "".join(
        f'rtserver_http_requests_total{{route="/{n}"}} {n}\n' for n in range(1, 8)
    )

    routes = view(AFTER + counted)["http"]["routes"]

    assert [route["route"] for route in routes] == ["/7", "/6", "/5", "/4", "/3"]
