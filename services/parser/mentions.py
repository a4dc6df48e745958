"""What the lexical stages find in a text: places, actors, dates, numbers. Offsets count in the *clean* field text.

`Clean` carries the map back to the article; only the check stage turns offsets into those of the article.
"""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.report import Comparator, Field, Genre, Place, SegmentKind, Speaker, When


@dataclass(frozen=True, slots=True)
class Clean:
    """A field as the parser reads it. `origin[i]`: where clean character i stands in the article, and one more."""

    field: Field
    text: str
    origin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment in clean offsets. `at` is a live blog's time stamp."""

    id: str
    field: Field
    start: int
    end: int
    kind: SegmentKind
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The article cut into pieces, with what its frame says."""

    title: Clean
    body: Clean
    pieces: tuple[Piece, ...]
    genre: Genre
    dateline: Place | None = None
    wire_credit: str | None = None
    published: datetime | None = None
    home: str | None = None
    """The outlet's country."""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class ActorMention:
    """A person, office, organisation, armed group, outlet, or people of a class, as they would speak.

    `head` is the offset of the word that syntax should look at. `plural_of` splits "officials from both A and B".
    `metonym`: a country or capital, a government only where it speaks or acts ("Kyiv said"), else just a place.
    """

    start: int
    end: int
    speaker: Speaker
    head: int
    aliases: tuple[str, ...] = ()
    plural_of: tuple[Speaker, ...] = ()
    metonym: bool = False


@dataclass(frozen=True, slots=True)
class DateMention:
    """`history`: the words point before the story ("in March", "last year")."""

    start: int
    end: int
    when: When
    history: bool = False


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number phrase with its comparator words inside. `additional`: "another three"; `of`: "three of the eight"."""

    start: int
    end: int
    comparator: Comparator
    low: int | None = None
    best: int | None = None
    high: int | None = None
    word: str | None = None
    additional: bool = False
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Mentions:
    """All mentions of one field, each tuple sorted by start; longest match won, places inside titles are no places."""

    places: tuple[PlaceMention, ...] = ()
    actors: tuple[ActorMention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    numbers: tuple[NumberMention, ...] = ()
    descriptors: tuple[tuple[int, int, str], ...] = field(default=())
