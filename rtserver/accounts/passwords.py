"""Passwords: hashed with argon2id, in threads of their own, off the event loop."""

import asyncio
import os
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from rtserver.errors import Invalid, RateLimited
from rtserver.input.text import MAX_PASSWORD, MIN_PASSWORD, SURROGATES

T = TypeVar("T")

# OWASP's second choice: 19 MiB and about 70 ms each on one slow core.
PASSES = 2
MEMORY_KIB = 19_456
THREADS = 2
# About three seconds of work; who comes later is told to come again.
MAX_WAITING = 64
RETRY_AFTER = 3.0


def clean_password(value: str) -> str:
    """Return a password of 8 to 256 characters, of any kind but lone surrogates."""
    if SURROGATES.search(value):
        raise Invalid.at("password", "a lone surrogate: send whole characters")
    if not MIN_PASSWORD <= len(value) <= MAX_PASSWORD:
        bounds = f"{MIN_PASSWORD} to {MAX_PASSWORD} characters, please"
        raise Invalid.at("password", bounds)
    return value


class Passwords:
    """The hashing and checking of passwords; ``close`` it when done.

    The ``async`` methods raise RateLimited when too many wait already. The ``_now``
    ones block, for the command line.
    """

    def __init__(
        self,
        *,
        threads: int = THREADS,
        most_waiting: int = MAX_WAITING,
        passes: int = PASSES,
        memory_kib: int = MEMORY_KIB,
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=1
        )
        self._nobodys_hash = _random_hash(self._hasher)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._room = threads + most_waiting

    async def hash(self, password: str) -> str:
        """Return what is kept of a clean password."""
        return await self._run(self.hash_now, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Return whether it is the password; takes as long when there is none."""
        return await self._run(self.verify_now, hashed, password)

    def hash_now(self, password: str) -> str:
        return self._hasher.hash(_composed(password))

    def verify_now(self, hashed: str | None, password: str) -> bool:
        # Longer ones can't be right, and would be hashed at the stranger's pleasure.
        fits = len(password) <= MAX_PASSWORD and not SURROGATES.search(password)
        typed = _composed(password if fits else "")
        try:
            return self._hasher.verify(hashed or self._nobodys_hash, typed) and fits
        except (Argon2Error, ValueError):
            return False

    def needs_rehash(self, hashed: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        """Drop what waits and end the threads; blocks while the last hash is made."""
        self._pool.shutdown(cancel_futures=True)

    async def _run(self, function: Callable[..., T], *args: object) -> T:
        if self._room <= 0:
            raise RateLimited(RETRY_AFTER, "Too many people sign in just now: wait.")
        self._room -= 1
        work = self._pool.submit(function, *args)
        try:
            return await asyncio.wrap_future(work)
        finally:
            self._room += 1


def _composed(password: str) -> bytes:
    # Keyboards differ in how they send й and ї; it is the same password (RFC 8265).
    return unicodedata.normalize("NFC", password).encode()


def _random_hash(hasher: PasswordHasher) -> str:
    """Write a hash that no password has, with the hasher's parameters."""
    sizes = (hasher.salt_len, hasher.hash_len)
    salt, digest = (b64encode(os.urandom(n)).decode().rstrip("=") for n in sizes)
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
