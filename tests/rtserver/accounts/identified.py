"""A school of one tutor, her tokens, and what ends them."""

from contextlib import contextmanager
from types import SimpleNamespace

import jwt

from rtserver.accounts.identity import Identity
from rtserver.errors import Unauthenticated
from store import logins, users
from store.database import Database
from tests.fakes import FakeClock
from tests.rtserver.account_school import SECRET, verifier_of


@contextmanager
def opened_school(io_loop, database_url):
    """The service over an opened database with Olena, a tutor."""
    db = Database(database_url, pool_size=3)
    io_loop.run_sync(db.open)
    clock = FakeClock()
    olena = io_loop.run_sync(lambda: db.write(users.add, person("olena", clock.now())))
    built = build(db, clock)
    yield SimpleNamespace(db=db, clock=clock, identity=built, id=olena.id)
    io_loop.run_sync(db.close)


def build(db, clock, **options):
    return Identity(db, verifier_of(clock), clock, **options)


def person(name, now):
    address = f"{name}@school.example"
    return {
        "email": address,
        "email_key": address,
        "name": name.title(),
        "role": "tutor",
        "locale": "uk",
        "timezone": "Europe/Kyiv",
        "created_at": now,
    }


def token(school, ttl=900, **claims):
    """A platform's token, without ``sid`` and ``iat`` unless given."""
    now = int(school.clock.now().timestamp())
    payload = {"sub": str(school.id), "exp": now + ttl, **claims}
    return jwt.encode(payload, SECRET, algorithm="HS256")


def issued(school, seconds=0):
    return {"iat": int(school.clock.now().timestamp()) + seconds}


async def change(school, **values):
    def update(tx, values):
        return users.update(tx, school.id, values)

    await school.db.write(update, values)


async def begin_login(school, sid, user_id=None):
    def begin(tx, at):
        logins.add(tx, sid, user_id=user_id or school.id, at=at)

    await school.db.write(begin, school.clock.now())


async def end_login(school, sid):
    await school.db.write(lambda tx, at: logins.revoke(tx, sid, at=at), now(school))


def now(school):
    return school.clock.now()


async def counts(school, token):
    try:
        await school.identity.of_token(token)
    except Unauthenticated:
        return False
    return True
