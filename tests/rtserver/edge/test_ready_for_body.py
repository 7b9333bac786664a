"""Who waits for a handler is told at once."""

from rtserver.edge.ready_for_body import ReadyForBody


async def test_who_waits_is_told_in_the_same_tick() -> None:
    told: list[bool] = []
    ready = ReadyForBody()
    ready.then = lambda: told.append(ready.done())

    ready.set_result(None)

    assert told == [True]


async def test_it_is_a_future_for_everybody_else() -> None:
    ready = ReadyForBody()

    ready.set_result(None)

    await ready
