"""The watched folder: real files; the topic is a list."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from services.ingest.folder import Folder, settled
from services.runtime.exits import TryAgain
from tests.eventually import eventually
from tests.ingest.test_http import Topic


@asynccontextmanager
async def watched(folder: Path, topic: Topic) -> AsyncIterator[None]:
    task = asyncio.create_task(Folder(folder, topic.publish).watch())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


async def test_files_are_published_and_moved_away(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    (tmp_path / "b.ndjson").write_text('{"body": "One."}\n{"body": "Two."}\n')
    topic = Topic()
    async with watched(tmp_path, topic):
        await eventually(lambda: len(list((tmp_path / "done").glob("*"))) == 2)
    assert len(topic.kept) == 3
    assert left_in(tmp_path) == set()


async def test_a_wrong_file_is_put_aside_with_the_reason_and_the_next_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"title": "no body"}')
    (tmp_path / "b.txt").write_text("Words.")
    topic = Topic()
    async with watched(tmp_path, topic):
        await eventually(lambda: (tmp_path / "done" / "b.txt").exists())
    assert (tmp_path / "failed" / "a.json").exists()
    assert "no_body" in (tmp_path / "failed" / "a.json.why").read_text()


async def test_a_second_file_of_the_same_name_does_not_replace_the_first(tmp_path: Path) -> None:
    topic = Topic()
    async with watched(tmp_path, topic):
        (tmp_path / "a.txt").write_text("First.")
        await eventually(lambda: (tmp_path / "done" / "a.txt").exists())
        (tmp_path / "a.txt").write_text("Second.")
        await eventually(lambda: (tmp_path / "done" / "a.1.txt").exists())
    assert (tmp_path / "done" / "a.txt").read_text() == "First."


async def test_files_stay_when_the_broker_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    with pytest.raises(TryAgain):
        await asyncio.wait_for(Folder(tmp_path, Topic(down=True).publish).watch(), 30)
    assert (tmp_path / "a.txt").exists()


async def test_unfinished_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    for name in (".hidden.txt", "a.txt.part", "a.tmp"):
        (tmp_path / name).write_text("Words.")
    (tmp_path / "z.txt").write_text("Words.")
    topic = Topic()
    async with watched(tmp_path, topic):
        await eventually(lambda: (tmp_path / "done" / "z.txt").exists())
    assert len(topic.kept) == 1
    assert left_in(tmp_path) == {".hidden.txt", "a.txt.part", "a.tmp"}


def test_a_file_that_grows_is_not_settled() -> None:
    path, other = Path("a"), Path("b")
    assert settled({path: (1, 1), other: (1, 1)}, {path: (2, 1), other: (1, 1)}) == [other]
    assert settled({}, {path: (1, 1)}) == []
