"""Follow a page's requests to a running server, in their order."""

from tests.docs_examples import Exchange, alike, exchanges, page
from tests.pictures import png
from tests.school import Reply, School


async def follow(school: School, name: str, shell: dict[str, str]) -> None:
    """Send what the page ``name`` sends, and compare the answers.

    ``shell`` are its variables. ``PASSWORD`` and ``REFRESH`` stand for what a reader
    would put into a body; each new login of the page is kept there, as ``CALENDAR`` the
    address of a new calendar, and as ``FILE`` the file that it uploads.
    """
    for each in exchanges(page(name), shell):
        reply = await send(school, each, shell)
        where = f"{each.method} {each.url}: {reply.text}"

        assert reply.status == each.status, where
        assert each.answer is None or alike(each.answer, reply.json), where
        if each.answer and "refresh" in each.answer:
            shell["REFRESH"] = reply.json["refresh"]
        if each.method == "POST" and "/calendar" in each.url:
            made = reply.json["url"].rpartition("/")[2]
            shell["CALENDAR"] = made.removesuffix(".ics")
        if each.body == "@tree.png":
            shell["FILE"] = reply.json["id"]


async def send(school: School, each: Exchange, shell: dict[str, str]) -> Reply:
    headers = dict(line.split(": ", 1) for line in each.headers)
    body = (each.body or "").replace("PASSWORD", shell.get("PASSWORD", ""))
    raw = body.replace("rtr_…", shell.get("REFRESH", "")).encode() or None
    if each.body == "@tree.png":
        raw = png()
    return await school.http(each.method, each.url, headers=headers, raw=raw)
