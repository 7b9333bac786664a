"""The actor who asks: a signed-in user, or a platform with an Api-Key."""

from dataclasses import dataclass

from rtserver.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Actor:
    """One who asks: a user, or a platform, which has a ``key_id`` and no ``user_id``.

    ``role`` is admin, tutor or student; a platform's is api_key. Names aren't unique.
    """

    user_id: int | None
    name: str
    role: str
    key_id: int | None = None

    @property
    def identity(self) -> str:
        """Return what tells this one from all others, to count or keep things by."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return self.name if self.key_id is None else f"api_key:{self.key_id}"

    @property
    def manages(self) -> bool:
        """Return whether this one has an admin's rights over lessons and users."""
        return self.role in ("admin", "api_key")

    def require_user(self) -> int:
        """Return the user's id; an Api-Key has none, and is refused."""
        if self.user_id is None:
            raise Forbidden("An Api-Key has no user of its own for this.")
        return self.user_id

    def require_manager(self) -> None:
        """Refuse all but admins and Api-Keys."""
        if not self.manages:
            raise Forbidden("This is for admins and integrating platforms.")

    def require_admin(self) -> None:
        """Refuse all but admins: platforms too, whatever else they manage."""
        if self.role != "admin":
            raise Forbidden("This is for admins.")


def api_key_actor(key_id: int, name: str) -> Actor:
    return Actor(None, name, "api_key", key_id)
