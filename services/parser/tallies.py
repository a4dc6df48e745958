"""The figures of one article read together, before they become assertions.

A single person told of beside a stated total is part of it; who was shot may be among the dead; who only is "the girl"
or "he" counts where no other figure does; a gunman who died by his own hand is one of "three dead", not of the two he
killed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.report import Count, Value
from services.parser.events import Draft
from services.parser.numbers import ORDINALS

APART = timedelta(days=3)
WEAK = (".sum", ".hospital", ".bearing", ".victims")  # rules whose figures are part of any larger total
UNREAL = ("planned", "possible")
Key = tuple[str, str]
ANYWHERE = "incident"  # the scope of a figure without a place: part of any larger one


@dataclass(frozen=True, slots=True)
class Tallies:
    """`totals`: the highest stated total of (outcome, group), `by_voice` of (voice, outcome, group, scope).

    `told`: outcomes with a figure that stands by itself.
    """

    totals: dict[Key, int]
    by_voice: dict[tuple[str, ...], int]
    told: frozenset[str]
    dead: tuple[tuple[int, datetime | None], ...]
    """How many, and since when, for each figure of the dead."""
    hurt: int
    dead_in_all: bool
    """Whether a total of the dead is told as a state, so that whoever killed himself is among them."""
    others: frozenset[int]
    """Sentences that tell of somebody harmed by another."""
    died_of_hurt: int
    """How many of the injured are told to have died since: who still is hurt are the rest of them."""


def tidy(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with their counts made to agree, some left out."""
    tallies = _tallies(drafts)
    return [kept for draft in drafts if (kept := _tidied(draft, tallies)) is not None]


def _tallies(drafts: Sequence[Draft]) -> Tallies:
    counted = [(d, c) for d in drafts if (c := _count(d)) is not None and (c.low or 0) > 0 and not c.indirect]
    if any(not d.event.head for d, _ in counted):  # a headline only supports
        counted = [(d, c) for d, c in counted if not d.event.head]
    counted = [(d, c) for d, c in counted if d.modality.polarity == "+" and d.modality.realis not in UNREAL]
    stated = [(d, c) for d, c in counted if not d.implied and c.kind == "total" and d.event.history is False]
    dead = [(c.low or 0, _since(d)) for d, c in counted if c.outcome == "killed" and d.event.history is False]
    stated = [(d, c) for d, c in stated if not (dead and d.struck)]
    totals: dict[Key, int] = {}
    for _, count in stated:
        key = count.outcome, count.group
        totals[key] = max(totals.get(key, 0), count.low or 0)
    by_voice: dict[tuple[str, ...], int] = {}
    for draft, count in stated:
        for scope in (count.scope, ANYWHERE):
            voice = _voice(draft, count, scope)
            by_voice[voice] = max(by_voice.get(voice, 0), count.best or 0)
    hurt = [c.low or 0 for d, c in stated if c.outcome == "injured" and not d.struck]
    return Tallies(
        totals=totals,
        by_voice=by_voice,
        told=frozenset(c.outcome for d, c in counted if not (_is_definite(d) or _is_ordinal(c) or _is_own_hand(d))),
        others=frozenset(d.event.sentence for d, c in counted if not _is_own_hand(d)),
        dead=tuple(dead),
        hurt=max(hurt, default=0),
        died_of_hurt=sum(c.best or 0 for _, c in counted if c.kind == "additional" and c.base == "injured"),
        dead_in_all=any(c.outcome == "killed" and (c.low or 0) > 1 and _is_state(d) for d, c in stated),
    )


def _tidied(draft: Draft, tallies: Tallies) -> Draft | None:
    count = _count(draft)
    if count is None or count.indirect:
        return draft
    if _is_own_hand(draft) and (tallies.dead_in_all or draft.event.sentence not in tallies.others):
        return None if "killed" in tallies.told else draft
    if (_is_definite(draft) or _is_ordinal(count)) and count.outcome in tallies.told:
        return None  # "the fourth victim" counts all who were shot, "he" nobody new
    if tallies.died_of_hurt and count.outcome == "injured" and count.kind == "total" and count.best:
        rest = replace(count, kind="subset", part_of=count.best + tallies.died_of_hurt)
        return replace(draft, value=Value(count=rest))
    dead = _dead(draft, tallies) if count.outcome == "injured" and draft.struck else 0
    if dead:
        return _struck(draft, count, dead, bool(tallies.hurt))
    return _as_part(draft, count, tallies)


def _as_part(draft: Draft, count: Count, tallies: Tallies) -> Draft | None:
    """A figure as a part of the larger one that the same words or the same voice give."""
    if draft.implied or draft.rule.endswith(WEAK):
        total = tallies.totals.get((count.outcome, count.group))
        total = total if draft.implied or (total or 0) > (count.low or 0) else None
    else:
        total = tallies.by_voice.get(_voice(draft, count, count.scope))
        smaller = count.kind == "total" and not count.revised and 0 < (count.best or 0) < (total or 0)
        total = total if smaller and draft.event.history is False else None
    if total is None:
        return draft
    part = replace(count, kind="subset", part_of=total)
    return replace(draft, value=Value(count=part)) if total > 1 else None


def _voice(draft: Draft, count: Count, scope: str) -> tuple[str, ...]:
    chain = draft.voice.chain
    return (chain[-1].id or chain[-1].name if chain else "", count.outcome, count.group, scope)


def _since(draft: Draft) -> datetime | None:
    return draft.event.when.start if draft.event.when else None


def _dead(draft: Draft, tallies: Tallies) -> int:
    """How many of those struck may have died: not those of another week."""
    at = _since(draft)
    near = (n for n, since in tallies.dead if at is None or since is None or abs(since - at) <= APART)
    return max(near, default=0)


def _struck(draft: Draft, count: Count, dead: int, hurt: bool) -> Draft | None:
    """ "Five people were shot, one of them died": four are hurt, unless their number is told."""
    if draft.implied or count.best is None or (hurt and count.kind == "total"):
        return None
    left = count.best - dead
    if count.kind != "total":
        return replace(draft, value=Value(count=replace(count, comparator="<=", low=None, best=None)))
    return replace(draft, value=Value(count=replace(count, low=left, best=left, high=left))) if left > 0 else None


def _is_definite(draft: Draft) -> bool:
    return draft.rule.endswith(".definite")


def _is_own_hand(draft: Draft) -> bool:
    return draft.rule.endswith(".own_hand")


def _is_ordinal(count: Count) -> bool:
    word = count.word or ""
    return count.comparator == ">=" and (word in ORDINALS or word[:1].isdigit())


def _is_state(draft: Draft) -> bool:
    """ "three are dead", "three people died", not "he killed three"."""
    return not any(word in draft.rule for word in (".active", ".deed", ".own_hand"))


def _count(draft: Draft) -> Count | None:
    return draft.value.count if draft.value else None
