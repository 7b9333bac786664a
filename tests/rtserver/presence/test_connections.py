from rtserver.presence.connections import GracedConnections
from tests.fakes import FakeClock


def test_an_owner_comes_by_the_first_connection_alone():
    connections = GracedConnections(FakeClock(), 10)

    assert [connections.add(7, id) for id in ("a", "b", "a")] == [True, False, False]


def test_an_owner_is_due_when_the_grace_is_over_and_only_once():
    clock = FakeClock()
    connections = GracedConnections(clock, 10)
    for owner in (7, 8):
        connections.add(owner, "a")
        connections.discard(owner, "a")
        connections.discard(owner, "a")
        clock.advance(4)

    clock.advance(2)

    assert connections.take_due() == [7]
    assert connections.take_due() == []
    assert not connections.connected()


def test_coming_back_ends_the_grace():
    clock = FakeClock()
    connections = GracedConnections(clock, 10)
    connections.add(7, "a")
    connections.discard(7, "a")

    came = connections.add(7, "b")
    clock.advance(20)

    assert (came, connections.take_due()) == (False, [])


def test_one_who_is_ended_has_no_connection_and_no_grace():
    connections = GracedConnections(FakeClock(), 0)
    connections.add(7, "a")
    connections.add(8, "b")
    connections.discard(8, "b")

    connections.end(7)
    connections.end(8)

    assert connections.take_due() == []
    assert connections.add(7, "c")
