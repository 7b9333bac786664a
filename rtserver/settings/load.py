"""Make the settings from a file and the environment, or name every mistake at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from rtserver.settings.credentials import given_credentials
from rtserver.settings.errors import Mistake, SettingsError, did_you_mean
from rtserver.settings.file import Given, IniFile, read_ini
from rtserver.settings.kinds import Unfit
from rtserver.settings.model import Key, Settings, all_keys
from rtserver.settings.rules import broken_rules, file_mistakes

_PREFIX = "RTSERVER_"
_CONFIG = "RTSERVER_CONFIG"  # the path of the file, read by the command line
_TESTS = "RTSERVER_TEST_"  # for the test suite's own use
_SEE = "See config.example.ini for all of them."

_SECTIONS = tuple(section.name for section in fields(Settings))

Name = tuple[str, str]


def load(path: str | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of the file at ``path`` (None: no file) and ``environ``.

    A variable ``RTSERVER_<SECTION>_<KEY>`` overrides a credential, and that overrides
    the file. Raise SettingsError with every mistake; combinations are checked where
    their keys are right by themselves.
    """
    keys = {(key.section, key.name): key for key in all_keys()}
    file = read_ini(path) if path is not None else IniFile("")
    mistakes = [*file.mistakes, *_unknown_in_file(file, keys)]
    mistakes += _unknown_variables(environ, keys.values())
    credentials, unfit = given_credentials(environ, keys.values())
    mistakes += unfit
    given = _known(file, keys) | credentials | _variables(environ, keys)
    settings, wrong = _parse(keys, given)
    mistakes += wrong
    mistakes += _together(settings, given, {(m.section, m.key) for m in mistakes})
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def _known(file: IniFile, keys: Mapping[Name, Key]) -> dict[Name, Given]:
    placed = {(_meant(section), name): section for section, name in file.values}
    placed |= {name: name[0] for name in file.values}  # what is spelt right wins
    return {
        name: file.values[section, name[1]]
        for name, section in placed.items()
        if name in keys
    }


def _meant(section: str) -> str:
    """Return the section itself, that which a misspelt one is taken for, or nothing.

    So what stands below it is checked at once, too.
    """
    return section if section in _SECTIONS else did_you_mean(section, _SECTIONS)


def _variables(
    environ: Mapping[str, str], keys: Mapping[Name, Key]
) -> dict[Name, Given]:
    return {
        name: Given(environ[key.env].strip(), key.env)
        for name, key in keys.items()
        if key.env in environ
    }


def _parse(
    keys: Mapping[Name, Key], given: Mapping[Name, Given]
) -> tuple[Settings, list[Mistake]]:
    """Put what fits into the settings; what doesn't stays at its default."""
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    mistakes = []
    for (section, name), (text, source) in given.items():
        kind = keys[section, name].kind
        try:
            values[section][name] = kind.parse(text)
        except Unfit as unfit:
            problem, advice = _sentence(str(unfit)), f"Give {kind.takes}."
            mistakes.append(Mistake(section, name, problem, advice, source))
    return _filled(values), mistakes


def _sentence(clause: str) -> str:
    return clause[0].upper() + clause[1:] + ("" if clause.endswith("?") else ".")


def _filled(values: Mapping[str, Mapping[str, Any]]) -> Settings:
    settings = Settings()
    groups = {
        section: replace(getattr(settings, section), **chosen)
        for section, chosen in values.items()
    }
    return replace(settings, **groups)


def _together(
    settings: Settings, given: Mapping[Name, Given], wrong: set[Name]
) -> Iterator[Mistake]:
    """Yield what is wrong between keys that are right by themselves."""
    for rule in broken_rules(settings):
        if wrong.isdisjoint(rule.names):
            yield _placed(Mistake(*rule.names[0], rule.problem, rule.advice), given)
    for mistake in file_mistakes(settings):
        yield _placed(mistake, given)


def _placed(mistake: Mistake, given: Mapping[Name, Given]) -> Mistake:
    place = given.get((mistake.section, mistake.key))
    return replace(mistake, source=place.source) if place else mistake


def _unknown_in_file(file: IniFile, keys: Mapping[Name, Key]) -> Iterator[Mistake]:
    for section, where in file.sections.items():
        if section not in _SECTIONS:
            advice = _advice(_bracketed(_meant(section)))
            yield Mistake("", "", f"There is no section [{section}].", advice, where)
    for (section, name), given in file.values.items():
        meant = _meant(section)
        if meant and (meant, name) not in keys:
            yield _unknown_key(meant, name, given.source, keys)


def _unknown_key(
    section: str, name: str, source: str, keys: Mapping[Name, Key]
) -> Mistake:
    near = did_you_mean(name, (key for own, key in keys if own == section))
    elsewhere = [_bracketed(other) for other, key in keys if key == name]
    if elsewhere and not near:
        advice = f"It belongs to {' or '.join(elsewhere)}."
    else:
        advice = _advice(near)
    # A long name may be a secret that stands in the wrong place: the line says enough.
    shown = name if len(name) <= 32 else "…"
    return Mistake(section, shown, "There is no such key.", advice, source)


def _unknown_variables(
    environ: Mapping[str, str], keys: Iterable[Key]
) -> Iterator[Mistake]:
    known = [key.env for key in keys]
    for name in sorted(environ.keys() - {*known, _CONFIG}):
        if name.startswith(_PREFIX) and not name.startswith(_TESTS):
            advice = _advice(did_you_mean(name, known))
            yield Mistake("", "", "No setting has this variable.", advice, name)


def _advice(near: str) -> str:
    return f"Did you mean {near}?" if near else f"Remove it. {_SEE}"


def _bracketed(section: str) -> str:
    return f"[{section}]" if section else ""
