"""Every HTTP request with a body or a query, done right, and what its fields take."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from handlers.boards import Restore
from handlers.chat import NewMessage, NewText
from handlers.files import Wanted
from rtserver.accounts.requests import (
    Choice,
    Forgotten,
    MyChanges,
    NewUser,
    Refresh,
    SignIn,
    SignOut,
    UserBody,
    UserChanges,
)
from rtserver.lessons.requests import (
    Invitation,
    LessonBody,
    LessonPatch,
    MemberPatch,
    MembersPatch,
)
from rtserver.notifications.requests import NotificationBody
from tests.flows.bad_values import OK, TEXTS, VALUES, answers

Fields = Mapping[str, Mapping[str, Any]]

STATUS = {
    "no_link": 400,
    "forbidden": 403,
    "unauthenticated": 401,
    "not_found": 404,
    "conflict": 409,
    "bad_request": 422,
}
# What the answer's code is, where that isn't how it is called here.
CODES = {"no_link": "bad_request"}
# They take no body, and don't look at one.
WITHOUT_BODY = {
    ("POST", "/api/users/{id}/invite"),
    # Files, and no JSON: handlers/test_user_import and test_upload send them.
    *(("POST", "/api/import"), ("POST", "/api/files")),
    ("POST", "/api/lessons/{id}/archive/tickets"),
    ("POST", "/api/chat/held/{id}/approve"),
    ("POST", "/api/chat/held/{id}/reject"),
    ("POST", "/api/lessons/{id}/accept"),
    ("POST", "/api/lessons/{id}/decline"),
    ("POST", "/api/users/me/calendar"),
    ("POST", "/api/notifications/read-all"),
    ("POST", "/api/notifications/{id}/read"),
    ("POST", "/api/notifications/unsubscribe/{signed}"),
}
# Its keys are names of events, so what is wrong with it stands in a list of its own.
PREFERENCES = ("PUT", "/api/notifications/preferences")
BAD_PREFERENCES = {
    '{"chat.message":null}': "[...]",
    '{"chat.message":[]}': "[...]",
    '{"chat.message":{}}': "[...].email",
    '{"chat.message":{"email":1}}': "[...].email",
    '{"chat.message":{"email":null}}': "[...].email",
    '{"chat.message":{"email":true,"x":1}}': "[...].x",
    '{"x":{"email":true}}': "",
    r'{"chat.\u0000":{"email":true}}': "",
    r'{"chat.\ud800":{"email":true}}': "",
}
NOTHING: Fields = {}
TEXT = answers(OK, "text")
# Where the whole is too large, the whole is named.
ANYTHING = {**answers(OK, *VALUES), "100 KB": "bad_request"}
NO_LINK = answers("no_link", *TEXTS)
KEEP = {"cookie": False, "remember": False}
REMEMBER = answers(OK, "true")
ANY_END = answers("unauthenticated", "true")
WRONG_LOGIN = answers("unauthenticated", *TEXTS)
NO_LESSON = answers("not_found", "an id of nobody")
NO_FILE = answers("conflict", "text")
NO_SEQ = answers("not_found", "an id of nobody")
ANOTHER_SEQ = answers("conflict", "an id of nobody")


class Request(NamedTuple):
    """``who`` is whose token is sent; fields that aren't named take nothing wrong."""

    method: str
    path: str
    who: str
    shape: type[msgspec.Struct]
    body: dict[str, Any]
    special: Fields = NOTHING
    also_optional: tuple[str, ...] = ()

    @property
    def fields(self) -> Fields:
        return {**{name: {} for name in self.body}, **self.special}

    @property
    def optional(self) -> frozenset[str]:
        found = msgspec.structs.fields(self.shape)
        mayhaps = [field.name for field in found if not field.required]
        return frozenset([*mayhaps, *self.also_optional])


PERSON = {
    "email": "sofia@example.org",
    "name": "Sofia",
    "role": "student",
    "locale": "uk",
    "timezone": "Europe/Kyiv",
    "is_active": True,
    "password": "a good long password",
}
PERSONAL: Fields = {"name": TEXT, "is_active": answers(OK, "true")}
NEW = {**PERSON, "invite": False}
INVITABLE: Fields = {**PERSONAL, "invite": {}}
LESSON = {
    "title": "Fractions",
    "starts_at": "2026-12-01T10:00:00Z",
    "ends_at": "2026-12-01T11:00:00Z",
    "chat": "open",
}
INVITED = {"role": "student", "state": "invited", "board": "view"}
INVITED_INTO = {
    **{"title": TEXT, "members": answers(OK, "a list"), "members[0]": {}},
    **{f"members[0].{name}": {} for name in INVITED},
}
NOT_NEEDED = ("members[0]", "members[0].state", "members[0].board")


