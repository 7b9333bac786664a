"""The settings of files."""

from pathlib import Path

import pytest

from rtserver.settings.files import TYPES
from rtserver.settings.load import load
from rtserver.settings.model import Settings, all_keys
from rtserver.settings.types import InvalidValue

KEYS = {key.name: key.type for key in all_keys() if key.section == "files"}


def test_files_lie_in_the_data_folder_unless_told_otherwise():
    assert Settings().files_dir == Path("data/files")
    other = load(None, {"RTSERVER_FILES_DIR": "/srv/files"})
    assert other.files_dir == Path("/srv/files")


def test_other_types_than_the_known_can_not_be_set():
    assert KEYS["types"].parse("image/png, IMAGE/GIF") == ("image/png", "image/gif")
    for bad in ("image/svg+xml", "text/html", ""):
        with pytest.raises(InvalidValue):
            KEYS["types"].parse(bad)
    assert Settings().files.types == TYPES
