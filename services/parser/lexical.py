"""Stage 3 and the lexical half of stage 4: places, actors, dates, numbers of a field, resolved by the whole article."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from schemas.report import Place
from services.parser import actors
from services.parser.actor_lexicon import Body, ClassWord, Institution, Office
from services.parser.anaphora import places_meant
from services.parser.cast import Casting
from services.parser.dates import Reference, dates
from services.parser.descriptors import descriptors
from services.parser.drafts import Draft
from services.parser.evidence import sights
from services.parser.fold import strict
from services.parser.lexicon import Lexicon
from services.parser.meeting import Cast, attach, meet
from services.parser.mentions import (
    ActorMention,
    Clean,
    DateMention,
    Layout,
    Mentions,
    Piece,
    PlaceMention,
)
from services.parser.numbers import numbers
from services.parser.phrasing import drafts
from services.parser.places import Frame, Geography, geography
from services.parser.reading import Reading, read
from services.parser.stretches import Stretches
from services.parser.toponyms import Toponym
from services.parser.words import Word, words_of

Mark = tuple[int, int, str]
UNREAD = frozenset({"boilerplate"})


@dataclass(frozen=True, slots=True)
class _Found:
    """What one part of an article (all of it, or an item of a roundup) says."""

    places: tuple[PlaceMention, ...]
    actors: tuple[ActorMention, ...]
    dates: tuple[DateMention, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field with what is the same for all of its parts. `marks`: its descriptors."""

    clean: Clean
    words: tuple[Word, ...]
    marks: tuple[Mark, ...]

    def marks_of(self, pieces: Sequence[Piece]) -> Sequence[Mark]:
        if not pieces:
            return ()
        first = bisect_left(self.marks, pieces[0].start, key=lambda mark: mark[0])
        return self.marks[first : bisect_left(self.marks, pieces[-1].end, key=lambda mark: mark[0])]


def scan(clean: Clean, layout: Layout, lexicon: Lexicon) -> Mentions:
    """The mentions of one field of an article, sorted, in offsets of its clean text."""
    title, body = scan_both(layout, lexicon)
    return title if clean.field == "title" else body


def scan_both(layout: Layout, lexicon: Lexicon) -> tuple[Mentions, Mentions]:
    """(title, body). What one field says of somebody holds in the other; the items of a roundup stand alone."""
    pieces = [piece for piece in layout.pieces if piece.kind not in UNREAD]
    body = [piece for piece in pieces if piece.field == "body"]
    title = [piece for piece in pieces if piece.field == "title"]
    fields = _field(layout.body, lexicon), _field(layout.title, lexicon)
    of_body, of_title = _part(layout, lexicon, fields, body, title)
    items = [of_body]
    if layout.genre == "roundup":
        items = [_part(layout, lexicon, fields, [piece], [])[0] for piece in body]
    return _mentions(fields[1], title, [of_title]), _mentions(fields[0], body, items)


def _field(clean: Clean, lexicon: Lexicon) -> _Field:
    return _Field(clean, words_of(clean.text), descriptors(clean.text, lexicon.places))


def _mentions(field: _Field, pieces: Sequence[Piece], parts: Sequence[_Found]) -> Mentions:
    read_of = Stretches((piece.start, piece.end) for piece in pieces)
    when = tuple(sorted((d for part in parts for d in part.dates), key=lambda d: d.start))
    counted = numbers(field.clean.text, Stretches((d.start, d.end) for d in when))
    return Mentions(
        tuple(m for part in parts for m in part.places),
        tuple(m for part in parts for m in part.actors),
        when,
        tuple(n for n in counted if read_of.hold(n.start, n.end)),
        tuple(d for d in field.marks if read_of.hold(d[0], d[1])),
    )


def _part(
    layout: Layout, lexicon: Lexicon, fields: tuple[_Field, _Field], body: Sequence[Piece], title: Sequence[Piece]
) -> tuple[_Found, _Found]:
    readings = [
        read(field.clean, field.words, pieces, lexicon) for field, pieces in zip(fields, (body, title), strict=True)
    ]
    found = [drafts(reading) for reading in readings]
    located = _located(readings, found, layout)
    marks = [field.marks_of(pieces) for field, pieces in zip(fields, (body, title), strict=True)]
    acted = _acted(readings, found, located, marks)
    zone = ZoneInfo(located.zone) if located.zone else None
    parts = []
    for reading, mentions, pieces in zip(readings, acted, (body, title), strict=True):
        places = _with_anaphora(reading, located.mentions[reading.clean.field])
        parts.append(_Found(places, mentions, tuple(_dates(reading.clean, pieces, layout, zone))))
    return parts[0], parts[1]


