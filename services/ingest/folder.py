"""A watched folder: each file that is put there is published, then moved to done/, or to failed/ with the reason.

A file is taken when it has not changed between two looks; names that begin with a dot or end in .part or .tmp are
left alone, so a writer may also rename into place.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import structlog

from schemas.errors import InvalidRecord
from services.ingest.prepare import FORMS, Prepared, prepare_all
from services.ingest.producer import Publish

LOOK_EVERY_S = 0.5
UNFINISHED = (".part", ".tmp", "~")
Seen = Mapping[Path, tuple[int, int]]
log = structlog.get_logger()


class Folder:
    """`watch` runs until cancelled. Raises TryAgain when the broker does not acknowledge; nothing is moved then."""

    def __init__(self, folder: Path, publish: Publish) -> None:
        self._folder = folder
        self._publish = publish

    async def watch(self) -> None:
        for name in ("done", "failed"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        before: Seen = {}
        while True:
            now = look(self._folder)
            for path in sorted(settled(before, now)):
                await self._take(path)
            before = now
            await asyncio.sleep(LOOK_EVERY_S)

    async def _take(self, path: Path) -> None:
        try:
            articles = await asyncio.to_thread(_read, path)
        except FileNotFoundError:
            return
        except (InvalidRecord, OSError) as error:
            log.warning("file_refused", file=path.name, error=str(error))
            moved = _move(path, self._folder / "failed")
            moved.with_name(moved.name + ".why").write_text(f"{error}\n", "utf-8")
            return
        await self._publish(articles)
        _move(path, self._folder / "done")
        log.info("articles_published", via="folder", file=path.name, count=len(articles))


def _read(path: Path) -> list[Prepared]:
    return prepare_all(path.read_bytes(), FORMS.get(path.suffix.lower(), "any"), via="folder")


def look(folder: Path) -> Seen:
    """The files that may be taken, with size and time of change."""
    found = {}
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(UNFINISHED):
            stat = path.stat()
            found[path] = (stat.st_size, stat.st_mtime_ns)
    return found


def settled(before: Seen, now: Seen) -> list[Path]:
    """Those that did not change between two looks."""
    return [path for path, state in now.items() if before.get(path) == state]


def _move(path: Path, folder: Path) -> Path:
    """Into the folder, under a name that is free there."""
    target, number = folder / path.name, 1
    while target.exists():
        target, number = folder / f"{path.stem}.{number}{path.suffix}", number + 1
    return path.replace(target)
