"""The panel beside the board: the chat, and who is in the lesson."""

from tests.browser.page import press, says
from tests.browser.pictures.room import STUDENT, TUTOR, come_in
from tests.browser.pictures.scene import ROOM_SIZES, Part, Scene
from tests.browser.pictures.stage import LESSON, Stage
from tests.browser.tabs import Tab
from tests.browser.test_page_chat import PICTURE, WRITES, turn_to

GEOMETRY = 3  # its chat is moderated, and empty but for what is held
LONG = (
    "Рентгеноелектрокардіографічного? https://school.example/" + "a" * 90 + " "
    "Подивіться, будь ласка, на другу сторінку підручника: там є ще чотири приклади, "
    "які ми розберемо наступного разу.\n\n"
    "1) 2/3 + 1/4\n2) 5/6 − 1/2"
)


async def to_chat(stage: Stage, tab: Tab) -> None:
    await _open(stage, tab, "room.chat")


async def to_people(stage: Stage, tab: Tab) -> None:
    await _open(stage, tab, "room.people")


async def _open(stage: Stage, tab: Tab, key: str) -> None:
    """Turn to a part of the panel, which a tablet hides at first."""
    opener = f"[aria-label^={stage.text('room.open_panel')!r}]"
    await tab.run(f"document.querySelector({opener!r})?.click()")
    await turn_to(tab, stage.text(key))


async def empty(stage: Stage) -> Tab:
    tab = await come_in(stage, TUTOR, _plan(stage))
    await stage.says(tab, "chat.empty")
    return tab


async def talk(stage: Stage) -> Tab:
    return await come_in(stage)


async def new_messages(stage: Stage) -> Tab:
    """Where what one hasn't read begins, whatever words are in it."""
    for who, text in (
        ("emma", "Thanks!"),
        ("emma", "And the next one?"),
        (TUTOR, LONG),
        ("sofiia", "Готово 😀"),
    ):
        _say(stage, who, text)
    tab = await come_in(stage, STUDENT)
    await says(tab, "Готово 😀")
    return tab


async def emma(stage: Stage) -> Tab:
    tab = await come_in(stage, "emma")
    await says(tab, "And the next one?")
    return tab


async def open_own_menu(stage: Stage, tab: Tab) -> None:
    """What to do with the last message of one's own."""
    await stage.close(tab)
    await to_chat(stage, tab)
    found = f"[aria-label={stage.text('chat.menu_own')!r}]"
    await tab.run(f"[...document.querySelectorAll({found!r})].pop().click()")
    await stage.opens(tab, "[role=menu]")


async def editing(stage: Stage) -> Tab:
    tab = await emma(stage)
    await open_own_menu(stage, tab)
    await stage.press(tab, "chat.edit")
    await stage.says(tab, "chat.editing")
    return tab


async def deleting(stage: Stage) -> Tab:
    tab = await emma(stage)
    await open_own_menu(stage, tab)
    await stage.press(tab, "chat.delete")
    await stage.opens(tab)
    return tab


async def edited_and_removed(stage: Stage) -> Tab:
    ids = [_say(stage, "emma", text) for text in ("5/6, I think", "silly")]
    tab = await come_in(stage)
    await says(tab, "silly")
    stage.api("emma", "PATCH", f"/api/chat/messages/{ids[0]}/", {"text": "It is 5/6."})
    stage.api(TUTOR, "DELETE", f"/api/chat/messages/{ids[1]}/")
    await stage.says(tab, "chat.edited")
    await tab.until("!document.body.innerText.includes('silly')")
    return tab


async def attaching(stage: Stage) -> Tab:
    tab = await come_in(stage, "emma")
    await tab.until(WRITES)
    await tab.run(PICTURE)
    await stage.says(tab, "chat.file_type")
    await tab.until("!document.querySelector('progress')")
    return tab


async def attached(stage: Stage) -> Tab:
    tab = await attaching(stage)
    await stage.press(tab, "chat.detach", name="notes.txt")
    await stage.press(tab, "chat.send")
    await tab.until("document.querySelector('[role=log] img')?.naturalWidth")
    return tab


async def typing(stage: Stage) -> Tab:
    tab = await come_in(stage)
    taras = await come_in(stage, STUDENT)
    await taras.until(WRITES)
    await taras.run(f"{WRITES}.focus()")
    await taras.write("П’ять шостих")
    await stage.says(tab, "chat.typing_one", names=stage.people[STUDENT]["name"])
    return tab


async def held(stage: Stage) -> Tab:
    tab = await come_in(stage, TUTOR, GEOMETRY)
    await stage.says(tab, "chat.held_one", count=1)
    return tab


async def held_of_ones_own(stage: Stage) -> Tab:
    tab = await come_in(stage, STUDENT, GEOMETRY)
    await stage.says(tab, "chat.waits_for_tutor")
    return tab


async def refused(stage: Stage) -> Tab:
    tab = await held_of_ones_own(stage)
    [one] = stage.api(TUTOR, "GET", f"/api/chat/held/?lesson_id={GEOMETRY}")["results"]
    stage.api(TUTOR, "POST", f"/api/chat/held/{one['held_id']}/reject/", {})
    await stage.says(tab, "chat.refused")
    return tab


