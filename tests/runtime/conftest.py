"""The three worlds of the source contract."""

from collections.abc import AsyncIterator

import pytest

from tests.runtime.worlds import KINDS, Kind, World, world


@pytest.fixture(params=[kind if kind == "memory" else pytest.param(kind, marks=pytest.mark.kafka) for kind in KINDS])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A log of each kind, empty."""
    kind: Kind = request.param
    async with world(kind, lambda: str(request.getfixturevalue("kafka"))) as made:
        yield made
