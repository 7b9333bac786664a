"""The events that the server itself notifies of, and may mail (contract 4)."""

# Platforms add their own.
EVENTS = (
    "lesson.scheduled",
    "lesson.rescheduled",
    "lesson.cancelled",
    "chat.message",
    "board.activity",
    "tutor.accept",
    "student.invited",
    "lesson.reminder",
)
CHAT = "chat.message"
REMINDER = "lesson.reminder"