async def closed(stage: Stage) -> Tab:
    stage.api(TUTOR, "PATCH", f"/api/lessons/{LESSON}/", {"chat": "tutors"})
    tab = await come_in(stage, STUDENT)
    await stage.says(tab, "chat.only_tutors")
    return tab


async def waiting(stage: Stage) -> Tab:
    stage.api(TUTOR, "PATCH", f"/api/lessons/{LESSON}/", {"chat": "open"})
    tab = await come_in(stage, STUDENT)
    await tab.until(WRITES)
    stage.served.kill()
    await tab.run(f"{WRITES}.focus()")
    await tab.write("Чи я ще тут?")
    await stage.press(tab, "chat.send")
    await stage.says(tab, "chat.waiting")
    await stage.says(tab, "board.offline")
    return tab


async def again(stage: Stage) -> Tab:
    stage.restart()
    return await come_in(stage)


async def hands(stage: Stage) -> Tab:
    """Two hands, one answer, and who may only look."""
    tab = await come_in(stage)
    taras, sofiia = [await come_in(stage, who) for who in (STUDENT, "sofiia")]
    for pupil, answer in ((taras, "help"), (sofiia, "done")):
        await press(pupil, stage.text("room.hand"))
        await to_people(stage, pupil)
        await react(pupil, answer)
    path = f"/api/lessons/{LESSON}/members/{stage.id('emma')}/"
    stage.api(TUTOR, "PATCH", path, {"board": "view"})
    await tab.until("document.querySelector('[data-reaction=help]:not(button)')")
    await to_people(stage, tab)
    await stage.says(tab, "people.views")
    return tab


async def react(tab: Tab, answer: str) -> None:
    """Answer; not by the word, since a part of Excalidraw is called help, too."""
    await tab.run(f"document.querySelector('button[data-reaction={answer}]').click()")
    await tab.until("document.querySelector('[data-reaction][aria-pressed=true]')")


async def own_hand(stage: Stage) -> Tab:
    tab = await come_in(stage, "emma")
    await press(tab, stage.text("room.hand"))
    await to_people(stage, tab)
    await react(tab, "help")
    return tab


async def person_menu(stage: Stage, tab: Tab) -> None:
    await stage.close(tab)
    await to_people(stage, tab)
    await stage.press(tab, "people.menu", name="Emma Wilson")
    await stage.opens(tab, "[role=menu]")


async def taking_out(stage: Stage) -> Tab:
    tab = await come_in(stage)
    await person_menu(stage, tab)
    await stage.press(tab, "people.take_out")
    await stage.opens(tab)
    return tab


async def inviting(stage: Stage) -> Tab:
    tab = await come_in(stage)
    await to_people(stage, tab)
    await stage.press(tab, "people.find")
    await stage.opens(tab)
    return tab


async def attendance(stage: Stage) -> Tab:
    tab = await come_in(stage)
    await to_people(stage, tab)
    await stage.press(tab, "people.attendance")
    await stage.opens(tab, "[role=dialog] tbody")
    return tab


def _say(stage: Stage, who: str, text: str) -> int:
    body = {"lesson_id": LESSON, "text": text}
    said: int = stage.api(who, "POST", "/api/chat/messages/", body)["id"]
    return said


def _plan(stage: Stage) -> int:
    """A lesson nobody has written anything in."""
    lesson: int = stage.api(
        TUTOR,
        "POST",
        "/api/lessons/",
        {
            "title": "Відношення та пропорції: перше знайомство",
            "starts_at": "2036-01-01T10:00:00Z",
            "ends_at": "2036-01-01T11:00:00Z",
        },
    )["id"]
    return lesson


CHAT = Part(
    "chat",
    (
        Scene("chat-empty", empty, ROOM_SIZES, turn=to_chat),
        Scene("chat", talk, ROOM_SIZES, turn=to_chat),
        Scene("chat-new", new_messages, ROOM_SIZES, turn=to_chat),
        Scene("chat-menu", emma, turn=open_own_menu),
        Scene("chat-editing", editing, turn=to_chat),
        Scene("chat-deleting", deleting),
        Scene("chat-edited", edited_and_removed, turn=to_chat),
        Scene("chat-attaching", attaching, turn=to_chat),
        Scene("chat-attached", attached, turn=to_chat),
        Scene("chat-typing", typing, turn=to_chat),
        Scene("chat-held", held, turn=to_chat),
        Scene("chat-held-own", held_of_ones_own, turn=to_chat),
        Scene("chat-refused", refused, turn=to_chat),
        Scene("chat-closed", closed, turn=to_chat),
        Scene("chat-waiting", waiting, turn=to_chat),
        Scene("panel-people", again, turn=to_people),
        Scene("panel-hands", hands, ROOM_SIZES, turn=to_people),
        Scene("panel-own-hand", own_hand, turn=to_people),
        Scene("panel-menu", talk, turn=person_menu),
        Scene("panel-take-out", taking_out),
        Scene("panel-invite", inviting),
        Scene("panel-attendance", attendance),
    ),
)
