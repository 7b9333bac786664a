"""Files and folders that the disk keeps."""

import os
from pathlib import Path

import pytest

from store.disk import sync


def test_files_and_folders_are_synced_and_left_closed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    before = os.listdir("/proc/self/fd")

    sync(file)
    sync(tmp_path)

    assert os.listdir("/proc/self/fd") == before


def test_what_is_not_there_is_not_taken_for_kept(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "gone")
