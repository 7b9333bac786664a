"""How much room a disk has."""

import shutil
from pathlib import Path

from rtserver.metrics.disk import Disk


def test_a_disk_tells_its_size_and_what_is_free(tmp_path: Path) -> None:
    disk = Disk(tmp_path)

    assert disk.size() == shutil.disk_usage(tmp_path).total
    free = disk.free()
    assert free is not None and 0 <= free <= shutil.disk_usage(tmp_path).total


def test_a_folder_that_is_not_there_yet_will_be_on_its_parents_disk(
    tmp_path: Path,
) -> None:
    assert Disk(tmp_path / "to" / "come").size() == Disk(tmp_path).size()
