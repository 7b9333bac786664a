"""Tokens that the server itself would never make."""

from typing import Any

import jwt

from rtserver.accounts.keys import Signature
from tests.school import SECRET, School

# Of claims that nobody signed.
SIGNATURE = Signature("HS256", None, b"")


def forged(school: School, *, secret: str = SECRET, **claims: Any) -> str:
    """Sign claims of the test's own; one that is None is left out."""
    now = int(school.services.clock.now().timestamp())
    everything = {"exp": now + 60, **claims}
    stated = {name: value for name, value in everything.items() if value is not None}
    return jwt.encode(stated, secret, algorithm="HS256")
