"""The documentation says what is there, all of it, and nothing else."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handlers import dispatch, routes
from handlers.api_docs import documents
from handlers.base import BaseHandler
from rtserver import errors
from rtserver.delivery import messages
from rtserver.edge import connection
from rtserver.edge.http_head import HeadTooLong, TargetTooLong
from rtserver.errors import CloseCode, RtError
from rtserver.input import decode
from rtserver.settings.model import all_keys
from tests.docs_examples import (
    ROOT,
    code,
    exchanges,
    frames,
    links,
    page,
    rows,
    section,
    slugs,
)

PROTOCOL = page("docs/protocol.md")
HTTP = page("docs/http.md")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))
PAGES += sorted((ROOT / "clients").glob("*/*.md"))

ASSETS = {f"/api/docs/{name}" for name in documents.ASSETS}
EVENT = re.compile(
    r"(chat|board|room|user|lesson|notification|student|tutor)(\.[a-z]+)+"
)
ON_THE_SOCKET_ALONE = {
    "unknown_type",
    "unknown_channel",
    "not_subscribed",
}


def first_cells(text: str) -> list[str]:
    return [code(row[0])[0] for row in rows(text)]


def sources() -> list[str]:
    """Return the server's code, without its tables, API documents and archives."""
    files = [p for d in ("rtserver", "handlers") for p in (ROOT / d).rglob("*.py")]
    apart = {"api_docs", "dispatch.py", "reserved.py", "archive"}
    others = [p for p in files if apart.isdisjoint(p.parts)]
    return [p.read_text("utf-8") for p in others]


@cache
def own_frames() -> set[str]:
    """Return the frames that belong to no stream, such as ``ack``."""
    structs = [vars(messages)[name] for name in messages.__all__ if name[0].isupper()]
    tags = [getattr(struct, "__struct_config__", None) for struct in structs]
    return {config.tag for config in tags if config is not None and config.tag}


@cache
def emitted() -> set[str]:
    """Return every event that the code can send: all that is named like one."""
    nodes = [node for source in sources() for node in ast.walk(ast.parse(source))]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and EVENT.fullmatch(text)}


def error_classes() -> list[type[RtError]]:
    found = [RtError]
    for error in found:
        found += error.__subclasses__()
    return [error for error in found if error.__module__ == errors.__name__]


def test_every_command_is_documented_and_no_other():
    assert set(first_cells(section(PROTOCOL, "Commands"))) == set(dispatch.ROUTES)


@pytest.mark.parametrize("row", rows(section(PROTOCOL, "Commands")), ids=lambda r: r[0])
def test_payload_of_a_command_is_documented(row: list[str]) -> None:
    payload = dispatch.ROUTES[code(row[0])[0]].payload
    names = dict(
        zip(payload.__struct_fields__, payload.__struct_encode_fields__, strict=True)
    )

    shown = [name for own, name in names.items() if not own.startswith("ignored_")]
    assert code(row[2]) == shown


def test_every_event_is_documented_and_no_other():
    assert set(first_cells(section(PROTOCOL, "Events"))) == emitted()


def test_every_error_code_is_documented_and_no_other():
    known = {error.code for error in error_classes()}

    assert set(first_cells(section(PROTOCOL, "Errors"))) == known


def test_every_status_of_an_error_is_documented_and_no_other():
    shown = {(int(row[0]), code(row[1])[0]) for row in rows(section(HTTP, "Errors"))}

    assert shown == {
        (error.status, error.code)
        for error in (*error_classes(), HeadTooLong, TargetTooLong)
        if error.code not in ON_THE_SOCKET_ALONE
    }


def test_every_close_code_is_documented_and_no_other():
    shown = {int(row[0]) for row in rows(section(PROTOCOL, "Close codes"))}
    others = {connection.ABNORMAL, connection.INTERNAL_ERROR}

    assert shown == {*map(int, CloseCode), *others}


@pytest.mark.parametrize(
    "row", rows(section(PROTOCOL, "Close codes")), ids=lambda row: row[0]
)
def test_only_from_4500_on_nobody_reconnects(row: list[str]) -> None:
    assert ("**no**" in row[2]) == (int(row[0]) >= 4500)


