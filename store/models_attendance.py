"""The schema of attendance: who was in the room of a lesson, and when."""

from peewee import BigAutoField, CharField, ForeignKeyField, Model

from store.fields import UtcField
from store.models import Lesson, User


class Stay(Model):
    """One stay in a lesson's room; of one person one at a time is open in a lesson.

    ``seen_at`` is the last sign of life; ``left_at`` is null while they are in.
    """

    id = BigAutoField()
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    user = ForeignKeyField(User, on_delete="CASCADE", index=True)
    # What they were there: who leaves the lesson has no role in it any more.
    role = CharField(max_length=16)
    entered_at = UtcField(index=True)
    seen_at = UtcField()
    left_at = UtcField(null=True)

    class Meta:
        table_name = "attendance"
        indexes = ((("lesson", "entered_at"), False),)


MODELS = (Stay,)
