"""An SQLite log forgets what was deleted, beside everybody's work."""

import asyncio
from pathlib import Path

from rtserver import tasks
from store import scrub
from store.forgetting import Forgetting
from tests.patience import PATIENCE
from tests.school import until
from tests.store import marked
from tests.store.test_scrub import connected, filled


async def test_a_log_is_emptied_once_nobody_is_in_the_way(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.db")
    log = path.with_name("a.db-wal")
    forgetting = Forgetting(f"sqlite:///{path}", pause=0.01)
    running = asyncio.create_task(forgetting.run())
    with connected(path) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM facts").fetchall()
        marked.add(path, "one")
        forgetting.soon()
        assert await asyncio.to_thread(scrub.empty_log, path) is False

        other.execute("ROLLBACK")
        await until(lambda: log.stat().st_size == 0)
    await tasks.cancel(running)


async def test_what_postgresql_forgets_is_its_own_business() -> None:
    forgetting = Forgetting("postgresql://rt@127.0.0.1:1/school")
    forgetting.soon()

    async with asyncio.timeout(PATIENCE):
        await forgetting.run()


async def test_a_log_is_left_alone_until_somebody_wants_it_emptied(
    tmp_path: Path,
) -> None:
    path = marked.make(tmp_path / "a.db")
    log = path.with_name("a.db-wal")
    forgetting = Forgetting(f"sqlite:///{path}", pause=0)
    running = asyncio.create_task(forgetting.run())
    with connected(path) as other:
        other.execute("INSERT INTO facts VALUES ('mark a', '')")
        await asyncio.sleep(0)
        assert log.stat().st_size > 0

        forgetting.soon()
        await until(lambda: log.stat().st_size == 0)
    await tasks.cancel(running)


async def test_others_who_keep_traces_are_told_too() -> None:
    told: list[str] = []
    forgetting = Forgetting("postgresql://rt@127.0.0.1:1/school")
    forgetting.others.append(lambda: told.append("files"))

    forgetting.soon()

    assert told == ["files"]
