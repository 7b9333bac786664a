"""The schema of what opens accounts, and by what their people are found."""

from peewee import (
    BigIntegerField,
    BlobField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
)

from store.fields import UtcField
from store.models import User


class PasswordLink(Model):
    """A link to choose a password by, of which only the token's digest is kept.

    ``mail_id`` is that of the mail which brings it, null if the command line made it.
    """

    digest = CharField(primary_key=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE")
    mail_id = BigIntegerField(null=True)
    created_at = UtcField()
    expires_at = UtcField(index=True)

    class Meta:
        table_name = "password_links"


class NameWord(Model):
    """A user's name from one of its words on, as ``store.name_words`` folds it."""

    word = BlobField()
    user = ForeignKeyField(User, on_delete="CASCADE")

    class Meta:
        table_name = "name_words"
        primary_key = CompositeKey("word", "user")


MODELS = (PasswordLink, NameWord)
