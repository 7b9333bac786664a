"""What a patch may be, and how large a board may grow (contract 2.2 and 2.5)."""

import json
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.drawing import Drawer, element, two_drawers
from tests.school import School


async def refused(drawer: Drawer, *elements: Any) -> tuple[str, str]:
    """Send a patch that is refused; give the code, and the path at fault."""
    error = await drawer.refused("board.patch", elements=list(elements))
    faults = error.get("errors", [{"path": ""}])
    return error["code"], faults[0]["path"]


@pytest.mark.parametrize(
    ("elements", "path"),
    [
        (7, "payload.elements"),
        (None, "payload.elements"),
        ([7], "payload.elements[0]"),
        ([{"version": 1}], "payload.elements[0].id"),
        ([{"id": "a"}], "payload.elements[0].version"),
        ([{"id": "", "version": 1}], "payload.elements[0].id"),
        ([{"id": "x" * 65, "version": 1}], "payload.elements[0].id"),
        ([{"id": "a", "version": 0}], "payload.elements[0].version"),
        ([{"id": "a", "version": 2**53}], "payload.elements[0].version"),
        ([{"id": "a", "version": 1.5}], "payload.elements[0].version"),
        ([{"id": "a", "version": True}], "payload.elements[0].version"),
        (
            [element("ok"), {"id": "a", "version": 1, "versionNonce": "1"}],
            "payload.elements[1].versionNonce",
        ),
        (
            [{"id": "a", "version": 1, "isDeleted": 1}],
            "payload.elements[0].isDeleted",
        ),
    ],
)
async def test_bad_patch_changes_nothing_and_names_its_path(
    sqlite_school: School, elements: Any, path: str
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)

    error = await tutor.refused("board.patch", elements=elements)

    assert (error["code"], error["errors"][0]["path"]) == ("bad_request", path)
    assert await student.socket.quiet() == []
    assert await student.state() == {}


@pytest.mark.parametrize(
    "field", ["1e400", "NaN", '"\\ud800"', "[" * 17 + "]" * 17, "-Infinity"]
)
async def test_json_that_breaks_browsers_never_gets_onto_a_board(
    sqlite_school: School, field: str
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    frame = (
        '{"type":"board.patch","id":"x","channel":"%s",'
        '"payload":{"elements":[{"id":"a","version":1,"x":%s}]}}'
    )

    await tutor.socket.send(frame % (tutor.channel, field))
    error = await tutor.next("error")

    assert (error["id"], error["payload"]["code"]) == ("x", "bad_request")
    assert error["payload"]["errors"][0]["path"].startswith("payload")
    assert await student.state() == {}


async def test_patch_of_too_many_elements_is_too_large(sqlite_school: School) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    many = [element(f"{n}") for n in range(501)]

    assert await refused(tutor, *many) == ("too_large", "payload.elements")
    assert (await tutor.draw(*many[:500]))["seq"] == 1
    assert len(await student.state()) == 500


async def test_element_over_its_limit_is_too_large(make_school: MakeSchool) -> None:
    school = await make_school(boards_element_bytes=4096)
    tutor, student, _ = await two_drawers(school)
    size = 4096 - len(json.dumps(element("a", text=""), separators=(",", ":")))

    ack = await tutor.draw(element("a", text="x" * size))
    too_large = await refused(tutor, element("ok"), element("b", text="x" * (size + 1)))

    assert ack["seq"] == 1
    assert too_large == ("too_large", "payload.elements[1]")
    assert (await student.state()).keys() == {"a"}


async def test_board_takes_no_more_elements_than_its_limit(
    make_school: MakeSchool,
) -> None:
    school = await make_school(boards_max_elements=3)
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a"), element("b"))

    over = await refused(tutor, element("b", 2), element("c"), element("d"))
    changed = await tutor.draw(element("a", 2, isDeleted=True), element("c"))
    again = await tutor.draw(element("d"))

    assert over[0] == "limit_exceeded"
    assert (changed["seq"], again["seq"]) == (2, 3)
    assert (await student.state())["b"] == element("b")


async def test_board_takes_no_more_bytes_than_its_limit(
    make_school: MakeSchool,
) -> None:
    school = await make_school(boards_max_bytes=2000)
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", text="x" * 1500))

    over = await refused(tutor, element("b", text="x" * 500))
    sent = await tutor.refused(
        "board.snapshot.send", elements=[element("c", text="x" * 2000)]
    )

    assert over[0] == sent["code"] == "limit_exceeded"
    assert (await student.state()).keys() == {"a"}
    assert (await tutor.draw(element("b")))["seq"] == 2


async def test_one_of_many_patches_over_the_limit_fails_alone(
    make_school: MakeSchool,
) -> None:
    school = await make_school(boards_max_elements=10)
    tutor, student, _ = await two_drawers(school)
    patch = {"elements": [element("x")]}
    for number in range(20):
        await student.socket.send(_frame(student, number, element(f"s{number}")))
        await tutor.socket.send(_frame(tutor, number, element(f"t{number}")))
    await tutor.socket.quiet()
    await student.socket.quiet()

    answers = [
        frame["type"]
        for each in (tutor, student)
        for frame in each.socket.received
        if str(frame.get("id", "")).startswith("p")
    ]
    assert (answers.count("ack"), answers.count("error")) == (10, 30)
    assert len(await student.state()) == 10
    assert (await tutor.refused("board.patch", **patch))["code"] == "limit_exceeded"


def _frame(drawer: Drawer, number: int, *elements: Any) -> str:
    return json.dumps(
        {
            "type": "board.patch",
            "id": f"p{number}",
            "channel": drawer.channel,
            "payload": {"elements": list(elements)},
        }
    )
