"""Commands of people before they are sent and after they are decided: the record, who is meant, what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
import typer
from hypothesis import given, strategies as st
from typer.testing import CliRunner

from schemas.codec import REPORTS
from schemas.command import Action, Command, Target
from schemas.events import Cause, CommandRejected, Decision, FactReviewed, IncidentEvent, ReportMoved
from schemas.incident import Totals
from services.cli import desk_ask, desk_facts, desk_groups
from services.cli.desk_ask import Asked
from services.cli.desk_groups import command_in
from services.cli.desk_order import keys_of, report_in, report_of
from services.cli.desk_outcome import screen
from services.cli.render_text import columns
from services.cli.resolve import NotFound
from services.cli.views import Views
from services.runtime.order import BadOrder, By, command_of, command_out
from services.runtime.outcome import Answers, as_json
from tests.cli import views
from tests.cli.logged_views import LoggedViews, opened
from tests.projector.build import DAY0, Log
from tests.projector.story import STORY

BY = By("c-1", "ana", "seen myself")
INCIDENT = "5f0e7a1c-aaaa-5bbb-8ccc-000000000001"
OTHER = "7a0e7a1c-aaaa-5bbb-8ccc-000000000002"


def told() -> Views:
    """Two incidents with the same story."""
    logs = {name: Log(name) for name in (INCIDENT, OTHER)}
    return LoggedViews(
        {name: [log.recorded(it.header, it.occurrences, it.assertions) for it in (tell() for tell in STORY)]
         for name, log in logs.items()}
    )  # fmt: skip


Sent = list[tuple[Asked, Action, str, Target, str]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What would have been sent: the log is replaced by this list."""
    found: Sent = []
    for module in (desk_facts, desk_groups):
        monkeypatch.setattr(module, "order", lambda *args: found.append(args))
    return found


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer(add_completion=False)
    for module in (desk_facts, desk_groups):
        module.register(made, lambda: opened(told()))
    return made


