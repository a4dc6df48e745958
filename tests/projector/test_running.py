"""The view kept up to date is the view computed from scratch, byte for byte, whatever happens to the incident."""

import warnings
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from schemas.codec import CHANGES, INCIDENTS
from schemas.events import IncidentEvent
from services.projector.assess import Assessment, assess
from services.projector.evolve import evolve
from services.projector.project import Projection, project
from services.projector.state import State
from tests.projector.any_story import stories


def from_scratch(events: list[IncidentEvent]) -> list[Assessment]:
    """What `assess` makes of the state after each event, with the memory of the one before."""
    state: State | None = None
    found = []
    for event in events:
        state = evolve(state, event)
        found.append(assess(state))
        state = replace(state, memory=found[-1].memory)
    return found


def kept_up(events: list[IncidentEvent]) -> list[Projection]:
    found: list[Projection] = []
    for event in events:
        found.append(project(found[-1] if found else None, event)[0])
    return found


ANY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@ANY
@given(stories())
def test_the_view_kept_up_to_date_is_the_view_from_scratch(events: list[IncidentEvent]) -> None:
    for scratch, running in zip(from_scratch(events), kept_up(events), strict=True):
        assert running.view == scratch.view
        assert INCIDENTS.encode(running.view) == INCIDENTS.encode(scratch.view)
        assert {fact: (it.status, it.since, set(it.occurrences)) for fact, it in running.state.memory.items()} == {
            fact: (it.status, it.since, set(it.occurrences)) for fact, it in scratch.memory.items()
        }


@ANY
@given(stories())
def test_a_board_made_anew_goes_on_as_the_old_one_did(events: list[IncidentEvent]) -> None:
    """A projection without its board, or whose board has moved on, gives the same next step."""
    warm = kept_up(events)
    for before, after, event in zip(warm, warm[1:], events[1:], strict=False):
        assert before.board is not None
        assert before.board.state is not before.state
        again, change = project(before, event)
        assert (again.state, again.view) == (after.state, after.view)
        cold, changed = project(Projection(before.state, before.view), event)
        assert (cold.view, CHANGES.encode(changed)) == (after.view, CHANGES.encode(change))


def _differs(events: list[IncidentEvent]) -> bool:
    return [it.view for it in kept_up(events)] != [it.view for it in from_scratch(events)]


SABOTAGE = {
    "the frame": ("services.projector.running.board.Board._differing", lambda self, before, after: []),
    "the clusters": ("services.projector.running.facts.Facts.stir", lambda self, homes: None),
    "the reviews": ("services.projector.running.facts.Facts.stir_item", lambda self, item: None),
    "the names": ("services.projector.running.facts.Facts.rewrite", lambda self, names: None),
}


@pytest.mark.parametrize("wrong", SABOTAGE)
def test_the_comparison_sees_a_board_that_forgets(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*SABOTAGE[wrong])

    @settings(ANY, max_examples=2000, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    @given(stories())
    def tell(events: list[IncidentEvent]) -> None:
        assert not _differs(events)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Hypothesis finds the story long to print
        with pytest.raises(AssertionError):
            tell()
