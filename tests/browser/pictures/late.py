"""Parts of the page whose scripts don't come."""

from tests.browser.page import block, choose, press, turn_to
from tests.browser.pictures.scene import ROOM_SIZES, Part, Scene
from tests.browser.pictures.stage import LESSON, Stage
from tests.browser.tabs import Tab
from tests.browser.test_page_unstarted import AFTER_A_WHILE, STANDS


async def without_board(stage: Stage) -> Tab:
    tab = await _to_room(stage, "board-*")
    await stage.says(tab, "board.not_come")
    return tab


async def still_without_board(stage: Stage) -> Tab:
    tab = await without_board(stage)
    await stage.press(tab, "app.again")
    await stage.says(tab, "app.reload")
    return tab


async def without_room(stage: Stage) -> Tab:
    tab = await _to_room(stage, "room-*")
    await stage.says(tab, "app.not_come.title")
    return tab


async def _to_room(stage: Stage, blocked: str) -> Tab:
    tab = await stage.member("emma")
    await block(tab, f"*/page/assets/{blocked}")
    await turn_to(tab, f"/lessons/{LESSON}")
    return tab


async def without_page(stage: Stage) -> Tab:
    return await _press(stage, "iryna", "nav.admin", "SchoolPage-*")


async def without_dialog(stage: Stage) -> Tab:
    return await _press(stage, "olena", "plan.new", "dialogs-*")


async def without_words(stage: Stage) -> Tab:
    tab = await stage.guest()
    await block(tab, "*/page/assets/guest-*")
    await tab.run("location.reload()")
    await stage.says(tab, "app.reload")
    return tab


async def without_start(stage: Stage) -> Tab:
    tab = await stage.guest()
    await block(tab, "*/page/assets/*.js")
    await tab.run("location.reload()")
    await tab.until(f"{STANDS} && {AFTER_A_WHILE}")
    await stage.says(tab, "app.reload")
    return tab


async def without_language(stage: Stage) -> Tab:
    await stage.guest()  # who has chosen a language: no words of another come
    tab = await stage.member("emma", "/profile")
    await block(tab, "*/page/assets/guest-*")
    await choose(tab, "locale", {"en": "uk", "uk": "en"}[stage.language])
    await stage.press(tab, "action.save")
    await stage.says(tab, "app.language_not_come")
    return tab


async def guest_without_language(stage: Stage) -> Tab:
    tab = await stage.guest()
    await block(tab, "*/page/assets/guest-*")
    await press(tab, {"en": "Українська", "uk": "English"}[stage.language])
    await stage.says(tab, "app.language_not_come")
    return tab


async def _press(stage: Stage, who: str, key: str, blocked: str) -> Tab:
    tab = await stage.member(who)
    await block(tab, f"*/page/assets/{blocked}")
    await press(tab, stage.text(key))
    await stage.says(tab, "app.not_come.title")
    return tab


LATE = Part(
    "late",
    (
        Scene("late-board", without_board, ROOM_SIZES),
        Scene("late-board-still", still_without_board, ROOM_SIZES),
        Scene("late-room", without_room),
        Scene("late-page", without_page),
        Scene("late-dialog", without_dialog),
        Scene("late-words", without_words),
        Scene("late-start", without_start),
        Scene("late-language-guest", guest_without_language),
        Scene("late-language", without_language),
    ),
)
