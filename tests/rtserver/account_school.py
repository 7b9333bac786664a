"""A school's accounts over an opened database, for tests of what is built on them."""

from contextlib import contextmanager

from rtserver.access.actor import Actor
from rtserver.accounts.invitations import Invitations
from rtserver.accounts.keys import KeySet
from rtserver.accounts.login_limiter import LoginLimiter
from rtserver.accounts.logins import Logins
from rtserver.accounts.password_links import PasswordLinks
from rtserver.accounts.passwords import Passwords
from rtserver.accounts.requests import UserBody
from rtserver.accounts.tokens import TokenSigner, TokenVerifier
from rtserver.accounts.users import Users
from rtserver.settings.model import AuthSettings, NotificationsSettings
from store import logins, outbox, users
from store.database import Database
from tests.fakes import FakeClock

ROOT = Actor(None, "command line", "admin")
AUTH = AuthSettings()
SECRET = "s" * 32
# How the one who can sign in does so, and from where.
EMAIL, PASSWORD, ADDRESS = "olena@school.example", "correct horse", "192.0.2.7"
TRIES = 10
STATES = ("waiting", "leased", "sent", "dropped", "dead")
DEFAULTS = NotificationsSettings(locale="uk", timezone="Europe/Kyiv")


class School:
    """``events`` gathers what is told after commits."""

    def __init__(self, url):
        self.db = Database(url, pool_size=3)
        self.clock = FakeClock()
        self.events = []
        self.db.listeners.committed = self.events.extend
        self.passwords = cheap_passwords()
        limiter = LoginLimiter(TRIES, self.clock)
        self.users = Users(self.db, self.passwords, self.clock, DEFAULTS, limiter)
        self.links = PasswordLinks(AUTH, self.clock)
        self.invitations = Invitations(self.db, self.clock)

    async def add(self, who="olena", **more):
        return await self.users.create(ROOT, body(who, **more))

    async def begin_login(self, user, sid="s1"):
        def begin(tx, at):
            logins.add(tx, sid, user_id=user.id, at=at)

        await self.db.write(begin, self.clock.now())

    async def new_link(self, user):
        """Make a link as the command line does; return its token."""
        made = await self.db.write(self.links.of_command, user.id)
        return made.token

    async def mails(self):
        """Return event and state of every mail."""
        page = {"states": STATES, "after": 0, "limit": 100}
        return [(m.event, m.state) for m in await self.db.read(outbox.page, **page)]

    async def is_revoked(self, user, sid="s1"):
        key = user.id, sid
        return (await self.db.read(users.identities, [key]))[key].login_revoked

    def told(self):
        return [(event.kind, event.user_id) for event in self.events]


@contextmanager
def opened_school(io_loop, url):
    school = School(url)
    io_loop.run_sync(school.db.open)
    yield school
    school.passwords.close()
    io_loop.run_sync(school.db.close)


def cheap_passwords(passes=1, kind=Passwords):
    return kind(passes=passes, memory_kib=64)


def body(who="olena", **more):
    fields = {"email": f"{who}@school.example", "name": who, "role": "tutor"}
    return UserBody(**{**fields, **more})


def actor_of(user):
    return Actor(user.id, user.name, user.role)


def logins_of(school, passwords=None, *, signs=True, per_minute=100):
    clock = school.clock
    signer = TokenSigner(SECRET, issuer="", audience="", ttl=900, clock=clock)
    limiter = LoginLimiter(per_minute, clock)
    passwords = passwords or school.passwords
    signer = signer if signs else None
    return Logins(school.db, passwords, signer, AUTH, limiter, clock)


def verifier_of(clock, max_ttl=86_400):
    keys = KeySet.load(AUTH, secret=SECRET)
    return TokenVerifier(keys, issuer="", audience="", max_ttl=max_ttl, clock=clock)
