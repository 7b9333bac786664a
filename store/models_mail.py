"""The schema of notifications and of the mails that they cause."""

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
from store.models import User


class Mail(Model):
    """A mail to be sent (table ``outbox``).

    ``state``: waiting, leased, sent, dropped, dead; ``detail`` says why it ended. While
    ``held``, it is dropped if the message arrives otherwise; ``ready_at`` is when it is
    due if the user is known to be away. ``data`` and ``lesson`` are JSON.
    """

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
    # So often nobody knows whether the mail server took it.
    doubts = BigIntegerField(default=0)
    leased_by = CharField(null=True, max_length=64)
    lease_until = UtcField(null=True)
    # When its present or last try came to the last dot, which may have been sent.
    begun_at = UtcField(null=True)
    ended_at = UtcField(null=True)
    detail = TextField(null=True)

    class Meta:
        table_name = "outbox"
        indexes = ((("state", "due_at"), False), (("user", "state"), False))


class MailAttempt(Model):
    """One try to send a mail; ``reply`` is the mail server's last word."""

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
    # Of one about a message: where that stands, for the read mark that passes it.
    lesson_id = BigIntegerField(null=True)
    chat_seq = BigIntegerField(null=True)
    created_at = UtcField()
    read_at = UtcField(null=True)
    # The mail that goes unless this arrives otherwise.
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


MODELS = (Mail, MailAttempt, Notification, MailPreference, IdempotencyKey)
