"""Jinja as mails need it: a missing value shows as nothing and stops no mail."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

SHIPPED = Path(str(files("templates"))) / "email"


class Nothing(jinja2.ChainableUndefined):
    """A value that is missing, and whatever is asked of it or done with it."""

    __slots__ = ()

    def _nothing(self, *args: Any, **kwargs: Any) -> "Nothing":
        return self

    def _false(self, other: Any) -> bool:
        return False

    # Jinja declares all of these as failing.
    __call__ = __neg__ = __pos__ = _nothing  # type: ignore[assignment]
    __add__ = __radd__ = __sub__ = __rsub__ = _nothing  # type: ignore[assignment]
    __mul__ = __rmul__ = __mod__ = __rmod__ = _nothing  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __pow__ = _nothing  # type: ignore[assignment]
    __floordiv__ = __rfloordiv__ = __rpow__ = _nothing  # type: ignore[assignment]
    __lt__ = __le__ = __gt__ = __ge__ = _false  # type: ignore[assignment]
    __abs__ = __round__ = _nothing


class Environment(jinja2.Environment):
    """Names of values come before names of Python's methods: ``data.items``."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def environment(*folders: Path) -> Environment:
    """Build the environment; a file of an earlier folder hides those of later ones."""
    return Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        autoescape=lambda name: bool(name) and str(name).endswith(".html"),
        undefined=Nothing,
        finalize=lambda value: "" if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
    )
