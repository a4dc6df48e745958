"""The seeds through the real parser, correlator and projector: after each step the view an editor expects."""

from collections.abc import Callable
from functools import cache

import pytest

from schemas.incident import Incident
from services.cli.dry_run import DryDesk
from services.parser.parse import Parser, parse
from tests.seeds.compare import view_differences
from tests.seeds.records import NAMES, Seed, Step, seed
from tests.seeds.views import incident_differences, incident_of

After = Callable[[str, int], list[Incident]]
STEPS = [pytest.param(seed(name), step, id=f"{name}-{step.view.step}") for name in NAMES for step in seed(name).steps]


@pytest.fixture(scope="module")
def views_after(parser: Parser) -> After:
    """The views after so many lines of a seed, each line taken once."""

    @cache
    def after(name: str, lines: int) -> list[Incident]:
        desk = DryDesk(lambda article: parse(article, parser))
        for dispatch in seed(name).dispatches[:lines]:
            desk.take(dispatch.article)
        return desk.views()

    return after


@pytest.mark.parametrize(("seeded", "step"), STEPS)
def test_the_view_is_as_an_editor_expects(seeded: Seed, step: Step, views_after: After) -> None:
    views = views_after(seeded.name, step.view.after_line)
    wanted = seeded.expected.incidents[step.view.incident]
    incident = incident_of(wanted, views)
    assert incident is not None
    assert view_differences(step, incident) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_incidents_are_those_an_editor_expects(name: str, views_after: After) -> None:
    told = seed(name)
    views = views_after(name, len(told.dispatches))
    assert incident_differences(told.expected.incidents.values(), views) == []
