"""Names with an apostrophe or a Turkish i, whose words are other ones now."""

from typing import Any

from peewee import (
    BigAutoField,
    BlobField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
)

from store.chunks import chunks
from store.name_words import beginnings


class User(Model):
    id = BigAutoField()
    name = CharField(max_length=200)

    class Meta:
        table_name = "users"


class NameWord(Model):
    word = BlobField()
    user = ForeignKeyField(User, on_delete="CASCADE")

    class Meta:
        table_name = "name_words"
        primary_key = CompositeKey("word", "user")


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx((User, NameWord)):
        # Who is found by no name was erased.
        found = User.id.in_(NameWord.select(NameWord.user))
        users = list(User.select(User.id, User.name).where(found))
        NameWord.delete().execute()
        rows = (
            {"user": user.id, "word": word}
            for user in users
            for word in beginnings(user.name)
        )
        for some in chunks(rows):
            NameWord.insert_many(some).execute()
