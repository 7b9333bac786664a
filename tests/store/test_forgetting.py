"""An SQLite log forgets what was deleted, beside everybody's work."""

import asyncio

from rtserver import tasks
from store import scrub
from store.forgetting import Forgetting
from tests.school import until
from tests.store import marked
from tests.store.test_scrub import connected, filled


async def test_a_log_is_emptied_once_nobody_is_in_the_way(tmp_path):
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
