"""Bring a platform's people and lessons to rtserver; as often as you like.

    SYNC_URL=http://127.0.0.1:8080 SYNC_KEY=rtk_… python3 sync.py export.json

The export is what your platform has, whole; examples/export.json shows its form.
Everything is sent every time, under ids of your own, so nothing is made twice, and a
run that broke off is simply repeated. Needs nothing but Python 3.11.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

URL = os.environ["SYNC_URL"].rstrip("/")
KEY = os.environ["SYNC_KEY"]
# Ids from here on are never given by rtserver itself, only by platforms.
OURS = 2**52
TRIES = 6
TEMPORARY = (429, 502, 503, 504)

Json = dict[str, Any]


def main(file: str) -> None:
    """Send an export, take away what it no longer has, and tell what was done."""
    with open(file, encoding="utf-8") as opened:
        export = json.load(opened)
    require_most_people(export["users"])
    made = sent = 0
    refused = []
    for method, path, body in changes(export):
        status, answer = call(method, path, body)
        never_was_there = method == "DELETE" and status == 404
        if status >= 400 and not never_was_there:
            refused.append(f"{method} {path}: {status} {answer['detail']}")
        made += status == 201
        sent += 1
    print(f"{sent} sent, {made} made, {len(refused)} refused")
    sys.exit("\n".join(refused) or 0)


def changes(export: Json) -> Iterator[tuple[str, str, Json | None]]:
    """Yield the requests: people first, as lessons name them."""
    people = {OURS + user["id"]: user for user in export["users"]}
    lessons = {OURS + lesson["id"]: lesson for lesson in export["lessons"]}
    for id, user in people.items():
        yield "PUT", f"/api/users/{id}/", person(user)
    for id, lesson in lessons.items():
        if lesson.get("cancelled"):
            yield "DELETE", f"/api/lessons/{id}/", None
        else:
            yield "PUT", f"/api/lessons/{id}/", planned(lesson)
    for user in ours("/api/users/"):
        if user["is_active"] and user["id"] not in people:
            yield "PATCH", f"/api/users/{user['id']}/", {"is_active": False}
    for lesson in ours("/api/lessons/", {"from": datetime.now(UTC).isoformat()}):
        if lesson["status"] == "scheduled" and lesson["id"] not in lessons:
            yield "DELETE", f"/api/lessons/{lesson['id']}/", None


def person(user: Json) -> Json:
    """Return what rtserver is to know; language and time zone are the user's own."""
    known = {name: user[name] for name in ("email", "name", "role")}
    return known | {"is_active": True}


def planned(lesson: Json) -> Json:
    """Return a lesson with all its members, who needn't accept any more."""
    members = [
        {"user_id": OURS + id, "role": role, "state": "accepted"}
        for role in ("tutor", "student")
        for id in lesson[f"{role}s"]
    ]
    known = {name: lesson[name] for name in ("title", "starts_at", "ends_at")}
    return known | {"members": members}


def require_most_people(users: list[Json]) -> None:
    """Stop at an export that would lock half of the school out: it is surely broken."""
    there = sum(user["is_active"] for user in ours("/api/users/"))
    if len(users) < there / 2:
        sys.exit(f"{there} people are there, the export has {len(users)}: stopped.")


def ours(path: str, query: Json | None = None) -> list[Json]:
    """Return what this platform has brought, of all pages of a list."""
    found: list[Json] = []
    asked = {"limit": 100, **(query or {})}
    while True:
        status, page = call("GET", f"{path}?{urlencode(asked)}")
        if status != 200:
            sys.exit(f"{path}: {status} {page['detail']}")
        found += [each for each in page["results"] if each["id"] >= OURS]
        if page["next"] is None:
            return found
        asked["cursor"] = page["next"]


def call(method: str, path: str, body: Json | None = None) -> tuple[int, Any]:
    """Send a request; what may pass by itself is tried again, slower each time."""
    headers = {"Authorization": f"Api-Key {KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(URL + path, data, headers, method=method)
    for attempt in range(TRIES):
        wait = 0.0
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except HTTPError as error:
            if error.code not in TEMPORARY:
                return error.code, problem(error)
            wait = float(error.headers.get("Retry-After", 0))
        except (URLError, ConnectionError, TimeoutError) as error:
            print(f"{method} {path}: {error}; again", file=sys.stderr)
        time.sleep(wait + random.uniform(0, 2**attempt / 2))
    sys.exit(f"{method} {path}: no answer after {TRIES} tries; run this once more.")


def problem(error: HTTPError) -> Json:
    """Return an error's document (RFC 9457), or something like it."""
    try:
        document: Json = json.loads(error.read())
        return {"detail": document["detail"]}
    except (ValueError, KeyError, TypeError):
        return {"detail": error.reason}


if __name__ == "__main__":
    main(sys.argv[1])
