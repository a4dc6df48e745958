"""The generated news: the same for the same seed, valid articles, answers that follow from the texts."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings, strategies as st

from bench.newsgen import Answer, answers_json, generate, main, ndjson
from bench.newsplaces import towns
from bench.newsstory import Line, number, toll_of
from schemas.article import Article, from_wire
from schemas.ontology import ontology

ROOT = Path(__file__).resolve().parents[2]
LINES, ANSWERS = generate(seed=7, count=600, incidents=60)


def understood(line: Line) -> Article:
    return from_wire(orjson.dumps(line.record), None, {}, int(line.at.timestamp() * 1000))


def story_of(answer: Answer) -> list[Line]:
    return [line for line in LINES if line.id in answer.articles]


def of_kind(kind: str) -> list[Answer]:
    found = [answer for answer in ANSWERS if answer.kind == kind]
    assert found, f"no {kind} in this seed: choose another"
    return found


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert ndjson(generate(7, 600, 60)[0]) == ndjson(LINES)
    assert answers_json(generate(7, 600, 60)[1]) == answers_json(ANSWERS)
    assert ndjson(generate(8, 600, 60)[0]) != ndjson(LINES)


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    command = [sys.executable, "-m", "bench.newsgen", "--seed", "7", "--count", "600", "--incidents", "60"]
    run = subprocess.run(
        [*command, "--answers", str(answers)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        check=True,
    )
    assert run.stdout == ndjson(LINES)
    assert answers.read_bytes().rstrip() == answers_json(ANSWERS)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 30), st.integers(0, 60))
def test_as_many_lines_and_incidents_as_asked(seed: int, incidents: int, more: int) -> None:
    lines, answers = generate(seed, incidents + more, incidents)
    assert len(lines) == incidents + more
    assert [answer.incident for answer in answers] == list(range(incidents))
    assert {line.id for line in lines} == {name for answer in answers for name in answer.articles}


def test_more_incidents_than_lines_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="at least one line"):
        generate(1, 2, 3)
    with pytest.raises(SystemExit) as stop:
        main(["--count", "2", "--incidents", "3"])
    assert stop.value.code == 2
    assert "at least one line" in capsys.readouterr().err


def test_every_line_is_an_article_or_takes_one_back() -> None:
    told: dict[str, list[Article]] = defaultdict(list)
    for line in LINES:
        told[line.id].append(understood(line))
    for versions in told.values():
        assert not versions[0].withdrawn
        revisions = [version.revision for version in versions]
        assert revisions == sorted(revisions)
        assert len(set(revisions)) == len(revisions)
    assert all(
        a.outlet.domain and a.outlet.domain.endswith(".example") for a in map(understood, LINES) if not a.withdrawn
    )


def test_lines_are_in_order_of_publication() -> None:
    assert [(line.at, line.id) for line in LINES] == sorted((line.at, line.id) for line in LINES)


def test_every_kind_of_story_is_told() -> None:
    kinds = Counter(answer.kind for answer in ANSWERS)
    assert set(kinds) == {"official", "died", "corrected", "reported", "withdrawn", "claimed", "denied"}
    assert all(answer.type in ontology().types for answer in ANSWERS)


def test_no_two_places_are_near() -> None:
    by_id = {town.geonameid: town for town in towns()}
    cells = [by_id[answer.geonameid].cell for answer in ANSWERS]
    for i, (lat, lon) in enumerate(cells):
        assert all(abs(lat - a) > 1 or abs(lon - b) > 1 for a, b in cells[:i])


def test_every_article_names_its_place() -> None:
    for answer in ANSWERS:
        for line in story_of(answer):
            assert line.record.get("withdrawn") or answer.place in line.record["body"]


def test_the_answer_is_the_last_official_figure() -> None:
    for answer in (*of_kind("official"), *of_kind("corrected")):
        toll = toll_of(answer.killed or 0, answer.injured or 0)
        assert toll in story_of(answer)[-1].record["body"].lower()


def test_one_of_the_injured_is_moved_to_the_dead() -> None:
    for answer in of_kind("died"):
        *_, before, last = story_of(answer)
        assert "One of the people injured" in last.record["body"]
        assert answer.killed is not None
        assert answer.injured is not None
        assert toll_of(answer.killed - 1, answer.injured + 1) in before.record["body"].lower()


def test_a_correction_follows_a_wrong_figure() -> None:
    for answer in of_kind("corrected"):
        wrong, right = story_of(answer)[-2:]
        assert wrong.id == right.id
        assert toll_of((answer.killed or 0) + 2, answer.injured or 0) in wrong.record["body"].lower()
        assert "Correction:" in right.record["body"]
        assert right.record["modified"] > wrong.record["published"]


def test_totals_never_fall_but_in_a_correction() -> None:
    for answer in of_kind("official"):
        tolls = [line.record["body"].lower() for line in story_of(answer)]
        final = [toll_of(answer.killed or 0, answer.injured or 0) in text for text in tolls]
        assert final == sorted(final)


def test_what_is_withdrawn_leaves_nothing() -> None:
    for answer in of_kind("withdrawn"):
        last = {line.id: line.record for line in story_of(answer)}
        assert all(record.get("withdrawn") for record in last.values())
        assert (answer.killed, answer.injured, answer.status) == (None, None, "retracted")


def test_a_rumour_is_denied_at_the_end() -> None:
    for answer in of_kind("denied"):
        first, *_, last = story_of(answer)
        assert "Telegram channel said" in first.record["body"]
        assert "Police denied" in last.record["body"]


def test_copies_have_the_same_words() -> None:
    copies = [line for line in LINES if str(line.record.get("body", "")).endswith("(Union Wire)")]
    bodies = {line.record["body"] for line in LINES if "body" in line.record}
    assert copies
    assert all(line.record["body"].removesuffix(" (Union Wire)") in bodies for line in copies)


def test_the_answers_name_the_incident_of_each_article() -> None:
    read = json.loads(answers_json(ANSWERS))
    assert set(read["articles"]) == {line.id for line in LINES}
    for item in read["incidents"]:
        assert {read["articles"][name] for name in item["articles"]} == {item["incident"]}


def test_many_incidents_use_towns_again_in_another_season() -> None:
    _, answers = generate(3, 3000, 3000)
    days: dict[int, list[datetime]] = defaultdict(list)
    for answer in answers:
        days[answer.geonameid].append(datetime.fromisoformat(answer.day))
    often = [sorted(times) for times in days.values() if len(times) > 1]
    assert often
    assert all((b - a).days > 90 for times in often for a, b in pairwise(times))


@pytest.mark.parametrize(
    ("n", "text"), [(1, "one"), (12, "twelve"), (20, "twenty"), (37, "thirty-seven"), (120, "120")]
)
def test_numbers_are_words(n: int, text: str) -> None:
    assert number(n) == text


def test_a_toll_without_dead_names_the_injured() -> None:
    assert toll_of(0, 1) == "one person was injured"
    assert toll_of(1, 4) == "one person was killed and four injured"
    assert toll_of(2, 0) == "two people were killed"
