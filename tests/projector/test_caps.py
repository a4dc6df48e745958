"""A view stays under 256 kB whatever comes, and says how much it leaves out."""

from dataclasses import replace

from bench.projector_cost import main as cost
from schemas.codec import INCIDENTS
from schemas.events import IncidentEvent
from schemas.report import Span
from services.projector import caps
from services.projector.diff import between
from services.projector.project import Projection, fold, project
from tests.projector.build import GOVERNOR, MILITIA, MONITOR, Log, counted, header, occurrence, place, says
from tests.projector.test_running import from_scratch

LONG = "“" + "A sentence that goes on and on, “as they do”, \\ \n" * 12


def much(reports: int) -> list[IncidentEvent]:
    """Many places, each told of by many outlets, with long quotations and figures of all of them."""
    log, told = Log(), list[IncidentEvent]()
    for n in range(reports):
        article, outlet = f"a{n}", f"Outlet {n}"
        where = place(f"Place {n % 40}", "a1:NO.01")
        thing = occurrence(article, "shelling", where, 1)
        said = [
            says(thing, outlet, 1), says(thing, outlet, 2, GOVERNOR), says(thing, outlet, 3, MONITOR),
            says(thing, outlet, 2, aspect="count", value=counted("killed", n % 9)),
            says(thing, outlet, 3, MILITIA, aspect="count", value=counted("injured", n % 7)),
        ]  # fmt: skip
        quoted = [replace(it, content=Span(field="body", start=0, end=len(LONG), text=LONG)) for it in said]
        head = header(article, outlet, 4 + n / 60, corrections=(f"It was {n}.",))
        told.append(log.recorded(head, [thing], quoted))
    return told


def test_the_view_stays_small_and_counts_what_it_leaves_out() -> None:
    told = fold(much(160))
    assert told is not None
    view = told.view
    assert len(INCIDENTS.encode(view)) < 256_000
    assert view.totals is not None
    assert (view.totals.reports, len(view.reports)) == (160, caps.MAX_REPORTS)
    assert (view.totals.corrections, len(view.corrections)) == (160, caps.MAX_CORRECTIONS)
    cut = [fact for fact in view.facts if fact.totals]
    assert cut
    assert all((fact.totals.supporting or 99) > len(fact.supporting) for fact in cut if fact.totals)
    heads = [head for head in view.casualties if head.rows_total]
    assert all((head.rows_total or 0) > len(head.rows) for head in heads)


def test_from_scratch_the_same_is_left_out() -> None:
    told = much(60)
    assert running(told).view == from_scratch(told)[-1].view


def running(told: list[IncidentEvent]) -> Projection:
    found = fold(told)
    assert found is not None
    return found


def test_what_falls_out_of_the_list_is_not_told_as_gone() -> None:
    told = much(caps.MAX_REPORTS + 3)
    before = fold(told[:-1])
    assert before is not None
    after, change = project(before, told[-1])
    assert [item.key for item in change.items if item.kind == "report_added"] == [f"a{caps.MAX_REPORTS + 2}"]
    assert not [item for item in change.items if item.kind in ("report_withdrawn", "fact_gone")]
    assert [item.key for item in between(after.view, before.view) if item.kind == "report_added"] == []


def test_a_small_view_has_no_totals() -> None:
    told = fold(much(3))
    assert told is not None
    assert told.view.totals is None
    assert not any(fact.totals for fact in told.view.facts)


def test_the_cost_is_measured() -> None:
    assert cost(["--sizes", "2,5", "--incidents", "3", "--sample", "2"]) == 0
