"""Noun phrases of those who act and speak, as they stand in the text: person, office, body, organisation, class."""

from dataclasses import dataclass

from schemas.vocabulary import SpeakerKind
from services.parser.actor_lexicon import Entry
from services.parser.toponyms import Toponym


@dataclass(frozen=True, slots=True)
class Draft:
    """One phrase. `head`: its head word. `org`: whom an office serves. `places`: nationality or seat named with it.

    `person`: words of a personal name; `bare`: no name, place or nationality, so it may mean somebody named before.
    `seated`: where they are, which is not part of the title ("police in X").
    `generic`: a head word of organisations in small letters ("the ministry").
    """

    first: int
    last: int
    head: int
    entry: Entry | None = None
    person: str | None = None
    name: str | None = None
    kind: SpeakerKind | None = None
    org: "Draft | None" = None
    places: tuple[Toponym, ...] = ()
    pair: tuple[Toponym, ...] = ()
    descriptors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    generic: str | None = None
    definite: bool = False
    indefinite: bool = False
    titled: bool = False
    seated: Toponym | None = None

    @property
    def bare_office(self) -> bool:
        """An office of nowhere: of no organisation and no place."""
        return not (self.places or self.org or self.pair)

    @property
    def bare(self) -> bool:
        return not (self.person or self.name or self.places or self.org or self.pair)
