"""A lesson's room: its board, its tools, and why somebody may not draw."""

import math

from tests.browser.pictures.scene import DESKTOP, ROOM_SIZES, Part, Scene
from tests.browser.pictures.stage import LESSON, Stage
from tests.browser.room_page import DROP, PAST, READY, WAITS, Held
from tests.browser.tabs import Tab

ROOM = f"/lessons/{LESSON}"
SLIDER = "document.querySelector('[role=dialog] input[type=range]')"
TUTOR, STUDENT = "olena", "taras"
CIRCLE = 40  # points
PDF = """new Promise((done) => {
  const page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>";
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>", page, page, page];
  const body = objects.map((each, n) => `${n + 1} 0 obj ${each} endobj`).join("\\n");
  const dataTransfer = new DataTransfer();
  const text = `%PDF-1.4\\n${body}\\ntrailer << /Root 1 0 R >>`;
  dataTransfer.items.add(new File([text], "sheet.pdf", {type: "application/pdf"}));
  const at = {clientX: 400, clientY: 450, bubbles: true, cancelable: true};
  const target = document.querySelector(".room-board canvas.interactive");
  target.dispatchEvent(new DragEvent("drop", {...at, dataTransfer}));
  done();
})"""
OVER = """document.querySelector(".room-board canvas.interactive").dispatchEvent(
  new DragEvent("dragover", {dataTransfer: (() => {
    const given = new DataTransfer();
    given.items.add(new File(["?"], "a.png", {type: "image/png"}));
    return given;
  })(), bubbles: true, cancelable: true}))"""


async def come_in(stage: Stage, who: str = TUTOR, lesson: int = LESSON) -> Tab:
    """Somebody in a room, whose board is there."""
    tab = await stage.member(who, f"/lessons/{lesson}")
    await tab.until(READY)
    return tab


async def draw(tab: Tab, *points: tuple[float, float]) -> None:
    await tab.mouse("move", *points[0])
    await tab.mouse("press", *points[0])
    for point in points[1:]:
        await tab.mouse("move", *point)
    await tab.mouse("release", *points[-1])


def circle(x: float, y: float, r: float) -> list[tuple[float, float]]:
    turns = (2 * math.pi * n / CIRCLE for n in range(CIRCLE + 3))
    return [(x + r * math.cos(turn), y + r * math.sin(turn)) for turn in turns]


async def explain(stage: Stage, tab: Tab) -> None:
    """Draw what the lesson is about: a half and a third."""
    for x, cuts in ((200, (90, 210, 330)), (440, (90, 270))):
        await draw(tab, *circle(x, 320, 80))
        for cut in cuts:
            turn = math.radians(cut)
            end = (x + 80 * math.cos(turn), 320 - 80 * math.sin(turn))
            await draw(tab, (x, 320), ((x + end[0]) / 2, (320 + end[1]) / 2), end)
    await draw(tab, (310, 320), (320, 320), (330, 320))
    await draw(tab, (320, 310), (320, 320), (320, 330))
    await stage.press(tab, "board.colour")
    await stage.press(tab, "colour.1")
    await draw(tab, (150, 460), (250, 470), (380, 465), (500, 458))


async def empty(stage: Stage) -> Tab:
    tab = await come_in(stage)
    await stage.opens(tab, "[role=toolbar]")
    return tab


async def together(stage: Stage) -> Tab:
    """Two of them, each of whom sees the other's cursor."""
    tab = await empty(stage)
    await explain(stage, tab)
    taras = await come_in(stage, STUDENT)
    await stage.opens(taras, "[role=toolbar]")
    await stage.press(taras, "board.colour")
    await stage.press(taras, "colour.2")
    await draw(taras, (580, 250), (600, 330), (640, 280), (660, 360))
    await taras.mouse("move", 560, 400)
    await tab.until("document.querySelectorAll('header [data-initials]').length > 1")
    await stage.press(tab, "tool.pen")
    return tab


async def on_the_way(stage: Stage) -> Tab:
    """A room whose board isn't there yet."""
    tab = await stage.member(STUDENT)
    await Held(tab).hold()
    await tab.run(f"history.pushState(null, '', '{ROOM}')")
    await tab.until(WAITS)
    return tab


async def as_student(stage: Stage) -> Tab:
    await come_in(stage)
    tab = await come_in(stage, STUDENT)
    await stage.opens(tab, "[role=toolbar]")
    return tab


async def more_tools(stage: Stage, tab: Tab) -> None:
    await _open(stage, tab, "board.more_tools")


async def colours(stage: Stage, tab: Tab) -> None:
    await _open(stage, tab, "board.colour")


async def open_menu(stage: Stage, tab: Tab) -> None:
    await _open(stage, tab, "board.menu")


async def board_menu(stage: Stage) -> Tab:
    tab = await empty(stage)
    await open_menu(stage, tab)
    return tab


async def shapes(stage: Stage) -> Tab:
    """Excalidraw's own panel, of what is chosen."""
    tab = await empty(stage)
    await stage.press(tab, "board.more_tools")
    await stage.press(tab, "tool.rectangle")
    await draw(tab, (500, 520), (560, 560), (640, 620))
    await stage.opens(tab, ".selected-shape-actions")
    return tab


