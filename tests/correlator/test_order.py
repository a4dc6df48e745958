"""Order and repetition: the same reports give the same grouping and the same standing words, however they arrive."""

from collections import defaultdict
from collections.abc import Sequence

from hypothesis import given, settings, strategies as st

from schemas.report import Report
from services.correlator.fold import apply
from tests.correlator.build import (
    BROD,
    FAR,
    ILM,
    OSK,
    TARN,
    VEY,
    Desk,
    Part,
    Told,
    army,
    band,
    day,
    fed,
    raid,
    report,
    shelling,
    sketch,
    withdrawal,
)

SIDES = (band("River Corps"), army("NO"))


def evacuation(article: str, hours: float) -> Report:
    told = Told("evacuation", BROD, day(int(hours // 24)))
    return report(article, [Part((told,), rare=("Osk", "Dorn"))], hours)


def lifted(article: str, hours: float) -> Report:
    told = Told("emergency_regime", OSK, day(int(hours // 24)))
    return report(article, [Part((told,), rare=("Osk", "Dorn", "Corps"))], hours)


STORY: tuple[Report, ...] = (
    raid("01 raid", 8, sketch=sketch("first")),
    raid("02 copy", 9, sketch=sketch("first", 0.8, "two")),
    raid("03 own", 12, BROD),
    evacuation("04 evacuated", 14),
    shelling("05 shelled", 30, OSK),
    shelling("06 city", 33, FAR),
    lifted("07 lifted", 40),
    report("08 brief", [
        Part((Told("transport_crash", TARN, day(1)),), role="other", rare=("Tarn",)),
        Part((Told("strike_blockade", VEY, day(1)),), role="other", rare=("Vey",)),
        Part((Told("incursion", OSK, day(0), who=SIDES),), role="other", rare=("Osk", "Corps")),
    ], 31, genre="roundup"),
    report("09 crash", [Part((Told("transport_crash", TARN, day(1)),), rare=("Tarn", "Hobb"))], 32),
    report("10 crash again", [Part((Told("transport_crash", TARN, day(1)),), rare=("Tarn", "Hobb"))], 35),
    report("11 storm", [Part((Told("storm", ILM, day(1)),), rare=("Ilm",))], 35),
)  # fmt: skip
EXPECTED = frozenset({
    frozenset({
        "01 raid", "02 copy", "03 own", "04 evacuated", "05 shelled", "06 city", "07 lifted", "08 brief",
    }),
    frozenset({"08 brief", "09 crash", "10 crash again"}),
    frozenset({"08 brief"}),
    frozenset({"11 storm"}),
})  # fmt: skip
PLACES = list(range(len(STORY)))


def told(order: Sequence[int]) -> list[Report]:
    return [STORY[n] for n in order]


def test_the_story_in_order() -> None:
    assert fed(*STORY).groups() == EXPECTED


@settings(max_examples=150, deadline=None)
@given(st.permutations(PLACES))
def test_every_order_gives_the_same_grouping(order: Sequence[int]) -> None:
    assert fed(*told(order)).groups() == EXPECTED


@settings(max_examples=50, deadline=None)
@given(st.permutations(2 * PLACES))
def test_repeats_change_nothing(order: Sequence[int]) -> None:
    desk = fed(*told(order))
    assert desk.groups() == EXPECTED
    seen = [(event.incident, event.seq) for event in desk.events if event.incident]
    assert len(seen) == len(set(seen))


@settings(max_examples=50, deadline=None)
@given(st.permutations(PLACES))
def test_deciding_again_from_the_start_gives_the_same_events(order: Sequence[int]) -> None:
    assert fed(*told(order)).events == fed(*told(order)).events


def words(article: str, version: int, *texts: str, hours: float) -> Report:
    told = tuple(Told("shelling", OSK, day(0), words=text) for text in texts)
    return report(article, [Part(told)], hours, text=f"v{version}", modified=hours)


VERSIONS: tuple[Report, ...] = (
    words("a", 1, "one", "two", hours=1),
    words("a", 2, "two", "three", hours=2),
    words("a", 3, "three", hours=3),
    words("b", 1, "one", hours=1),
    withdrawal("b", 4),
    words("c", 1, "five", hours=2),
)


@settings(max_examples=100, deadline=None)
@given(st.permutations(2 * list(range(len(VERSIONS)))))
def test_the_newest_version_stands_in_every_order(order: Sequence[int]) -> None:
    desk = fed(*(VERSIONS[n] for n in order))
    standing: dict[str, list[str]] = defaultdict(list)
    for article in ("a", "b", "c"):
        for texts in desk.standing(article).values():
            standing[article] += texts
    assert standing == {"a": ["three"], "c": ["five"]}


@settings(max_examples=50, deadline=None)
@given(st.permutations(PLACES), st.integers(min_value=0, max_value=len(STORY)))
def test_a_ledger_is_the_fold_of_its_events(order: Sequence[int], upto: int) -> None:
    desk = fed(*told(order)[:upto], withdrawal("05 shelled", 50))
    other = Desk()
    for event in desk.events:
        apply(other.ledger, event)
    assert other.ledger == desk.ledger
