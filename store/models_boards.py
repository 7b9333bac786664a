"""The models beside boards' journals, on the schema's next page."""

from peewee import BigIntegerField, ForeignKeyField, Model

from store.models import Lesson


class BoardMark(Model):
    """A mark: up to where a board's journal isn't as it came.

    ``pruned``: nothing up to there counts any more. ``merged``: up to there steps may
    be missing whose elements came again in later ones. ``seen``: up to there was looked
    for what can be merged.
    """

    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", primary_key=True)
    pruned = BigIntegerField(default=0)
    merged = BigIntegerField(default=0)
    seen = BigIntegerField(default=0)

    class Meta:
        table_name = "board_marks"


MODELS = (BoardMark,)
