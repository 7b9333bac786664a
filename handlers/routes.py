"""The whole URL table; a trailing slash is optional everywhere."""

from importlib import resources
from typing import Any

from handlers import (
    admin,
    archives,
    attendance,
    auth,
    boards,
    calendars,
    calls,
    chat,
    client_files,
    dispatch,
    docs,
    files,
    gateway,
    health,
    held,
    lessons,
    metrics,
    notifications,
    page,
    people,
    school,
    status,
    user_import,
    users,
)
from handlers.addresses import Addresses
from handlers.api_docs.documents import ASSETS, Documents
from handlers.application import RoutedApplication
from handlers.base import BaseHandler
from rtserver.services import Services

ROUTES: tuple[tuple[str, type[BaseHandler]], ...] = (
    ("/ws", gateway.GatewayHandler),
    ("/healthz", health.AliveHandler),
    ("/readyz", health.ReadyHandler),
    ("/metrics", metrics.MetricsHandler),
    *((f"/{name}", client_files.ClientFileHandler) for name in client_files.TYPES),
    ("/api/auth/token", auth.TokenHandler),
    ("/api/auth/token/refresh", auth.RefreshHandler),
    ("/api/auth/password", auth.PasswordHandler),
    ("/api/auth/password/forgot", auth.ForgottenHandler),
    ("/api/auth/logout", auth.LogoutHandler),
    ("/api/users", users.UsersHandler),
    ("/api/users/me", users.MeHandler),
    ("/api/users/me/calendar", calendars.MyCalendarHandler),
    ("/api/calendar/{signed}.ics", calendars.CalendarHandler),
    ("/api/users/online-status", status.OnlineStatusHandler),
    ("/api/users/{id}", users.UserHandler),
    ("/api/people", people.PeopleHandler),
    ("/api/import", user_import.ImportHandler),
    ("/api/users/{id}/invite", users.InviteHandler),
    ("/api/lessons", lessons.LessonsHandler),
    ("/api/lessons/{id}", lessons.LessonHandler),
    ("/api/lessons/{id}/members", lessons.MembersHandler),
    ("/api/lessons/{id}/members/{user_id}", lessons.MemberHandler),
    ("/api/lessons/{id}/call", calls.CallHandler),
    ("/api/lessons/{id}/archive", archives.ArchiveHandler),
    ("/api/lessons/{id}/archive/tickets", archives.ArchiveTicketsHandler),
    ("/api/lessons/{id}/attendance", attendance.AttendanceHandler),
    ("/api/lessons/{id}/accept", lessons.AcceptHandler),
    ("/api/lessons/{id}/decline", lessons.DeclineHandler),
    ("/api/chat/messages", chat.MessagesHandler),
    ("/api/chat/messages/{id}", chat.MessageHandler),
    ("/api/chat/history", chat.HistoryHandler),
    ("/api/chat/changes", chat.ChangesHandler),
    ("/api/chat/held", held.HeldHandler),
    ("/api/chat/held/{id}", held.HeldMessageHandler),
    ("/api/chat/held/{id}/approve", held.ApproveHandler),
    ("/api/chat/held/{id}/reject", held.RejectHandler),
    ("/api/boards/{lesson_id}", boards.BoardHandler),
    ("/api/files", files.FilesHandler),
    ("/api/files/tickets", files.TicketsHandler),
    ("/api/files/{id}", files.FileHandler),
    ("/api/boards/{lesson_id}/history", boards.BoardHistoryHandler),
    ("/api/boards/{lesson_id}/restore", boards.BoardRestoreHandler),
    ("/api/notifications", notifications.NotificationsHandler),
    ("/api/notifications/read-all", notifications.ReadAllHandler),
    ("/api/notifications/preferences", notifications.PreferencesHandler),
    ("/api/notifications/{id}/read", notifications.ReadHandler),
    ("/api/notifications/unsubscribe/{signed}", notifications.UnsubscribeHandler),
    ("/api/school", school.SchoolHandler),
    (school.LOGO, school.LogoHandler),
    ("/api/school/texts", school.TextsHandler),
    ("/api/admin/status", admin.StatusHandler),
    ("/api/admin/outbox", admin.OutboxHandler),
    ("/api/openapi.json", docs.OpenapiHandler),
    ("/api/asyncapi.json", docs.AsyncapiHandler),
    ("/api/docs", docs.DocumentHandler),
    ("/api/docs/websocket", docs.DocumentHandler),
    *((f"/api/docs/{name}", docs.DocumentHandler) for name in ASSETS),
)


def application(services: Services, **settings: Any) -> RoutedApplication:
    """Build Tornado's application over the services."""
    services.figures.counters.expect(dispatch.ROUTES, gateway.REFUSALS)
    length = services.settings.chat.max_length
    return RoutedApplication(
        Addresses(ROUTES, page.PageHandler, services=services),
        documents=Documents(ROUTES, text_length=length),
        page_folder=resources.files("templates").joinpath("page"),
        client_folder=resources.files("templates").joinpath("client"),
        allowed_origins=services.settings.server.allowed_origins,
        trusted_proxies=services.edge.trusted_proxies,
        **settings,
    )
