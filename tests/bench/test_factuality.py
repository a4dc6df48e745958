"""Certainty of events in sentences of our own: the order that a reader would give them, and the training recipe."""

import json
from pathlib import Path

import pytest

from bench import train_certainty
from bench.adapters.factuality import counted, predictions
from bench.adapters.factuality_texts import Annotated, scenes_of
from bench.adapters.task import Task
from services.parser.factuality import factuality, weights
from services.parser.parse import Parser, load


@pytest.fixture(scope="module")
def parser() -> Parser:
    return load()


def score(parser: Parser, text: str) -> float:
    """Of the word between asterisks."""
    words = text.split(" ")
    at = next(i for i, word in enumerate(words) if word.startswith("*"))
    words[at] = words[at].strip("*")
    scene = next(scenes_of(parser, [Annotated(0, tuple(words), ())]))
    return factuality(scene, scene.sentence.tokens[at])


CERTAIN = [
    "The army *seized* the town on Monday .",
    "Officials confirmed that the ship had *sunk* .",
    "The company *said* its profit rose .",
    "They had *closed* the port .",
]
OPEN = [
    "The ministry is planning to *build* a port .",
    "The rebels may *attack* the town .",
    "If they *attack* , the bridge will be closed .",
    "The workers threatened to *strike* .",
    "He asked the council to *approve* the plan .",
]
DENIED = [
    "The army did not *seize* the town .",
    "They never *reached* the bridge .",
    "The council has not *approved* the plan .",
    "The boat was not *found* .",
]


@pytest.mark.parametrize("text", CERTAIN)
def test_what_is_told_is_certain(parser: Parser, text: str) -> None:
    assert score(parser, text) > 2.3


@pytest.mark.parametrize("text", OPEN)
def test_plans_conditions_and_wishes_are_open(parser: Parser, text: str) -> None:
    assert -0.5 < score(parser, text) < 2.0


@pytest.mark.parametrize("text", DENIED)
def test_what_is_negated_did_not_happen(parser: Parser, text: str) -> None:
    assert score(parser, text) < -0.5


def test_a_hedge_lies_between(parser: Parser) -> None:
    certain = score(parser, "The soldiers *left* the town .")
    hedged = score(parser, "The soldiers apparently *left* the town .")
    possible = score(parser, "The soldiers might *leave* the town .")
    assert certain > hedged > possible


def test_features_that_nobody_knows_leave_the_usual() -> None:
    assert weights().score(["w=never seen"]) == weights().score([])
    assert -3 <= weights().score([]) <= 3


def test_chances_fall_from_step_to_step() -> None:
    for feature in list(weights().rows)[:200]:
        chances = weights().chances([feature])
        assert chances == sorted(chances, reverse=True)


def test_a_set_of_classes_gets_classes() -> None:
    assert [counted(s, "MEANTIME") for s in (2.2, 0.9, 0.1, -1.5, -3.0)] == [3.0, 0.75, 0.0, -3.0, -3.0]
    assert counted(2.2222, "UW") == 2.222


def write(folder: Path) -> Path:
    """Ten sentences of two kinds."""
    (folder / "UW").mkdir(parents=True)
    texts = [(f"The crew {verb} the ship .", 3.0) for verb in ("left", "saw", "moved", "took", "met")]
    texts += [(f"The crew never {verb} the ship .", -3.0) for verb in ("left", "saw", "moved", "took", "met")]
    lines = []
    for number, (text, label) in enumerate(texts):
        at = 2 if label > 0 else 3
        target = {"span1": [at, at + 1], "label": label, "span_text": text.split(" ")[at]}
        lines.append(json.dumps({"text": text, "targets": [target], "idx": number}))
    for part in ("train", "dev"):
        (folder / "UW" / f"{part}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_the_recipe_learns_and_repeats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, first, second = write(tmp_path / "data"), tmp_path / "a.tsv", tmp_path / "b.tsv"
    for out in (first, second):
        train_certainty.main(["--data", str(data), "--set", "UW", "--out", str(out)])
    assert first.read_bytes() == second.read_bytes()
    rows = dict(line.split("\t", 1) for line in first.read_text().splitlines() if not line.startswith("#"))
    denied = [int(part) for part in rows["mp=-"].split("\t")]
    assert max(denied) < 0 < min(int(part) for part in rows["mp=+"].split("\t"))
    assert "10 events" in capsys.readouterr().out


def test_a_line_an_event(tmp_path: Path) -> None:
    lines = list(predictions(Task(write(tmp_path), ("dev",), "UW")))
    assert [(line["sentence"], line["token"]) for line in lines] == [(n, 2 if n < 5 else 3) for n in range(10)]
    assert all(line["score"] > 1.5 for line in lines[:5])
    assert all(line["score"] < -0.5 for line in lines[5:])
