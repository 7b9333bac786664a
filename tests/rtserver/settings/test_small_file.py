"""Files that a setting names: read within a bound, or told why not."""

from pathlib import Path

import pytest

from rtserver.settings.small_file import UnusableFile, read_small


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"1234")

    assert read_small(file, 4) == b"1234"
    with pytest.raises(UnusableFile, match="more than 3 bytes"):
        read_small(file, 3)


def test_a_file_that_is_not_there_or_none_says_so(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(UnusableFile, match="may not read"):
            read_small(path, 4)
