"""The pages of the shell: lessons, their dialogs, news, the profile."""

from datetime import UTC, datetime, timedelta

from tests.browser.page import fill, press, says
from tests.browser.pictures.profile import (
    calendar,
    open_own_menu,
    profile,
    student,
    wrong_old_password,
)
from tests.browser.pictures.scene import DESKTOP, Part, Scene
from tests.browser.pictures.stage import Stage
from tests.browser.tabs import Tab

FRACTIONS, GEOMETRY = "Fractions", "Geometry"
# In days from now; who is in it, by the tutor first.
WEEK = (
    (1, 9, "Відсотки та знижки", ("olena", "taras", "sofiia")),
    (1, 15, "Reading: The Wind in the Willows, chapters 4–6", ("olena", "emma")),
    (2, 10, "Підготовка до зовнішнього незалежного оцінювання", ("olena", "taras")),
    (4, 12, "Sums", ("olena", "emma", "oliver")),
)
PAST = ((-2, 10, "Прості числа", ("olena", "taras")), (-9, 16, "Angles", ("olena",)))


async def coming(stage: Stage) -> Tab:
    return await stage.member("olena")


async def a_week(stage: Stage) -> Tab:
    for days, hour, title, people in (*WEEK, *PAST):
        plan(stage, days, hour, title, people)
    late = plan(stage, 3, 9, "Дроби: повторення", ("olena", "taras"))
    stage.api("olena", "DELETE", f"/api/lessons/{late}/")
    return await stage.member("olena")


async def a_week_by_keyboard(stage: Stage) -> Tab:
    tab = await stage.member("olena")
    for _ in range(6):
        await tab.key("Tab")
    return tab


async def unread(stage: Stage) -> Tab:
    """And who is there already."""
    await stage.member("olena", "/lessons/1")
    tab = await stage.member("sofiia")
    there = stage.text("lesson.present_one", names="").strip()
    await says(tab, there)
    return tab


async def invited(stage: Stage) -> Tab:
    return await stage.member("oliver")


async def accepted(stage: Stage) -> Tab:
    tab = await stage.member("oliver")
    await stage.press(tab, "lesson.accept")
    await stage.says(tab, "lesson.accepted", title=GEOMETRY)
    # What has the focus doesn't go away.
    await tab.run("document.querySelector('[role=alertdialog] button').focus()")
    return tab


async def none(stage: Stage) -> Tab:
    """Somebody who is new, and of a long name."""
    stage.join("anastasiia", "Анастасія-Вікторія Передерій-Задунайська")
    tab = await stage.member("anastasiia")
    await stage.says(tab, "lessons.none_student")
    return tab


async def past(stage: Stage) -> Tab:
    tab = await stage.member("olena", "/past")
    await says(tab, "Angles")
    return tab


async def none_past(stage: Stage) -> Tab:
    tab = await stage.member("oliver", "/past")
    await stage.says(tab, "lessons.none_past")
    return tab


async def planning(stage: Stage) -> Tab:
    tab = await stage.member("olena")
    await stage.press(tab, "plan.new")
    await stage.opens(tab)
    return tab


async def planning_with_people(stage: Stage) -> Tab:
    tab = await planning(stage)
    await fill(tab, "title", "Пропорції")
    await pick(tab, "Emma", "Emma Wilson")
    await pick(tab, "grandma@school.example", "grandma@school.example")
    return tab


async def seek(stage: Stage, tab: Tab) -> None:
    await stage.close(tab)
    await fill_anew(tab, "со")
    await stage.opens(tab, "[role=option] [data-initials]")


async def planning_without_title(stage: Stage) -> Tab:
    tab = await planning(stage)
    await fill(tab, "title", " ")
    await stage.press(tab, "plan.go")
    await stage.opens(
        tab, "[role=dialog] [aria-invalid=true], [role=dialog] [role=alert]"
    )
    return tab


async def choose_a_day(stage: Stage, tab: Tab) -> None:
    await stage.close(tab)
    await tab.run("document.querySelector('[role=dialog] [role=group] button').click()")
    await stage.opens(tab, "[role=grid]")


async def open_menu(stage: Stage, tab: Tab) -> None:
    await stage.close(tab)
    await stage.press(tab, "lesson.menu", title=FRACTIONS)
    await stage.opens(tab, "[role=menu]")


async def roster(stage: Stage) -> Tab:
    return await _from_menu(stage, "lesson.people")


async def asked_to_take_out(stage: Stage) -> Tab:
    tab = await roster(stage)
    await stage.press(tab, "people.remove", name="Emma Wilson")
    await stage.opens(tab, "[role=alertdialog]")
    return tab


