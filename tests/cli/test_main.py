"""The command as a whole: help, exit codes, and what happens when a part is missing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import main as main_module
from services.cli.main import COMMANDS, Entry, run
from services.runtime.settings import load_settings

PRESENT = [entry for entry in COMMANDS if entry.present]


def test_help_lists_every_command_that_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    told = capsys.readouterr().out
    assert [entry.name for entry in PRESENT if f"\n  {entry.name} " not in told] == []
    assert "Exit codes" in told


def test_help_imports_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys; from services.cli.main import run; run(['--help']);"
        "bad = [m for m in ('pydantic', 'aiokafka', 'spacy', 'faust', 'services.cli.up') if m in sys.modules];"
        "sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_every_command_has_help(entry: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([entry.name, "--help"]) == 0
    assert "Usage: sitrep" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args",
    [["nothing"], ["publish"], ["worker", "nobody"], ["publish", "/no/such/file"], ["tail", "events", "-n", "x"]],
)
def test_wrong_usage_is_64_and_says_why(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(args) == 64
    assert "Error:" in capsys.readouterr().err


def test_a_missing_module_is_left_out_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = Entry("gone", "services.cli.not_there", "Not in this checkout.")
    monkeypatch.setattr(main_module, "COMMANDS", (*COMMANDS, gone))
    assert run(["--help"]) == 0
    assert "gone" not in capsys.readouterr().out
    assert run(["gone"]) == 64


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SITREP_KAFKA_PORT", "many")
    assert run(["settings"]) == 64
    assert "SITREP_KAFKA_PORT" in capsys.readouterr().err


def test_a_bug_is_70_with_its_trace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(entry: Entry) -> None:
        raise ZeroDivisionError(entry.name)

    monkeypatch.setattr(main_module, "load", broken)
    assert run(["settings"]) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m services.cli.main settings | head -1; echo ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.endswith("0\n")


def test_the_page_of_settings_is_as_generated(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settings", "--markdown"]) == 0
    page = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
    assert capsys.readouterr().out == page.read_text("utf-8"), "sitrep settings --markdown > docs/settings.md"


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SITREP_TOKEN", "s3cret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:s3cret@db/x")
    assert run(["settings", "--json"]) == 0
    told = capsys.readouterr().out
    assert "s3cret" not in told
    assert told.count("(set)") == 2


def test_settings_that_others_name_are_read_under_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2")
    monkeypatch.setenv("SITREP_TOPIC_PREFIX", "x.")
    settings = load_settings()
    assert (settings.servers, settings.topic("events")) == ("a:1,b:2", "x.events")


def test_the_environment_is_read_in_one_place() -> None:
    """Settings come from services/runtime/settings.py, which needs no os.environ."""
    root = Path(__file__).resolve().parents[2]
    paths = [path for folder in ("services", "schemas") for path in (root / folder).rglob("*.py")]
    readers = {
        str(path.relative_to(root)) for path in paths if re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    }
    looks_at_no_color, starts_children = "services/cli/terminal.py", "services/runtime/slots.py"
    assert readers <= {looks_at_no_color, starts_children}
