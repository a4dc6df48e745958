"""Proper names of organisations: capitals that end in, or begin with, a word for a body; and such words alone."""

from services.parser.actor_lexicon import Body, Institution
from services.parser.drafts import Draft
from services.parser.reading import Reading
from services.parser.tables import word_set

LONGEST = 9
INSIDE = word_set("name_links")
INSIDE_HEADED = INSIDE | {"and"}
OWN_NAMES = frozenset({"hospital", "airport", "school", "union", "railway"})
SAINTS = frozenset({"st", "saint"})


def organisation(reading: Reading, at: int, start: int) -> Draft | None:
    """The longest name that begins at a word; a nationality in front belongs to it. `start`: of the whole phrase.

    A body that many places have ("Ottumwa Police") is no name of its own.
    """
    if at >= len(reading.words) or not reading.words[at].capital:
        return None
    found = _ended(reading, at, start) or _headed(reading, at)
    return None if found and _is_body_of_place(reading, at, found) else found


def generic(reading: Reading, at: int) -> Draft | None:
    """ "the ministry": a head word of organisations in small letters."""
    word = reading.lower(at)
    known = reading.lexicon.actors.org_words.get(word.capitalize())
    if known and known.short and not reading.words[at].capital:
        return Draft(at, at + 1, at, kind=known.kind, generic=word)
    return None


def _ended(reading: Reading, at: int, start: int) -> Draft | None:
    """ "Freedom Front of the North", "Alder Valley Hospital"."""
    last, head = at, None
    for i in range(at, min(at + LONGEST, len(reading.words))):
        word = reading.words[i]
        if i > at and not word.joined:
            break
        if not word.capital:
            if word.lower not in INSIDE and not word.text[0].isdigit():
                break
            continue
        if reading.org_word(i) and i > start:
            last, head = i + 1, i
        if word.possessive and not _owns_name(reading, i):
            break
    return _named(reading, at, last, head) if head is not None else None


def _owns_name(reading: Reading, at: int) -> bool:
    """ "Miners' Union", "St Luke's Hospital": the possessive is part of the name; not so a town's or country's."""
    follows = at + 1 < len(reading.words) and reading.words[at + 1].capital and reading.joined(at + 1)
    place = reading.covered.get(at)
    return follows and (place is None or reading.lower(place.first) in SAINTS)


def _headed(reading: Reading, at: int) -> Draft | None:
    """ "Institute for the Study of Rivers", "Federation of Miners"."""
    if not reading.org_word(at) or reading.lower(at + 1) not in ("of", "for") or not reading.joined(at + 1):
        return None
    i, end = at + 2, min(at + LONGEST, len(reading.words))
    while i < end and reading.joined(i) and (reading.words[i].capital or reading.lower(i) in INSIDE_HEADED):
        i += 1
    while not reading.words[i - 1].capital:
        i -= 1
    return _named(reading, at, i, at) if i > at + 2 else None


def _named(reading: Reading, first: int, last: int, head: int) -> Draft:
    word, hints = reading.org_word(head), reading.lexicon.actors.org_hints
    kind = word.kind if word else None
    hinted = next((hints[w.text] for w in reading.words[first:last] if w.text in hints), None)
    kind = hinted if hinted and kind != "armed_group" else kind
    nation = reading.places.get(first)
    places = (nation,) if nation and nation.kind in ("adjective", "country") else ()
    return Draft(first, last, head, name=reading.text(first, last), kind=kind, places=places)


def _is_body_of_place(reading: Reading, at: int, proper: Draft) -> bool:
    """ "Ottumwa Police", "US State Department"."""
    place = reading.places.get(at)
    entry = reading.entries.get(place.last) if place and place.last < proper.last else None
    if (
        place is None
        or entry is None
        or place.last + entry[0] < proper.last
        or place.kind == "unknown"
        or place.level in ("area", "local")
    ):
        return False
    return isinstance(entry[1], Institution) or (isinstance(entry[1], Body) and entry[1].key not in OWN_NAMES)
