"""The schema of what tells people of their lessons' times: reminders, calendars."""

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField, Model

from store.fields import UtcField
from store.models import Lesson, User


class Reminder(Model):
    """A reminder of a lesson's start; ``before`` is in microseconds.

    ``due_at`` is null once it was sent: the row stays, so that none goes twice.
    """

    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    starts_at = UtcField()
    before = BigIntegerField()
    due_at = UtcField(null=True, index=True)

    class Meta:
        table_name = "reminders"
        primary_key = CompositeKey("lesson", "starts_at", "before")


class CalendarAddress(Model):
    """The address at which a calendar program reads somebody's lessons.

    The address itself isn't kept: who reads the database can't make it up.
    """

    user = ForeignKeyField(User, on_delete="CASCADE", primary_key=True)
    digest = CharField(max_length=64, unique=True)
    created_at = UtcField()

    class Meta:
        table_name = "calendar_addresses"


MODELS = (Reminder, CalendarAddress)
