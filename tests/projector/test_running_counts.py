"""The ledger kept up to date: whatever words come and go, the head of a key is the one read from all of them."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from services.projector.rules.count_terms import HeadKey, Statement
from services.projector.rules.counts import head_of
from services.projector.rules.positions import Sides
from services.projector.running.chapter import Chapter
from services.projector.running.reel import EVERY

KEY = HeadKey("killed", "civilians", False)
SIDES = Sides.of([("north", "south")], [])
HOUR = 3600


@st.composite
def statements(draw: Any, n: int) -> Statement:
    """Few speakers, moments and figures, so that words meet: repeats, slips, echoes, additions, retractions."""
    pick: Callable[..., Any] = lambda *of: draw(st.sampled_from(of))  # noqa: E731
    own = draw(st.booleans())
    who = pick("post", "mail") if own else pick("police", "ministry", "south", "witness")
    low = draw(st.integers(0, 4))
    comparator = pick("=", "=", "=", ">=", "<=", "~")
    exact = low if comparator == "=" else None
    return Statement(
        id=f"s{n}", speaker=who, relation="O" if own else pick("D", "O", "P", "W", "N"), published=pick(0, 1, 2, 3),
        said_at=pick(0, 1, 2, 30) * HOUR, side=pick(None, "north", "south"), via=() if own else (pick("post", "mail"),),
        family=pick(None, None, "f"), outcome="killed", group="civilians", scope=pick("incident", "incident", "town"),
        kind=pick("total", "total", "total", "additional", "subset", "deduction"), comparator=comparator, low=low,
        best=exact, high=exact, cue_revised=draw(st.booleans()), official=not own and draw(st.booleans()),
        own_voice=own, act=pick("figure", "figure", "figure", "withholds", "retracts"),
        withdrawn=pick(None, None, None, "correction", "dropped"), withdrawn_at=pick(None, HOUR, 40 * HOUR),
    )  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_head_of_a_chapter_is_the_head_of_its_statements(data: Any) -> None:
    chapter, held = Chapter(KEY), dict[int, Statement]()
    for n in range(data.draw(st.integers(1, 4 * EVERY))):
        if held and data.draw(st.integers(0, 3)) == 0:
            chapter.take(held.pop(data.draw(st.sampled_from(sorted(held)))))
        else:
            held[n] = data.draw(statements(n))
            chapter.put(held[n])
        if data.draw(st.booleans()):
            assert chapter.head(SIDES) == head_of(KEY, held.values(), SIDES)
    assert chapter.head(SIDES) == head_of(KEY, held.values(), SIDES)
