"""Texts of the API documents about a request, beside the method that serves it.

A method's docstring is its summary and description; ``operation`` adds the rest. What
can be told from the address and the body stands in ``handlers.api_docs.openapi``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Annotated, Any, TypeVar

import msgspec

from rtserver.errors import RtError
from rtserver.input.cursors import MAX_ROWS, cursor_pattern
from rtserver.input.field_types import Id

F = TypeVar("F", bound=Callable[..., Any])

PLATFORMS = "Api-Keys"
MANAGERS = "admins, Api-Keys"


class Nothing(msgspec.Struct, frozen=True):
    """An answer that has nothing to tell but its status."""


@dataclass(frozen=True, slots=True)
class Query:
    """One parameter of the query; ``type`` is what msgspec would decode it as."""

    name: str
    description: str
    type: Any
    default: Any = None
    example: Any = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    ``answers`` maps a status to the struct of its body, or to a tuple of those that it
    may be; None where it has none;
    ``errors`` are those that the address and the body don't tell already; ``at`` and
    ``example`` are the path's values and the body of the example, which works in the
    demo school. ``media`` is the type of the answer, or several with commas between;
    ``uploads`` are those of a body that is a file.
    """

    who: str
    answers: Mapping[int, Any]
    body: Any = None
    errors: tuple[type[RtError], ...] = ()
    query: tuple[Query, ...] = ()
    at: Mapping[str, int | str] = field(default_factory=dict)
    example: Any = None
    media: str = "application/json"
    uploads: tuple[str, ...] = ()

    @property
    def shapes(self) -> tuple[Any, ...]:
        """Return the structs of all answers that have a body."""
        found = (alternatives(shape) for shape in self.answers.values())
        return tuple(chain.from_iterable(found))

    @property
    def has_ids_alone(self) -> bool:
        """Return whether nothing in the path can be misspelt but numbers."""
        return all(isinstance(value, int) for value in self.at.values())

    @property
    def is_for_platforms(self) -> bool:
        return PLATFORMS in self.who


def alternatives(shape: Any) -> tuple[Any, ...]:
    """Return the structs that an answer's body may be; none where it has no body."""
    if isinstance(shape, tuple):
        return shape
    return () if shape is None else (shape,)


def operation(who: str, answers: Mapping[int, Any], **more: Any) -> Callable[[F], F]:
    """Document the method below; ``more`` are the further fields of ``Operation``."""
    described = Operation(who, answers, **more)

    def mark(method: F) -> F:
        vars(method)["operation"] = described
        return method

    return mark


def operation_of(method: Any) -> Operation | None:
    """Return what is documented of a handler's method."""
    found: Operation | None = vars(method).get("operation")
    return found


LIMIT = Query(
    "limit",
    "How many at most.",
    Annotated[int, msgspec.Meta(ge=1, le=MAX_ROWS)],
    default=50,
    example=20,
)
LESSON = Query("lesson_id", "Whose chat.", Id, example=1, required=True)


def page_of(kind: str, count: int = 1) -> tuple[Query, Query]:
    """Return the parameters of a list; its cursors hold ``count`` numbers."""
    cursor = Query(
        "cursor",
        "The `next` of the page before.",
        Annotated[str, msgspec.Meta(pattern=f"^{cursor_pattern(kind, count)}$")],
    )
    return LIMIT, cursor