async def told(stage: Stage) -> Tab:
    """What has just happened, wherever one looks."""
    tab = await stage.member("oliver", "/profile")
    plan(stage, 3, 16, "Round the fireplace", ("james", "oliver"))
    await tab.until("document.querySelector('[role=alertdialog]')")
    return tab


async def changing(stage: Stage) -> Tab:
    return await _from_menu(stage, "lesson.change")


async def cancelling(stage: Stage) -> Tab:
    return await _from_menu(stage, "lesson.cancel")


async def news(stage: Stage) -> Tab:
    return await stage.member("olena", "/notifications")


async def no_news(stage: Stage) -> Tab:
    tab = await stage.member("iryna", "/notifications")
    await stage.says(tab, "news.none")
    return tab


async def not_found(stage: Stage) -> Tab:
    return await stage.member("taras", "/nowhere")


async def not_connected(stage: Stage) -> Tab:
    tab = await stage.member("taras")
    stage.served.kill()
    await stage.says(tab, "connection.waiting")
    return tab


async def broken(stage: Stage) -> Tab:
    """A mistake in the page itself."""
    stage.restart()
    tab = await stage.member("iryna")
    await tab.run("void (Intl.RelativeTimeFormat = null)")
    await stage.press(tab, "nav.admin")
    await stage.press(tab, "school.status")
    await stage.says(tab, "app.failed.title")
    return tab


def plan(
    stage: Stage, days: int, hour: int, title: str, people: tuple[str, ...]
) -> int:
    """Have a lesson planned, to which everybody comes; return its id."""
    day = (datetime.now(UTC) + timedelta(days)).replace(hour=hour, minute=0, second=0)
    tutor, *students = [stage.id(who) for who in people]
    accepted = [
        {"user_id": id, "role": "student", "state": "accepted"} for id in students
    ]
    lesson: int = stage.api(
        "iryna",
        "POST",
        "/api/lessons/",
        {
            "title": title,
            "starts_at": f"{day:%Y-%m-%dT%H:%M:%SZ}",
            "ends_at": f"{day + timedelta(minutes=50):%Y-%m-%dT%H:%M:%SZ}",
            "members": [
                {"user_id": tutor, "role": "tutor", "state": "accepted"},
                *accepted,
            ],
        },
    )["id"]
    return lesson


async def fill_anew(tab: Tab, text: str) -> None:
    """Seek somebody to invite."""
    await tab.run("document.querySelector('[role=combobox]').focus()")
    await tab.run("document.querySelector('[role=combobox]').select()")
    for letter in text:  # else what is written again would be no change
        await tab.write(letter)


async def pick(tab: Tab, text: str, name: str) -> None:
    """Find somebody to invite, and take them."""
    await fill_anew(tab, text)
    found = (
        "[...document.querySelectorAll('[role=option]')]"
        f".find((each) => each.innerText.includes({name!r}))"
    )
    await tab.until(found)
    await tab.run(f"{found}.click()")
    await tab.until("!document.querySelector('[role=listbox]')")


async def _from_menu(stage: Stage, key: str) -> Tab:
    tab = await stage.member("olena")
    await open_menu(stage, tab)
    await press(tab, stage.text(key))
    await stage.opens(tab)
    return tab


SHELL = Part(
    "shell",
    (
        Scene("lessons-few", coming),
        Scene("lessons", a_week),
        Scene("lessons-keyboard", a_week_by_keyboard),
        Scene("lessons-zoomed", coming, {"desktop": DESKTOP}, zoom=2),
        Scene("lessons-unread", unread),
        Scene("lessons-invited", invited),
        Scene("lessons-accepted", accepted),
        Scene("lessons-none", none),
        Scene("past", past),
        Scene("past-none", none_past),
        Scene("plan", planning),
        Scene("plan-people", planning_with_people, turn=seek),
        Scene("plan-wrong", planning_without_title),
        Scene("plan-day", planning, turn=choose_a_day),
        Scene("lesson-menu", coming, turn=open_menu),
        Scene("lesson-people", roster),
        Scene("lesson-take-out", asked_to_take_out),
        Scene("lesson-change", changing),
        Scene("lesson-cancel", cancelling),
        Scene("news", news),
        Scene("news-toast", told),
        Scene("news-none", no_news),
        Scene("profile", profile),
        Scene("profile-wrong", wrong_old_password),
        Scene("profile-calendar", calendar),
        Scene("profile-menu", student, turn=open_own_menu),
        Scene("not-found", not_found),
        Scene("not-connected", not_connected),
        Scene("failed", broken),
    ),
)
