"""Elements for tests, and copies of a board that lose and regain their connection."""

import json
from datetime import timedelta

from hypothesis import strategies as st

from rtserver.boards.canvas import Canvas, CanvasLimits
from rtserver.boards.codec import checksum, encode_elements, encode_state
from rtserver.boards.elements import have_same_content, read_stored, wins
from rtserver.boards.repeats import Undecided
from store import board_journal, board_snapshots, lessons
from store.records import BoardEntryRecord
from tests.lesson_school import LESSON, TEN

LIMITS = CanvasLimits()
ONCE = 1_000_000
KEEP = timedelta(days=30)


def element(id, version=1, nonce=0, **fields):
    """Build an element; ``deleted=True`` makes it a deleted one."""
    head = {"id": id, "version": version, "versionNonce": nonce}
    if "deleted" in fields:
        head["isDeleted"] = fields.pop("deleted")
    return read_stored(json.dumps(head | fields).encode())


def canvas(*elements):
    """Build a canvas with these on it."""
    made = Canvas()
    made.apply(elements, ONCE)
    return made


def decided(plan, elements, limits=LIMITS):
    """Plan, and once more with what had to be compared, as the server does."""
    try:
        return plan(elements, limits)
    except Undecided as question:
        known = {pair: have_same_content(*pair) for pair in question.pairs}
        return plan(elements, limits, known)


def merge(canvas, elements, limits=LIMITS, at=ONCE):
    """Plan a patch and apply it, as the server does."""
    plan = decided(canvas.plan_patch, elements, limits)
    canvas.apply(plan.changed, at)
    return plan


def state(canvas):
    """Return what two copies of a board are compared by."""
    return {element.id: element.raw for element in canvas.all()}


# Small ranges, so that versions and nonces meet often; the content follows from both,
# as a client draws a new nonce for each change.
elements = st.builds(
    lambda id, version, nonce, deleted: element(id, version, nonce, deleted=deleted),
    st.sampled_from("abcd"),
    st.integers(1, 4),
    st.integers(0, 3).map(lambda half: half * 2),
    st.just(False),
) | st.builds(
    lambda id, version, nonce: element(id, version, nonce, deleted=True),
    st.sampled_from("abcd"),
    st.integers(1, 4),
    st.integers(0, 3).map(lambda half: half * 2 + 1),
)


class Peer:
    """"""

    def __init__(self, name, random):
        self.name = name
        self.canvas = Canvas()
        self.online = True
        self.unsent = {}
        self.inbox = []
        self._random = random

    def draw(self):
        """Change, delete or add an element, which need not arrive."""
        random = self._random
        id = random.choice("abcdefgh")
        old = self.canvas.get(id)
        fresh = element(
            id,
            old.version + 1 if old else 1,
            random.randrange(3),
            by=self.name,
            deleted=random.random() < 0.2,
        )
        self.canvas.apply([fresh], ONCE)
        self.unsent[id] = fresh

    def send(self, server):
        """Send what is unsent; the answer may be lost on the way back."""
        sent = self._random.sample(list(self.unsent.values()), len(self.unsent))
        plan = merge(server, sent)
        if self._random.random() < 0.3:
            self.online = False
        else:
            self.unsent.clear()
            self.take(map(read_stored, plan.current))
        return plan.changed

    def take(self, others):
        """Merge what the server says: it stays unless one's own would win."""
        for other in others:
            own = self.canvas.get(other.id)
            if own is None or not wins(own, other):
                self.canvas.apply([other], ONCE)

    def read(self):
        """Merge the events that have come."""
        self.take(self.inbox)
        self.inbox.clear()

    def come_back(self, server):
        """Connect again: what was missed comes as a snapshot."""
        self.inbox.clear()
        self.online = True
        self.take(map(read_stored, server.visible(0)))


class Classroom:
    """A server's board and four peers, over a bad network."""

    def __init__(self, random):
        self.server = Canvas()
        self.peers = [Peer(name, random) for name in "ABCD"]
        self._random = random

    def step(self):
        """Let one thing happen to one peer."""
        peer = self._random.choice(self.peers)
        chance = self._random.random()
        if chance < 0.5:
            peer.draw()
        elif chance < 0.6:
            peer.online = False
        elif not peer.online:
            peer.come_back(self.server)
        elif chance < 0.8:
            peer.read()
        else:
            self._send(peer)

    def settle(self):
        """Let all come back and send what they have, until nobody has anything."""
        for peer in self.peers:
            while peer.unsent:
                peer.come_back(self.server)
                self._send(peer)
        for peer in self.peers:
            peer.come_back(self.server)

    def _send(self, peer):
        changed = peer.send(self.server)
        for other in self.peers:
            if other is not peer and other.online:
                other.inbox.extend(changed)


class KeptBoard:
    """A board in a school's database, changed as the server would change it."""

    def __init__(self, school):
        self.db, self._run = school.db, school.run
        self.canvas = Canvas()
        self.seq = 0
        self.now = TEN

    async def patch(self, *elements):
        changed = self.canvas.plan_patch(elements, LIMITS).changed
        await self._write("patch", changed, changed)

    async def reset(self):
        await self._write("reset", [], self.canvas.cleared())

    async def replace(self, *elements):
        plan = self.canvas.plan_replace(elements, LIMITS)
        await self._write("replace", plan.stored, plan.changed)

    async def snapshot(self, kind="regular", *, canvas=None, seq=None, **odd):
        """Take a snapshot; what is given is stored instead of the truth."""
        data = encode_state(canvas or self.canvas)
        fields = {
            "lesson_id": LESSON,
            "seq": self.seq if seq is None else seq,
            "kind": kind,
            "taken_at": self.now,
            "elements": self.canvas.totals.live,
            "checksum": checksum(data),
            "data": data,
        }
        await self._run(board_snapshots.add, **(fields | odd))

    async def _write(self, kind, sent, changed):
        self.seq += 1
        self.now += timedelta(seconds=1)
        sent = encode_elements(sent)
        entry = BoardEntryRecord(LESSON, self.seq, kind, 2, self.now, sent)
        await self._run(board_journal.append, [entry])
        await self._run(lessons.set_board_seq, LESSON, self.seq)
        self.canvas.apply(changed, int(self.now.timestamp() * 1000))
