"""What is put on the board of the classroom page, and how it is taken along."""

import asyncio
import base64
import io
import json
import re
import struct
import zipfile
from pathlib import Path
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest

from tests.browser.page import block, press, says, served
from tests.browser.room_page import BLACK, RED, Person, board, clean, come_in
from tests.browser.tabs import Browser
from tests.browser.test_page_room import start
from tests.patience import PATIENCE
from tests.pictures import SECRET, exif, segment
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

BLUE = "b > 200 && r < 60 && g < 60"
# Notes what the page sends of pictures, byte for byte.
SENT = """const real = fetch; window.sent = []; window.fetch = (url, more) => {
  if (more?.body instanceof Blob) more.body.arrayBuffer().then((bytes) =>
    sent.push(btoa(String.fromCharCode(...new Uint8Array(bytes)))));
  return real(url, more);
}"""
# A large photo as cameras make them: turned by its EXIF, which says also where it was.
PASTE = """(async () => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 3000});
  canvas.height = 1500;
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#0000ff';
  pen.fillRect(0, 0, 3000, 1500);
  const plain = await new Promise((done) => canvas.toBlob(done, 'image/jpeg'));
  const about = Uint8Array.from(atob('ABOUT'), (each) => each.charCodeAt(0));
  const photo = [plain.slice(0, 2), about, plain.slice(2)];
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(photo, 'photo.jpg', {type: 'image/jpeg'}));
  const paste = {clipboardData, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', paste));
})()"""
MOST = 2048  # pixels of a side
PAGE = re.compile(rb"/Type\s*/Page\b")
SHEET = "document.querySelector('body > .board-sheet')"


async def test_a_documents_pages_and_a_photo_without_its_place_are_seen_by_all(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    (tmp_path / "sheet.pdf").write_bytes(document("1 0 0", "0 0 1", "1 0 0"))
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        await olena.has_tools()
        await block(olena.tab, "*/page/assets/PdfPages-*")
        await choose(olena, tmp_path / "sheet.pdf")
        await says(olena.tab, olena.words["app.not_come.text"])
        await block(olena.tab)
        await press(olena.tab, olena.words["app.again"])
        await press(olena.tab, olena.words["pdf.page"].replace("{{number}}", "3"))
        put = olena.words["pdf.put_few"].replace("{{count}}", "2")
        await press(olena.tab, put)
        await taras.sees(RED, at_least=300)
        await taras.sees_no(BLUE)
        assert len(board(served, ids["olena"])) == 2

        await taras.tab.run(SENT)
        about = segment(0xE1, b"Exif\0\0" + exif())
        await taras.tab.run("document.querySelector('.excalidraw').focus()")
        await taras.tab.mouse("move", 300, 300)
        await taras.tab.run(PASTE.replace("ABOUT", base64.b64encode(about).decode()))
        await olena.sees(BLUE, at_least=300)
        [sent] = await taras.tab.run("sent")
        await olena.tab.go("about:blank")
        await olena.tab.go(f"{served.url}/lessons/1")
        await olena.sees(BLUE, at_least=300)
        await olena.sees(RED, at_least=300)

    photo = base64.b64decode(sent)
    assert SECRET not in photo and b"Exif" not in photo
    assert size_of_jpeg(photo) == (MOST // 2, MOST)  # upright, as its EXIF had it
    kept = [each["fileId"] for each in board(served, ids["taras"])]
    assert (
        len(kept) == 3 and size_of_jpeg(file(served, ids["taras"], kept[-1]))[1] == MOST
    )
    assert clean(served, olena, taras)


async def test_a_board_is_saved_as_picture_drawing_paper_and_archive(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        await olena.has_tools()
        await olena.stroke(200)
        await olena.sees(BLACK)
        await press(olena.tab, olena.words["tool.text"])
        await olena.draw((400, 400))
        await olena.tab.until("document.querySelector('textarea.excalidraw-wysiwyg')")
        await olena.tab.write("Привіт")
        await olena.tab.key("Escape")
        async with asyncio.timeout(PATIENCE):
            while len(board(served, ids["olena"])) < 2:
                await asyncio.sleep(0.05)
        folder = tmp_path / "saved"
        to = {"behavior": "allow", "downloadPath": str(folder)}
        await browser.call("Browser.setDownloadBehavior", to)

        picture = await saved(olena, "png", folder)
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert min(struct.unpack(">II", picture[16:24])) > 20
        text = (await saved(olena, "svg", folder)).decode()
        drawing = ElementTree.fromstring(text)
        assert "Привіт" in "".join(drawing.itertext())
        assert "url(data:font/woff2;base64,d09GMg" in text  # it brings its own letters
        packed = io.BytesIO(await saved(olena, "archive", folder))
        with zipfile.ZipFile(packed) as archive:
            elements = json.loads(archive.read("board.excalidraw"))["elements"]
        assert [each["type"] for each in elements] == ["freedraw", "text"]

        await olena.tab.run("void (window.print = () => (window.isPrinted = true))")
        await press(olena.tab, olena.words["board.menu"])
        await press(olena.tab, olena.words["board.print"])
        await olena.tab.until(f"window.isPrinted && {SHEET}.naturalWidth > 20")
        paper = base64.b64decode((await olena.tab.call("Page.printToPDF"))["data"])
        assert paper.startswith(b"%PDF-") and len(PAGE.findall(paper)) == 1
        assert b"/Subtype /Image" in paper
        await olena.tab.run("dispatchEvent(new Event('afterprint'))")
        await olena.tab.until(f"!{SHEET}")
    assert clean(served, olena)


def document(*colours: str) -> bytes:
    """Make a PDF with pages that are of one colour each."""
    parts = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(colours)))
    parts.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(colours)} >>")
    for n, colour in enumerate(colours):
        about = f"/Parent 2 0 R /MediaBox [0 0 200 100] /Contents {4 + 2 * n} 0 R"
        parts.append(f"<< /Type /Page {about} >>")
        fill = f"{colour} rg 0 0 200 100 re f"
        parts.append(f"<< /Length {len(fill)} >>\nstream\n{fill}\nendstream")
    body, places = "%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{n} 0 obj\n{part}\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    table = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{rows}"
    trailer = f"trailer\n<< /Root 1 0 R /Size {len(parts) + 1} >>"
    return f"{body}{table}{trailer}\nstartxref\n{len(body)}\n%%EOF\n".encode()


