import asyncio

from rtserver.process.drain import drain


class Hanging:
    """A client whose command never comes to an end."""

    def __init__(self):
        self.closed = []
        self.given_up = False

    async def drain(self, code, reason):
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up = True

    def end(self, code, reason):
        self.closed.append(code)


async def test_who_hangs_is_closed_all_the_same():
    clients = [Hanging(), Hanging()]

    await asyncio.wait_for(drain(clients, seconds=0, goodbye=0.1), 6)

    assert [client.closed for client in clients] == [[1012], [1012]]
    assert all(client.given_up for client in clients)


async def test_without_clients_there_is_nothing_to_wait_for():
    await asyncio.wait_for(drain([], seconds=10, goodbye=10), 1)
