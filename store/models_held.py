"""The schema of what students want to say where tutors look at it first."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    Model,
    TextField,
)

from store.fields import UtcField
from store.models import Lesson, User


class HeldMessage(Model):
    """A message that waits for a tutor, or has waited.

    ``state``: held, approved, rejected, withdrawn. Once it isn't held any more, text
    and digest are gone; its row keeps the ``client_id`` used, and its decision known.
    """

    id = BigAutoField()
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    author = ForeignKeyField(User, on_delete="RESTRICT", index=False)
    text = TextField()
    client_id = CharField(null=True, max_length=64)
    # Tells a resend from another message.
    sent_digest = CharField(null=True, max_length=64)
    state = CharField(max_length=16)
    created_at = UtcField()
    decided_at = UtcField(null=True)
    # None: nobody did, but time (``chat.keep_days``) or the author's erasure.
    decided_by = BigIntegerField(null=True)
    # The message that it became.
    message_id = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "held_messages"
        indexes = (
            (("lesson", "state", "id"), False),
            (("author", "client_id"), True),
        )


MODELS = (HeldMessage,)