async def choose(person: Person, path: Path) -> None:
    """Choose a file for the board in the dialog of the system."""
    opened = asyncio.get_running_loop().create_future()

    def take(method: str, params: dict[str, int]) -> None:
        if method == "Page.fileChooserOpened":
            opened.set_result(params["backendNodeId"])

    person.tab.listen(take)
    await person.tab.call("Page.setInterceptFileChooserDialog", enabled=True)
    await press(person.tab, person.words["board.more_tools"])
    await press(person.tab, person.words["tool.picture"])
    async with asyncio.timeout(PATIENCE):
        node = await opened
    files = {"files": [str(path)], "backendNodeId": node}
    await person.tab.call("DOM.setFileInputFiles", **files)
    await says(person.tab, person.words["pdf.title"])


async def saved(person: Person, what: str, folder: Path) -> bytes:
    """Save the board as the menu has it; give the file."""
    before = set(folder.glob("*"))
    await press(person.tab, person.words["board.menu"])
    await press(person.tab, person.words[f"board.{what}"])
    async with asyncio.timeout(PATIENCE):
        while True:
            fresh = set(folder.glob("*")) - before
            for whole in fresh:
                if whole.suffix != ".crdownload" and (data := whole.read_bytes()):
                    return data
            await asyncio.sleep(0.05)


def file(served: Served, user_id: int, file_id: str) -> bytes:
    """Return a file as the server keeps it."""
    headers = {"Authorization": f"Bearer {served.token(user_id)}"}
    with urlopen(Request(f"{served.url}/api/files/{file_id}/", headers=headers)) as got:
        read: bytes = got.read()
    return read


def size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Return width and height, of the frame's head."""
    place = 2
    while data[place + 1] not in (0xC0, 0xC2):
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    height, width = struct.unpack_from(">HH", data, place + 5)
    return width, height
