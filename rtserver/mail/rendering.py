"""Jinja as mails need it: a missing value shows as nothing and stops no mail.

Imported with the first mail: it takes two megabytes.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import jinja2
import jinja2.runtime

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

    # What ``"%d" % missing`` asks for, which no filter is in the way of.
    def __int__(self) -> int:  # type: ignore[override]
        return 0

    def __float__(self) -> float:  # type: ignore[override]
        return 0.0


def _forgiving(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a filter or test make nothing of a missing value that it can't take.

    JSON's null is a missing value, too.
    """
    # Some are first given what Jinja has: their environment or context.
    place = int(hasattr(function, "jinja_pass_arg"))

    @wraps(function)
    def called(*args: Any, **named: Any) -> Any:
        given = [*args[:place], *map(_or_missing, args[place:])]
        try:
            return function(*given, **named)
        except (TypeError, jinja2.UndefinedError):
            if (missing := _missing_of(*given, *named.values())) is None:
                raise
            return missing

    return called


def _or_missing(value: Any) -> Any:
    return MissingValue() if value is None else value


def _missing_of(*values: Any) -> MissingValue | None:
    """Return the first value that is missing; None if all are there."""
    return next((one for one in values if isinstance(one, MissingValue)), None)


def _number(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Have a filter that makes a number make none of a missing value."""

    @wraps(convert)
    def called(value: Any, *given: Any, **named: Any) -> Any:
        if not isinstance(value, MissingValue):
            return convert(value, *given, **named)
        return given[0] if given else named.get("default", value)

    return called


class RenderContext(jinja2.runtime.Context):
    """The context of a mail: a call that can't take a missing value gives nothing."""

    # Jinja hands over its own context where a function asks for it.
    def call(self, *args: Any, **named: Any) -> Any:
        try:
            return super().call(*args, **named)
        except (TypeError, jinja2.UndefinedError):
            if (missing := _missing_of(*args[1:], *named.values())) is None:
                raise
            return missing


class Environment(jinja2.Environment):
    """An environment where values come before Python's methods: ``data.items``.

    A null among them is missing.
    """

    context_class = RenderContext

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in ("int", "float"):
            self.filters[name] = _number(self.filters[name])
        kinds: list[dict[str, Any]] = [self.filters, self.tests]
        for kind in kinds:
            kind.update({name: _forgiving(one) for name, one in kind.items()})
        self.tests["none"] = _is_missing

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return _or_missing(obj[attribute])
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return _or_missing(super().getitem(obj, argument))


def _is_missing(value: Any) -> bool:
    return value is None or isinstance(value, MissingValue)


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
        there = {name: value for name, value in names.items() if value is not None}
        for environment in self._environments:
            try:
                return environment.get_template(name).render(there)
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