def run(app: typer.Typer, *args: str) -> None:
    result = CliRunner().invoke(app, [*args, "-r", "why"], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_a_review_names_the_fact_its_statements_and_the_status(app: typer.Typer, sent: Sent) -> None:
    run(app, "review", INCIDENT, "f2", "denied", "--expected-seq", "9", "--id", "mine")
    ((asked, action, desk, target, about),) = sent
    view = told().get(INCIDENT)
    assert view
    fact = view.facts[1]
    assert (action, desk, target.incident, target.fact, target.status) == (
        "review",
        "main",
        INCIDENT,
        fact.id,
        "denied",
    )
    assert target.assertions == keys_of(fact)
    assert (asked.reason, asked.expected_seq, asked.id, asked.wait) == ("why", 9, "mine", True)
    assert about == f"{fact.text}: {fact.status} → denied"


@pytest.mark.parametrize(
    ("args", "action", "wanted"),
    [
        (("pin", INCIDENT, "f1"), "pin", {"incident": INCIDENT}),
        (("rename", INCIDENT, " New title "), "rename", {"incident": INCIDENT, "title": "New title"}),
        (("merge", INCIDENT, OTHER), "merge", {"incident": INCIDENT, "into": OTHER}),
        (("move", INCIDENT, "r1", "--into", OTHER), "move", {"incident": INCIDENT, "into": OTHER}),
        (("move", INCIDENT, "r1"), "move", {"incident": INCIDENT, "into": None}),
        (("withdraw", INCIDENT, "r1"), "withdraw", {"incident": INCIDENT}),
        (("split", INCIDENT, "r2", "r1", "r2"), "split", {"incident": INCIDENT}),
    ],
)
def test_each_command_has_its_target(
    app: typer.Typer, sent: Sent, args: Sequence[str], action: str, wanted: dict[str, Any]
) -> None:
    run(app, *args)
    ((_, ordered, _, target, _),) = sent
    assert ordered == action
    assert {name: getattr(target, name) for name in wanted} == wanted
    view = told().get(INCIDENT)
    assert view
    first, second = view.reports[:2]
    if action in ("move", "withdraw"):
        assert target.article == first.article
    if action == "move":
        assert target.group == first.group
    if action == "split":
        assert target.groups == (second.group, first.group)


def test_what_is_no_status_is_refused(app: typer.Typer) -> None:
    with pytest.raises(BadOrder, match="'sure' is no status: one of confirmed"):
        run(app, "review", INCIDENT, "f1", "sure")


@pytest.mark.parametrize("field", ["id", "author", "reason"])
@pytest.mark.parametrize("text", ["", "  \n", "a\x1b[2J", "x" * 3000, "\ud800"])
def test_who_and_why_are_words(field: str, text: str) -> None:
    wrong: dict[str, Any] = {field: text}
    with pytest.raises(BadOrder, match=f"--{field}"):
        command_of("rename", "main", replace(BY, **wrong), Target())


def test_the_record_lies_with_the_reports_of_its_desk() -> None:
    command = command_of("move", "sport", replace(BY, expected_seq=4), Target(incident="i", article="a", group="g"))
    out = command_out(command, "news.reports")
    assert (out.topic, out.key, out.partition) == ("news.reports", b"sport", None)
    assert REPORTS.decode(out.value) == command
    headers = dict(out.headers)
    assert (headers["ce_id"], headers["ce_type"], headers["ce_source"], headers["ce_subject"]) == (
        b"c-1", b"sitrep.command.v1", b"/desks/sport", b"i",
    )  # fmt: skip


@given(st.text(min_size=1, max_size=50), st.text(min_size=1, max_size=50))
def test_whatever_is_accepted_is_read_back(author: str, reason: str) -> None:
    try:
        command = command_of("pin", "main", By("c", author, reason), Target(fact="f"))
    except BadOrder:
        return
    assert REPORTS.decode(command_out(command, "t").value) == command


def test_a_fact_that_nobody_stands_for_cannot_be_held_on_to() -> None:
    with pytest.raises(BadOrder, match="nothing to hold on to"):
        keys_of(views.border_raid().facts[5])


@pytest.mark.parametrize("reference", ["r9", "R9", "governor six"])
def test_a_report_is_meant_by_its_handle_or_by_words(reference: str) -> None:
    view = views.border_raid()
    assert report_of(reference, view) == view.reports[8]


def test_reports_that_cannot_be_told_apart_are_listed() -> None:
    with pytest.raises(NotFound, match=r"can mean 8 reports.*\n  r1 "):
        report_of("holds border village", views.border_raid())
    with pytest.raises(NotFound, match="no report of this incident is called 'r99'; it has"):
        report_of("r99", views.border_raid())


def test_a_report_that_the_view_no_longer_shows_is_meant_by_its_article() -> None:
    whole = told().get(INCIDENT)
    assert whole
    first = whole.reports[0]
    cut = replace(whole, reports=whole.reports[1:])
    with pytest.raises(NotFound):
        report_in(first.article, cut, list)
    many = replace(cut, totals=Totals(reports=len(whole.reports)))
    found = report_in(first.article, many, lambda: told().events(INCIDENT))
    assert (found.article, found.group, found.title) == (first.article, first.group, first.title)
    with pytest.raises(NotFound, match="no report of this incident"):
        report_in("nothing", many, lambda: told().events(INCIDENT))


def decided(
    ordered: Command, part: int, of: int, incident: str = "inc-1", seq: int = 7, **fields: Any
) -> IncidentEvent:
    kind = fields.pop("kind", FactReviewed)
    name = {FactReviewed: "fact_reviewed", ReportMoved: "report_moved", CommandRejected: "command_rejected"}[kind]
    decision = Decision(lane=0, n=1, part=part, of=of, rule=f"command {ordered.action}", version="1")
    cause = Cause(topic="news.reports", partition=0, offset=3, id=ordered.id)
    event: IncidentEvent = kind(
        type=name, v=1, id=f"e{part}", incident=incident, seq=seq, desk=ordered.desk, recorded_at=DAY0, cause=cause,
        decision=decision, **fields,
    )  # fmt: skip
    return event


REVIEW = command_of("review", "main", BY, Target(incident="inc-1", fact="f", assertions=("k",), status="denied"))
MOVE = command_of("move", "main", BY, Target(article="a"))
WHO: dict[str, Any] = {"command": "c-1", "author": "ana", "reason": "seen myself"}


def test_the_outcome_is_there_when_every_event_is_in_any_order() -> None:
    first = decided(MOVE, 1, 2, seq=8, kind=ReportMoved, article="a", group="g", into="inc-2")
    second = decided(MOVE, 2, 2, incident="inc-2", seq=1, kind=ReportMoved, article="a", group="h")
    answers = Answers(MOVE)
    for event in (second, second, first):
        assert answers.outcome() is None
        answers.take(event)
    outcome = answers.outcome()
    assert outcome
    assert outcome.done
    assert [(it.incident, it.seq, it.did) for it in outcome.touched] == [
        ("inc-1", 8, ("1 report left",)), ("inc-2", 1, ("1 report left",)),
    ]  # fmt: skip


def test_a_refusal_says_why() -> None:
    answers = Answers(REVIEW)
    answers.take(decided(REVIEW, 1, 1, kind=CommandRejected, **WHO, why="no such \x1b[2Jfact"))
    outcome = answers.outcome()
    assert outcome
    assert not outcome.done
    told_as = orjson.loads(as_json(outcome))
    assert (told_as["done"], told_as["why"]) == (False, "no such \x1b[2Jfact")
    shown = screen(outcome, "Osk taken: claimed → denied", {"inc-1": "Armed raid, Osk"}, 80)
    assert shown.startswith("✖ refused  Osk taken: claimed → denied\n           no such \\x1b[2Jfact\n")
    assert max(map(columns, shown.splitlines())) <= 80


def test_events_of_others_are_left_alone_and_an_id_taken_twice_is_seen() -> None:
    answers = Answers(REVIEW)
    answers.take(decided(replace(REVIEW, id="c-2"), 1, 1, **WHO, fact="f", keys=("k",), status="denied"))
    answers.take(decided(replace(REVIEW, desk="sport"), 1, 1, **WHO, fact="f", keys=("k",), status="denied"))
    assert answers.outcome() is None
    with pytest.raises(BadOrder, match=r"another command \('move'\)"):
        answers.take(decided(replace(MOVE, id="c-1"), 1, 1, kind=ReportMoved, article="a", group="g"))


def test_the_command_to_undo_is_found_by_its_beginning_or_as_the_last() -> None:
    def done(name: str, action: Action) -> IncidentEvent:
        return decided(replace(REVIEW, id=name, action=action), 1, 1, **WHO, fact="f", keys=("k",), status="denied")

    events = [done("aa-1", "review"), done("ab-2", "pin"), done("cc-3", "undo")]
    refused = decided(replace(REVIEW, id="dd-4"), 1, 1, kind=CommandRejected, **WHO, why="no")
    assert command_in([*events, refused], "aa") == ("aa-1", "review")
    assert command_in([*events, refused], "last") == ("ab-2", "pin")
    for reference, why in (("a", "can mean 2 commands"), ("dd-4", "no command 'dd-4' touched"), ("cc", "no command")):
        with pytest.raises(NotFound, match=why):
            command_in([*events, refused], reference)
    with pytest.raises(NotFound, match="no command 'last'"):
        command_in([], "last")


def test_no_author_is_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITREP_AUTHOR", "")
    monkeypatch.setenv("USER", "")
    asked = Asked("why", None, None, None, True, 1.0, False)
    with pytest.raises(BadOrder, match="--author"):
        desk_ask.order(asked, "pin", "main", Target(), "x")