async def dropping(stage: Stage) -> Tab:
    tab = await empty(stage)
    await tab.run(OVER)
    await stage.says(tab, "board.drop")
    return tab


async def picture(stage: Stage) -> Tab:
    tab = await empty(stage)
    await tab.run(DROP)
    await tab.until("document.querySelector('.room-board')")
    return tab


async def pdf(stage: Stage) -> Tab:
    tab = await empty(stage)
    await tab.run(PDF)
    await stage.opens(tab, "[role=dialog] canvas")
    return tab


async def in_words(stage: Stage) -> Tab:
    tab = await board_menu(stage)
    await stage.press(tab, "board.outline")
    await stage.opens(tab, "[role=dialog] li")
    return tab


async def drawn(stage: Stage) -> Tab:
    tab = await empty(stage)
    await explain(stage, tab)
    return tab


async def history(stage: Stage, tab: Tab) -> None:
    if await tab.run(f"!!{SLIDER}"):
        await stage.press(tab, "action.close")
        await tab.until(f"!{SLIDER}")
    await open_menu(stage, tab)
    await stage.press(tab, "board.history")
    await tab.until(SLIDER)
    await tab.run(f"{SLIDER}.focus()")
    for _ in range(4):
        await tab.key("ArrowLeft")
    await tab.until(PAST)


async def leading(stage: Stage) -> Tab:
    tab = await board_menu(stage)
    await stage.press(tab, "lead.start")
    await stage.says(tab, "lead.leading")
    return tab


async def following(stage: Stage) -> Tab:
    await leading(stage)
    tab = await come_in(stage, STUDENT)
    await stage.says(tab, "lead.unfollow")
    return tab


async def only_looking(stage: Stage) -> Tab:
    path = f"/api/lessons/{LESSON}/members/"
    stage.api(TUTOR, "PATCH", path, {"board": "view"})
    tab = await come_in(stage, STUDENT)
    await stage.says(tab, "board.only_look")
    return tab


async def not_connected(stage: Stage) -> Tab:
    stage.api(TUTOR, "PATCH", f"/api/lessons/{LESSON}/members/", {"board": "draw"})
    tab = await empty(stage)
    stage.served.kill()
    await draw(tab, (200, 560), (300, 570), (400, 560))
    await stage.says(tab, "board.waiting_one", count=1)
    return tab


async def by_keyboard(stage: Stage) -> Tab:
    stage.restart()
    tab = await empty(stage)
    label = stage.text("tool.eraser")
    await tab.run(f"document.querySelector('[aria-label=\"{label}\"]').focus()")
    await tab.key("Tab")
    return tab


async def missing(stage: Stage) -> Tab:
    return await stage.member(TUTOR, "/lessons/999")


async def invited(stage: Stage) -> Tab:
    return await stage.member("oliver", "/lessons/3")


async def outside(stage: Stage) -> Tab:
    return await stage.member("iryna", ROOM)


async def taken_out(stage: Stage) -> Tab:
    tab = await come_in(stage, STUDENT)
    member = f"/api/lessons/{LESSON}/members/{stage.id(STUDENT)}/"
    stage.api(TUTOR, "DELETE", member)
    await stage.says(tab, "door.gone.title")
    return tab


async def cancelled(stage: Stage) -> Tab:
    stage.api(TUTOR, "DELETE", f"/api/lessons/{LESSON}/")
    tab = await come_in(stage)
    await stage.says(tab, "board.cancelled")
    return tab


async def _open(stage: Stage, tab: Tab, key: str) -> None:
    await stage.close(tab)
    await stage.press(tab, key)
    await stage.opens(tab, "[role=menu]")


ROOMS = Part(
    "room",
    (
        Scene("room-on-the-way", on_the_way, ROOM_SIZES),
        Scene("room-empty", empty, ROOM_SIZES),
        Scene("room", together, ROOM_SIZES),
        Scene("room-student", as_student, ROOM_SIZES),
        Scene("room-zoomed", empty, {"desktop": DESKTOP}, zoom=2),
        Scene("room-tools", empty, turn=more_tools),
        Scene("room-colours", empty, turn=colours),
        Scene("room-menu", board_menu, turn=open_menu),
        Scene("room-shapes", shapes, ROOM_SIZES),
        Scene("room-drop", dropping),
        Scene("room-picture", picture, ROOM_SIZES),
        Scene("room-pdf", pdf),
        Scene("room-words", in_words),
        Scene("room-history", drawn, ROOM_SIZES, turn=history),
        Scene("room-leading", leading, ROOM_SIZES),
        Scene("room-following", following, ROOM_SIZES),
        Scene("room-only-look", only_looking, ROOM_SIZES),
        Scene("room-not-connected", not_connected, ROOM_SIZES),
        Scene("room-keyboard", by_keyboard),
        Scene("door-missing", missing),
        Scene("door-invited", invited),
        Scene("door-outside", outside),
        Scene("door-gone", taken_out),
        Scene("room-cancelled", cancelled, ROOM_SIZES),
    ),
    lambda folder: {"calls_url": "https://meet.school.example/{room}"},
)
