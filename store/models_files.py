"""The schema of files: what there is, and what is on its way."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    Model,
)

from store.fields import UtcField
from store.models import Lesson, Message, User


class File(Model):
    """A picture or document of a lesson; its bytes lie in a folder, under ``id``.

    ``purpose``: chat or board. A chat's belongs to one ``message`` at most; before, a
    held message may have it. Once ``deleted`` it is nobody's any more, and the row goes
    when the bytes are gone.
    """

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
        # To add up what a lesson, or the school, has.
        indexes = ((("lesson", "bytes"), False),)


class FileUpload(Model):
    """A file that is on its way, and the room that is kept for it.

    Its process says again and again that it is ``alive_until`` later.
    """

    id = CharField(primary_key=True, max_length=40)
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE")
    bytes = BigIntegerField()
    alive_until = UtcField()

    class Meta:
        table_name = "file_uploads"


MODELS = (File, FileUpload)
