"""``rtserver verify-board``: does what is kept of a board fit together?"""

from datetime import timedelta
from typing import Any

from rtserver.boards import verify
from rtserver.boards.verify import Difference, Verdict
from rtserver.cli.console import table
from rtserver.cli.context import Context, Failed
from rtserver.cli.users import ADMIN
from rtserver.errors import NotFound
from rtserver.services import Services

# A whole journal is read in one transaction, so that nothing changes meanwhile.
PATIENCE = 3600.0
HEADS = ("SEQ", "PROBLEM", "ELEMENTS")
MAX_SHOWN = 5


async def verify_board(context: Context, services: Services) -> None:
    """Replay the journal against the snapshots; fail if they differ."""
    lesson_id = context.args.lesson
    try:
        await services.lessons.get(ADMIN, lesson_id)
    except NotFound:
        raise Failed(
            f"There is no lesson {lesson_id}. `rtserver lesson list` names them all."
        ) from None
    services.db.deadline = PATIENCE
    keep = timedelta(days=services.settings.boards.journal_days)
    verdict = await services.db.read(verify.verify, lesson_id, keep)
    context.console.answer(_value(lesson_id, verdict), _text(lesson_id, verdict))
    if verdict.differences:
        raise Failed(
            f"The board of lesson {lesson_id} isn't what its journal says. If it looks "
            "wrong to its tutors too, restore a backup."
        )


def _value(lesson_id: int, verdict: Verdict) -> dict[str, Any]:
    return {
        "lesson_id": lesson_id,
        "ok": not verdict.differences,
        "seq": verdict.seq,
        "snapshots": verdict.snapshots,
        "differences": verdict.differences,
    }


def _text(lesson_id: int, verdict: Verdict) -> str:
    if verdict.differences:
        return table(HEADS, map(_row, verdict.differences))
    return (
        f"The board of lesson {lesson_id} is sound at seq {verdict.seq}; "
        f"snapshots compared: {verdict.snapshots}."
    )


def _row(difference: Difference) -> tuple[int, str, str]:
    shown = ", ".join(difference.elements[:MAX_SHOWN])
    more = len(difference.elements) - MAX_SHOWN
    ids = f"{shown} and {more} more" if more > 0 else shown
    return difference.seq, difference.problem, ids
