"""An admin's pages."""

import asyncio
from pathlib import Path
from typing import Any

from tests.browser.page import fill, says, turn_to
from tests.browser.pictures.scene import Part, Scene
from tests.browser.pictures.stage import Stage
from tests.browser.tabs import Tab
from tests.browser.test_page_school import RIGHT, WRONG, give_file
from tests.mail_server import MailServer
from tests.patience import PATIENCE
from tests.processes import free_port

EMMA = "Emma Wilson"
DEAD = "/api/admin/outbox/?state=dead"


async def people(stage: Stage) -> Tab:
    tab = await stage.member("iryna", "/school")
    await says(tab, EMMA)
    return tab


async def nobody_found(stage: Stage) -> Tab:
    tab = await people(stage)
    await tab.run("document.querySelector('[type=search]').focus()")
    await tab.write("xyz")
    await stage.says(tab, "everyone.none")
    return tab


async def adding(stage: Stage) -> Tab:
    tab = await people(stage)
    await stage.press(tab, "everyone.new")
    await stage.opens(tab)
    return tab


async def adding_twice(stage: Stage) -> Tab:
    tab = await adding(stage)
    await fill(tab, "name", "Emma")
    await fill(tab, "email", "emma@demo.example")
    await stage.press(tab, "action.save")
    await stage.says(tab, "everyone.taken")
    return tab


async def changing(stage: Stage) -> Tab:
    tab = await menu(stage)
    await stage.press(tab, "everyone.change")
    await stage.opens(tab)
    return tab


async def importing(stage: Stage) -> Tab:
    tab = await people(stage)
    await stage.press(tab, "import.title")
    await stage.opens(tab)
    return tab


async def wrong_file(stage: Stage) -> Tab:
    tab = await importing(stage)
    await give_file(tab, WRONG)
    await stage.opens(tab, "[role=dialog] tbody")
    return tab


async def right_file(stage: Stage) -> Tab:
    tab = await importing(stage)
    await give_file(tab, RIGHT)
    await stage.says(tab, "import.preview", created=1, updated=0)
    return tab


async def menu(stage: Stage) -> Tab:
    tab = await people(stage)
    await open_menu(stage, tab)
    return tab


async def open_menu(stage: Stage, tab: Tab) -> None:
    await stage.close(tab)
    await stage.press(tab, "everyone.menu", name=EMMA)
    await stage.opens(tab, "[role=menu]")


async def invited_again(stage: Stage) -> Tab:
    """It can't be done, and that stays until it is closed."""
    tab = await menu(stage)
    await stage.press(tab, "everyone.invite")
    await stage.says(tab, "everyone.has_password")
    return tab


async def asked_to_lock_out(stage: Stage) -> Tab:
    tab = await menu(stage)
    await stage.press(tab, "everyone.deactivate")
    await stage.opens(tab)
    return tab


async def locked_out(stage: Stage) -> Tab:
    tab = await asked_to_lock_out(stage)
    await stage.press(tab, "everyone.deactivate")
    await stage.says(tab, "everyone.inactive")
    return tab


async def status(stage: Stage) -> Tab:
    tab = await stage.member("iryna", "/school/status")
    await stage.says(tab, "status.since")
    return tab


async def no_lost_mails(stage: Stage) -> Tab:
    tab = await stage.member("iryna", "/school/mails")
    await stage.says(tab, "mails.none")
    return tab


async def lost_mails(stage: Stage) -> Tab:
    """Two of the addresses don't exist, says the mail server."""
    server = MailServer(port=stage.served.settings.smtp.port)
    server.fault["RCPT"] = "550 5.1.1 No such mailbox here"
    server.start()
    for name in ("Ada Lovelace", "Марія Примаченко"):
        body = {
            "name": name,
            "email": f"{name.encode().hex()[:8]}@demo.example",
            "role": "student",
            "invite": True,
        }
        stage.api("iryna", "POST", "/api/users/", body)
    tab = await stage.member("iryna", "/school/status")
    async with asyncio.timeout(PATIENCE):
        while len(stage.api("iryna", "GET", DEAD)["results"]) < 2:
            await asyncio.sleep(0.1)
    server.stop()
    await turn_to(tab, "/school/mails")
    await stage.says(tab, "mails.text")
    return tab


def refused(folder: Path) -> dict[str, Any]:
    """Mails go to a mail server."""
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": free_port(),
        "smtp_security": "none",
        "smtp_sender": "School <no-reply@school.example>",
    }


SCHOOL = Part(
    "school",
    (
        Scene("people", people),
        Scene("people-none", nobody_found),
        Scene("people-menu", menu, turn=open_menu),
        Scene("person-new", adding),
        Scene("person-taken", adding_twice),
        Scene("person-change", changing),
        Scene("person-refused", invited_again),
        Scene("import", importing),
        Scene("import-wrong", wrong_file),
        Scene("import-right", right_file),
        Scene("person-lock-out", asked_to_lock_out),
        Scene("person-out", locked_out),
        Scene("status", status),
        Scene("mails-none", no_lost_mails),
    ),
)
LOST = Part("lost", (Scene("mails-lost", lost_mails),), refused)
