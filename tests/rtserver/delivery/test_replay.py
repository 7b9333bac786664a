"""What an ack says of a replay, or of why there is none."""

from rtserver.delivery.replay import Replay


def test_replay_says_that_all_is_there_even_where_nothing_was_missed():
    assert Replay().recovery == {"recovered": True}


def test_what_isnt_replayed_has_a_reason():
    replay = Replay(reason="trimmed")

    assert replay.events == ()
    assert replay.recovery == {"recovered": False, "reason": "trimmed"}