@pytest.mark.parametrize(
    "frame", frames(PROTOCOL, "Client"), ids=lambda frame: frame["type"]
)
def test_example_of_a_command_decodes(frame: dict[str, Any]) -> None:
    envelope = decode.read_envelope(msgspec.json.encode(frame))
    payload = dispatch.ROUTES[envelope.type].payload

    shown = frame.get("payload", {})
    wrong_on_purpose = frame["id"] == 10
    if wrong_on_purpose:
        with pytest.raises(errors.BadRequest):
            decode.decode_part(envelope.payload, payload, prefix="payload")
    else:
        decode.decode_part(envelope.payload, payload, prefix="payload")
        assert shown.keys() <= set(payload.__struct_encode_fields__)


@pytest.mark.parametrize(
    "frame", frames(PROTOCOL, "Server"), ids=lambda frame: frame["type"]
)
def test_example_of_a_servers_frame_has_a_known_type(frame: dict[str, Any]) -> None:
    assert frame["type"] in own_frames() | emitted()


def test_every_event_has_an_example():
    shown = {frame["type"] for frame in frames(PROTOCOL, "Server")}

    assert shown == own_frames() | emitted()


def test_every_command_has_an_example():
    shown = {frame["type"] for frame in frames(PROTOCOL, "Client")}

    assert shown == set(dispatch.ROUTES)


def test_every_address_is_documented_and_no_other():
    listed = {
        (code(row[0])[0], code(row[1])[0])
        for row in rows(section(HTTP, "All addresses"))
    }

    assert listed == set(addresses())


def addresses() -> list[tuple[str, str]]:
    return [
        (method, published(path))
        for path, handler in routes.ROUTES
        for method in BaseHandler.allowed_methods(handler.__new__(handler))
        if method not in ("HEAD", "OPTIONS") and path not in ASSETS
    ]


def published(path: str) -> str:
    """Write a path with a slash at its end, unless it is a file's or a mail's link."""
    is_plain = "." in path or path.endswith("/{signed}")
    return path if is_plain else f"{path.rstrip('/')}/"


def test_every_address_but_the_socket_is_tried_in_an_example():
    shown = {(each.method, route(each.url)) for each in exchanges(HTTP, {"URL": ""})}

    # The client is maybe not built here.
    untried = {("GET", path) for path in ("/ws/", "/client.js", "/client.d.ts")}
    assert shown == set(addresses()) - untried


def route(url: str) -> str:
    """Return the route of an example's address."""
    path = published(url.split("?")[0])
    path = re.sub(r"(members/)[0-9]+", r"\1{user_id}", path)
    path = re.sub(r"(unsubscribe/)[^/]+/", r"\1{signed}", path)
    path = re.sub(r"(calendar/)[^/]+\.ics", r"\1{signed}.ics", path)
    path = re.sub(r"(boards/)[0-9]+", r"\1{lesson_id}", path)
    path = re.sub(r"(files/)\$FILE", r"\1{id}", path)
    return re.sub(r"/[0-9]+(?=/)", "/{id}", path)


def test_no_example_of_a_request_is_passed_over():
    assert HTTP.count("\ncurl ") == len(list(exchanges(HTTP, {})))


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    for link in links(file.read_text("utf-8")):
        name, _, anchor = link.partition("#")
        target = (file.parent / name).resolve() if name else file
        assert target.exists(), link
        assert not anchor or anchor in slugs(target.read_text("utf-8")), link


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_settings_that_are_mentioned_are_there(file: Path) -> None:
    known = {f"{key.section}.{key.name}": key.default for key in all_keys()}
    sections = {name.partition(".")[0] for name in known}
    others = {*dispatch.ROUTES, *emitted()}
    found = re.findall(
        r"`([a-z]+\.[a-z_]+)`(?: \(([0-9]+)\))?", file.read_text("utf-8")
    )

    for name, default in found:
        if name.partition(".")[0] in sections and name not in others:
            assert name in known
            assert not default or int(default) == known[name], name


def test_every_requirement_is_explained_with_its_bounds():
    tree = ast.parse(page("setup.py"))
    lists = {"RUN", "TEST", "DEV", "BINARY"}
    wanted = {
        text.partition(";")[0].strip()
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in lists
        for text in map(requirement, node.value.elts)  # type: ignore[attr-defined]
    }

    assert set(first_cells(page("docs/libraries.md"))) == wanted


def requirement(node: ast.expr) -> str:
    """Read a requirement, whose marker may come from a variable."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    return str(ast.literal_eval(node))


def test_architecture_is_short_enough_to_be_true():
    file = ROOT / "docs" / "architecture.md"

    assert not file.exists() or len(file.read_text("utf-8").splitlines()) < 150


def test_readme_names_only_targets_of_the_makefile():
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.M))
    named = {text.split()[1] for text in code(page("README.md")) if text[:5] == "make "}

    assert named <= targets
