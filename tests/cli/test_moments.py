"""diff, history, queue and the review in `show`: over the real fold of a story, and with text of strangers."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.testing import CliRunner

from schemas.change import ChangeKind
from schemas.events import Cause, Decision, FactReviewed, IncidentEvent, ReportRecorded, ReportUnlinked
from schemas.incident import Incident, Review
from services.cli import brief, diff, history
from services.cli.changed import changed_since
from services.cli.desk_order import keys_of
from services.cli.diff_text import GROUPS, diff_screen, grouped
from services.cli.history import heads_of
from services.cli.history_read import figures, history_of
from services.cli.history_screen import fact_screen, figures_screen
from services.cli.queue import queue_screen, summary
from services.cli.queue_items import Item, Parked, of_parked, of_unlinked, of_view, oldest_first
from services.cli.render import render
from services.cli.render_text import columns
from services.cli.resolve import NotFound
from services.cli.stored_views import parked_incidents
from services.projector.handler import SCHEMA
from services.projector.project import fold
from services.runtime.settings import Settings
from services.runtime.stores import open_store
from tests.cli import views
from tests.cli.logged_views import LoggedViews, opened
from tests.cli.test_render_hostile import HOSTILE, everywhere
from tests.projector.build import DAY0, Log, at, when
from tests.projector.story import STORY

ID = "5f0e7a1c-aaaa-5bbb-8ccc-000000000001"
CAUSE = Cause(topic="news.reports", partition=0, offset=1, id="c-1")


def events(log: Log | None = None) -> list[IncidentEvent]:
    log = log or Log(ID)
    return [log.recorded(it.header, it.occurrences, it.assertions) for it in (told() for told in STORY)]


def view_of(told: list[IncidentEvent]) -> Incident:
    projection = fold(told)
    assert projection
    return projection.view


def fact(view: Incident, text: str) -> Any:
    return next(it for it in view.facts if it.text == text)


def reviewed(told: list[IncidentEvent], text: str, status: str) -> FactReviewed:
    """A review of that fact as the next event."""
    found, last = fact(view_of(told), text), told[-1]
    decision = Decision(lane=0, n=99, part=1, of=1, rule="command review", version="1")
    return FactReviewed(
        type="fact_reviewed", v=1, id="r", incident=ID, seq=last.seq + 1, desk="main", recorded_at=last.recorded_at,
        cause=CAUSE, decision=decision, command="c-1", author="ana", reason="seen myself", fact=found.id,
        keys=keys_of(found), status=status,
    )  # fmt: skip


def later(event: IncidentEvent, seq: int) -> IncidentEvent:
    return replace(event, seq=seq, recorded_at=event.recorded_at + timedelta(days=9))


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer(add_completion=False)
    for module in (brief, diff, history):
        module.register(made, lambda: opened(LoggedViews({ID: events()})))
    return made


def run(app: typer.Typer, *args: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, args, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout


DAY = ("--from", "2031-03-05T12:00", "--to", "2031-03-06T09:00")


def test_diff_tells_by_what_it_is_about(app: typer.Typer) -> None:
    out = run(app, "diff", "osk", *DAY)
    heads = [line.split(" ")[0] for line in out.splitlines() if "─" in line]
    assert heads == [
        name for name in ("FACTS", "FIGURES", "CONTROL", "MEASURES", "CORRECTIONS", "REPORTS") if name in heads
    ]
    assert {"FACTS", "FIGURES", "REPORTS"} <= set(heads)
    assert "5 Mar 2031 12:00 UTC → 6 Mar 2031 09:00 UTC" in out
    assert max(map(columns, out.splitlines())) <= 80


def test_diff_json_has_what_the_screen_has(app: typer.Typer) -> None:
    told = json.loads(run(app, "diff", "osk", *DAY, "--json"))
    assert (told["from"], told["to"], told["incident"]) == ("2031-03-05T12:00:00Z", "2031-03-06T09:00:00Z", ID)
    for item in told["facts"]:
        assert item["text"].split(":")[0][:20] in " ".join(run(app, "diff", "osk", *DAY).split())


def test_diff_asks_from_when_and_tells_that_nothing_differs(app: typer.Typer) -> None:
    assert run(app, "diff", "osk", code=2) == ""
    assert "nothing differs" in run(app, "diff", "osk", "--known-from", "2031-04-01")


def test_diff_from_before_anything_was_said_tells_all(app: typer.Typer) -> None:
    told = json.loads(run(app, "diff", "osk", "--from", "2030-01-01", "--json"))
    assert told["from_seq"] == 0
    assert len(told["facts"]) == len(view_of(events()).facts)


def test_every_kind_of_change_has_its_heading() -> None:
    told = grouped(views.held_town(), replace(views.border_raid(), id=views.held_town().id))
    assert list(told) == ["incident", "facts", "figures", "control", "measures", "corrections", "reports"]
    kinds: set[str] = set(get_args(get_args(ChangeKind)[0])) - {"command_rejected"}
    assert set().union(*GROUPS.values()) == kinds


def test_a_fact_that_got_other_words_is_neither_new_nor_gone() -> None:
    view = views.border_raid()
    renamed = replace(view.facts[1], id="other", text="shelling near Brod", status="confirmed", rule="R2d")
    (change,) = changed_since(view, replace(view, facts=(view.facts[0], renamed, *view.facts[2:])))
    assert (change.item.kind, change.item.text) == ("fact_status", "shelling near Brod: reported → confirmed")
    same = replace(view.facts[1], id="other", text="shelling near Brod")
    assert changed_since(view, replace(view, facts=(view.facts[0], same, *view.facts[2:]))) == ()


def test_history_of_a_figure_is_the_same_whatever_order_the_reports_came_in(app: typer.Typer) -> None:
    stories = [told() for told in STORY]
    forth, back = Log(ID), Log(ID)
    in_order = [forth.recorded(it.header, it.occurrences, it.assertions) for it in stories]
    backwards = [back.recorded(it.header, it.occurrences, it.assertions) for it in reversed(stories)]

    def told(log: list[ReportRecorded]) -> list[tuple[Any, ...]]:
        view = view_of([*log])
        (head,) = heads_of("injured civilians", view)
        (found,) = figures(log, [head]).values()
        return [(it.row.said_at, it.row.speaker, it.row.n, it.row.outlet, it.known) for it in found]

    assert told(in_order) == told(backwards)
    assert [n for _, speaker, n, _, known in told(in_order) if known and speaker == "Ana Dorn"][:3] == [2, 6, 8]


def test_history_names_speaker_outlet_and_words(app: typer.Typer) -> None:
    out = run(app, "history", "osk", "injured")
    assert "INJURED CIVILIANS" in out
    assert "KILLED" not in out
    told = json.loads(run(app, "history", "osk", "injured", "--json"))["figures"]
    for block in told:
        for each in block["told"]:
            assert each["article"]
            assert each["speaker"] in out
    assert max(map(columns, out.splitlines())) <= 80


def test_history_of_a_fact_has_every_word_and_every_status(app: typer.Typer) -> None:
    view = view_of(events())
    number = next(n for n, it in enumerate(view.facts, 1) if it.status == "disputed")
    out = run(app, "history", "osk", f"f{number}")
    assert "− " in out
    told = json.loads(run(app, "history", "osk", f"f{number}", "--json"))
    assert told["became"][-1]["status"] == "disputed"
    assert [word["voice"]["said_at"] for word in told["words"]] == sorted(w["voice"]["said_at"] for w in told["words"])
    with pytest.raises(NotFound):
        run(app, "history", "osk", "no such thing")


def test_history_marks_what_was_taken_back() -> None:
    log = Log(ID)
    told = events(log)
    first = told[0]
    assert isinstance(first, ReportRecorded)
    held = next(it for it in view_of(told).facts if it.status == "claimed" and "taken" in it.text)
    before = history_of(told, held)
    told.append(log.withdrawn(first.report))
    after = history_of(told, fact(view_of(told), held.text))
    assert all(word.standing for word in before.words)
    assert {word.voice.key for word in after.words} == {word.voice.key for word in before.words}
    assert "no longer stands" not in fact_screen(view_of(told), after, at(60)), "others tell of the same origin later"


def test_the_queue_has_disputes_and_reviews_with_new_evidence_only() -> None:
    told = events()
    claimed = fact(view_of(told), "Osk taken by River Corps")
    review = reviewed(told[:-2], claimed.text, "denied")
    seen = [*told[:-2], review]
    assert [item.kind for item in of_view(view_of(seen), lambda: seen) if item.fact == claimed.id] == []
    again = told[0]
    assert isinstance(again, ReportRecorded)
    repeated = [*seen, later(_said_again(again, "River Corps"), review.seq + 1)]
    assert [item for item in of_view(view_of(repeated), lambda: repeated) if item.kind == "reviewed"] == []
    fresh = later(_said_again(again, "Hill Guard"), review.seq + 1)
    now = [*seen, fresh]
    items = [item for item in of_view(view_of(now), lambda: now) if item.kind == "reviewed"]
    assert [(item.since, item.incident) for item in items] == [(fresh.recorded_at, ID)]
    assert "denied by ana, the rules alone say claimed" in items[0].what


def _said_again(event: ReportRecorded, speaker: str) -> ReportRecorded:
    """The same a day later, by this speaker in another outlet."""
    header = event.report
    article = replace(
        header.article, id="again", outlet=replace(header.article.outlet, name="Evening Echo"), published=at(40)
    )
    assertions = tuple(
        replace(
            it, id=f"again-{it.id}", key=f"again-{it.key}", said_at=when(40),
            chain=(*it.chain[:-1], replace(it.chain[-1], name=speaker, id=f"o:{speaker.casefold().replace(' ', '-')}")),
        )
        for it in event.assertions
    )  # fmt: skip
    group = replace(event.group, id="again")
    report = replace(header, id="again", article=article)
    return replace(event, id="again", report=report, group=group, assertions=assertions)


def test_orphaned_parked_and_unlinked_wait_too() -> None:
    told: list[IncidentEvent] = events()
    told.append(reviewed(told, "Osk taken by River Corps", "denied"))
    view = replace(view_of(told), orphaned_reviews=("c-1",), facts=())
    (orphaned,) = of_view(view, lambda: told)
    assert orphaned.what == "a review fits no fact any more: denied by ana, seen myself"
    parked = of_parked(Parked("i-1", "", "seq 4: ValueError()", None))
    assert (parked.title, parked.since) == ("i-1", None)
    unlinked = [nowhere("a", 1), nowhere("a", 3, "empty"), nowhere("b", 2), nowhere("c", 1), nowhere("b", 1, "empty")]
    alone = list(of_unlinked(unlinked, lambda article: article == "c"))
    assert [item.article for item in alone] == ["b"]
    assert [item.kind for item in oldest_first([*alone, orphaned, parked])] == ["parked", "orphaned", "unlinked"]
    assert summary([orphaned, parked], 2) == "2 items: 1 orphaned, 1 parked"


def test_parked_incidents_are_read_out_of_the_store(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store = open_store(settings, "projector", SCHEMA)
    store.close()
    with closing(sqlite3.connect(settings.store("projector"))) as db, db:
        for name, why, changed in (("a", "seq 4: ValueError()", at(1).isoformat()), ("b", None, ""), ("c", "fork", "")):
            db.execute(
                "INSERT INTO incident(id, lane_part, seq, published_seq, parked, slug, title, changed_at)"
                " VALUES(?, 0, 1, 0, ?, '', 'T', ?)",
                (name, why, changed),
            )
    assert parked_incidents(settings) == [
        Parked("a", "T", "seq 4: ValueError()", at(1)), Parked("c", "T", "fork", None),
    ]  # fmt: skip


def nowhere(article: str, hours: int, why: str = "nowhere") -> ReportUnlinked:
    decision = Decision(lane=0, n=1, part=1, of=1, rule=why, version="1")
    return ReportUnlinked(
        type="report_unlinked", v=1, id=f"{article}{hours}", incident="", seq=0, desk="main", cause=CAUSE,
        recorded_at=at(99 + hours), decision=decision, article=article, revision_ms=0, revision_hash="", rank=0,
        digest="", why=why,
    )  # fmt: skip


def test_show_has_who_reviewed_when_and_why_beside_the_rules() -> None:
    view = views.border_raid()
    review = Review(
        status="denied", author="ana", reason="seen myself", at=views.at(41), rules_say="claimed", rules_rule="R7"
    )
    facts = (replace(view.facts[3], status="denied", rule="R0", review=review),)
    shown = " ".join(render(replace(view, facts=facts), views.AS_OF).split())
    assert "reviewed by ana, 6 Mar 17:00: seen myself; the rules alone say claimed (R7)" in shown


SCREENS: Mapping[str, Any] = {
    "diff": lambda view: diff_screen(views.held_town(), view, ("then", "now"), views.AS_OF),
    "figures": lambda view: figures_screen(
        view, view.casualties, figures([], view.casualties), views.AS_OF),
    "fact": lambda view: fact_screen(view, history_of([], view.facts[0]), views.AS_OF),
    "queue": lambda view: queue_screen(
        [Item("disputed", view.title, view.title, f"sitrep show {view.title}", DAY0)], views.AS_OF, 80),
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", SCREENS)
def test_text_of_strangers_steers_nothing(name: str, text: str) -> None:
    lines = SCREENS[name](everywhere(text)).splitlines()
    assert all(char.isprintable() or char in "\u200c\u200d" for line in lines for char in line)
    assert max(map(columns, lines)) <= 80
    assert len(lines) < 300


def test_brief_gives_the_same_page_on_the_screen_and_in_a_file(app: typer.Typer, tmp_path: Path) -> None:
    asked = ("brief", "osk", "--as-of", "2031-03-06T09:00", "--since", "2031-03-05T12:00")
    page = run(app, *asked)
    assert run(app, *asked, "-o", str(tmp_path / "osk.md")) == ""
    assert (tmp_path / "osk.md").read_text("utf-8") == page == run(app, *asked)
    assert "## Changed since 5 Mar 2031 12:00 UTC" in page
    assert "as known here at 5 Mar 2031 03:00 UTC" in run(app, "brief", "osk", "--known-at", "2031-03-05T03:00Z")
    assert run(app, *asked[:4], "--since", "2031-03-07", code=2) == ""
    assert run(app, *asked, "-o", str(tmp_path / "no" / "osk.md"), code=2) == ""
