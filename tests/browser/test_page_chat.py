"""A tutor and a student in a lesson's room: the chat, who looks after it, and hands."""

import json
from pathlib import Path

import pytest

from tests.browser.page import (
    DESKTOP,
    PHONE,
    ask,
    press,
    served,
    texts,
    violations,
)
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.browser.watch import Watch
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN, UK = texts("en"), texts("uk")
LESSON = 1
LOG = "document.querySelector('[role=log]')"
PANEL = "aside"
LINE = (
    "(document.querySelector('[data-unread]').getBoundingClientRect().top"
    f" - {LOG}.getBoundingClientRect().top)"
)
MANY, READ = 90, 59
WRITES = "document.querySelector('textarea[name=message]')"
LAST = f"[...{LOG}.querySelectorAll('[data-seq] [aria-haspopup]')].at(-1)"
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('rtserver unsent'))"
MARK = "document.querySelector('[data-reaction=done]:not(button)')"
# React hears only of a value that was set behind its back.
CHOOSE = """(() => {
  const field = document.querySelector("label select");
  const { set } = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value");
  set.call(field, "MODE");
  field.dispatchEvent(new Event("change", { bubbles: true }));
})()"""
PICTURE = """(async () => {
  const canvas = new OffscreenCanvas(3000, 1500);
  canvas.getContext("2d").fillRect(0, 0, 3000, 1500);
  const picture = await canvas.convertToBlob({ type: "image/png" });
  const files = new DataTransfer();
  files.items.add(new File([picture], "sheet.png", { type: "image/png" }));
  files.items.add(new File(["?"], "notes.txt", { type: "text/plain" }));
  const field = document.querySelector("[name=message]");
  const paste = { clipboardData: files, bubbles: true, cancelable: true };
  field.dispatchEvent(new ClipboardEvent("paste", paste));
})()"""


