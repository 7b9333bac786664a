"""Somebody's own page, and the menu that leads there."""

from tests.browser.page import fill
from tests.browser.pictures.stage import Stage
from tests.browser.tabs import Tab


async def profile(stage: Stage) -> Tab:
    return await stage.member("taras", "/profile")


async def wrong_old_password(stage: Stage) -> Tab:
    tab = await profile(stage)
    await fill(tab, "current", "sunflower")
    await fill(tab, "password", "борщ і хліб")
    await stage.press(tab, "profile.password_go")
    await stage.says(tab, "profile.password_wrong")
    return tab


async def calendar(stage: Stage) -> Tab:
    tab = await profile(stage)
    await stage.press(tab, "calendar.make")
    await stage.says(tab, "calendar.once")
    return tab


async def student(stage: Stage) -> Tab:
    return await stage.member("taras")


async def open_own_menu(stage: Stage, tab: Tab) -> None:
    await stage.close(tab)
    await stage.press(tab, "menu.open", name=stage.people["taras"]["name"])
    await stage.opens(tab, "[role=menu]")
