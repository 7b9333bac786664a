"""Examples of answers for the API documents: the demo school."""

from datetime import UTC, datetime

from handlers.admin import StatusView
from handlers.boards import SnapshotView
from handlers.health import AliveView, ReadinessView
from handlers.school import FileRulesView, SchoolView
from handlers.status import OnlineView
from rtserver.accounts.logins import TokensView
from rtserver.accounts.password_choices import LinkView
from rtserver.accounts.people import FoundView, PeopleView
from rtserver.accounts.users import UsersView
from rtserver.chat.service import ChangesView, HistoryView
from rtserver.lessons.calendars import CalendarAddressView, CalendarView
from rtserver.lessons.calls import CallView
from rtserver.lessons.members import DeclinedView
from rtserver.lessons.service import LessonPage
from rtserver.mail.outbox_list import MailCounts, MailPage, MailView
from rtserver.views import LessonView, MemberView, MessageView, PersonView, UserView

START = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
OLENA = UserView(
    id=2,
    email="olena@demo.example",
    name="Олена Шевченко",
    role="tutor",
    locale="uk",
    timezone="Europe/Kyiv",
    is_active=True,
)
MEMBER = MemberView(
    user_id=4, name="Тарас Бондар", role="student", state="accepted", board="draw"
)
LESSON = LessonView(
    id=1,
    title="Fractions",
    starts_at=START,
    ends_at=START.replace(hour=16),
    status="scheduled",
    chat="open",
    members=[MEMBER],
)
MESSAGE = MessageView(
    id=2,
    lesson_id=1,
    seq=2,
    created_seq=2,
    author=PersonView(4, "Тарас Бондар"),
    text="½ + ⅓ = ⅚?",
    created_at=START,
    edited_at=None,
    deleted=False,
    client_id="demo-2",
)
RECTANGLE = {
    "id": "r1",
    "type": "rectangle",
    "x": 10,
    "y": 20,
    "version": 3,
    "versionNonce": 81,
    "isDeleted": False,
}
SCHOOL = SchoolView(
    name="Our school",
    color="#1971c2",
    logo="https://school.example/api/school/logo",
    locale="uk",
    locales=("en", "uk"),
    timezone="Europe/Kyiv",
    version="1.0.0",
    sign_in=True,
    calls=True,
    files=FileRulesView(10_485_760, ("image/png", "image/jpeg")),
)
MAIL = MailView(
    id=17,
    state="dead",
    event="lesson.scheduled",
    user_id=4,
    email="taras@demo.example",
    lesson_id=1,
    created_at=START,
    due_at=None,
    ended_at=START,
    attempts=1,
    last_error="550 5.1.1 no such user",
)
EXAMPLES = (
    TokensView("eyJhbGciOi…", "rtr_…", 900),
    LinkView("Тарас Бондар", "taras@demo.example"),
    OLENA,
    UsersView([OLENA], "dXNlAAAAAAAAAAAC"),
    PeopleView([FoundView(2, "Олена Шевченко", "tutor", "olena@demo.example")]),
    OnlineView({1: True, 2: False, 3: False}, [1]),
    MEMBER,
    LESSON,
    LessonPage([LESSON], None),
    DeclinedView(3),
    CalendarView(START),
    CallView("https://meet.school.example/ou3tx6m…", None),
    CalendarAddressView("https://school.example/api/calendar/q3Jx0cVt….ics"),
    MESSAGE,
    HistoryView([MESSAGE], None, 4, {2: 4}),
    ChangesView([MESSAGE], None, 4),
    SnapshotView(42, "b3b0…", [RECTANGLE], START),
    SCHOOL,
    StatusView(12, 17, MailCounts(0, 1), "1.0.0", 86_400),
    MailPage([MAIL], None),
    AliveView(),
    ReadinessView("ok", []),
)
