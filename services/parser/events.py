"""What the middle stages hand to the last: events as mentioned, and drafts of assertions on them."""

from dataclasses import dataclass
from typing import Literal

from schemas.report import Aspect, Concern, Means, Participant, Place, Span, Stance, Value, When
from services.parser.certainty import Modality
from services.parser.voices import Voice


@dataclass(frozen=True, slots=True)
class Event:
    """An occurrence as one place of the text mentions it.

    `token` is the trigger. `definite`: the words refer back ("the raid"); they assert nothing by themselves.
    `actor` is the index in `participants` of who did it, as far as known. `history`: told as background.
    """

    sentence: int
    token: int
    type: str
    rule: str
    modality: Modality
    start: int
    end: int
    participants: tuple[Participant, ...] = ()
    place: Place | None = None
    when: When | None = None
    means: Means | None = None
    subtype: str | None = None
    definite: bool = False
    history: bool = False
    generic: bool = False  # "the operation": whatever the article is about
    concerns: Concern | None = None
    head: bool = False  # told by a headline or sub-head

    @property
    def key(self) -> tuple[int, int, str]:
        return self.sentence, self.token, self.type

    @property
    def actor(self) -> str | None:
        return next((p.actor_id for p in self.participants if p.role in ("actor", "authority") and p.actor_id), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """An assertion before it is merged: on which event, by which voice."""

    event: Event
    aspect: Aspect
    voice: Voice
    content: Span
    rule: str
    modality: Modality
    value: Value | None = None
    concerns: Concern | None = None
    stance: Stance | None = None  # instead of the voice's
    anchor: Literal["own", "main"] = "own"  # main: of what the article is about, if `event` is no event of its own
    said_at: When | None = None
    implied: bool = False  # a figure of one that no number says
    struck: bool = False  # shot or stabbed: alive or dead
