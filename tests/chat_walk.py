"""A random walk through a chat: people post, decide, edit, come, go, and read."""

import asyncio
import io
import zipfile
from typing import Any

from tests.chat_model import MODES, Said, messages, once_held
from tests.chat_watch import WORD, ChatWatch


class ChatWalk(ChatWatch):
    """A walk of those people, each step being as the model has it."""

    async def run(self, actions: int) -> None:
        """Take so many steps; fail at the first that isn't as the model has it."""
        steps = [getattr(self, name) for name in WEIGHTS]
        for number in range(actions):
            [step] = self.rng.choices(steps, list(WEIGHTS.values()))
            # Mostly those inside: others are refused all alike.
            inside = self.rng.random() < 0.8
            people = sorted(self.model.members) if inside else self.people
            await step(self.rng.choice(people))
            self.done[step.__name__] += 1
            await self.hear()
            if number % 500 == 499:
                await self.look_everywhere()
            assert self.leaks == [], (number, step.__name__, self.leaks)
        await self.look_everywhere()
        assert self.leaks == []

    # What people do

    async def post(self, user: int) -> None:
        number = next(self._numbers)
        said = Said(f"sekret{number}x", user, f"c{number}", "held")
        self.school.keep_private(said.word)
        wanted = self.model.post(user)
        reply = await self._send(said)
        assert reply.status == wanted, (reply.status, wanted)
        if wanted in (201, 202):
            self.model.said(said)
        if wanted == 201:
            self.model.publish(said, reply.json["id"])
        elif wanted == 202:
            said.held_id = reply.json["held_id"]
        self.look(user, reply.text, "an answer")

    async def _send(self, said: Said) -> Any:
        body = {"lesson_id": self.lesson, "text": said.sent}
        body["client_id"] = said.client_id
        return await self.ask(said.author, "POST", "/api/chat/messages/", body)

    async def again(self, user: int) -> None:
        if self.model.all:
            said = self.rng.choice(self.model.all[-40:])
            reply = await self._send(said)
            assert reply.status == self.model.again(said)
            self.look(said.author, reply.text, "a repeat")

    async def approve(self, user: int) -> None:
        if (said := self._some(once_held(self.model.all))) is not None:
            wanted = self.model.approve(user, said)
            path = f"/api/chat/held/{said.held_id}/approve/"
            reply = await self.ask(user, "POST", path)
            assert reply.status == wanted, (reply.status, wanted)
            if wanted == 201:
                self.model.publish(said, reply.json["id"])
            self.look(user, reply.text, "an approval")

    async def reject(self, user: int) -> None:
        await self._refuse(user, "POST", "reject/", self.model.reject)

    async def withdraw(self, user: int) -> None:
        await self._refuse(user, "DELETE", "", self.model.withdraw)

    async def _refuse(self, user: int, method: str, how: str, wanted: Any) -> None:
        if (said := self._some(once_held(self.model.all))) is not None:
            status = wanted(user, said)
            path = f"/api/chat/held/{said.held_id}/{how}"
            reply = await self.ask(user, method, path)
            assert reply.status == status, (reply.status, status)
            if status == 204:
                said.state = "refused"

    async def race(self, user: int) -> None:
        """Have one approved and withdrawn at once: one of both wins."""
        mine = [one for one in self.model.held() if one.author in self.model.members]
        if not mine:
            return
        said = self.rng.choice(mine)
        path = f"/api/chat/held/{said.held_id}/"
        approved, withdrawn = await asyncio.gather(
            self.ask(self.olena, "POST", f"{path}approve/"),
            self.ask(said.author, "DELETE", path),
        )
        won = (approved.status, withdrawn.status)
        assert won in ((201, 409), (409, 204)), won
        if won[0] == 201:
            self.model.publish(said, approved.json["id"])
        else:
            said.state = "refused"

    async def edit(self, user: int) -> None:
        if (said := self._some(messages(self.model.all))) is not None:
            word = f"sekret{next(self._numbers)}x"
            self.school.keep_private(word)
            wanted = self.model.edit(user, said)
            path = f"/api/chat/messages/{said.message_id}/"
            reply = await self.ask(user, "PATCH", path, {"text": word})
            assert reply.status == wanted, (reply.status, wanted)
            if wanted == 200:
                self.model.edited(said, word)

    async def delete(self, user: int) -> None:
        if (said := self._some(messages(self.model.all))) is not None:
            wanted = self.model.delete(user, said)
            path = f"/api/chat/messages/{said.message_id}/"
            reply = await self.ask(user, "DELETE", path)
            assert reply.status == wanted, (reply.status, wanted)
            if wanted == 204:
                self.model.deleted(said)

    def _some(self, these: list[Said]) -> Said | None:
        """Choose one of the latest, or of those that wait."""
        return self.rng.choice(these[-15:]) if these else None

    async def set_mode(self, user: int) -> None:
        mode = self.rng.choice((*MODES, *["moderated"] * 3))
        if user != self.admin:
            assert await self.set_chat(user, mode) == self.model.set_mode(user)

    async def come_or_leave(self, user: int) -> None:
        """Have an admin add somebody, take them out, or give them another role."""
        user = self.rng.choice([self.petro, *self.pupils])
        path, role = f"/api/lessons/{self.lesson}/members/", "student"
        if user not in self.model.members:
            if user == self.petro:
                role = self.rng.choice(("tutor", "student"))
            body = {"user_id": user, "role": role, "state": "accepted"}
            assert (await self.ask(self.admin, "POST", path, body)).status == 201
            self.model.join(user, role)
        elif user == self.petro and self.rng.random() < 0.7:
            role = "student" if self.model.is_tutor(user) else "tutor"
            reply = await self.ask(
                self.admin, "PATCH", f"{path}{user}/", {"role": role}
            )
            assert reply.status == 200
            self.model.set_role(user, role)
        else:
            assert (
                await self.ask(self.admin, "DELETE", f"{path}{user}/")
            ).status == 204
            del self.model.members[user]

    # What people read

    async def history(self, user: int) -> None:
        path = f"/api/chat/history/?lesson_id={self.lesson}&limit=50"
        page = await self.read(user, path)
        if user in self.model.members:
            texts = [one["text"] for one in page["results"]]
            assert (texts, page["seq"]) == (self.model.history()[:50], self.model.seq)

    async def changes(self, user: int) -> None:
        since = self.rng.randrange(self.model.seq + 1)
        path = f"/api/chat/changes/?lesson_id={self.lesson}&since={since}&limit=100"
        await self.read(user, path)

    async def message(self, user: int) -> None:
        if (said := self._some(messages(self.model.all))) is not None:
            found = await self.read(user, f"/api/chat/messages/{said.message_id}/")
            if user in self.model.members:
                is_public = said.state == "public"
                assert found["text"] == (said.word if is_public else "")

    async def held(self, user: int) -> None:
        path = f"/api/chat/held/?lesson_id={self.lesson}&limit=100"
        page = await self.read(user, path)
        if user in self.model.members:
            texts = [one["text"] for one in page["results"]]
            assert texts == self.model.waiting(user)[:100]

    async def summary(self, user: int) -> None:
        path = f"/api/lessons/{self.lesson}/?summary=true"
        reply = await self.ask(user, "GET", path)
        listed = await self.ask(user, "GET", "/api/lessons/?summary=true")
        for answer in (reply, listed):
            self.look(user, answer.text, path)
        if user not in self.model.members:
            assert "summary" not in reply.json
            return
        found, history = reply.json["summary"], self.model.history()
        last = found.pop("last_message")
        assert (last and last["text"]) == (history[0] if history else None)
        found.pop("present")
        assert found == {
            "unread": self.model.unread(user),
            "seq": self.model.seq,
            "read": self.model.marks.get(user, 0),
            "held": len(self.model.waiting(user)),
        }

    async def archive(self, user: int) -> None:
        """Read all of it as a tutor: what everybody may see, and nothing that waits."""
        path = f"/api/lessons/{self.lesson}/archive/"
        reply = await self.ask(user, "GET", path)
        refused = 0 if self.model.is_tutor(user) else 403
        assert reply.status == (self.model.outsider(user) or refused or 200)
        if reply.status == 200:
            with zipfile.ZipFile(io.BytesIO(reply.body)) as parts:
                texts = [parts.read(name).decode() for name in parts.namelist()]
            words = set(WORD.findall("".join(texts)))
            assert words == set(self.model.history())

    async def notifications(self, user: int) -> None:
        reply = await self.ask(user, "GET", "/api/notifications/?limit=100")
        # They never have a text at all.
        self.leaks += [f"{user} is notified of {w}" for w in WORD.findall(reply.text)]

    async def mark(self, user: int) -> None:
        socket, seq = self.sockets.get(user), self.rng.randrange(self.model.seq + 2)
        if socket is not None and user in self.model.members:
            ack = await socket.call("chat.read", lesson_id=self.lesson, seq=seq)
            assert ack["seq"] == self.model.mark(user, seq)


# How often people do what; most of it is saying and deciding.
WEIGHTS = {
    **{"post": 30, "again": 4, "approve": 12, "reject": 3, "withdraw": 4, "race": 2},
    **{"edit": 4, "delete": 4, "set_mode": 3, "come_or_leave": 2, "history": 5},
    **{"changes": 4, "message": 3, "held": 6, "summary": 6, "notifications": 3},
    **{"mark": 4, "export": 1, "archive": 2, "come": 5, "go": 2},
}
