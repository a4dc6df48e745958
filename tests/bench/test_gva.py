"""Reports of shootings, three of our own in the layout of the data: the desk, first reports, kinds of errors."""

import json
from pathlib import Path

import pytest

from bench import errors_gva, gva_first
from bench.adapters.gva import predictions
from bench.adapters.gva_status import figure
from bench.adapters.task import Task
from schemas.casualties import CasualtyHead

REPORTS = [
    ("a1", "i1", "2031-03-03", "Two men were injured in a shooting in Oslo on Monday, police said."),
    ("a2", "i1", "2031-03-04", "One of the two men injured in a shooting in Oslo on Monday has died, police said."),
    ("a3", "i2", "2031-03-04", "Three people were shot, one fatally, in Bergen on Sunday, police said."),
]
GOLD = {"i1": (1, 1, "Oslo", "2031-03-03"), "i2": (1, 2, "Bergen", "2031-03-02")}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    articles = [
        {
            "id": id,
            "incident": incident,
            "dct": day,
            "title": "Police",
            "content": text,
            "uri": f"http://{id}.example/x",
        }
        for id, incident, day, text in REPORTS
    ]
    incidents = [
        {"incident": id, "num_killed": killed, "num_injured": hurt, "city": city, "date": day}
        for id, (killed, hurt, city, day) in GOLD.items()
    ]
    for name, rows in (("articles", articles), ("incidents", incidents)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path


def test_a_line_an_article_and_a_status_an_incident(data: Path) -> None:
    out = data / "status.jsonl"
    lines = list(predictions(Task(data, status=out)))
    assert [line["article"] for line in lines] == ["a1", "a2", "a3"]
    incident_of = {line["article"]: line["incident"] for line in lines}
    assert incident_of["a1"] == incident_of["a2"] != incident_of["a3"]
    known = {line["incident"]: line for line in map(json.loads, out.read_text("utf-8").splitlines())}
    assert set(incident_of.values()) <= set(known)
    third = known[incident_of["a3"]]
    assert (third["killed"]["best"], third["injured"]["best"], third["city"]) == (1, 2, "Bergen")


def test_first_reports_alone(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gva_first.main(["--data", str(data)]) == 0
    assert "killed exact 50.00 | injured exact 50.00 | both exact 50.00" in capsys.readouterr().out


def test_kinds_of_wrong_counts_name_nothing(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert errors_gva.main(["--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 wrong counts in 2 first reports")
    assert "injured: too many" in said
    assert "Oslo" not in said


def head(low: int | None = None, best: int | None = None, high: int | None = None) -> CasualtyHead:
    return CasualtyHead(
        outcome="killed", group="civilians", indirect=False, status="reported", rule="R9", rows=(), outside=(), low=low,
        best=best, high=high,
    )  # fmt: skip


def test_groups_are_added_up() -> None:
    assert figure([head(low=1, best=1, high=1), head(low=2, best=None, high=None)]) == {"low": 3, "best": 3, "high": 3}
    assert figure([head(low=1, best=2, high=4)]) == {"low": 1, "best": 2, "high": 4}
    assert figure([head()]) is None
