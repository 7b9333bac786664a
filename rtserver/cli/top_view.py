"""The view of ``rtserver top`` as one value: for the screen, and for scripts."""

from collections.abc import Sequence
from typing import Any

from rtserver.cli.top_figures import Figures
from rtserver.cli.top_scrape import Scrape

MAIL_STATES = ("due", "held", "later", "sending", "dead")
MAX_ROUTES = 5
View = dict[str, Any]


def view_of(before: Sequence[Scrape], after: Sequence[Scrape], now: float) -> View:
    """Return the view between two scrapes, in seconds, bytes, numbers per second.

    ``now`` is in seconds since 1970.
    """
    figures = Figures(before, after)
    return {
        "processes": [
            _process(Figures([old], [new]), new, now)
            for old, new in zip(before, after, strict=True)
        ],
        "people": _people(figures),
        "delivery": _delivery(figures),
        "database": _database(figures),
        "http": _http(figures),
        "boards": _boards(figures),
        "redis": _redis(figures),
        "mails": _mails(figures),
        "loop": {
            "lag": figures.quantiles("rtserver_loop_lag_seconds"),
            "longest": figures.most("rtserver_loop_lag_max_seconds"),
        },
    }


def _process(figures: Figures, scrape: Scrape, now: float) -> View:
    if scrape.error:
        return {"url": scrape.url, "error": scrape.error}
    started = figures.total("process_start_time_seconds")
    info = next((labels for labels, _ in scrape.each("rtserver_info")), {})
    return {
        "url": scrape.url,
        "version": info.get("version", ""),
        "connections": figures.total("rtserver_connections"),
        "cpu": figures.rate("process_cpu_seconds_total"),
        "memory": figures.total("process_resident_memory_bytes"),
        "files": figures.total("process_open_fds"),
        "files_limit": figures.total("process_max_fds"),
        "longest_lag": figures.most("rtserver_loop_lag_max_seconds"),
        "up": max(0.0, now - started) if started else 0.0,
    }


def _people(figures: Figures) -> View:
    return {
        "online": figures.most("rtserver_online_users"),
        "connections": figures.total("rtserver_connections"),
        "connections_limit": figures.total("rtserver_connections_limit"),
        "subscriptions": figures.total("rtserver_subscriptions"),
        "opened": figures.rate("rtserver_connections_opened_total"),
        "closed": figures.rates("rtserver_connections_closed_total", "code"),
        "refused": figures.rates("rtserver_handshakes_refused_total", "reason"),
        "logins_limited": figures.rate("rtserver_logins_limited_total"),
    }


def _delivery(figures: Figures) -> View:
    return {
        "commands": figures.rates("rtserver_commands_total", "type"),
        "limited": figures.rate("rtserver_commands_limited_total"),
        "frames": figures.rates("rtserver_frames_sent_total", "class"),
        "received_bytes": figures.rate("rtserver_received_bytes_total"),
        "sent_bytes": figures.rate("rtserver_sent_bytes_total"),
        "queued_bytes": figures.total("rtserver_queue_bytes"),
        "slowest_bytes": figures.most("rtserver_queue_largest_bytes"),
        "replaced": figures.rate("rtserver_frames_replaced_total"),
        "recoveries": figures.rates("rtserver_recoveries_total", "outcome"),
        "gaps": figures.rates("rtserver_stream_gaps_total", "outcome"),
        "resyncs": figures.rate("rtserver_resyncs_total"),
    }


def _database(figures: Figures) -> View:
    up = figures.least("rtserver_db_up")
    return {
        "up": None if up is None else up == 1,
        "commits": figures.rate("rtserver_db_transaction_duration_seconds_count"),
        "changes": figures.rate("rtserver_db_transaction_changes_sum"),
        "commit": figures.quantiles("rtserver_db_transaction_duration_seconds"),
        "commit_wait": figures.quantiles("rtserver_db_transaction_wait_seconds"),
        "waiting": figures.total("rtserver_db_changes_waiting"),
        "reads": figures.rate("rtserver_db_read_duration_seconds_count"),
        "read": figures.quantiles("rtserver_db_read_duration_seconds"),
        "connections": figures.total("rtserver_db_connections"),
        "connections_limit": figures.total("rtserver_db_connections_limit"),
    }


def _http(figures: Figures) -> View:
    seconds = "rtserver_http_request_duration_seconds"
    routes = figures.rates("rtserver_http_requests_total", "route")
    return {
        "requests": figures.rate("rtserver_http_requests_total"),
        "statuses": figures.rates("rtserver_http_requests_total", "status"),
        "time": figures.quantiles(seconds),
        "routes": [
            {
                "route": route,
                "requests": rate,
                **figures.quantiles(seconds, route=route),
            }
            for route, rate in list(routes.items())[:MAX_ROUTES]
        ],
    }


def _boards(figures: Figures) -> View:
    return {
        "in_memory": figures.total("rtserver_boards"),
        "unsaved": figures.total("rtserver_board_journal_length"),
        "changes": figures.rates("rtserver_board_changes_total", "outcome"),
        "merge": figures.quantiles("rtserver_board_merge_duration_seconds"),
        "snapshots": figures.rate("rtserver_board_snapshot_duration_seconds_count"),
        "snapshot": figures.quantiles("rtserver_board_snapshot_duration_seconds"),
    }


def _redis(figures: Figures) -> View | None:
    up = figures.least("rtserver_redis_up")
    if up is None:
        return None
    return {
        "up": up == 1,
        "round_trip": figures.most("rtserver_bus_round_trip_seconds"),
        "reconnects": figures.rate("rtserver_bus_reconnects_total"),
        "dropped": figures.rate("rtserver_bus_messages_dropped_total"),
        "presence": figures.quantiles("rtserver_presence_update_duration_seconds"),
    }


def _mails(figures: Figures) -> View:
    # Each process tells of the one outbox that they share.
    states = {
        state: figures.most("rtserver_mails_waiting", state=state)
        for state in MAIL_STATES
    }
    return {
        **states,
        "oldest_due": figures.most("rtserver_mails_oldest_due_seconds"),
        "tried": figures.rates("rtserver_mail_send_attempts_total", "outcome"),
        "notifications": figures.rate("rtserver_notifications_total"),
    }
