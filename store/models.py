"""The schema on one page. Instances never leave the store; records do."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
    TextField,
)

from store.fields import UtcField


class Counter(Model):
    """Counts what belongs to no other row; ``access`` numbers the access changes."""

    name = CharField(primary_key=True)
    value = BigIntegerField(default=0)

    class Meta:
        table_name = "counters"


class Fact(Model):
    """A fact about the database itself: ``epoch`` is renewed by a restore."""

    name = CharField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "facts"


class User(Model):
    id = BigAutoField()
    email = CharField(max_length=254)
    email_key = CharField(max_length=508, unique=True)
    name = CharField(max_length=200)
    role = CharField(max_length=16)
    locale = CharField(max_length=35)
    timezone = CharField(max_length=64)
    is_active = BooleanField(default=True)
    password_hash = TextField(null=True)
    # Tokens that belong to no login are invalid when they may be older than this.
    revoked_at = UtcField(null=True)
    notification_seq = BigIntegerField(default=0)
    created_at = UtcField()

    class Meta:
        table_name = "users"


class Login(Model):
    """One sign-in with a password: the family of its tokens (claim ``sid``)."""

    id = CharField(primary_key=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE")
    created_at = UtcField()
    revoked_at = UtcField(null=True)
    # Where the refresh token is a browser's cookie: session or remembered.
    cookie = CharField(null=True, max_length=16)

    class Meta:
        table_name = "logins"


class RefreshToken(Model):
    digest = CharField(primary_key=True, max_length=64)
    login = ForeignKeyField(Login, on_delete="CASCADE")
    expires_at = UtcField(index=True)
    spent_at = UtcField(null=True)
    successor = CharField(null=True, max_length=64)

    class Meta:
        table_name = "refresh_tokens"


class ApiKey(Model):
    id = BigAutoField()
    name = CharField(max_length=200)
    digest = CharField(max_length=64, unique=True)
    created_at = UtcField()
    revoked_at = UtcField(null=True)

    class Meta:
        table_name = "api_keys"


class Lesson(Model):
    id = BigAutoField()
    title = CharField(max_length=200)
    starts_at = UtcField(index=True)
    ends_at = UtcField()
    status = CharField(max_length=16)
    # What its students may say: open, tutors, moderated.
    chat = CharField(max_length=16, default="open")
    chat_seq = BigIntegerField(default=0)
    board_seq = BigIntegerField(default=0)
    board_bytes = BigIntegerField(default=0)
    # How far the chat has been turned into notifications.
    notified_seq = BigIntegerField(default=0)
    # Counts the changes of what a calendar shows (iCalendar's SEQUENCE).
    sequence = BigIntegerField(default=0)
    # What a student who joins may do with the board.
    student_board = CharField(max_length=16, default="draw")
    # Counts the names that the lesson's video call has had.
    call_number = BigIntegerField(default=0)
    created_at = UtcField()

    class Meta:
        table_name = "lessons"


class Member(Model):
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE")
    user = ForeignKeyField(User, on_delete="CASCADE", index=True)
    role = CharField(max_length=16)
    state = CharField(max_length=16)
    board = CharField(max_length=16)
    # The chat's position when they were accepted: their events begin behind it.
    chat_from = BigIntegerField(default=0)
    # Unknown of those who accepted before this was kept.
    accepted_at = UtcField(null=True)
    # When they were last told, as somebody not on the board, that it has changed; and
    # when they were last seen on it.
    board_told_at = UtcField(null=True)
    board_seen_at = UtcField(null=True)
    created_at = UtcField()

    class Meta:
        table_name = "members"
        primary_key = CompositeKey("lesson", "user")


class Message(Model):
    id = BigAutoField()
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    author = ForeignKeyField(User, on_delete="RESTRICT", index=False)
    seq = BigIntegerField()
    created_seq = BigIntegerField()
    text = TextField()
    created_at = UtcField()
    edited_at = UtcField(null=True)
    deleted = BooleanField(default=False)
    deleted_by = BigIntegerField(null=True)
    client_id = CharField(null=True, max_length=64)
    # Tells a resend from another message, also after an edit; gone with the text.
    sent_digest = CharField(null=True, max_length=64)

    class Meta:
        table_name = "messages"
        indexes = (
            (("lesson", "seq"), True),
            (("lesson", "id"), False),
            (("author", "client_id"), True),
        )


class ReadMark(Model):
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    user = ForeignKeyField(User, on_delete="CASCADE")
    seq = BigIntegerField()

    class Meta:
        table_name = "read_marks"
        primary_key = CompositeKey("lesson", "user")


class BoardEntry(Model):
    """One change of a board; ``elements`` is a JSON array, as it was sent on.

    It may be packed (``store.packing``). ``element_count`` is null in old rows.
    """

    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    seq = BigIntegerField()
    kind = CharField(max_length=16)
    user_id = BigIntegerField()
    at = UtcField()
    elements = BlobField()
    element_count = BigIntegerField(null=True)

    class Meta:
        table_name = "board_journal"
        primary_key = CompositeKey("lesson", "seq")


class BoardSnapshot(Model):
    """The state of a board at a seq, in the shape that its owner gives it."""

    id = BigAutoField()
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    seq = BigIntegerField()
    kind = CharField(max_length=16)
    taken_at = UtcField()
    elements = BigIntegerField()
    size = BigIntegerField()
    checksum = CharField(max_length=64)
    broken = BooleanField(default=False)

    class Meta:
        table_name = "board_snapshots"
        indexes = ((("lesson", "seq"), True),)


class BoardSnapshotPart(Model):
    """A piece of a snapshot's data: large values take PostgreSQL's driver long."""

    snapshot = ForeignKeyField(BoardSnapshot, on_delete="CASCADE", index=False)
    number = BigIntegerField()
    data = BlobField()

    class Meta:
        table_name = "board_snapshot_parts"
        primary_key = CompositeKey("snapshot", "number")


class AccessChange(Model):
    """A change of somebody's rights, numbered, so that every process learns of it."""

    seq = BigIntegerField(primary_key=True)
    kind = CharField(max_length=16)
    user_id = BigIntegerField(index=True)
    lesson_id = BigIntegerField(null=True)
    data = TextField()
    at = UtcField(index=True)

    class Meta:
        table_name = "access_changes"


MODELS = (
    Counter,
    Fact,
    User,
    Login,
    RefreshToken,
    ApiKey,
    Lesson,
    Member,
    Message,
    ReadMark,
    BoardEntry,
    BoardSnapshot,
    BoardSnapshotPart,
    AccessChange,
)
