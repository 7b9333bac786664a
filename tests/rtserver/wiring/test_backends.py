"""What processes share: in Redis where the settings name one."""

import subprocess
import sys
from dataclasses import replace

from rtserver.bus.memory import MemoryBus
from rtserver.bus.redis import RedisBus
from rtserver.clock import Clock
from rtserver.metrics.registry import Metrics
from rtserver.presence.memory import MemoryPresence
from rtserver.presence.redis import RedisPresence
from rtserver.settings.masked import SecretUrl
from rtserver.settings.model import RedisSettings, Settings
from rtserver.wiring.backends import build_shared
from tests.rtserver.metrics.pages import figures


async def test_without_redis_everything_lives_here_and_nothing_fails() -> None:
    metrics = Metrics()

    shared = build_shared(Settings(), Clock(), metrics)

    assert isinstance(shared.bus, MemoryBus)
    assert isinstance(shared.presence, MemoryPresence)
    assert shared.failing() is False
    assert figures(metrics, "rtserver_online_users") == {"": 0}
    assert figures(metrics, "rtserver_redis_up") == {}


async def test_redis_counts_as_failing_until_it_has_answered(redis_url: str) -> None:
    metrics = Metrics()
    redis = RedisSettings(url=SecretUrl(redis_url))

    shared = build_shared(replace(Settings(), redis=redis), Clock(), metrics)

    assert isinstance(shared.bus, RedisBus)
    assert isinstance(shared.presence, RedisPresence)
    assert shared.failing() is True
    assert figures(metrics, "rtserver_redis_up") == {"": 0}


def test_who_needs_no_redis_does_not_pay_for_its_library() -> None:
    program = "import sys, rtserver.wiring.backends; print('redis' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
