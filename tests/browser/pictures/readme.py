"""The four pictures of the README: one school, whose people have English names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.browser.page import says
from tests.browser.pictures.chat import to_chat
from tests.browser.pictures.lessons import plan
from tests.browser.pictures.room import STUDENT, TUTOR, come_in, explain
from tests.browser.pictures.scene import DESKTOP, Part, Scene
from tests.browser.pictures.stage import LESSON, Stage
from tests.browser.tabs import Tab

NAMES = {
    "iryna": "Iryna Koval",
    "olena": "Olena Shevchenko",
    "taras": "Taras Bondar",
    "sofiia": "Sofiia Melnyk",
}
EMOJI = " 👏"  # not every machine has letters for it
ON_DESKTOP = {"desktop": DESKTOP}


async def lessons(stage: Stage) -> Tab:
    for who, name in NAMES.items():
        stage.api("iryna", "PATCH", f"/api/users/{stage.id(who)}/", {"name": name})
    talk = stage.api(TUTOR, "GET", f"/api/chat/history/?lesson_id={LESSON}")
    for message in talk["results"]:
        if EMOJI in message["text"]:
            text = {"text": message["text"].replace(EMOJI, "")}
            stage.api(TUTOR, "PATCH", f"/api/chat/messages/{message['id']}/", text)
    plan(stage, 1, 9, "Percentages", (TUTOR, STUDENT, "emma"))
    plan(stage, 1, 13, "Triangles", (TUTOR, "sofiia"))
    await come_in(stage, STUDENT)
    tab = await stage.member(TUTOR)
    await says(tab, stage.text("lesson.present_one", names=NAMES[STUDENT]))
    return await without_scrollbars(tab)


async def people(stage: Stage) -> Tab:
    await stage.member(TUTOR)
    tab = await stage.member("iryna", "/school")
    await says(tab, "Emma Wilson")
    return await without_scrollbars(tab)


async def room(stage: Stage) -> Tab:
    taras = await come_in(stage, STUDENT)
    tab = await come_in(stage)
    await stage.opens(tab, "[role=toolbar]")
    await explain(stage, tab)
    await taras.mouse("move", 400, 430)
    return tab


async def phone(stage: Stage) -> Tab:
    await come_in(stage)
    return await come_in(stage, STUDENT)


async def without_scrollbars(tab: Tab) -> Tab:
    await tab.run("void (document.documentElement.style.scrollbarWidth = 'none')")
    return tab


def look(folder: Path) -> Mapping[str, Any]:
    return {"school_name": "Sunflower School", "school_color": "#e8590c"}


README = Part(
    "readme",
    (
        Scene("page-lessons", lessons, ON_DESKTOP, whole=False),
        Scene("page-school", people, ON_DESKTOP, whole=False),
        Scene("page-room", room, ON_DESKTOP),
        Scene("page-phone", phone, {"phone": (390, 780)}, turn=to_chat),
    ),
    look,
)
