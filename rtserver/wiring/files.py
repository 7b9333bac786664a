"""Build what takes, keeps and removes files."""

from rtserver.chat.service import Chat
from rtserver.files.folder import FileFolder
from rtserver.files.removal import FileRemoval
from rtserver.files.service import Files
from rtserver.files.uploads import Uploads
from rtserver.services import FileParts
from rtserver.wiring.ground import Ground


def build_files(ground: Ground, chat: Chat) -> FileParts:
    """Build all of it; the folder is made once the server starts.

    A message of ``chat`` is told anew when it has lost a file.
    """
    settings, db, clock = ground.settings, ground.db, ground.clock
    folder = FileFolder(settings.files_dir)
    removal = FileRemoval(db, clock, folder, alone=not settings.redis.url)
    db.forgetting.others.append(removal.soon)
    return FileParts(
        service=Files(db, removal, chat.lost_file),
        uploads=Uploads(db, clock, folder, settings.files, ground.metrics),
        removal=removal,
    )
