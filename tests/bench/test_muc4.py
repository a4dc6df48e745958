"""The MUC-4 adapter on invented messages: reading, phrases, places and dates, and templates that a scorer can read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.adapters import muc4
from bench.adapters.muc4_documents import article, messages
from bench.adapters.muc4_features import Line, Text, line_features, read_text, word
from bench.adapters.muc4_incidents import Told
from bench.adapters.muc4_linear import loaded
from bench.adapters.muc4_where import Atlas, atlas, home_country, incident_date, location
from bench.adapters.task import Task
from bench.learning import fit
from services.parser.parse import Parser, analyse, load

MESSAGES = """DEV-MUC3-0001 (NOSC)

   LIMA, 4 MAR 90 (EFE) -- [TEXT] THREE HOODED MEN KIDNAPPED THE BANKER
ERNESTO QUIROGA IN LIMA YESTERDAY.  POLICE SAID THAT GUERRILLAS OF THE
SHINING PATH BLEW UP A BANK BRANCH WITH DYNAMITE IN THE SAME CITY.

DEV-MUC3-0002 (NOSC)

   QUITO, 5 MAR 90 -- [TEXT] THE FOREIGN MINISTER WILL TRAVEL TO CHILE NEXT WEEK.
"""
PLACES = """PERU: AYACUCHO (DEPARTMENT) *x*
PERU: LIMA (CITY) *x*
PERU: LIMA (CITY): MIRAFLORES (DISTRICT) *x*
ECUADOR: QUITO (CITY) *x*
"""


@pytest.fixture(scope="module")
def parser() -> Parser:
    return load()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "dev-muc3-0001-0100").write_text(MESSAGES)
    (tmp_path / "TASK").mkdir()
    (tmp_path / "TASK" / "containing-areas-part1.v5").write_text(PLACES)
    return tmp_path


@pytest.fixture
def text(data: Path, parser: Parser) -> Text:
    message = next(messages(data, ("dev",)))
    return read_text(analyse(article(message), parser), message.published, parser.lexicon.case.common)


@pytest.fixture
def places(data: Path) -> Atlas:
    return atlas(data, muc4.country_names())


def whole(text: Text) -> list[Told]:
    return [Told(line, {"ATTACK": 1.0}) for line in text.lines]


def test_messages_have_datelines_and_dates(data: Path) -> None:
    first, second = messages(data, ("dev",))
    assert first.doc == "DEV-MUC3-0001"
    assert first.dateline == "LIMA, 4 MAR 90 (EFE)"
    assert first.published == datetime(1990, 3, 4, 12, tzinfo=UTC)
    assert second.text.endswith("NEXT WEEK.")


def test_marks_of_the_agency_are_no_words_and_offsets_stay(data: Path) -> None:
    message = next(messages(data, ("dev",)))
    made = article(message)
    assert "TEXT" not in made.body
    assert made.body.index("THREE") == message.text.index("THREE")


def test_a_person_is_named_in_full_with_what_he_is(text: Text) -> None:
    found = [p for line in text.lines for p in line.phrases if p.person]
    assert [(p.person, p.title) for p in found] == [("ERNESTO QUIROGA", "BANKER")]


def test_phrases_have_modifiers_and_numbers(text: Text) -> None:
    found = {p.text: p for line in text.lines for p in line.phrases}
    assert found["THREE HOODED MEN"].low == 3
    assert found["THREE HOODED MEN"].plural
    assert "SHINING PATH" in found


def test_no_name_becomes_a_feature(text: Text) -> None:
    named = {"quiroga", "ernesto", "lima"}
    for line in text.lines:
        assert not named & {word(token, text.common) for token in line.sentence.tokens}
        assert not [f for f in line_features(text, line.at) if any(name in f.lower() for name in named)]


def test_place_and_day_in_the_tasks_notation(text: Text, places: Atlas) -> None:
    told = whole(text)[:1]
    assert home_country(text, "LIMA, 4 MAR 90 (EFE)", places) == "PERU"
    assert location(text, told, places, "PERU") == "PERU: LIMA"
    assert incident_date(text, told) == "03 MAR 90"


def test_without_a_day_it_was_on_or_before_the_message(text: Text) -> None:
    empty = Text((), text.published, frozenset(), text.common)
    assert incident_date(empty, ()) == "- 04 MAR 90"


def test_a_list_of_places_is_not_needed(tmp_path: Path) -> None:
    assert not atlas(tmp_path, {}).listed


def test_predictions_are_one_line_a_message(data: Path) -> None:
    lines = list(muc4.predictions(Task(data, ("dev",))))
    assert [line["doc"] for line in lines] == ["DEV-MUC3-0001", "DEV-MUC3-0002"]
    assert lines[1]["templates"] == []
    assert "KIDNAPPING" in {t["INCIDENT: TYPE"] for t in lines[0]["templates"]}
    names = [name for t in lines[0]["templates"] for name in t.get("HUM TGT: NAME", [])]
    assert names == ["ERNESTO QUIROGA"]


def test_learning_separates_and_repeats_itself() -> None:
    examples = [(["bias", "a"], "x")] * 5 + [(["bias", "b"], "y")] * 5
    first, second = fit(examples), fit(examples)
    assert first.best(["bias", "a"]) == "x"
    assert first.best(["bias", "b"]) == "y"
    assert first.dump() == second.dump()
    assert loaded(first.dump()).best(["bias", "b"]) == "y"


def test_lines_are_numbered_in_order(text: Text) -> None:
    lines: tuple[Line, ...] = text.lines
    assert [line.at for line in lines] == list(range(len(lines)))