def requests(
    user: int, lesson: int, message: int, file: str, password: str
) -> list[Request]:
    """Return good requests; ``user`` is a student there, ``file`` the tutor's."""
    return [
        *_about_logins(password),
        *_about_accounts(f"/api/users/{user}", password),
        *_about_lessons(f"/api/lessons/{lesson}", user),
        _about_notifications(user),
        *_about_chat(lesson, message, file),
        _about_boards(lesson),
    ]


def _about_logins(password: str) -> list[Request]:
    login = {"email": "olena@example.org", "password": password}
    login |= KEEP
    # No Origin comes with it.
    page: Fields = {"cookie": answers("forbidden", "true"), "remember": REMEMBER}
    wrong_login = {"email": WRONG_LOGIN, "password": WRONG_LOGIN, **page}
    whose, anybody = (
        {"email": login["email"]},
        {"email": answers(OK, "no text", "text", "NUL")},
    )
    choice = {"token": "x", "password": "another password", **KEEP}
    unknown = {"token": NO_LINK, "password": NO_LINK, **page}
    unknown["remember"] = answers("no_link", "true")
    spend, spent = {"refresh": "x"}, {"refresh": WRONG_LOGIN}
    end, ended = {**spend, "everywhere": False}, {**spent, "everywhere": ANY_END}
    return [
        Request("POST", "/api/auth/token", "", SignIn, login, wrong_login),
        Request("POST", "/api/auth/token/refresh", "", Refresh, spend, spent),
        Request("POST", "/api/auth/logout", "", SignOut, end, ended),
        Request("POST", "/api/auth/password/forgot", "", Forgotten, whose, anybody),
        Request("POST", "/api/auth/password", "", Choice, {"token": "x"}, unknown),
        Request("POST", "/api/auth/password", "", Choice, choice, unknown),
    ]


def _about_accounts(account: str, password: str) -> list[Request]:
    me = {"name": "Olena", "locale": "en", "timezone": "UTC"}
    new_password = {"password": "another password", "current_password": password}
    return [
        Request("POST", "/api/users", "admin", NewUser, NEW, INVITABLE),
        Request("PUT", account, "admin", UserBody, PERSON, PERSONAL),
        Request("PATCH", account, "admin", UserChanges, PERSON, PERSONAL),
        Request("PATCH", "/api/users/me", "tutor", MyChanges, me, {"name": TEXT}),
        Request("PATCH", "/api/users/me", "tutor", MyChanges, new_password),
    ]


def _about_lessons(course: str, user: int) -> list[Request]:
    asked = [{"user_id": user, **INVITED}, {"email": "taras@example.org", **INVITED}]
    by_id, mailed = ({**LESSON, "members": [one]} for one in asked)
    with_id = {**INVITED_INTO, "members[0].user_id": {}}
    with_mail = {**INVITED_INTO, "members[0].email": {}}
    nobody = (*NOT_NEEDED, "members[0].user_id", "members[0].email")
    return [
        Request("POST", "/api/lessons", "tutor", LessonBody, by_id, with_id, nobody),
        Request("POST", "/api/lessons", "tutor", LessonBody, mailed, with_mail, nobody),
        Request("PUT", course, "admin", LessonBody, by_id, with_id, nobody),
        Request("PATCH", course, "tutor", LessonPatch, LESSON, {"title": TEXT}),
        *(
            Request("POST", f"{course}/members", "tutor", Invitation, one)
            for one in asked
        ),
        Request(
            *("PATCH", f"{course}/members", "tutor", MembersPatch, {"board": "view"})
        ),
        Request("PATCH", f"{course}/members/{user}", "admin", MemberPatch, INVITED),
    ]


