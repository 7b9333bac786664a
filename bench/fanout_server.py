"""Servers that pass a room's messages on: rtserver's own road, and Tornado's.

``rtserver`` gets two commands for this measurement alone: ``bench.join`` follows a
room, ``bench.say`` publishes in it. The rest of the road is the real one.
"""

import asyncio
import os
import sys
from collections import defaultdict

import msgspec
import tornado.httpserver
import tornado.netutil
import tornado.web
import tornado.websocket

from handlers import dispatch
from rtserver.app import App
from rtserver.clock import Clock
from rtserver.delivery.command_result import DONE
from rtserver.delivery.publication import to_channel
from rtserver.delivery.tick_clock import TickClock
from rtserver.settings.load import load

TICKS = TickClock(Clock())


class Join(msgspec.Struct):
    pass


class Say(msgspec.Struct):
    sent: int
    src: int
    pad: str = ""


def join(command):
    hub, connection = command.services.delivery.hub, command.session.connection
    hub.start_buffering(command.channel_name, connection)
    hub.flush(command.channel_name, connection)
    return DONE


def say(command):
    # As a cursor's event: its payload goes on as it is.
    envelope = command.envelope
    event = to_channel("bench.said", envelope.payload, TICKS.now(), envelope.channel)
    command.services.delivery.publisher.publish([event])
    return DONE


class Relay(tornado.websocket.WebSocketHandler):
    """The baseline: each message goes to everyone in the room by write_message."""

    def initialize(self, rooms):
        self.rooms = rooms

    def open(self):
        self.room = self.rooms[self.get_query_argument("room")]
        self.room.add(self)

    def on_message(self, message):
        for other in self.room:
            other.write_message(message)

    def on_close(self):
        self.room.discard(self)


async def serve_rtserver():
    dispatch.ROUTES["bench.join"] = dispatch.Route(Join, join)
    dispatch.ROUTES["bench.say"] = dispatch.Route(Say, say)
    app = App(load(None, os.environ))
    await app.start()
    return app.url


async def serve_tornado():
    rooms = defaultdict(set)
    app = tornado.web.Application(
        [("/ws", Relay, {"rooms": rooms})], log_function=lambda handler: None
    )
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1", backlog=1024)
    tornado.httpserver.HTTPServer(app).add_sockets(sockets)
    return f"http://127.0.0.1:{sockets[0].getsockname()[1]}"


async def main(kind):
    url = await (serve_rtserver() if kind == "rtserver" else serve_tornado())
    print(f"listening on {url}", file=sys.stderr, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
