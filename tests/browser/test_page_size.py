"""What the classroom page costs who opens it: bytes by gzip, as most would get it."""

import re
from pathlib import Path

import pytest

from tests.browser.page import BUILT

SIGN_IN = 120_000
# What only members are brought.
STAGES = re.compile(r"<template.*?</template>", re.DOTALL)
NAMED = re.compile(r'"/page/([^"]+\.(?:js|css))"')


@pytest.mark.parametrize("language", ["en", "uk"])
def test_the_page_for_signing_in_is_small(language: str) -> None:
    if not BUILT.exists():
        pytest.skip("the classroom page isn't built: make web")
    page = STAGES.sub("", BUILT.read_text("utf-8"))
    named = {BUILT.parent / name for name in NAMED.findall(page)}
    words = {
        file
        for file in BUILT.parent.glob("assets/guest-*.js")
        if speaks(file, language)
    }

    assert len(named) > 2 and len(words) == 1
    assert sum(map(packed, {BUILT, *named, *words})) <= SIGN_IN


def packed(file: Path) -> int:
    """Return the size of a file as it is transferred."""
    found = file.with_name(f"{file.name}.gz")
    return (found if found.exists() else file).stat().st_size


def speaks(file: Path, language: str) -> bool:
    hello = {"en": "Hello!", "uk": "Вітаємо!"}[language]
    return hello in file.read_text("utf-8")
