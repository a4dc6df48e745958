"""The projector over a real store: repeats, reordered records, bad bytes, forks and events it cannot digest."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from schemas.change import Change
from schemas.codec import CHANGES, EVENTS, INCIDENTS
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.projector.handler import SCHEMA, IncidentViews, ProjectorHandler, ProjectorTopics
from services.projector.project import Projection, fold, project
from services.projector.reading import open_read_model
from services.runtime.exits import TryAgain
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.store import Claim
from tests.databases import Stores
from tests.projector.build import Log, at
from tests.projector.story import STORY, events

TP = TopicPartition("news.events", 0)
TOPICS = ProjectorTopics("news.incidents", "news.changes", "news.dead-letters")


class Desk:
    """A projector with a store, fed record by record."""

    def __init__(self, stores: Stores) -> None:
        self.store = stores.open("projector", SCHEMA)
        self.handler = ProjectorHandler(TOPICS, generation=1)
        self.claim: Claim = self.store.claim(TP, "test")
        self.offset = 0

    def feed(self, values: Sequence[bytes | None]) -> None:
        records = [
            Record(TP.topic, TP.partition, self.offset + n, int(at(n).timestamp() * 1000), b"i-1", value)
            for n, value in enumerate(values)
        ]
        with self.store.transaction(self.claim, records) as tx:
            self.handler.apply(tx, records)
        self.offset += len(records)

    def sent(self, topic: str) -> list[Out]:
        return [row.out for row in self.store.pending(TP, 1000) if row.out.topic == topic]

    def view(self) -> Incident | None:
        rows = self.store.read("SELECT view FROM incident WHERE id='i-1' AND view IS NOT NULL")
        return INCIDENTS.decode(rows[0][0]) if rows else None

    def parked(self) -> str | None:
        parked: str | None = self.store.read("SELECT parked FROM incident")[0][0]
        return parked


@pytest.fixture
def desk(stores: Stores) -> Iterator[Desk]:
    desk = Desk(stores)
    yield desk
    desk.store.close()


TOLD: list[IncidentEvent] = events([make() for make in STORY])
BYTES = [EVENTS.encode(event) for event in TOLD]


def expected(count: int = len(TOLD)) -> Incident:
    projection = fold(TOLD[:count])
    assert projection is not None
    return projection.view


@pytest.mark.parametrize("batch", [1, 4, 15])
def test_any_split_into_batches_gives_the_fold(desk: Desk, batch: int) -> None:
    for start in range(0, len(BYTES), batch):
        desk.feed(BYTES[start : start + batch])
    assert desk.view() == expected()
    changes = [CHANGES.decode(out.value) for out in desk.sent("news.changes")]
    assert [change.seq for change in changes] == list(range(1, len(TOLD) + 1))


def test_repeats_and_early_records_change_nothing(desk: Desk) -> None:
    desk.feed([BYTES[2], BYTES[0], BYTES[0]])
    assert desk.view() == expected(1)
    desk.feed([BYTES[1], BYTES[1], BYTES[2]])
    assert desk.view() == expected(3)


def test_a_lost_cache_is_folded_again_to_the_same_bytes(desk: Desk) -> None:
    for value in BYTES:
        desk.feed([value])
        desk.handler.forget()
    assert desk.view() == expected()


def test_bad_bytes_become_a_dead_letter_unchanged(desk: Desk) -> None:
    desk.feed([b"{broken", *BYTES[:1]])
    (letter,) = desk.sent("news.dead-letters")
    assert (letter.value, dict(letter.headers)["sitrep_reason"]) == (b"{broken", b"not_json")
    assert desk.view() == expected(1)


def test_a_newer_schema_stops_the_worker(desk: Desk) -> None:
    with pytest.raises(TryAgain, match="upgrade"):
        desk.feed([BYTES[0].replace(b'"v":1', b'"v":2', 1)])
    assert desk.store.position(TP) == 0


def fails_at_three(before: Projection | None, event: IncidentEvent, generation: int) -> tuple[Projection, Change]:
    if event.incident == "i-1" and event.seq == 3:
        raise ValueError("no")
    return project(before, event, generation)


def test_what_the_fold_cannot_digest_parks_its_incident_alone(desk: Desk) -> None:
    desk.handler = ProjectorHandler(TOPICS, 1, fails_at_three)
    other = Log("i-2").recorded(TOLD[0].report, TOLD[0].occurrences, TOLD[0].assertions)  # type: ignore[union-attr]
    desk.feed([*BYTES[:4], EVENTS.encode(other)])
    assert desk.view() == expected(2)
    assert "no" in (desk.parked() or "")
    assert desk.store.read("SELECT count(*) FROM event WHERE incident='i-1'") == [(4,)]
    assert desk.store.read("SELECT seq FROM incident WHERE id='i-2'") == [(1,)]


def test_a_forked_history_keeps_the_first_and_parks(desk: Desk) -> None:
    desk.feed(BYTES[:2])
    desk.feed([BYTES[1].replace(TOLD[1].id.encode(), b"another")])
    assert "two events have seq 2" in (desk.parked() or "")
    assert desk.view() == expected(2)


def test_views_are_dirty_until_published_and_read_as_they_are_now(desk: Desk) -> None:
    views = IncidentViews("news.incidents")
    desk.feed(BYTES[:2])
    ((incident, seq, out),) = views.dirty(desk.store, TP, 10)
    assert (incident, seq, out.key) == ("i-1", 2, b"i-1")
    desk.feed(BYTES[2:3])
    views.published(desk.store, desk.claim, [(incident, seq)])
    ((_, seq, out),) = views.dirty(desk.store, TP, 10)
    assert (seq, INCIDENTS.decode(out.value)) == (3, expected(3))
    views.published(desk.store, desk.claim, [(incident, 3), (incident, 2)])
    assert views.dirty(desk.store, TP, 10) == []


def test_reading_from_outside_gives_the_view_at_both_clocks(desk: Desk, stores: Stores) -> None:
    desk.feed(BYTES)
    with open_read_model(stores.settings) as model:
        assert list(model.all()) == [expected()]
        assert model.get("i-1") == expected()
        early = model.at("i-1", at(4), None)
        assert early is not None
        assert early.measures == ()
        fact = next(f for f in expected().facts if f.type == "territory_taken")
        told = model.explain("i-1", fact.id, None, None)
        assert told is not None
        assert any(change.status == "confirmed" for change in told[1])
        assert model.incidents_of("a") == ["i-1"]


def test_a_small_memory_gives_the_bytes_of_a_large_one(stores: Stores) -> None:
    """Incidents that take turns in a memory for one: each comes back from the shelf as it was put there."""
    desk = Desk(stores)
    desk.handler = ProjectorHandler(TOPICS, 1, cached=1)
    others = [replace(event, incident="i-2", id=f"{event.id}-2") for event in TOLD]
    for mine, other in zip(TOLD, others, strict=True):
        desk.feed([EVENTS.encode(mine)])
        desk.feed([EVENTS.encode(other)])
    assert desk.view() == expected()
    views: dict[str, bytes] = dict(desk.store.read("SELECT id, view FROM incident"))
    assert views["i-1"] == INCIDENTS.encode(expected())
    assert desk.store.read("SELECT incident, seq FROM shelf ORDER BY incident") == [
        ("i-1", len(TOLD)), ("i-2", len(TOLD) - 1),
    ]  # fmt: skip
    desk.store.close()


@pytest.mark.parametrize("spoil", ["UPDATE shelf SET code='older'", "UPDATE shelf SET seq=seq+9", "DELETE FROM shelf"])
def test_what_the_shelf_cannot_give_is_folded_again(desk: Desk, spoil: str) -> None:
    desk.handler = ProjectorHandler(TOPICS, 1, cached=0)
    desk.feed(BYTES[:3])
    with desk.store.owned(desk.claim) as tx:
        tx.execute(spoil)
    desk.feed(BYTES[3:6])
    assert desk.view() == expected(6)