async def test_two_talk_and_a_tutor_looks_after_the_chat(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    ids = {name: people[f"{name}@demo.example"]["id"] for name in ("olena", "emma")}
    tutor, student = Watch(), Watch()
    async with Browser(tmp_path) as browser:
        olena = await enter(browser, served, ids["olena"], DESKTOP, tutor)
        emma = await enter(browser, served, ids["emma"], DESKTOP, student)

        await write(emma, "Is it 5/6?\n<b>See</b> https://school.example/a.")
        await said(olena, "<b>See</b> https://school.example/a.")
        link = await olena.run(f"{LOG}.querySelector('a[href^=http]').outerHTML")
        assert 'href="https://school.example/a"' in link
        assert 'rel="noopener noreferrer"' in link
        await said(emma, EN["chat.read_by"].replace("{{names}}", "Олена Шевченко"))

        await emma.run(PICTURE)
        await emma.until(shows(EN["chat.file_type"]))
        await press(emma, EN["chat.detach"].replace("{{name}}", "notes.txt"))
        await emma.until("!document.querySelector('progress')")
        await press(emma, EN["chat.send"])
        await olena.until(f"{LOG}.querySelector('img')?.naturalWidth === 2048")

        served.kill()
        await write(emma, "Still there?")
        await said(emma, EN["chat.waiting"])
        assert await emma.run(f"{KEPT}.length") == 1
        served.start()
        await said(olena, "Still there?")
        await emma.until(f"!{KEPT}.length && !{shows(EN['chat.waiting'])}")

        name = "Emma Wilson"
        menu = UK["chat.menu"].replace("{{name}}", name)
        await press(olena, menu)
        await press(olena, UK["chat.remove"])
        await press_in(olena, "[role=alertdialog]", UK["chat.remove"])
        removed = EN["chat.removed"].replace("{{name}}", name)
        await said(emma, removed.replace("{{by}}", "Олена Шевченко"))
        await olena.until("document.activeElement.innerText.includes('5/6?')")
        await olena.run(f"{LAST}.click()")
        await press(olena, UK["chat.remove"])
        await press_in(olena, "[role=alertdialog]", UK["chat.remove"])
        await olena.until(f"document.activeElement === {WRITES}")
        assert await violations(olena, PANEL) == []
    assert [tutor.wrong(served.url), student.wrong(served.url)] == [[], []]


async def test_what_is_held_waits_for_a_tutor_and_hands_stand_in_order(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    ids = {name: people[f"{name}@demo.example"]["id"] for name in ("olena", "emma")}
    tutor, student = Watch(), Watch()
    async with Browser(tmp_path) as browser:
        olena = await enter(browser, served, ids["olena"], DESKTOP, tutor)
        emma = await enter(browser, served, ids["emma"], PHONE, student)
        await turn_to(emma, EN["room.chat"])
        name = "Emma Wilson"

        await allow(olena, "moderated")
        await emma.until(shows(EN["chat.moderated"]))
        await write(emma, "May I ask something?")
        await said(emma, EN["chat.waits_for_tutor"])
        await write(emma, "Never mind this.")
        await olena.until(shows(UK["chat.held_few"].replace("{{count}}", "2")))
        assert await violations(olena, PANEL) == []
        await press(olena, UK["chat.approve_of"].replace("{{name}}", name))
        await said(olena, "May I ask something?")
        await olena.until(shows(UK["chat.held_one"].replace("{{count}}", "1")))
        await press(olena, UK["chat.reject_of"].replace("{{name}}", name))
        await said(emma, EN["chat.refused"])
        assert await violations(emma, PANEL) == []
        await allow(olena, "tutors")
        await emma.until(f"{shows(EN['chat.only_tutors'])} && !{WRITES}")

        # Her window is a desktop's now, where the hand has a word beside it.
        await press(emma, EN["room.hand"])
        await turn_to(emma, EN["room.people"])
        await press(emma, EN["reaction.done"])
        up = UK["people.hand_up_one"].replace("{{names}}", name)
        await olena.until(
            f"document.querySelector('[role=status] p')?.innerText === {json.dumps(up)}"
        )
        await turn_to(olena, UK["room.people"])
        await olena.until(MARK)
        assert await violations(olena, PANEL) == []
        assert await violations(emma, PANEL) == []
        await press(olena, UK["people.lower_of"].replace("{{name}}", name))
        label = json.dumps(EN["room.raise_hand"])
        await emma.until(f"document.querySelector('button[title={label}]')")
    assert [tutor.wrong(served.url), student.wrong(served.url)] == [[], []]


async def test_a_long_chat_begins_where_the_unread_does_and_goes_back_page_by_page(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    ids = {name: people[f"{name}@demo.example"]["id"] for name in ("olena", "emma")}
    for number in range(MANY):
        text = f"Message {number}"
        body = {"lesson_id": LESSON, "text": text, "client_id": f"m{number}"}
        ask(served, ids["olena"], "POST", "/api/chat/messages/", body)
        if number == READ:
            async with Browser(tmp_path / "before") as browser:
                emma = await enter(browser, served, ids["emma"], DESKTOP)
                await emma.until(shows(f"Message {READ}"))
                await emma.until("!document.querySelector('[role=tab] .aside')")

    async with Browser(tmp_path) as browser:
        emma = await enter(browser, served, ids["emma"], PHONE)
        unread = EN["lesson.unread_other"].replace("{{count}}", str(MANY - READ - 1))
        await emma.until(f"document.body.textContent.includes({json.dumps(unread)})")
        await turn_to(emma, EN["room.chat"])
        await emma.until(f"{LINE} > 0 && {LINE} < {LOG}.clientHeight")
        few = EN["chat.new_other"].replace("{{count}}", "")
        await emma.until(shows(few))  # not all were seen

        await emma.until("!document.body.innerText.includes('Message 0\\n')")
        await emma.run(f"{LOG}.scrollTop = 0")
        await said(emma, "Message 0\n")
        assert await emma.run(f"{LOG}.scrollTop > 0")  # it stays where one is
        await emma.run(f"{LOG}.scrollTop = {LOG}.scrollHeight")
        await emma.until(f"!{shows(few)}")
        await emma.until("!document.querySelector('nav .aside')")


async def enter(
    browser: Browser,
    served: Served,
    user_id: int,
    size: tuple[int, int],
    watch: Watch | None = None,
) -> Tab:
    """Open the lesson's room on a screen of a size, as somebody."""
    tab = await browser.open("about:blank")
    await tab.look(width=size[0], height=size[1])
    if watch is not None:
        await watch.over(tab)
    await tab.go(f"{served.url}/lessons/{LESSON}#demo={served.token(user_id)}")
    await tab.until(f"{LOG}.ariaBusy === 'false'")
    return tab


async def turn_to(tab: Tab, name: str) -> None:
    """Turn to another part of the room, by a tab or, on a phone, a button."""
    found = (
        "[...document.querySelectorAll('[role=tab], nav button')].find((each) =>"
        f" each.checkVisibility() && each.innerText.includes({json.dumps(name)}))"
    )
    await tab.until(found)
    await tab.run(f"{found}.click()")


async def write(tab: Tab, text: str) -> None:
    """Write a message, and send it."""
    await begin(tab, text)
    await press(tab, EN["chat.send"])


async def begin(tab: Tab, text: str) -> None:
    """Write a message, and don't send it."""
    await tab.until(WRITES)
    await tab.run(f"{WRITES}.focus()")
    await tab.write(text)


async def allow(tab: Tab, mode: str) -> None:
    """Choose what students may do, as by hand."""
    await tab.run(CHOOSE.replace("MODE", mode))


async def press_in(tab: Tab, where: str, name: str) -> None:
    found = (
        f"[...document.querySelectorAll('{where} button')]"
        f".find((each) => each.innerText === {json.dumps(name)})"
    )
    await tab.until(found)
    await tab.run(f"{found}.click()")


def shows(text: str) -> str:
    """Return whether a text stands on the page, as an expression."""
    return f"document.body.innerText.includes({json.dumps(text)})"


async def said(tab: Tab, text: str) -> None:
    """Wait until a text stands among the messages."""
    await tab.until(f"{LOG}.innerText.includes({json.dumps(text)})")
