"""The names that the server itself has, and platforms' events can't."""

# Pages go by an event's type, so a platform's can't be called what the protocol has.
RESERVED = frozenset(
    {
        "account.invited",
        "account.password",
        "auth.refresh",
        "board.activity",
        "board.cursor.move",
        "board.patch",
        "board.preview",
        "board.reset",
        "board.rights",
        "board.snapshot.request",
        "board.snapshot.send",
        "chat.held",
        "chat.held.decided",
        "chat.held.new",
        "chat.joined",
        "chat.left",
        "chat.message",
        "chat.message.deleted",
        "chat.message.edited",
        "chat.message.new",
        "chat.read",
        "chat.typing",
        "lesson.cancelled",
        "lesson.changed",
        "lesson.reminder",
        "lesson.rescheduled",
        "lesson.scheduled",
        "notification.read",
        "student.invited",
        "tutor.accept",
        "user.offline",
        "user.online",
    }
)
RESERVED_PREFIX = "room."
