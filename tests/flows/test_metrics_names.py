"""What the figures are called: bounded, documented, and as dashboards ask for them."""

import json

import pytest

from handlers import dispatch, routes
from handlers.gateway import REFUSALS
from rtserver.errors import CloseCode, RtError
from rtserver.mail.events import EVENTS
from tests.docs_examples import ROOT, code, page, rows, section
from tests.drawing import element, two_drawers
from tests.flows.processes import Processes
from tests.metrics_page import MetricsPage, asked_for, scraped
from tests.school import School

BOUNDED = {
    "type": {*dispatch.ROUTES, "unknown"},
    "class": {"durable", "latest", "volatile", "control"},
    "code": {*(str(int(code)) for code in CloseCode), "1005", "1006", "1011", "other"},
    "reason": set(REFUSALS),
    "route": {*(path for path, _ in routes.ROUTES), "(unknown)"},
    "method": {
        *["GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS"],
        "(unknown)",
    },
    "status": {f"{n}xx" for n in range(1, 6)},
    "database": {"sqlite", "postgresql"},
    # Ids of those nearest to their limits, who are few.
    "user": {"1", "2", "3"},
    "event": {*EVENTS, "other"},
    "state": {"due", "held", "later", "sending", "dead"},
    "channel": {"chat:user", "board:lesson", "notifications:user"},
    "kind": {
        *("patch", "reset", "replace", "restore", "snapshot"),
        *("messages", "boards", "attendance", "notifications", "mails", "mail_files"),
    },
}
OUTCOMES = {
    *("changed", "unchanged"),
    *("replayed", "too_many", "trimmed", "ahead", "epoch", "filled", "lost"),
    *("sent", "dropped", "failed", "in_doubt", "dead", "other"),
    *("kept", "repeated", "broken_off"),
    *(error.code for error in RtError.__subclasses__()),
}


async def test_no_label_can_hold_what_people_make_up(sqlite_school: School) -> None:
    school = sqlite_school
    tutor, student, lesson = await two_drawers(school)
    await tutor.draw(element("a"))
    await student.refused("board.reset")
    await tutor.call("board.reset")
    await student.socket.ask("made.up", "made:up:4242", {})
    await student.socket.connection.close(4987, "made up")
    token = await school.admin()
    for method, path in (("GET", "/made/up"), ("MADEUP", "/healthz")):
        await school.http(method, path, token)
    tell = {"event": "made.up", "user_ids": [1], "data": {"made": "up"}}
    await school.http("POST", "/api/notifications/", token, tell)
    await school.http("GET", f"/api/boards/{lesson}/", token)

    check_labels(await scraped(school))


def check_labels(shown: MetricsPage) -> None:
    labels = {
        (name, value)
        for sample in shown.samples
        for name, value in sample.labels.items()
        if sample.name.startswith("rtserver_")
    }
    values = {**BOUNDED, "outcome": OUTCOMES}
    strays = {(n, v) for n, v in labels if v not in values.get(n, ())}
    assert {(n, v) for n, v in strays if n not in ("le", "version")} == set()


async def test_dashboard_and_alerts_ask_for_figures_that_there_are(
    processes: Processes,
) -> None:
    [school] = await processes.start(1)
    # A count by kind is there from the first one on.
    tutor, _, lesson = await two_drawers(school)
    await tutor.draw(element("a"))
    olena, end = school.token(1), {"ends_at": "9999-01-01T00:00:00Z"}
    moved = await school.http("PATCH", f"/api/lessons/{lesson}/", olena, end)
    assert moved.status == 200
    shown = await scraped(school)
    dashboard, alerts = dashboard_queries(), page("deploy/prometheus-alerts.yml")

    assert len(asked_for(dashboard)) > 40 and len(asked_for(alerts)) > 8
    assert asked_for(dashboard) - shown.names == set()
    assert asked_for(alerts) - shown.names == set()


def test_the_dashboard_shows_every_figure() -> None:
    table = rows(section(page("docs/operations.md"), "All figures"))
    listed = {code(row[0])[0] for row in table}
    queries = dashboard_queries()

    # What is deleted once an hour is nothing to watch.
    hourly = {"rtserver_retention_deleted_total"}
    assert {name for name in listed if name not in queries} == hourly


def dashboard_queries() -> str:
    board = json.loads((ROOT / "deploy/grafana.json").read_text("utf-8"))
    assert board["__inputs"][0]["pluginId"] == "prometheus"
    return "\n".join(
        target["expr"]
        for panel in board["panels"]
        for target in panel.get("targets", ())
    )


async def test_every_figure_is_documented_and_no_other(processes: Processes) -> None:
    [school] = await processes.start(1)
    tutor, *_ = await two_drawers(school)
    await tutor.draw(element("a"))
    shown = await scraped(school)
    table = rows(section(page("docs/operations.md"), "All figures"))
    listed = {code(row[0])[0]: set(code(row[1])) for row in table}

    assert set(listed) == {n for n in shown.documented if n.startswith("rtserver_")}
    for sample in shown.samples:
        if documented := listed.get(sample.name) or listed.get(sample.family):
            assert documented == set(sample.labels) - {"le"}, sample


@pytest.mark.parametrize("file", ["docs/operations.md", "docs/scaling.md"])
async def test_figures_named_in_the_documents_are_there(
    processes: Processes, file: str
) -> None:
    [school] = await processes.start(1)
    tutor, *_ = await two_drawers(school)
    await tutor.draw(element("a"))
    shown = await scraped(school)
    quoted = [text for text in code(page(file)) if text.startswith("rtserver_")]
    named = {name for text in quoted for name in asked_for(text)}

    assert named - shown.documented - {"rtserver_password"} == set()
