import json

import msgspec
import pytest

from rtserver.boards.elements import (
    MAX_INTEGER,
    buried,
    raised,
    read_element,
    read_patch,
    read_state,
    read_stored,
    same,
    tombstone,
    wins,
)
from rtserver.errors import BadRequest, TooLarge
from tests.rtserver.board_fakes import element


def raws(*elements):
    """Return elements as they stand in a decoded command."""
    texts = [one if isinstance(one, str) else json.dumps(one) for one in elements]
    return [msgspec.Raw(text.encode()) for text in texts]


def test_an_element_is_kept_exactly_as_it_was_sent():
    text = '{ "x" : 1.50, "id":"a" ,"big":12345678901234567890123, "version":3}'

    (read,) = read_patch(raws(text))

    assert (read.id, read.version, read.nonce, read.deleted) == ("a", 3, 0, False)
    assert read.raw == text.encode()


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"version": 1}, ".id"),
        ({"id": "", "version": 1}, ".id"),
        ({"id": "x" * 65, "version": 1}, ".id"),
        ({"id": 7, "version": 1}, ".id"),
        ({"id": "a"}, ".version"),
        ({"id": "a", "version": 0}, ".version"),
        ({"id": "a", "version": 2**53}, ".version"),
        ({"id": "a", "version": 1.5}, ".version"),
        ({"id": "a", "version": True}, ".version"),
        ({"id": "a", "version": 1, "versionNonce": "7"}, ".versionNonce"),
        ({"id": "a", "version": 1, "versionNonce": 2**53}, ".versionNonce"),
        ({"id": "a", "version": 1, "isDeleted": 1}, ".isDeleted"),
        ([], ""),
        ("7", ""),
    ],
)
def test_a_wrong_element_is_refused_with_its_path(wrong, path):
    with pytest.raises(BadRequest) as refused:
        read_patch(raws({"id": "b", "version": 1}, wrong))

    assert refused.value.faults[0].path == f"payload.elements[1]{path}"


def test_the_bounds_of_a_head_are_taken():
    longest, most = "x" * 64, 2**53 - 1
    heads = [(longest, most, most), ("a", 1, -most)]

    read = read_patch(
        raws(*({"id": i, "version": v, "versionNonce": n} for i, v, n in heads))
    )

    assert [(one.id, one.version, one.nonce) for one in read] == heads


def test_128_kib_pass_and_one_byte_more_is_too_large():
    def sized(size):
        return '{"id":"a","version":1,"t":"' + "x" * (size - 29) + '"}'

    read_patch(raws(sized(131_072)))
    with pytest.raises(TooLarge, match=r"payload.elements\[0\]: 131073 bytes"):
        read_patch(raws(sized(131_073)))


def test_500_elements_pass_as_a_patch_and_501_only_as_a_state():
    many = raws(*({"id": str(number), "version": 1} for number in range(501)))

    assert len(read_patch(many[:500])) == 500
    assert len(read_state(many)) == 501
    with pytest.raises(TooLarge, match="501 elements"):
        read_patch(many)


def test_of_an_id_that_comes_twice_the_winner_is_read():
    versions = [{"id": "a", "version": version} for version in (2, 3, 1)]

    assert [one.version for one in read_patch(raws(*versions))] == [3]


@pytest.mark.parametrize(
    ("new", "old", "newer"),
    [
        ((2, 9), (1, 0), True),
        ((1, 0), (2, 9), False),
        ((1, 3), (1, 4), True),
        ((1, 4), (1, 3), False),
        ((1, 3), (1, 3), False),
        ((1, -1), (1, 0), True),
    ],
)
def test_the_higher_version_wins_and_then_the_lower_nonce(new, old, newer):
    assert wins(element("a", *new), element("a", *old)) is newer


def test_a_repeat_is_known_whatever_the_order_of_its_fields():
    one = element("a", x=1, y={"b": 1, "a": [2]})
    other = element("a", y={"a": [2.0], "b": 1.0}, x=1)

    assert same(one, one)
    assert same(one, other)


@pytest.mark.parametrize(
    "other",
    [
        element("a", x=2),
        element("a", x=True),
        element("a", x="1"),
        element("a", x=1, y=None),
        element("a", nonce=1, x=1),
        element("a", 2, x=1),
        element("a", x=1, deleted=True),
    ],
)
def test_other_content_is_not_a_repeat(other):
    assert not same(element("a", x=1), other)


def test_nothing_but_the_head_of_deleted_ones_is_compared():
    assert same(element("a", 2, 7, deleted=True, x=1), tombstone("a", 2, 7))


def test_a_tombstone_reads_like_an_element():
    grave = json.loads(tombstone('ä"\\', 4, -2).raw)

    head = {"id": 'ä"\\', "version": 4, "versionNonce": -2, "isDeleted": True}
    assert grave == head


def test_a_new_version_leaves_all_other_fields_as_they_were():
    (read,) = read_patch(raws('{"x":1.50,"version":3,"id":"a","n":[ 1e2 ]}'))

    newer = raised(read, element("a", 7, 5))

    assert newer.raw == b'{"x":1.50,"version":8,"id":"a","n":[ 1e2 ]}'
    assert (newer.version, newer.nonce) == (8, 0)


@pytest.mark.parametrize("nonce", [9, -MAX_INTEGER])
def test_behind_the_last_version_comes_the_lowest_nonce(nonce):
    last = element("a", MAX_INTEGER, nonce)

    grave, newer = buried(last), raised(element("a", 3, 4, x=1), last)

    for one in (grave, newer):
        head = json.loads(one.raw)
        assert (one.version, one.nonce) == (MAX_INTEGER, -MAX_INTEGER)
        assert (head["version"], head["versionNonce"]) == (one.version, one.nonce)
        assert not wins(last, one)
    assert grave.deleted and json.loads(newer.raw)["x"] == 1


def test_defaults_written_out_are_the_same_content():
    plain, full = (
        read_stored(raw)
        for raw in (
            b'{"id":"a","version":1,"x":1.5}',
            b'{"id":"a","version":1,"x":1.5,"versionNonce":0,"isDeleted":false}',
        )
    )

    assert same(plain, full)
    assert same(full, plain)


def test_size_is_measured_however_the_json_is_written():
    text = "ж" * 32_000  # 64,000 bytes, or 192,000 written as escapes
    raw = json.dumps({"id": "a", "version": 1, "text": text}).encode()

    assert read_element(msgspec.Raw(raw), "payload.elements[0]").raw == raw
