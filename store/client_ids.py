"""The keys of what people send: an author with a ``client_id``."""

from typing import Any

from peewee import ValuesList


def having(model: Any, query: Any, values: tuple[Any, ...]) -> Any:
    """Return of a query those with some keys, each author before the ``client_id``.

    They are joined, as of two lists each author would be looked for with each key.
    """
    keys = [values[at : at + 2] for at in range(0, len(values), 2)]
    # In both databases these are the columns' names.
    wanted = ValuesList(keys, alias="wanted")
    author, client_id = wanted.c.column1, wanted.c.column2
    same = (model.author == author) & (model.client_id == client_id)
    return query.switch(model).join(wanted, on=same)
