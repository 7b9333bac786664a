"""Rules that the settings must satisfy together, and the files that they name."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rtserver.settings.calls import ROOM
from rtserver.settings.errors import ConfigError, SettingsError
from rtserver.settings.logo import read_logo
from rtserver.settings.model import Settings
from rtserver.settings.page_texts import read_texts
from rtserver.settings.secret_file import read_secret_file
from rtserver.settings.small_file import UnusableFile


@dataclass(frozen=True, slots=True)
class Rule:
    """A combination of settings that can't work; ``keys`` are what it depends on.

    The first of them is the one that is named.
    """

    keys: tuple[str, ...]
    broken: Callable[[Settings], bool]
    problem: str
    advice: str

    @property
    def names(self) -> list[tuple[str, str]]:
        """The keys as pairs of section and key."""
        pairs = (key.partition(".") for key in self.keys)
        return [(section, key) for section, _, key in pairs]


def _lacks_public_key(settings: Settings) -> bool:
    auth = settings.auth
    return set(auth.algorithms) != {"HS256"} and not (
        auth.public_key_file or auth.jwks_file
    )


def _only_hs256(settings: Settings) -> bool:
    return set(settings.auth.algorithms) == {"HS256"}


RULES = (
    Rule(
        ("auth.secret", "auth.secret_file"),
        lambda s: bool(s.auth.secret and s.auth.secret_file),
        "It is given beside secret_file.",
        "Keep one of the two.",
    ),
    Rule(
        ("auth.algorithms", "auth.public_key_file", "auth.jwks_file"),
        _lacks_public_key,
        "RS256, ES256 and EdDSA need a key to check tokens with.",
        "Set public_key_file or jwks_file, or keep HS256 alone.",
    ),
    Rule(
        ("auth.public_key_file", "auth.algorithms"),
        lambda s: _only_hs256(s) and s.auth.public_key_file is not None,
        "HS256, the only one of the algorithms, uses no public key.",
        "Add RS256, ES256 or EdDSA to algorithms, or remove this.",
    ),
    Rule(
        ("auth.jwks_file", "auth.algorithms"),
        lambda s: _only_hs256(s) and s.auth.jwks_file is not None,
        "HS256, the only one of the algorithms, uses no public keys.",
        "Add RS256, ES256 or EdDSA to algorithms, or remove this.",
    ),
    Rule(
        ("auth.access_ttl", "auth.max_ttl"),
        lambda s: s.auth.access_ttl > s.auth.max_ttl,
        "It is above max_ttl, so the server would refuse its own tokens.",
        "Lower access_ttl or raise max_ttl.",
    ),
    Rule(
        ("calls.jitsi_app_id", "calls.jitsi_secret"),
        lambda s: bool(s.calls.jitsi_app_id) and not s.calls.jitsi_secret,
        "It has no secret to sign tokens with.",
        "Set jitsi_secret too, or remove jitsi_app_id.",
    ),
    Rule(
        ("calls.jitsi_secret", "calls.jitsi_app_id"),
        lambda s: bool(s.calls.jitsi_secret) and not s.calls.jitsi_app_id,
        "It has no app id.",
        "Set jitsi_app_id too, or remove jitsi_secret.",
    ),
    Rule(
        ("calls.url", "calls.jitsi_app_id"),
        lambda s: bool(s.calls.jitsi_app_id) and ROOM not in s.calls.url,
        "Jitsi's tokens are for one room each, and this names none.",
        f"Set it to an address with {ROOM}, or remove jitsi_app_id.",
    ),
    Rule(
        ("smtp.username", "smtp.password"),
        lambda s: bool(s.smtp.username) and not s.smtp.password,
        "It has no password.",
        "Set password too, or remove username.",
    ),
    Rule(
        ("smtp.password", "smtp.username"),
        lambda s: bool(s.smtp.password) and not s.smtp.username,
        "It has no username.",
        "Set username too, or remove password.",
    ),
    Rule(
        ("smtp.sender", "smtp.host"),
        lambda s: bool(s.smtp.host) and not s.smtp.sender,
        "Mails that go to a mail server need a sender.",
        "Set it to an address that may send there.",
    ),
)


def broken_rules(settings: Settings) -> Iterator[Rule]:
    """Yield the rules that ``settings`` break."""
    return (rule for rule in RULES if rule.broken(settings))


def file_errors(settings: Settings) -> Iterator[ConfigError]:
    """Yield an error for each named file or folder that can't be used."""
    auth = settings.auth
    yield from _unreadable("auth", "public_key_file", auth.public_key_file)
    yield from _unreadable("auth", "jwks_file", auth.jwks_file)
    yield from _invalid_secret_file(auth.secret_file)
    templates = settings.notifications.templates_dir
    yield from _no_folder("notifications", "templates_dir", templates)
    yield from _unusable_logo(settings.school.logo_file)
    yield from _unusable_texts(settings.web.texts_file)
    log = settings.logging.file
    yield from _no_folder("logging", "file", log and log.parent)
    yield from _below_a_file("server", "data_dir", settings.server.data_dir)
    if settings.files.dir is not None:
        yield from _below_a_file("files", "dir", settings.files.dir)


def _unusable_logo(path: Path | None) -> Iterator[ConfigError]:
    if not path:
        return
    try:
        read_logo(path)
    except UnusableFile as why:
        advice = "Name another file, or none."
        yield ConfigError("school", "logo_file", str(why), advice)


def _unusable_texts(path: Path | None) -> Iterator[ConfigError]:
    if not path:
        return
    try:
        read_texts(path)
    except UnusableFile as why:
        advice = 'Write it as {"en": {"sign_in.title": "Welcome!"}}.'
        yield ConfigError("web", "texts_file", str(why), advice)


def _unreadable(section: str, key: str, path: Path | None) -> Iterator[ConfigError]:
    if path and not (path.is_file() and os.access(path, os.R_OK)):
        problem = f"The file {path} doesn't exist, or this user may not read it."
        yield ConfigError(section, key, problem, "Check its name and rights.")


def _no_folder(section: str, key: str, path: Path | None) -> Iterator[ConfigError]:
    if path and not path.is_dir():
        problem = f"There is no folder {path}."
        yield ConfigError(section, key, problem, "Create it, or name another.")


def _below_a_file(section: str, key: str, path: Path) -> Iterator[ConfigError]:
    """Yield an error if a folder can't be made, since a file has its place."""
    for place in (path, *path.parents):
        if os.path.exists(place):  # False too where this user may not look
            if not place.is_dir():
                problem = f"{place} is a file, so there can be no folder {path}."
                advice = "Name another folder, or move that file away."
                yield ConfigError(section, key, problem, advice)
            return


def _invalid_secret_file(path: Path | None) -> Iterator[ConfigError]:
    if not path:
        return
    try:
        read_secret_file(path, key="secret_file")
    except SettingsError as error:
        yield from error.errors
