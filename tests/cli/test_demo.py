"""The dispatches that are played."""

from pathlib import Path

import pytest

from services.cli.demo import NoSeeds, dispatches, folders
from services.cli.publish import files, read


def test_every_folder_of_seeds_can_be_played() -> None:
    assert folders()
    for name in folders():
        played = dispatches(name)
        assert played.prepared
        assert played.last.year > 2000


def test_an_unknown_folder_is_said_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "storm").mkdir()
    (tmp_path / "storm" / "dispatches.ndjson").write_text('{"body": "x"}')
    with pytest.raises(NoSeeds, match="storm"):
        dispatches("nothing", tmp_path)


def test_a_folder_is_read_by_name_and_only_what_holds_articles(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name, text in {"b.txt": "B", "a.json": '{"body": "A"}', "sub/c.jsonl": '{"body": "C"}', "d.png": "?"}.items():
        (tmp_path / name).write_text(text)
    assert [path.name for path in files([str(tmp_path)])] == ["a.json", "b.txt", "c.jsonl"]


def test_a_wrong_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.txt").write_text("Words.")
    articles, wrong = read(files([str(tmp_path)]))
    assert len(articles) == 1
    assert len(wrong) == 1
    assert "a.json: not_json" in wrong[0]