def _about_notifications(user: int) -> Request:
    news = {
        "event": "homework.graded",
        "user_ids": [user],
        "data": {"x": 1},
        "idempotency_key": "k1",
    }
    newsworthy = {
        **{"user_ids[0]": {}, "data": answers(OK, "an object"), "data.x": ANYTHING},
        "idempotency_key": TEXT,
    }
    return Request(
        *("POST", "/api/notifications", "admin"),
        *(NotificationBody, news, newsworthy, ("user_ids[0]", "data.x")),
    )


def _about_chat(lesson: int, message: int, file: str) -> list[Request]:
    said = {"lesson_id": lesson, "text": "Hello", "client_id": "c1"}
    said_so = {
        "lesson_id": NO_LESSON,
        "text": TEXT,
        "client_id": answers(OK, "text", "null"),
    }
    shown, files = {**said, "files": [file]}, {"files": {"a list": OK}}
    shown_so = {**said_so, **files, "files[0]": NO_FILE}
    shown_so["text"] = answers(OK, "text", "no text")
    shown_more = ("text", "files[0]")
    wanted, any_file = {"ids": ["f_gone", file]}, {"ids[1]": TEXT}
    return [
        Request("POST", "/api/chat/messages", "tutor", NewMessage, said, said_so),
        Request(
            *("POST", "/api/chat/messages", "tutor"),
            *(NewMessage, shown, shown_so, shown_more),
        ),
        Request(
            "POST", "/api/files/tickets", "tutor", Wanted, wanted, any_file, ("ids[1]",)
        ),
        Request(
            *("PATCH", f"/api/chat/messages/{message}", "tutor"),
            *(NewText, {"text": "Hello"}, {"text": TEXT}),
        ),
    ]


def _about_boards(lesson: int) -> Request:
    back = {"seq": 0, "if_seq": 0}
    return Request(
        *("POST", f"/api/boards/{lesson}/restore", "tutor", Restore, back),
        {"seq": NO_SEQ, "if_seq": {"null": OK, **ANOTHER_SEQ}},
    )


# Queries: which values of each parameter are no mistake, and what answers them.
QUERY_VALUES = {
    **{"nothing": "", "text": "x", "-1": "-1", "1.5": "1.5", "NUL": "%00"},
    **{"2^53": str(2**53), "2^63": str(2**63), "an id of nobody": str(2**53 - 1)},
    **{"not UTF-8": "%FF", "5000 digits": "9" * 5000, "other digits": "%D9%A1"},
    "a time without a zone": "2026-12-01T10:00:00",
}
# What may be looked for as a name; nothing is found by it.
ANY_NAME = set(QUERY_VALUES) - {"nothing", "not UTF-8", "5000 digits"}
PAGE: Fields = {"limit": {}, "cursor": {}}
PAGE_OF_LESSON: Fields = {**PAGE, "lesson_id": NO_LESSON}
ANY_TICKET = set(QUERY_VALUES) - {"not UTF-8"}
TICKET: Fields = {"ticket": answers("unauthenticated", *ANY_TICKET)}
QUERIES: Mapping[str, Fields] = {
    "/api/users": PAGE,
    "/api/people": {"q": answers(OK, *ANY_NAME), "limit": {}},
    "/api/lessons": {**PAGE, "from": {}, "to": {}},
    "/api/users/online-status": {"ids": answers(OK, "an id of nobody")},
    "/api/notifications": {**PAGE, "unread": {}},
    "/api/admin/outbox": {**PAGE, "state": {}},
    "/api/chat/history": PAGE_OF_LESSON,
    "/api/chat/held": PAGE_OF_LESSON,
    "/api/chat/changes": {**PAGE_OF_LESSON, "since": answers(OK, "an id of nobody")},
    "/api/files": PAGE_OF_LESSON,
    "/api/files/{id}": TICKET,
    "/api/lessons/{id}/archive": TICKET,
    "/api/lessons/{id}/attendance": {"format": {}},
    "/api/boards/{lesson_id}": {"at": NO_SEQ},
    "/api/boards/{lesson_id}/history": PAGE,
}
WITHOUT_QUERY = {
    *("/api/users/me", "/api/users/{id}", "/api/lessons/{id}"),
    "/api/chat/messages/{id}",
    "/api/notifications/preferences",
    "/api/notifications/unsubscribe/{signed}",
    *("/api/users/me/calendar", "/api/calendar/{signed}.ics"),
    "/api/lessons/{id}/call",
    *("/api/school", "/api/school/logo", "/api/school/texts", "/api/admin/status"),
}
