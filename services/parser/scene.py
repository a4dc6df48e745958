"""A sentence with what the lexical stages found in it, looked up by token."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol, TypeVar

from schemas.report import Field
from services.parser.mentions import ActorMention, DateMention, Layout, Mentions, NumberMention, PlaceMention
from services.parser.rules import Rules
from services.parser.tree import Sentence, Token


class _Ranged(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


M = TypeVar("M", bound=_Ranged)
_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Scene:
    """Mentions of one sentence. A token's mention is the one that covers it."""

    rules: Rules
    sentence: Sentence
    text: str
    places: tuple[PlaceMention, ...] = ()
    actors: tuple[ActorMention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    numbers: tuple[NumberMention, ...] = ()
    descriptors: tuple[tuple[int, int, str], ...] = field(default=())

    @property
    def field(self) -> Field:
        return self.sentence.piece.field

    def actor_at(self, token: Token) -> ActorMention | None:
        return covering(self.actors, token)

    def place_at(self, token: Token) -> PlaceMention | None:
        return covering(self.places, token)

    def number_at(self, token: Token) -> NumberMention | None:
        return covering(self.numbers, token)

    def is_class(self, token: Token, name: str) -> bool:
        """Whether a token's word is of a class; `place` and `actor` also hold for what the lexicon resolved."""
        if name == "":
            return True
        if name == "place" and self.place_at(token) is not None:
            return True
        mention = self.actor_at(token)
        if mention is not None:
            person = (mention.speaker.id or "").startswith("p:")
            if name == "actor" or (mention.speaker.kind in KIND_CLASS.get(name, ()) and not person):
                return True
            if name == "civilian" and mention.speaker.office:
                return True
        if token.text[:1].isupper() and any(
            self.rules.is_class(k.lemma, name) for k in self.sentence.kids(token.i, "compound")
        ):
            return True  # "the ferry Solveig"
        if name == "civilian" and token.tag == "NNP" and token.lower not in self.rules.classes:
            return mention is not None and mention.speaker.kind not in {"armed_group", "military"}
        return self.rules.is_class(token.lemma, name)

    def words(self, start: int, end: int) -> str:
        return self.text[start:end]


KIND_CLASS = {
    "armed": ("armed_group", "military"),
    "forces": ("military",),
    "attackers": ("armed_group",),
    "police": ("police_rescue",),
    "responders": ("police_rescue",),
    "power": ("armed_group", "military", "government"),
}


def covering(mentions: Sequence[M], token: Token) -> M | None:
    start = token.start
    for m in mentions:
        if m.start <= start < m.end:
            return m
    return None


def scenes(sentences: Iterable[Sentence], layout: Layout, title: Mentions, body: Mentions, rules: Rules) -> list[Scene]:
    """Every sentence with its mentions, in order."""
    found = []
    for s in sentences:
        clean, mentions = (layout.title, title) if s.piece.field == "title" else (layout.body, body)
        found.append(
            Scene(
                rules, s, clean.text,
                _within(mentions.places, s), _within(mentions.actors, s), _within(mentions.dates, s),
                _within(mentions.numbers, s),
                tuple(d for d in mentions.descriptors if s.start <= d[0] and d[1] <= s.end),
            )
        )  # fmt: skip
    return found


def _within(mentions: tuple[M, ...], sentence: Sentence) -> tuple[M, ...]:
    first = bisect_left(mentions, sentence.start, key=_start)
    last = bisect_left(mentions, sentence.end, key=_start)
    return tuple(m for m in mentions[first:last] if m.end <= sentence.end)
