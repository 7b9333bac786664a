"""The words of people's names, by which they are found."""

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
        db.create_tables((NameWord,))
        rows = (
            {"user": user.id, "word": word}
            for user in list(User.select(User.id, User.name))
            for word in beginnings(user.name)
        )
        for some in chunks(rows):
            NameWord.insert_many(some).execute()
