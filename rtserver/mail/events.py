"""The events that the server itself notifies of, and may mail (contract 4)."""

from store import password_links

# Platforms add their own.
EVENTS = (
    "lesson.scheduled",
    "lesson.rescheduled",
    "lesson.cancelled",
    "chat.message",
    "chat.held",
    "board.activity",
    "tutor.accept",
    "student.invited",
    "lesson.reminder",
)
CHAT = "chat.message"
REMINDER = "lesson.reminder"
# Mails of accounts: no notifications, so nobody chooses about them.
INVITED = password_links.INVITED
ACCOUNT_MAILS = password_links.ACCOUNT_MAILS
HELD = "chat.held"
# One mail per user and lesson for however many of them, and not at once.
GATHERED = (CHAT, HELD)
