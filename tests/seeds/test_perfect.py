"""What the dispatches say, read perfectly, gives the views that are expected, step by step."""

import pytest

from tests.seeds.compare import view_differences
from tests.seeds.perfect import perfect_view
from tests.seeds.records import NAMES, Seed, Step, seed

STEPS = [pytest.param(seed(name), step, id=f"{name}-{step.view.step}") for name in NAMES for step in seed(name).steps]


@pytest.mark.parametrize(("seeded", "step"), STEPS)
def test_the_view_is_as_expected(seeded: Seed, step: Step) -> None:
    view = perfect_view(seeded, step.view.incident, step.view.after_line)
    assert view_differences(step, view) == []
