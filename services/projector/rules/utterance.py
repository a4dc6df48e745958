"""What somebody said: the part that figures, measures and claims of control share, and which of it still lives."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from services.projector.rules.origins import WITHDRAWING
from services.projector.rules.positions import Act, Position, Relation, Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance(ABC):
    """One assertion. Times are whole seconds. `via` = outer links of the chain, first the outlet that printed it.

    `speaker` = its origin (last named speaker, else the outlet); `org` = the organisation it speaks for, if another.
    """

    id: str
    speaker: str
    relation: Relation
    said_at: int
    published: int = 0
    org: str | None = None
    side: str | None = None
    via: tuple[str, ...] = ()
    family: str | None = None
    withdrawn: Withdrawal | None = None
    withdrawn_at: int | None = None

    @property
    @abstractmethod
    def topic(self) -> Hashable:
        """What a retraction by the origin ends: all that it said of this."""

    @property
    @abstractmethod
    def content(self) -> Hashable:
        """What a withdrawal ends: the origin's like words, in relays too."""

    @property
    @abstractmethod
    def takes_back(self) -> bool:
        """Whether this is a retraction and says nothing else."""

    @property
    def origin(self) -> str:
        return self.org or self.speaker

    @property
    def order(self) -> tuple[int, int, str]:
        """The order of speech: said, published, id; never arrival."""
        return self.said_at, self.published, self.id

    def position(self, act: Act, realis: str = "actual") -> Position:
        """The utterance as the status rules see it."""
        return Position(
            id=self.id,
            origin=self.speaker,
            relation=self.relation,
            act=act,
            time=self.said_at,
            published=self.published,
            org=self.org,
            side=self.side,
            realis=realis,
            via=self.via,
            family=self.family,
            withdrawn=self.withdrawn,
            withdrawn_at=self.withdrawn_at,
        )


U = TypeVar("U", bound=Utterance)


class Ending(NamedTuple):
    """The end of an origin's words on a topic up to a moment: of all, or of one content; through one outlet or all."""

    origin: str
    topic: Hashable
    content: Hashable | None
    through: str | None
    upto: tuple[float, float]

    def ends(self, said: Utterance) -> bool:
        return (
            self.origin == said.origin
            and self.topic == said.topic
            and self.content in (None, said.content)
            and (self.through is None or self.through in said.via)
            and (said.said_at, said.published) <= self.upto
        )


def live(said: Iterable[U]) -> tuple[U, ...]:
    """What is neither withdrawn nor taken back nor a relay of it (R1), each once, in the order of speech."""
    every = sorted(set(said), key=lambda it: it.order)
    endings = [ending for it in every if (ending := ending_of(it)) is not None]
    return tuple(it for it in every if not it.takes_back and not any(ending.ends(it) for ending in endings))


def ending_of(said: Utterance) -> Ending | None:
    """What the words end of what their origin said; None: nothing."""
    if said.takes_back:
        return Ending(said.origin, said.topic, None, None, (said.said_at, said.published))
    if said.withdrawn not in WITHDRAWING:
        return None
    at = said.said_at if said.withdrawn_at is None else max(said.said_at, said.withdrawn_at)
    through = said.via[0] if said.via else None
    return Ending(said.origin, said.topic, said.content, through, (at, float("inf")))
