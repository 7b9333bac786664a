"""Frames that a connection doesn't survive (contract 2, 2.2)."""

PING_FRAME = '{"type":"ping","id":"p"}'


async def test_a_binary_frame_closes_with_1003(sqlite_school):
    socket = await sqlite_school.connect(await sqlite_school.person("Olena"))

    await socket.send(PING_FRAME.encode())

    assert await socket.closed() == 1003


async def test_a_frame_over_the_limit_closes_with_1009(make_school):
    school = await make_school(limits_message_bytes=1000)
    socket = await school.connect(await school.person("Olena"))

    await socket.send(PING_FRAME.ljust(1000))
    assert len(await socket.quiet()) == 1
    await socket.send(PING_FRAME.ljust(1001))

    assert await socket.closed() == 1009


async def test_fragments_over_the_limit_together_close_with_1009(make_school):
    school = await make_school(limits_message_bytes=1000)
    socket = await school.connect(await school.person("Olena"))

    await socket.connection.send(["x" * 600, "x" * 600])

    assert await socket.closed() == 1009
