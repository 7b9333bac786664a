"""Take pictures of the classroom page: ``python -m tests.browser.pictures FOLDER``.

Each page in each state, in each language, in light and in dark, as on a phone and on a
desktop, of demo schools of their own. To be looked at after a change of the design;
none is kept here. ``--only`` names parts or scenes; with ``--axe`` axe-core looks, too.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.browser.pictures.chat import CHAT
from tests.browser.pictures.guests import GUESTS, OWN_LOOK
from tests.browser.pictures.late import LATE
from tests.browser.pictures.lessons import SHELL
from tests.browser.pictures.readme import README
from tests.browser.pictures.room import ROOMS
from tests.browser.pictures.scene import Part, Scene, examine, take
from tests.browser.pictures.school import LOST, SCHOOL
from tests.browser.pictures.stage import Stage, school
from tests.browser.tabs import Browser

PARTS = (GUESTS, OWN_LOOK, SHELL, SCHOOL, LOST, LATE, ROOMS, CHAT, README)
LANGUAGES = ("en", "uk")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="parts or scenes")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--axe", action="store_true", help="look for violations, too")
    return parser.parse_args()


async def main(wishes: argparse.Namespace) -> list[str]:
    """Take all pictures that are wished for; return what is wrong in them."""
    wishes.folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    for language in wishes.language or LANGUAGES:
        for part in PARTS:
            if scenes := chosen(part, wishes.only):
                with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
                    wrong += await play(part, scenes, Path(scratch), language, wishes)
    return wrong


def chosen(part: Part, names: list[str] | None) -> list[Scene]:
    """Return the scenes of a part that are named, all of them if the part is."""
    whole = names is None or part.name in names
    return [scene for scene in part.scenes if whole or scene.name in (names or ())]


async def play(
    part: Part,
    scenes: list[Scene],
    scratch: Path,
    language: str,
    wishes: argparse.Namespace,
) -> list[str]:
    wrong = []
    settings = part.settings(scratch)
    async with Browser(scratch) as browser:
        with school(browser, scratch / "school", language, **settings) as stage:
            for scene in scenes:
                wrong += await show(scene, stage, wishes)
    return wrong


async def show(scene: Scene, stage: Stage, wishes: argparse.Namespace) -> list[str]:
    """Take one scene's pictures; what hinders that is told, and the others go on."""
    name = f"{scene.name}-{stage.language}"
    print(name, flush=True)
    try:
        tab = await scene.act(stage)
        wrong = await take(scene, stage, tab, wishes.folder)
        if wishes.axe:
            wrong += await examine(scene, tab, stage.language)
    except (TimeoutError, RuntimeError, OSError) as error:
        wrong = [f"{name}: {type(error).__name__} {str(error)[:300]}"]
    await stage.leave()
    for each in wrong:
        print(f"  {each}", flush=True)
    return wrong


if __name__ == "__main__":
    found = asyncio.run(main(arguments()))
    sys.exit("\n".join(found) or None)
