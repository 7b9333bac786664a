"""Build what takes, keeps and removes files."""

from rtserver.files.folder import FileFolder
from rtserver.files.removal import FileRemoval
from rtserver.files.service import Files
from rtserver.files.uploads import Uploads
from rtserver.services import FileParts
from rtserver.wiring.ground import Ground


def build_files(ground: Ground) -> FileParts:
    """Build all of it; the folder is made once the server starts."""
    settings, db, clock = ground.settings, ground.db, ground.clock
    folder = FileFolder(settings.files_dir)
    removal = FileRemoval(db, clock, folder, alone=not settings.redis.url)
    return FileParts(
        service=Files(db, removal),
        uploads=Uploads(db, clock, folder, settings.files, ground.metrics),
        removal=removal,
    )
