"""show, incidents and watch over the real fold of a story told in memory."""

import json

import pytest
import typer
from typer.testing import CliRunner

from schemas.codec import CHANGES, INCIDENTS
from schemas.incident import Incident
from services.cli import incidents, show, watch
from services.cli.resolve import NotFound
from tests.cli.logged_views import LoggedViews, opened
from tests.projector.build import Log
from tests.projector.story import STORY

ID = "5f0e7a1c-aaaa-5bbb-8ccc-000000000001"
LOG = Log(ID)
VIEWS = LoggedViews({ID: [LOG.recorded(it.header, it.occurrences, it.assertions) for it in (told() for told in STORY)]})
runner = CliRunner()


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer(add_completion=False)
    for module in (show, incidents, watch):
        module.register(made, lambda: opened(VIEWS))
    return made


def run(app: typer.Typer, *args: str) -> str:
    result = runner.invoke(app, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def view() -> Incident:
    found = VIEWS.get(ID)
    assert found is not None
    return found


@pytest.mark.parametrize("reference", [ID, ID[:6], ID.upper(), "osk", "raid osk", "Armed-Raid"])
def test_show_takes_id_prefix_slug_and_words(app: typer.Typer, reference: str) -> None:
    assert run(app, "show", reference).startswith("Armed raid, Osk")


def test_show_as_of_shows_what_had_been_said_by_then(app: typer.Typer) -> None:
    early = run(app, "show", "osk", "--as-of", "2031-03-05T08:30")
    late = run(app, "show", "osk", "--as-of", "2031-03-06T07:00")

    assert "as of 5 Mar 2031 08:30 UTC" in early
    assert "War Monitor" not in early
    assert "Osk: held by" in late


def test_show_known_at_shows_what_this_desk_knew(app: typer.Typer) -> None:
    assert "rev 3 " in run(app, "show", "osk", "--known-at", "2031-03-05T03:00Z")


def test_show_changed_looks_back_as_far_as_asked(app: typer.Typer) -> None:
    moment = ("--as-of", "2031-03-05T14:30")

    assert "injured civilians 6 → 8 (8–9), says Ana Dorn" in run(app, "show", "osk", *moment)
    assert "withdrawal at Osk: disputed" in run(app, "show", "osk", *moment)
    assert "withdrawal at Osk: disputed" not in run(app, "show", "osk", *moment, "--since", "1").split("CASUALTIES")[0]
    assert "CHANGED" not in run(app, "show", "osk", *moment, "--since", "0")


def test_show_before_anything_was_said_finds_nothing(app: typer.Typer) -> None:
    with pytest.raises(NotFound, match="nothing was known"):
        run(app, "show", "osk", "--as-of", "2030-01-01")


def test_show_json_is_the_record_of_the_topic(app: typer.Typer) -> None:
    out = run(app, "show", "osk", "--json")

    assert out.encode() == INCIDENTS.encode(view()) + b"\n"


def test_explain_names_voices_and_what_would_change(app: typer.Typer) -> None:
    taken = next(n for n, fact in enumerate(view().facts, 1) if fact.text == "Osk taken by River Corps")
    out = run(app, "show", "osk", "--explain", f"f{taken}")

    assert "◌ CLAIMED" in out
    assert "River Corps" in out
    assert "would change, if" in out
    assert "a neutral voice affirms it" in out
    assert run(app, "show", "osk", "--explain", "taken") == out


def test_explain_json(app: typer.Typer) -> None:
    told = json.loads(run(app, "show", "osk", "--explain", "taken", "--json"))

    assert told["fact"]["status"] == "claimed"
    assert ["a neutral voice affirms it", "confirmed", "R2e"] in told["would_change"]


def test_incidents_in_a_pipe_are_one_line_each(app: typer.Typer) -> None:
    (line,) = run(app, "incidents").splitlines()
    slug, phase, title, *_ = line.split("\t")

    assert (slug, title) == (view().slug, view().title)
    assert phase in ("developing", "ongoing", "ended", "dormant")
    assert not run(app, "incidents", "elsewhere")


def test_incidents_json(app: typer.Typer) -> None:
    assert run(app, "incidents", "--json").encode() == INCIDENTS.encode(view()) + b"\n"


def test_watch_prints_a_line_a_change(app: typer.Typer) -> None:
    out = run(app, "watch", "osk")

    assert "2031-03-05 02:00:00  Armed raid" in out
    assert "± injured civilians 2 → 6, says Ana Dorn" in out


def test_watch_json(app: typer.Typer) -> None:
    lines = run(app, "watch", "--json").splitlines()

    assert [CHANGES.decode(line.encode()).seq for line in lines] == list(range(1, len(STORY) + 1))


@pytest.mark.parametrize("moment", ["yesterday", "2031-13-01", ""])
def test_a_moment_that_is_none_is_refused(app: typer.Typer, moment: str) -> None:
    assert runner.invoke(app, ["show", "osk", "--as-of", moment]).exit_code == 2
