"""Settings that a service manager hands over as files (systemd's LoadCredential)."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rtserver.settings.errors import ConfigError, did_you_mean
from rtserver.settings.ini_file import RawValue
from rtserver.settings.model import SettingKey

FOLDER = "CREDENTIALS_DIRECTORY"


def read_credentials(
    environ: Mapping[str, str], keys: Iterable[SettingKey]
) -> tuple[dict[tuple[str, str], RawValue], list[ConfigError]]:
    """Read the files of that folder whose names are ``section.key``.

    Whatever else lies there is passed over, but for what only a slip can be: a name
    of a section of ours without such a key.
    """
    folder = environ.get(FOLDER)
    if not folder:
        return {}, []
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:  # what started us meant it for itself
        return {}, []
    except OSError as error:
        return {}, [_unreadable("", "", folder, error)]
    known = {f"{key.section}.{key.name}": (key.section, key.name) for key in keys}
    values, errors = {}, list(_misspelt(folder, names, known))
    for name in filter(known.__contains__, names):
        path = str(Path(folder, name))
        try:
            values[known[name]] = RawValue(_read(path), path)
        except OSError as error:
            errors.append(_unreadable(*known[name], path, error))
    return values, errors


def _read(path: str) -> str:
    # What isn't UTF-8 becomes what no value may hold, and is reported with the key.
    return Path(path).read_text("utf-8", "surrogateescape").strip()


def _misspelt(
    folder: str, names: Iterable[str], known: Mapping[str, tuple[str, str]]
) -> Iterator[ConfigError]:
    sections = {section for section, _ in known.values()}
    for name in names:
        section, dot, _ = name.partition(".")
        if dot and section in sections and name not in known:
            near = did_you_mean(name, known)
            advice = f"Did you mean {near}?" if near else "Remove it."
            path = str(Path(folder, name))
            yield ConfigError("", "", "No setting has this name.", advice, path)


def _unreadable(section: str, key: str, path: str, error: OSError) -> ConfigError:
    problem = f"This can't be read: {error.strerror}."
    return ConfigError(section, key, problem, "Check its owner and its rights.", path)
