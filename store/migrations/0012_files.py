"""Files of lessons: what there is, and what is on its way."""

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    Model,
)

from store.fields import UtcField


class Lesson(Model):
    id = BigAutoField()

    class Meta:
        table_name = "lessons"


class User(Model):
    id = BigAutoField()

    class Meta:
        table_name = "users"


class Message(Model):
    id = BigAutoField()

    class Meta:
        table_name = "messages"


class File(Model):
    number = BigAutoField()
    id = CharField(max_length=40, unique=True)
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    user = ForeignKeyField(User, on_delete="RESTRICT")
    purpose = CharField(max_length=8)
    name = CharField(max_length=200)
    type = CharField(max_length=32)
    bytes = BigIntegerField()
    sha256 = CharField(max_length=64)
    created_at = UtcField()
    message = ForeignKeyField(Message, null=True, on_delete="SET NULL")
    held_id = BigIntegerField(null=True, index=True)
    deleted = BooleanField(default=False, index=True)

    class Meta:
        table_name = "files"
        indexes = ((("lesson", "bytes"), False),)


class FileUpload(Model):
    id = CharField(primary_key=True, max_length=40)
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE")
    bytes = BigIntegerField()
    alive_until = UtcField()

    class Meta:
        table_name = "file_uploads"


TABLES = (File, FileUpload)


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx((Lesson, User, Message, *TABLES)):
        db.create_tables(TABLES)
