"""The first article alone, through a real broker: each statement with its speaker, its status and its rule."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from schemas.codec import INCIDENTS
from schemas.incident import Fact, Incident
from services.ingest.prepare import prepare_all
from tests.e2e.desk import running_desk
from tests.e2e.oracle import Parse, sound
from tests.eventually import eventually
from tests.shared import shared_path

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.shared]
RUSSIA, UKRAINE = "c:RU", "c:UA"


def facts(view: Incident, kind: str, place: str = "", aspect: str = "happened") -> Iterator[Fact]:
    for fact in view.facts:
        if (fact.type, fact.aspect) == (kind, aspect) and (not place or (fact.place and fact.place.name == place)):
            yield fact


def stands(view: Incident, kind: str, place: str = "", aspect: str = "happened") -> set[tuple[str, str, str]]:
    """(status, rule, speaker) of each voice for it."""
    return {(f.status, f.rule, v.speaker) for f in facts(view, kind, place, aspect) for v in f.supporting}


async def test_the_first_article_gives_its_statements(
    kafka: str, prefix: str, tmp_path: Path, parse_with: Parse
) -> None:
    (path,) = shared_path("seed").glob("*.txt")
    async with running_desk(kafka, prefix, tmp_path / "home") as desk:
        await desk.publish(prepare_all(path.read_bytes(), "text", via="test"))
        await desk.at_rest()
        logs = await eventually(partial(sound, kafka, prefix, parse_with), within=60, what="the oracle holds")
    assert logs is not None
    (value,) = {record.value for record in logs.topics["incidents"]}
    assert value is not None
    view = INCIDENTS.decode(value)
    legion = "Freedom of Russia Legion"
    assert ("claimed", "R7", legion) in stands(view, "territory_taken", "Kozinka")
    assert ("claimed", "R7", legion) in stands(view, "deployment", "Grayvoron")
    assert ("claimed", "R7", "Russian Volunteer Corps") in stands(view, "incursion", aspect="actor")
    (clash,) = [f for f in facts(view, "armed_clash") if f.rule == "R2c"]
    assert {RUSSIA, UKRAINE} <= set(clash.sides_for)
    assert stands(view, "shelling", "Grayvoron") == {("reported", "R6", "Vyacheslav Gladkov")}
    (relay,) = [v for f in facts(view, "shelling", "Grayvoron") for v in f.supporting]
    assert relay.chain == ("unnamed outlet", "The Guardian", "Vyacheslav Gladkov")
    assert {status for status, _, _ in stands(view, "shelling", "Zamostye")} == {"reported"}
    (drone,) = facts(view, "air_drone_strike")
    assert (drone.status, drone.tags) == ("claimed", ("unverified",))
    hurt = next(head for head in view.casualties if head.outcome == "injured")
    assert (hurt.low, hurt.best, hurt.high, hurt.governed_by) == (8, 8, 9, "Vyacheslav Gladkov")
    dead = next(head for head in view.casualties if head.outcome == "killed")
    assert (dead.group, dead.low, dead.best) == (f"forces:{RUSSIA}", 1, None)
    (powers,) = view.measures
    assert (powers.value.act, powers.in_force, powers.status) == ("authorised", "no", "reported")
    (removal,) = [f for f in facts(view, "deployment") if f.realis == "ongoing"]
    assert (removal.status, removal.supporting[0].speaker) == ("claimed", "Dmitry Peskov")
