"""Which incidents a group is compared with at all: those that share a bucket of the index, the most telling first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from services.correlator.ledger import Cell, Probe, Reading
from services.correlator.link import days_named
from services.correlator.member import Member
from services.correlator.spots import cell, neighbours
from services.correlator.weights import Look, link_model

NARROW_DEGREES = 0.25  # about 25 km
WIDE_DEGREES = 1.0
MAX_NAMES = 24
MAX_DAYS_NAMED = 6


def cells(one: Member) -> frozenset[Cell]:
    """The index entries of a member: its places, names and fingerprints on its day."""
    day = _day(one)
    buckets = {*_places(one), *_names(one), *_prints(one)}
    for spot in one.spots:
        buckets |= {_cell("g", found) for found in [cell(spot, NARROW_DEGREES)] if found}
        buckets |= {_cell("w", found) for found in [cell(spot, WIDE_DEGREES)] if found}
    return frozenset(Cell(bucket, day) for bucket in buckets)


def candidates(ledger: Reading, desk: str, one: Member) -> Sequence[str]:
    """Incidents worth a comparison; ties by id, so that equal histories give equal lists."""
    worth: dict[str, float] = defaultdict(float)
    for probe, look in _probes(one):
        seen: set[str] = set()
        for hit in ledger.near(desk, probe):
            if hit.incident not in seen:
                seen.add(hit.incident)
                worth[hit.incident] += look.worth / (1 + abs(hit.day - probe.day) / 30)
    return sorted(worth, key=lambda name: (-worth[name], name))[: link_model().most_candidates]


def _probes(one: Member) -> Iterator[tuple[Probe, Look]]:
    looks, limit, day = link_model().looks, link_model().per_bucket, _day(one)
    for kind, buckets in (("name", _names(one)), ("print", _prints(one)), ("place", _places(one))):
        # A follow-up may come years later, or before what it follows; names or a fingerprint tell whose it is.
        days = looks[kind].days
        for bucket in buckets:
            yield Probe(bucket, day, days, limit), looks[kind]
    for bucket, look in _around(one):
        yield Probe(bucket, day, look.days, limit), look
    for named in sorted(days_named(one), reverse=True)[:MAX_DAYS_NAMED]:
        for bucket in _places(one):
            yield Probe(bucket, named.toordinal(), looks["dated_place"].days, limit), looks["dated_place"]


def _around(one: Member) -> Iterator[tuple[str, Look]]:
    looks = link_model().looks
    for prefix, degrees, kind in (("g", NARROW_DEGREES, "cell"), ("w", WIDE_DEGREES, "wide")):
        found = {around for spot in one.spots for around in neighbours(spot, degrees)}
        yield from ((_cell(prefix, around), looks[kind]) for around in sorted(found))


def _places(one: Member) -> Sequence[str]:
    return _sorted(f"p:{name}" for spot in one.spots for name in (spot.id, *spot.within))


def _names(one: Member) -> Sequence[str]:
    return [
        *_sorted(f"r:{name}" for name in one.features.rare)[:MAX_NAMES],
        *_sorted(f"s:{s}" for s in one.features.streets),
    ]


def _prints(one: Member) -> Sequence[str]:
    prints = [f"m:{band}" for band in one.features.minhash]
    return _sorted([*prints, f"f:{one.text_family}"] if one.text_family else prints)


def _sorted(buckets: Iterable[str]) -> list[str]:
    return sorted(set(buckets))


def _cell(prefix: str, at: tuple[int, int]) -> str:
    return f"{prefix}:{at[0]}:{at[1]}"


def _day(one: Member) -> int:
    """The day the group is about, else the day before it was published, when most of what is told happened."""
    return (one.day or (one.published - timedelta(days=1)).date()).toordinal()
