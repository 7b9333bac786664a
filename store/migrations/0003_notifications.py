"""Notifications, the outbox of mails, and what a lesson's calendar entry counts."""

import secrets
from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
    TextField,
)

from store.fields import UtcField


class Fact(Model):
    name = CharField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "facts"


class User(Model):
    id = BigAutoField()

    class Meta:
        table_name = "users"


class Mail(Model):
    id = BigAutoField()
    user = ForeignKeyField(User, on_delete="CASCADE", index=False)
    event = CharField(max_length=64)
    lesson_id = BigIntegerField(null=True)
    data = TextField()
    lesson = TextField(null=True)
    state = CharField(max_length=16)
    held = BooleanField()
    due_at = UtcField()
    ready_at = UtcField()
    created_at = UtcField()
    first_at = UtcField(null=True)
    attempts = BigIntegerField(default=0)
    doubts = BigIntegerField(default=0)
    leased_by = CharField(null=True, max_length=64)
    lease_until = UtcField(null=True)
    ended_at = UtcField(null=True)
    detail = TextField(null=True)

    class Meta:
        table_name = "outbox"
        indexes = ((("state", "due_at"), False), (("user", "state"), False))


class MailAttempt(Model):
    id = BigAutoField()
    mail = ForeignKeyField(Mail, on_delete="CASCADE")
    at = UtcField()
    outcome = CharField(max_length=16)
    reply = TextField()

    class Meta:
        table_name = "mail_attempts"


class Notification(Model):
    id = BigAutoField()
    user = ForeignKeyField(User, on_delete="CASCADE", index=False)
    seq = BigIntegerField()
    event = CharField(max_length=64)
    data = TextField()
    created_at = UtcField()
    read_at = UtcField(null=True)
    mail = ForeignKeyField(Mail, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "notifications"
        indexes = ((("user", "seq"), True),)


class MailPreference(Model):
    user = ForeignKeyField(User, on_delete="CASCADE", index=False)
    event = CharField(max_length=64)
    email = BooleanField()

    class Meta:
        table_name = "mail_preferences"
        primary_key = CompositeKey("user", "event")


class IdempotencyKey(Model):
    owner = CharField(max_length=220)
    key = CharField(max_length=200)
    answer = TextField()
    created_at = UtcField(index=True)

    class Meta:
        table_name = "idempotency_keys"
        primary_key = CompositeKey("owner", "key")


TABLES = (Mail, MailAttempt, Notification, MailPreference, IdempotencyKey)
COLUMNS = (
    ("users", "notification_seq BIGINT NOT NULL DEFAULT 0"),
    ("lessons", "notified_seq BIGINT NOT NULL DEFAULT 0"),
    ("lessons", "sequence BIGINT NOT NULL DEFAULT 0"),
    ("members", "board_told_at BIGINT"),
    ("members", "board_seen_at BIGINT"),
)


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the tables in SQLite.
    for table, column in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
    # What was said before there were notifications causes none.
    db.execute_sql("UPDATE lessons SET notified_seq = chat_seq")
    with db.bind_ctx((Fact, User, *TABLES)):
        db.create_tables(TABLES)
        # Part of the UID of calendar entries: never renewed, unlike the epoch.
        Fact.create(name="school", value=secrets.token_hex(8))
