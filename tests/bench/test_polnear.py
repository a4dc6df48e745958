"""The adapter of PolNeAR and the training recipe, on a folder of our own that is laid out alike."""

from pathlib import Path

import numpy as np
import pytest

from bench import train_attribution
from bench.adapters.polnear import predictions
from bench.adapters.polnear_gold import annotators
from bench.adapters.polnear_texts import Text, texts
from bench.adapters.task import Task
from services.parser.learned import NAME, load_learned
from services.parser.parse import Parser, load
from services.parser.tables import DATA

BODY = "Storm closes port\n\nThe minister said that a storm had closed the port. “We wait,” sailors sighed.\n"
ANNOTATION = """\
T1\tSource 19 31\tThe minister
T2\tCue 32 36\tsaid
T3\tContent 37 69\tthat a storm had closed the port
T4\tAttribution 32 36\tsaid
E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1
T5\tSource 82 89\tsailors
T6\tCue 90 96\tsighed
T7\tContent 71 81\t“We wait,”
T8\tAttribution 90 96\tsighed
E2\tAttribution:T8 Content:T7 Cue:T6 Source:T5
"""


@pytest.fixture(scope="module")
def parser() -> Parser:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("text", "attributions"):
        (tmp_path / "dev" / name).mkdir(parents=True)
    for number in range(8):
        (tmp_path / "dev" / "text" / f"outlet_2031-03-0{number + 1}_storm.txt").write_text(BODY, "utf-8")
        path = tmp_path / "dev" / "attributions" / f"outlet_2031-03-0{number + 1}_storm_a1b2.ann"
        path.write_text(ANNOTATION, "utf-8")
    return tmp_path


def shown(text: Text, places: frozenset[tuple[int, int]]) -> list[str]:
    return [BODY[start:end] for start, end in text.spans(places)]


def test_gold_is_read_token_by_token(folder: Path, parser: Parser) -> None:
    text = next(texts(folder / "dev", parser))
    first, second = next(annotators(folder / "dev", text))
    assert shown(text, first.source) == ["The minister"]
    assert shown(text, second.content) == ["“We wait,”"]
    at, i = second.head
    assert text.sentences[at].tokens[i].text == "sighed"


def test_predictions_quote_the_document(folder: Path) -> None:
    lines = list(predictions(Task(folder)))
    assert len(lines) == 8
    said = lines[0]["attributions"][0]
    assert [BODY[start:end] for start, end in said["source"]] == ["The minister"]
    start, end = said["content"][0]
    assert BODY[start:end] == "that a storm had closed the port"


def test_the_recipe_learns_and_repeats_itself(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_attribution, "CUE_SIZE", 1 << 12)
    monkeypatch.setattr(train_attribution, "ROLE_SIZE", 1 << 12)
    made = [tmp_path / name for name in ("one.npz", "two.npz")]
    for out in made:
        assert train_attribution.main(["--data", str(folder / "dev"), "--out", str(out)]) == 0
    assert made[0].read_bytes() == made[1].read_bytes()
    assert load_learned(made[0]).cue.size == 1 << 12


def test_the_file_that_ships_is_small_and_whole() -> None:
    learned = load_learned()
    assert (DATA / NAME).stat().st_size < 1_000_000
    assert np.any(learned.cue.weights)
    assert np.allclose(np.exp(learned.moves / train_attribution.MOVES).sum(axis=1), 1, atol=1e-3)
