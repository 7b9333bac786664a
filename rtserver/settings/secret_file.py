"""The secret that signs: given in the settings or a file, or made once and kept."""

import errno
import fcntl
import os
import stat
from pathlib import Path
from secrets import token_urlsafe

from rtserver.settings.errors import ConfigError, SettingsError
from rtserver.settings.model import Settings
from rtserver.settings.types import MIN_SECRET_BYTES

_RANDOM_BYTES = 48


def ensure_secret(settings: Settings) -> str:
    """Return the secret, making and keeping one where none is given (blocks on disk).

    Processes that start together get the same one. Raise SettingsError, naming the
    key, if its file can't be made or read, is too short, or others may read it.
    """
    if settings.auth.secret:
        return settings.auth.secret.reveal()
    if settings.auth.secret_file:
        return read_secret_file(settings.auth.secret_file, key="secret_file")
    try:
        _make(settings.secret_path)
    except OSError as error:
        raise SettingsError([cannot_keep(settings.server.data_dir, error)]) from None
    return read_secret_file(settings.secret_path, key="secret")


def passing_secret(settings: Settings) -> str:
    """Return the secret; where none is made yet, one that nothing keeps.

    That is for who only looks, and signs nothing. Raise as ``ensure_secret`` does.
    """
    if settings.auth.secret or settings.secret_path.exists():
        return ensure_secret(settings)
    return token_urlsafe(_RANDOM_BYTES)


def cannot_keep(folder: Path, error: OSError) -> ConfigError:
    """Say why no secret can be made in a folder, and what helps."""
    problem = f"No secret can be kept in {folder}: {error.strerror}."
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    remedy = "Make room there" if full else "Make the folder writable"
    advice = f"{remedy}, or set secret or secret_file in [auth]."
    return ConfigError("server", "data_dir", problem, advice)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_EXCL would let another process read the file between creation and writing; so
    # whoever comes first writes it under a lock, and an empty file is one not made yet.
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not file.read(1):
            file.write(token_urlsafe(_RANDOM_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def read_secret_file(path: Path, *, key: str) -> str:
    """Return the secret in ``path``, blanks around it removed.

    Raise SettingsError for ``[auth] key`` if it can't be read, others may read it, or
    it is too short.
    """
    try:
        with path.open(encoding="utf-8") as file:
            # Of the open file, not of the path: that may lead elsewhere by now.
            mode = os.fstat(file.fileno()).st_mode
            secret = file.read().strip()
    except OSError as error:
        raise _error(key, f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise _error(key, f"{path} is not a text in UTF-8.") from None
    # The group may read: that is how Docker and Kubernetes hand over secrets.
    if mode & stat.S_IRWXO:
        advice = f"Close it with: chmod 600 {path}"
        raise _error(key, f"Everybody may read {path}.", advice)
    if len(secret.encode()) < MIN_SECRET_BYTES:
        raise _error(key, f"The secret in {path} is too short to be safe.")
    return secret


def _error(key: str, problem: str, advice: str = "") -> SettingsError:
    usual = f"Give a file with at least {MIN_SECRET_BYTES} bytes that only we may read."
    return SettingsError([ConfigError("auth", key, problem, advice or usual)])
