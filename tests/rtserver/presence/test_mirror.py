"""A process's copy of who is online."""

import pytest

from rtserver.presence.mirror import PresenceDiff, PresenceMirror, PresenceSnapshot


def diff(
    version: int, online: list[int], offline: list[int], epoch: str = "a"
) -> PresenceDiff:
    return PresenceDiff(epoch, version, 0, online, offline)


def loaded(version: int = 4, online: tuple[int, ...] = (1, 2)) -> PresenceMirror:
    mirror = PresenceMirror()
    assert mirror.load(PresenceSnapshot("a", version, 0, online))
    return mirror


def test_mirror_takes_each_version_once() -> None:
    mirror = loaded()

    assert mirror.apply(diff(5, [3], [1])) == ([3], [1])
    assert mirror.apply(diff(5, [3], [1])) is None
    assert mirror.apply(diff(4, [1], [])) is None
    assert (mirror.online, mirror.has_gap) == ({2, 3}, False)


@pytest.mark.parametrize("later", [diff(6, [], []), diff(5, [], [], "b")])
def test_mirror_notices_what_it_missed(later: PresenceDiff) -> None:
    mirror = loaded()

    mirror.apply(later)

    assert mirror.has_gap


def test_mirror_forgets_nobody_while_others_come_back() -> None:
    mirror = loaded()

    mirror.load(PresenceSnapshot("b", 1, 3000, (3,)))

    assert (mirror.online, mirror.has_gap) == ({1, 2, 3}, True)
    mirror.load(PresenceSnapshot("b", 2, 0, (3,)))
    assert (mirror.online, mirror.has_gap) == ({3}, False)


def test_mirror_refuses_a_snapshot_older_than_itself() -> None:
    mirror = loaded()
    mirror.apply(diff(5, [3], []))

    assert not mirror.load(PresenceSnapshot("a", 4, 0, (9,)))
    assert mirror.online == {1, 2, 3}
