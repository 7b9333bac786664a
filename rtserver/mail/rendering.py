"""Jinja as mails need it: a missing value shows as nothing and stops no mail.

Imported with the first mail: it takes two megabytes.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

log = logging.getLogger(__name__)


class MissingValue(jinja2.ChainableUndefined):
    """A value that is missing, and whatever is asked of it or done with it."""

    __slots__ = ()

    def _nothing(self, *args: Any, **kwargs: Any) -> "MissingValue":
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
    """An environment where values come before Python's methods: ``data.items``."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Renderer:
    """A renderer of the files in folders, of which earlier ones hide those of later."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._environments = [_environment(folders)]
        if len(folders) > 1:
            self._environments.append(_environment(folders[-1:]))

    def render(self, name: str, names: Mapping[str, Any]) -> str | None:
        """Render a file; one of the school's own that fails gives way to ours.

        None if neither can be rendered; the log says why.
        """
        for environment in self._environments:
            try:
                return environment.get_template(name).render(names)
            except jinja2.TemplateNotFound as missing:
                if missing.name == name:
                    continue
                log.error("mail template %s: %s isn't there", name, missing.name)
            except Exception as error:
                log.error("mail template %s fails: %s", name, _where(error))
        return None


def _environment(folders: Sequence[Path]) -> Environment:
    return Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
        autoescape=lambda name: bool(name) and str(name).endswith(".html"),
        undefined=MissingValue,
        finalize=lambda value: "" if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
    )


def _where(error: Exception) -> str:
    """Say what is wrong without the values that an exception may quote."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.message} (line {error.lineno})"
    return type(error).__name__
