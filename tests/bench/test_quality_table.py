"""The table of quality: figures read off a scorer's last line, every run kept, absent data said."""

import json
from pathlib import Path

import pytest

from bench import quality_table
from bench.quality_page import Run, page, read_history
from bench.quality_table import Failed, Measurement, chosen_of, figures

LAST = "Table\n\nMAE 0.413 (95% 0.385 to 0.436) | r 0.796 (95% 0.775 to 0.819) | macro F1 65.92 (95% 63.04 to 68.79)\n"


def test_figures_of_the_last_line() -> None:
    assert figures(LAST) == {"MAE": 0.413, "r": 0.796, "macro F1": 65.92}
    assert figures("12 read\nkilled exact 78.00 | injured exact 7.50") == {"killed exact": 78.0, "injured exact": 7.5}


def test_a_line_without_figures_is_an_error() -> None:
    with pytest.raises(Failed, match="no figures"):
        figures("error: no such file")


def test_names_choose_measurements() -> None:
    assert [m.name for m in chosen_of(["uw"])] == ["UW factuality, dev"]
    assert {m.folder for m in chosen_of(["gva", "polnear"])} == {"gva", "polnear"}
    assert chosen_of([]) == list(quality_table.MEASUREMENTS)


def test_the_page_keeps_every_run_and_says_what_was_before() -> None:
    runs = [
        Run("2030-01-01 10:00", "abc1234", {"UW factuality, dev": {"MAE": 0.5}}),
        Run(
            "2030-01-02 10:00",
            "def5678+",
            {"UW factuality, dev": {"MAE": 0.4, "r": 0.8}, "PolNeAR, dev": {"relation F1": 50}},
        ),
    ]
    text = page(runs, [m.name for m in quality_table.MEASUREMENTS])
    assert "| UW factuality, dev | MAE | 0.4 | 0.5 | ≤ 0.42 |" in text
    assert "| 2030-01-02 10:00 | def5678+ | 0.4 | 0.8 |" in text
    assert "| 2030-01-01 10:00 | abc1234 | 0.5 |  |" in text
    assert text.index("## PolNeAR") < text.index("## UW")


def test_absent_data_are_said_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history, out = tmp_path / "quality.jsonl", tmp_path / "quality.md"
    asked = ["--shared", str(tmp_path), "--history", str(history), "--out", str(out)]
    assert quality_table.main(asked) == 1
    said = capsys.readouterr().err
    assert "PolNeAR, dev: no data" in said
    assert "nothing measured" in said
    assert not history.exists()


def write_factuality(shared: Path) -> None:
    """One sentence, and a scorer that prints how many lines it got."""
    folder = shared / "data" / "factuality" / "UW"
    folder.mkdir(parents=True)
    line = {"text": "The crew left .", "targets": [{"span1": [2, 3], "label": 3.0, "span_text": "left"}], "idx": 0}
    (folder / "dev.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (shared / "eval").mkdir()
    code = "import sys\nprint('MAE', len(open(sys.argv[sys.argv.index('--pred') + 1]).readlines()))\n"
    (shared / "eval" / "factuality.py").write_text(code, encoding="utf-8")


def test_two_runs_give_two_rows(tmp_path: Path) -> None:
    write_factuality(tmp_path)
    history, out = tmp_path / "quality.jsonl", tmp_path / "quality.md"
    asked = ["--shared", str(tmp_path), "--only", "UW", "--history", str(history), "--out", str(out)]
    assert [quality_table.main(asked), quality_table.main(asked)] == [0, 0]
    runs = read_history(history)
    assert [run.figures for run in runs] == [{"UW factuality, dev": {"MAE": 1.0}}] * 2
    assert out.read_text("utf-8").count("| 1 |") >= 2


def test_a_measurement_that_breaks_says_why(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="ended with"):
        quality_table.measure(Measurement("x", "factuality"), tmp_path, tmp_path)
