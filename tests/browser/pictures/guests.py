"""Who isn't signed in: at the door, with a link from a mail, without a server."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.browser.page import fill, press, shown
from tests.browser.pictures.scene import DESKTOP, Part, Scene
from tests.browser.pictures.stage import Stage
from tests.browser.tabs import Tab
from tests.browser.test_page_sign_in import mailed_link

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
<circle cx="12" cy="12" r="11" fill="#ffd43b"/>
<circle cx="12" cy="12" r="5" fill="#7a4b00"/>
</svg>"""
NOBODY_SIGNS_IN = """const given = window.fetch;
window.fetch = async (url, ...more) => {
  const answer = await given(url, ...more);
  if (url !== "/api/school/") return answer;
  return Response.json({ ...(await answer.json()), sign_in: false });
};"""
# Only who was here before is asked for.
COMES_BACK = "localStorage.setItem('rtserver login', '1')"


async def sign_in(stage: Stage) -> Tab:
    return await stage.guest()


async def wrong_password(stage: Stage) -> Tab:
    tab = await stage.guest()
    await fill(tab, "email", "taras@demo.example")
    await fill(tab, "password", "sunflower")
    await press(tab, stage.text("sign_in.show_password"))
    await stage.press(tab, "sign_in.go")
    await stage.says(tab, "sign_in.wrong")
    return tab


async def by_keyboard(stage: Stage) -> Tab:
    """Where the focus is has to be seen."""
    tab = await stage.guest()
    await tab.run("document.querySelector('[type=submit]').focus()")
    await tab.key("Tab")
    return tab


async def forgotten(stage: Stage) -> Tab:
    tab = await stage.guest()
    await stage.press(tab, "sign_in.forgot")
    await stage.says(tab, "forgot.text")
    return tab


async def link_is_sent(stage: Stage) -> Tab:
    tab = await forgotten(stage)
    await fill(tab, "email", "taras@demo.example")
    await stage.press(tab, "forgot.go")
    await stage.says(tab, "forgot.done.title")
    return tab


async def invitation(stage: Stage) -> Tab:
    token = await mailed_link(stage.served.folder / "data" / "outbox", "oksana")
    return await stage.guest(f"/password#{token}")


async def weak_password(stage: Stage) -> Tab:
    tab = await invitation(stage)
    await fill(tab, "password", "short")
    await stage.press(tab, "password.go")
    await stage.says(tab, "password.weak")
    return tab


async def link_is_over(stage: Stage) -> Tab:
    return await stage.guest("/password#nothing")


async def elsewhere(stage: Stage) -> Tab:
    """Where a platform signs people in."""
    tab = await stage.guest()
    await tab.call("Page.enable")
    await tab.call("Page.addScriptToEvaluateOnNewDocument", source=NOBODY_SIGNS_IN)
    await tab.run("location.reload()")
    await stage.says(tab, "sign_in.elsewhere")
    return tab


async def starting(stage: Stage) -> Tab:
    """There is no answer yet to who is here."""
    tab = await stage.guest()
    await tab.call("Fetch.enable", patterns=[{"urlPattern": "*/api/auth/*"}])
    await tab.run(f"{COMES_BACK}; location.reload()")
    await stage.says(tab, "app.loading")
    return tab


async def offline(stage: Stage) -> Tab:
    tab = await stage.guest()
    await tab.call("Network.enable")
    await tab.call("Network.setBlockedURLs", urls=["*/api/auth/*"])
    await tab.run(f"{COMES_BACK}; location.reload()")
    await stage.says(tab, "app.offline.title")
    await tab.run("localStorage.removeItem('rtserver login')")
    return tab


async def member_of_the_school(stage: Stage) -> Tab:
    tab = await stage.member("taras")
    await shown(tab)
    return tab


def sunflower(folder: Path) -> Mapping[str, Any]:
    """A school's own name, logo, and a colour on which nobody could read white."""
    logo = folder / "logo.svg"
    logo.write_text(LOGO)
    name = "Школа мов і математики «Соняшник»"
    return {"school_name": name, "school_color": "#ffd43b", "school_logo_file": logo}


GUESTS = Part(
    "guests",
    (
        Scene("sign-in", sign_in),
        Scene("sign-in-zoomed", sign_in, {"desktop": DESKTOP}, zoom=2),
        Scene("sign-in-wrong", wrong_password),
        Scene("sign-in-keyboard", by_keyboard),
        Scene("forgotten", forgotten),
        Scene("forgotten-sent", link_is_sent),
        Scene("invitation", invitation),
        Scene("invitation-weak", weak_password),
        Scene("link-over", link_is_over),
        Scene("sign-in-elsewhere", elsewhere),
        Scene("starting", starting),
        Scene("offline", offline),
    ),
)
OWN_LOOK = Part(
    "own-look",
    (
        Scene("own-look-sign-in", sign_in),
        Scene("own-look-lessons", member_of_the_school),
    ),
    sunflower,
)
