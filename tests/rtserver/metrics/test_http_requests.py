"""Requests are counted by route."""

from rtserver.metrics.http_requests import RequestFigures
from rtserver.metrics.registry import Metrics
from tests.rtserver.metrics.pages import figures


def test_a_request_counts_by_route_method_and_kind_of_status() -> None:
    metrics = Metrics()
    seen = RequestFigures(metrics)
    for status in (200, 204, 404):
        seen.answered("/api/lessons/{id}/", "GET", status, 0.02)

    route = 'method="GET",route="/api/lessons/{id}/"'
    assert figures(metrics, "rtserver_http_requests_total") == {
        f'{{{route},status="2xx"}}': 2,
        f'{{{route},status="4xx"}}': 1,
    }
    name = "rtserver_http_request_duration_seconds"
    assert figures(metrics, f"{name}_count") == {f"{{{route}}}": 3}
    in_time = figures(metrics, f"{name}_bucket")
    assert in_time[f'{{le="0.01",{route}}}'] == 0
    assert in_time[f'{{le="0.03",{route}}}'] == 3


def test_what_is_no_request_is_counted_and_takes_no_time() -> None:
    metrics = Metrics()
    RequestFigures(metrics).refused(431)

    name = "rtserver_http_requests_total"
    labels = '{method="(unknown)",route="(unread)",status="4xx"}'
    assert figures(metrics, name) == {labels: 1}
    assert figures(metrics, "rtserver_http_request_duration_seconds_count") == {}
