"""Boards as their clients see them: elements, commands, and a copy that follows."""

from typing import Any

from tests.client import Socket
from tests.school import School

Element = dict[str, Any]


def element(id: str, version: int = 1, nonce: int = 0, **fields: Any) -> Element:
    return {"id": id, "version": version, "versionNonce": nonce, **fields}


def gone(id: str, version: int, nonce: int = 0) -> Element:
    """A tombstone, as the server gives it."""
    return element(id, version, nonce, isDeleted=True)


def board(lesson: int) -> str:
    return f"board:lesson:{lesson}"


class Drawer:
    """A socket that is subscribed to one board."""

    def __init__(self, socket: Socket, lesson: int) -> None:
        self.socket = socket
        self.channel = board(lesson)
        self.ack: dict[str, Any] = {}

    async def subscribe(self, **more: Any) -> "Drawer":
        self.ack = await self.socket.call("subscribe", self.channel, **more)
        return self

    async def draw(self, *elements: Element) -> Any:
        """Send a patch; give its ack."""
        return await self.call("board.patch", elements=list(elements))

    async def call(self, type: str, **payload: Any) -> Any:
        """Send a command to the board; give its ack, or raise CommandFailed."""
        return await self.socket.call(type, self.channel, **payload)

    async def refused(self, type: str, **payload: Any) -> Any:
        """Send a command that is refused; give the error's payload."""
        answer = await self.socket.ask(type, self.channel, payload)
        assert answer["type"] == "error", answer
        return answer["payload"]

    async def next(self, *types: str) -> dict[str, Any]:
        return await self.socket.next(*types)

    async def state(self) -> dict[str, Element]:
        """Ask for a snapshot; give its elements by id."""
        snapshot = await self.call("board.snapshot.request")
        return {element["id"]: element for element in snapshot["elements"]}


async def drawer(school: School, user: int, lesson: int, **more: Any) -> Drawer:
    """Connect somebody, and subscribe to a lesson's board."""
    return await Drawer(await school.connect(user), lesson).subscribe(**more)


async def two_drawers(school: School) -> tuple[Drawer, Drawer, int]:
    """Make a lesson; give its tutor and its student on the board, and its id."""
    olena = await school.person("Olena", "tutor")
    taras = await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    tutor = await drawer(school, olena, lesson)
    return tutor, await drawer(school, taras, lesson), lesson


class Copy:
    """A client's copy of a board, kept by its events."""

    def __init__(self) -> None:
        self.elements: dict[str, Element] = {}

    def take(self, event: dict[str, Any]) -> None:
        """Apply one event."""
        if event["type"] == "board.reset":
            self.clear()
        elif event["type"] == "board.snapshot.send":
            self.clear()
            self.elements |= {each["id"]: each for each in event["payload"]["elements"]}
        elif event["type"] == "board.patch":
            self.merge(event["payload"]["elements"])

    def clear(self) -> None:
        for each in self.live().values():
            self.elements[each["id"]] = gone(each["id"], each["version"] + 1)

    def merge(self, elements: list[Element]) -> None:
        for each in elements:
            held = self.elements.get(each["id"])
            if held is None or order(each) > order(held):
                self.elements[each["id"]] = each

    def live(self) -> dict[str, Element]:
        return live(self.elements.values())


def order(element: Element) -> tuple[int, int]:
    return element["version"], -element.get("versionNonce", 0)


def live(elements: Any) -> dict[str, Element]:
    """Return the elements that aren't deleted, by id."""
    return {each["id"]: each for each in elements if not each.get("isDeleted")}
