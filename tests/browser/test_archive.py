"""The board of an archive, opened by Excalidraw itself."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.browser.test_excalidraw import page, served, site
from tests.browser.whiteboard import OLENA, lesson_at
from tests.pictures import png
from tests.served import Served

__all__ = ["page", "served", "site"]  # fixtures

PICTURE = {
    "type": "image",
    "version": 1,
    "status": "saved",
    **{"x": 10, "y": 20, "width": 30, "height": 40, "angle": 0, "scale": [1, 1]},
}
OPENED = """page.loadFromBlob(
  new Blob([{text}], {{type: "application/json"}}), null, null
).then(({{elements, files}}) => JSON.stringify([
    elements.map(({{id, type, fileId}}) => [id, type, fileId ?? null]), files]))"""


async def test_excalidraw_opens_the_board_with_its_pictures(
    served: Served, site: str, tmp_path: Path
) -> None:
    async with lesson_at(served, site, tmp_path) as lesson:
        olena = await lesson.enter(OLENA)
        await olena.draw("rectangle", (300, 300), (400, 380))
        await olena.sees("rectangle")
        token = served.token(lesson.users[OLENA])
        path = "/api/files/?lesson_id=1&name=tree.png&for=board"
        made = json.loads(ask(served, path, token, png()))
        shown = {**PICTURE, "id": "picture", "fileId": made["id"], "index": "b00"}
        await olena.tab.run(f"page.board.patch([{json.dumps(shown)}])")

        packed = ask(served, "/api/lessons/1/archive/", token)
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            text = archive.read("board.excalidraw").decode()
        opened = await olena.tab.run(OPENED.format(text=json.dumps(text)))

    elements, files = json.loads(opened)
    assert [element[1] for element in elements] == ["rectangle", "image"]
    assert elements[1] == ["picture", "image", made["id"]]
    assert files[made["id"]]["dataURL"].startswith("data:image/png;base64,iVBOR")


def ask(served: Served, path: str, token: str, body: Any = None) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/png"}
    with urlopen(Request(served.url + path, body, headers)) as answer:
        read: bytes = answer.read()
    return read
