"""Stage 3 and the lexical half of stage 4: places, actors, dates, numbers of a field, each resolved by the whole article."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from services.parser import actors
from services.parser.actor_lexicon import Body, ClassWord
from services.parser.anaphora import places_meant
from services.parser.cast import Casting
from services.parser.dates import Reference, dates
from services.parser.descriptors import descriptors
from services.parser.drafts import Draft
from services.parser.fold import strict
from services.parser.lexicon import Lexicon
from services.parser.mentions import Clean, Layout, Mentions, PlaceMention
from services.parser.numbers import numbers
from services.parser.phrasing import drafts
from services.parser.places import Geography, geography, sights
from services.parser.reading import Reading, read
from services.parser.resolve import Place
from services.parser.toponyms import Toponym


def scan(clean: Clean, layout: Layout, lexicon: Lexicon) -> Mentions:
    """The mentions of one field of an article."""
    title, body = scan_both(layout, lexicon)
    return title if clean.field == "title" else body


def scan_both(layout: Layout, lexicon: Lexicon) -> tuple[Mentions, Mentions]:
    """(title, body). What one field says of somebody holds in the other."""
    readings = [read(layout.body, lexicon), read(layout.title, lexicon)]
    found = [drafts(reading) for reading in readings]
    located = _located(readings, found, layout)
    cast = actors.Cast()
    body, title = _acted(readings, found, located, cast)
    parts = []
    for reading, mentions in zip(readings, (body, title), strict=True):
        places = _with_anaphora(reading, located.mentions[reading.clean.field], mentions)
        when = dates(reading.clean.text, _reference(layout, located))
        taken = [(d.start, d.end) for d in when]
        counted = numbers(reading.clean.text, taken)
        marks = descriptors(reading.clean.text, lexicon.places)
        parts.append(Mentions(places, mentions, when, counted, marks))
    return parts[1], parts[0]


def _reference(layout: Layout, located: Geography) -> Reference:
    assert layout.published is not None
    return Reference(layout.published, ZoneInfo(located.zone) if located.zone else None)


def _located(readings: Sequence[Reading], found: Sequence[Sequence[Draft]], layout: Layout) -> Geography:
    every = [draft for group in found for draft in group]
    surnames = frozenset(strict(draft.person.split()[-1]) for draft in every if draft.person)
    seen = [
        sights(reading, _consumed(reading, group), _names(reading, group), surnames)
        for reading, group in zip(readings, found, strict=True)
    ]
    return geography(seen, readings[0], layout.home, layout.dateline)


def _consumed(reading: Reading, found: Sequence[Draft]) -> frozenset[int]:
    """Words of places inside titles and names of organisations."""
    words: set[int] = set()
    for draft in found:
        if isinstance(draft.entry, ClassWord):
            continue
        for at in range(draft.first, draft.last):
            words.add(at)
    return frozenset(words)


def _names(reading: Reading, found: Sequence[Draft]) -> frozenset[int]:
    """Words of personal names and proper names of organisations."""
    words: set[int] = set()
    for draft in found:
        if draft.person:
            size = len(draft.person.split())
            words.update(_person_words(reading, draft, size))
        elif draft.name or (
            draft.entry is not None and not isinstance(draft.entry, Body | ClassWord) and not draft.places
        ):
            words.update(range(draft.first, draft.last))
    return frozenset(words)


def _person_words(reading: Reading, draft: Draft, size: int) -> range:
    wanted = draft.person or ""
    for at in range(draft.first, draft.last):
        if reading.text(at, min(at + size, draft.last)) == wanted:
            return range(at, at + size)
    return range(draft.first, draft.first)


def _acted(
    readings: Sequence[Reading], found: Sequence[tuple[Draft, ...]], located: Geography, cast: actors.Cast
) -> list[tuple[actors.ActorMention, ...]]:
    castings = [_casting(reading, located) for reading in readings]
    told = [actors.tell(*args) for args in zip(readings, found, castings, strict=True)]
    for reading, group in zip(readings, told, strict=True):
        actors.meet(group, cast)
        actors.attach(reading, group, descriptors(reading.clean.text, reading.lexicon.places), cast)
    return [
        actors.mentions(reading, group, cast, located, casting)
        for reading, group, casting in zip(readings, told, castings, strict=True)
    ]


def _casting(reading: Reading, located: Geography) -> Casting:
    def where(name: Toponym) -> Place | None:
        return located.resolved.get((reading.clean.field, name.first))

    lexicon = reading.lexicon
    return Casting(lexicon.actors, lexicon.places.country_names, where, located.setting)


def _with_anaphora(
    reading: Reading, places: tuple[PlaceMention, ...], mentions: Sequence[actors.ActorMention]
) -> tuple[PlaceMention, ...]:
    meant = places_meant(reading, places)
    taken = [(m.start, m.end) for m in places]
    free = [m for m in meant if not any(a < m.end and m.start < b for a, b in taken)]
    return tuple(sorted((*places, *free), key=lambda m: m.start))
