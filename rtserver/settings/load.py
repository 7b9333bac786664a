"""Make the settings from a file and the environment, or name every mistake at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from rtserver.settings.credentials import read_credentials
from rtserver.settings.errors import ConfigError, SettingsError, did_you_mean
from rtserver.settings.ini_file import IniFile, RawValue, read_ini
from rtserver.settings.model import SettingKey, Settings, all_keys
from rtserver.settings.rules import broken_rules, file_errors
from rtserver.settings.types import InvalidValue

_PREFIX = "RTSERVER_"
_CONFIG = "RTSERVER_CONFIG"  # the path of the file, read by the command line
_TESTS = "RTSERVER_TEST_"  # for the test suite's own use
_SEE = "See config.example.ini for all of them."

_SECTIONS = tuple(section.name for section in fields(Settings))
# What other programs call a section, or what it is about.
_SYNONYMS = {
    "mail": "smtp",
    "mails": "smtp",
    "email": "smtp",
    "mailer": "smtp",
    "db": "database",
    "postgres": "database",
    "postgresql": "database",
    "sqlite": "database",
    "http": "server",
    "log": "logging",
    "logs": "logging",
    "jwt": "auth",
}

Name = tuple[str, str]
"""Section and key."""


def load(path: str | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of the file at ``path`` (None: no file) and ``environ``.

    A variable ``RTSERVER_<SECTION>_<KEY>`` overrides a credential, and that overrides
    the file. Raise SettingsError with every mistake; combinations are checked where
    their keys are right by themselves.
    """
    keys = {(key.section, key.name): key for key in all_keys()}
    file = read_ini(path) if path is not None else IniFile("")
    errors = [*file.errors, *_unknown_in_file(file, keys)]
    errors += _unknown_variables(environ, keys.values())
    credentials, unreadable = read_credentials(environ, keys.values())
    errors += unreadable
    raw = _values_in_file(file, keys) | credentials | _variables(environ, keys)
    settings, invalid = _parse(keys, raw)
    errors += invalid
    errors += _check_together(settings, raw, {(e.section, e.key) for e in errors})
    if errors:
        raise SettingsError(errors)
    return settings


def _values_in_file(
    file: IniFile, keys: Mapping[Name, SettingKey]
) -> dict[Name, RawValue]:
    placed = {
        (_nearest_section(section), name): section for section, name in file.values
    }
    placed |= {name: name[0] for name in file.values}  # what is spelt right wins
    return {
        name: file.values[section, name[1]]
        for name, section in placed.items()
        if name in keys
    }


def _nearest_section(section: str) -> str:
    """Return the section itself, that which a misspelt one is taken for, or nothing.

    So what stands below it is checked at once, too.
    """
    if section in _SECTIONS:
        return section
    return _SYNONYMS.get(section.lower()) or did_you_mean(section, _SECTIONS)


def _variables(
    environ: Mapping[str, str], keys: Mapping[Name, SettingKey]
) -> dict[Name, RawValue]:
    return {
        name: RawValue(environ[key.env].strip(), key.env)
        for name, key in keys.items()
        if key.env in environ
    }


def _parse(
    keys: Mapping[Name, SettingKey], raw: Mapping[Name, RawValue]
) -> tuple[Settings, list[ConfigError]]:
    """Put what is valid into the settings; what isn't stays at its default."""
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    errors = []
    for (section, name), (text, source) in raw.items():
        type_ = keys[section, name].type
        try:
            values[section][name] = type_.parse(text)
        except InvalidValue as invalid:
            problem, advice = _sentence(str(invalid)), f"Give {type_.expects}."
            errors.append(ConfigError(section, name, problem, advice, source))
    return _with_values(values), errors


def _sentence(clause: str) -> str:
    return clause[0].upper() + clause[1:] + ("" if clause.endswith("?") else ".")


def _with_values(values: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Return the defaults with these values, by section and key, in their place."""
    settings = Settings()
    sections = {
        section: replace(getattr(settings, section), **chosen)
        for section, chosen in values.items()
    }
    return replace(settings, **sections)


def _check_together(
    settings: Settings, raw: Mapping[Name, RawValue], wrong: set[Name]
) -> Iterator[ConfigError]:
    """Yield what is wrong between keys that are right by themselves."""
    for rule in broken_rules(settings):
        # A wrong key has its default by now: a rule would judge what nobody gave.
        if wrong.isdisjoint(rule.names):
            yield _placed(ConfigError(*rule.names[0], rule.problem, rule.advice), raw)
    for error in file_errors(settings):
        yield _placed(error, raw)


def _placed(error: ConfigError, raw: Mapping[Name, RawValue]) -> ConfigError:
    """Add where the value was given, unless it is the default."""
    given = raw.get((error.section, error.key))
    return replace(error, source=given.source) if given else error


def _unknown_in_file(
    file: IniFile, keys: Mapping[Name, SettingKey]
) -> Iterator[ConfigError]:
    for section, place in file.sections.items():
        if section not in _SECTIONS:
            advice = _advice(_bracketed(_nearest_section(section)))
            problem = f"There is no section [{section}]."
            yield ConfigError("", "", problem, advice, place)
    for (section, name), raw in file.values.items():
        nearest = _nearest_section(section)
        if nearest and (nearest, name) not in keys:
            yield _unknown_key(nearest, name, raw.source, keys)


def _unknown_key(
    section: str, name: str, source: str, keys: Mapping[Name, SettingKey]
) -> ConfigError:
    near = did_you_mean(name, (key for own, key in keys if own == section))
    elsewhere = [_bracketed(other) for other, key in keys if key == name]
    if elsewhere and not near:
        advice = f"It belongs to {' or '.join(elsewhere)}."
    else:
        advice = _advice(near)
    # A long name may be a secret that stands in the wrong place: the line says enough.
    shown = name if len(name) <= 32 else "…"
    return ConfigError(section, shown, "There is no such key.", advice, source)


def _unknown_variables(
    environ: Mapping[str, str], keys: Iterable[SettingKey]
) -> Iterator[ConfigError]:
    known = [key.env for key in keys]
    for name in sorted(environ.keys() - {*known, _CONFIG}):
        if name.startswith(_PREFIX) and not name.startswith(_TESTS):
            near = _nearest_variable(name.removeprefix(_PREFIX), known)
            advice = _advice(near)
            yield ConfigError("", "", "No setting has this variable.", advice, name)


def _nearest_variable(given: str, known: Sequence[str]) -> str:
    """Return the variable that was meant by a name without its prefix, or nothing."""
    # The likeliest slip is to leave the section out, and most such mean the server's.
    whole = [name for name in known if name.endswith(f"_{given}")]
    mine = [name for name in whole if name == f"{_PREFIX}SERVER_{given}"]
    if whole:
        return " or ".join(mine or whole)
    section, _, key = given.partition("_")
    named = _SYNONYMS.get(section.lower(), section).upper()
    return did_you_mean(f"{_PREFIX}{named}_{key}", known)


def _advice(near: str) -> str:
    return f"Did you mean {near}?" if near else f"Remove it. {_SEE}"


def _bracketed(section: str) -> str:
    return f"[{section}]" if section else ""