def _dates(clean: Clean, pieces: Sequence[Piece], layout: Layout, zone: ZoneInfo | None) -> list[DateMention]:
    """Against the publication, in a live blog against the stamp."""
    if layout.published is None:
        return []
    found: list[DateMention] = []
    for piece in pieces:
        reference = Reference(piece.at or layout.published, zone)
        found += dates(clean.text[piece.start : piece.end], reference, piece.start)
    return found


def _located(readings: Sequence[Reading], found: Sequence[Sequence[Draft]], layout: Layout) -> Geography:
    every = [draft for group in found for draft in group]
    surnames = frozenset(strict(draft.person.split()[-1]) for draft in every if draft.person)
    seen = [
        sights(reading, _consumed(group), _names(reading, group), surnames)
        for reading, group in zip(readings, found, strict=True)
    ]
    frame = Frame(readings[0].lexicon.places, layout.home, layout.dateline, _homes(every))
    return geography(seen, frame)


def _homes(every: Sequence[Draft]) -> tuple[str, ...]:
    """Countries of the institutions that are named, outlets apart."""
    entries = [draft.entry for draft in every] + [draft.org.entry for draft in every if draft.org]
    return tuple(sorted({e.country for e in entries if isinstance(e, Institution) and e.country and not e.outlet}))


def _consumed(found: Sequence[Draft]) -> frozenset[int]:
    """Words inside titles and names of organisations: no places of their own."""
    return frozenset(
        at for draft in found if not isinstance(draft.entry, ClassWord) for at in range(draft.first, draft.last)
    )


def _names(reading: Reading, found: Sequence[Draft]) -> frozenset[int]:
    """Words of personal names and proper names of organisations: no places at all."""
    words: set[int] = set()
    for draft in found:
        if draft.person:
            words.update(_person_words(reading, draft))
        elif draft.name or isinstance(draft.entry, Institution):
            words.update(range(draft.first, draft.last))
        if draft.org and (draft.org.name or isinstance(draft.org.entry, Institution)):
            words.update(range(draft.org.first, draft.org.last))
    return frozenset(words)


def _person_words(reading: Reading, draft: Draft) -> range:
    size = len((draft.person or "").split())
    for at in range(draft.first, draft.last):
        if reading.text(at, min(at + size, draft.last)) == draft.person:
            return range(at, at + size)
    return range(draft.first, draft.first)


def _acted(
    readings: Sequence[Reading],
    found: Sequence[tuple[Draft, ...]],
    located: Geography,
    marks: Sequence[Sequence[Mark]],
) -> list[tuple[ActorMention, ...]]:
    cast = Cast()
    policed = _policed([draft for group in found for draft in group])
    castings = [_casting(reading, located, policed) for reading in readings]
    told = [actors.tell(*args) for args in zip(readings, found, castings, strict=True)]
    for reading, group, called in zip(readings, told, marks, strict=True):
        meet(reading, group, cast)
        attach(reading, group, called, cast)
    return [
        actors.mentions(readings[0], told[0], [], cast, located, castings[0]),
        actors.mentions(readings[1], told[1], told[0], cast, located, castings[1]),
    ]


def _policed(every: Sequence[Draft]) -> bool:
    """The article speaks of police and of no army: its captains are policemen."""
    keys = {draft.entry.key for draft in every if isinstance(draft.entry, Body | Office)}
    return "police" in keys and not keys & {"military", "ministry-defence", "military-intelligence", "national-guard"}


def _casting(reading: Reading, located: Geography, policed: bool) -> Casting:
    def where(name: Toponym) -> Place | None:
        return located.resolved.get((reading.clean.field, name.first))

    lexicon = reading.lexicon
    return Casting(lexicon.actors, lexicon.places.country_names, where, replace(located.setting, policed=policed))


def _with_anaphora(reading: Reading, places: tuple[PlaceMention, ...]) -> tuple[PlaceMention, ...]:
    taken = Stretches((m.start, m.end) for m in places)
    free = [m for m in places_meant(reading, places) if not taken.overlap(m.start, m.end)]
    return tuple(sorted((*places, *free), key=lambda m: m.start))
