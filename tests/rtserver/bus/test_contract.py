"""The bus keeps its contract, in memory and through Redis."""

from tests.rtserver.nodes import Make


async def test_message_reaches_who_follows_the_topic_and_nobody_else(
    buses: Make,
) -> None:
    one, two, three = await buses(3)
    await two.follow("chat:3")
    await three.follow("chat:4")

    one.bus.publish("chat:3", b"hello")
    one.bus.publish("chat:4", b"end")
    await two.until(lambda: two.messages)
    await three.until(lambda: three.messages)

    assert two.messages == [("chat:3", b"hello")]
    assert three.messages == [("chat:4", b"end")]


async def test_own_messages_do_not_come_back(buses: Make) -> None:
    one, two = await buses(2)
    await one.follow("chat:3")

    one.bus.publish("chat:3", b"mine")
    two.bus.publish("chat:3", b"yours")
    await one.until(lambda: one.messages)

    assert one.messages == [("chat:3", b"yours")]


async def test_order_of_one_publisher_holds_across_topics(buses: Make) -> None:
    one, two = await buses(2)
    for topic in ("a", "b"):
        await two.follow(topic)
    sent = [("ab"[n % 2], b"%d" % n) for n in range(2000)]

    for topic, message in sent:
        one.bus.publish(topic, message)
    await two.until(lambda: len(two.messages) == len(sent))

    assert two.messages == sent


async def test_message_may_hold_any_bytes(buses: Make) -> None:
    one, two = await buses(2)
    await two.follow("a")
    message = bytes(range(256)) * 1000

    one.bus.publish("a", message)
    await two.until(lambda: two.messages)

    assert two.messages == [("a", message)]


async def test_topic_that_is_not_followed_any_more_is_silent(buses: Make) -> None:
    one, two = await buses(2)
    await two.follow("a")
    await two.follow("b")

    two.bus.unfollow("a")
    one.bus.publish("a", b"late")
    one.bus.publish("b", b"end")
    await two.until(lambda: two.messages)

    assert two.messages == [("b", b"end")]


async def test_followed_again_is_confirmed_again(buses: Make) -> None:
    one, two = await buses(2)
    await two.follow("a")
    two.bus.unfollow("a")
    one.bus.publish("a", b"between")
    await one.follow("x")  # a moment in which the unfollowing is done

    await two.follow("a")
    one.bus.publish("a", b"after")
    await two.until(lambda: (two.messages or [0])[-1] == ("a", b"after"))

    assert two.confirmed == ["a", "a"]
