"""The grammar of those who act and speak: words -> drafts, left to right, longest first."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from services.parser.actor_lexicon import Body, ClassWord, Institution, Office
from services.parser.descriptors import descriptors
from services.parser.drafts import Draft
from services.parser.reading import NOT_NAMES, Reading
from services.parser.tables import rows
from services.parser.toponyms import Toponym

DETERMINERS = frozenset(
    {"the", "a", "an", "its", "their", "his", "her", "our", "another", "one", "this", "any", "every", "each"}
)
DEFINITE = frozenset({"the", "this", "its", "their"})
JOINTS = frozenset({"of", "for", "at", "from", "with", "in", "to"})
SEATED = frozenset({"of", "for", "from", "in", "at"})
WITHIN = frozenset({"of", "for", "de", "del", "and", "the", "von"})
MAX_MODIFIERS, MAX_ORG = 6, 9
NAMEABLE = frozenset({"social_channel", "media", "company", "armed_group", "ngo_monitor", "expert"})
NAME_LENGTH = 4
OWN_NAMES = frozenset({"hospital", "airport", "school", "union", "railway"})
DEPTH = 3


@cache
def _modifiers() -> frozenset[str]:
    """data/modifiers.tsv, read once: a packaged constant."""
    return frozenset(word for (line,) in rows("modifiers.tsv", 1) for word in line.split())


def drafts(reading: Reading) -> tuple[Draft, ...]:
    """All phrases of a text, in order, none inside another."""
    found: list[Draft] = []
    at = 0
    while at < len(reading.words):
        draft = phrase(reading, at) or name(reading, at)
        if draft is None:
            at += 1
            continue
        found.append(draft)
        at = max(draft.last, at + 1)
    return tuple(found)


def phrase(reading: Reading, at: int, depth: int = 0) -> Draft | None:
    """The phrase that begins at a word, its article included; None where there is no head within reach."""
    first, definite = at, False
    indefinite = reading.lower(at) in ("a", "an")
    while reading.lower(at) in DETERMINERS and at + 1 < len(reading.words) and reading.joined(at + 1):
        definite = definite or reading.lower(at) in DEFINITE
        at += 1
    start = at
    places: list[Toponym] = []
    pair: tuple[Toponym, ...] = ()
    for _ in range(MAX_MODIFIERS):
        core = _core(reading, at, start, depth)
        if core:
            draft = replace(
                core, first=first if first < core.first else core.first, definite=definite, indefinite=indefinite
            )
            own = _own(reading, start, at)
            return _finished(
                reading, replace(draft, places=(*places, *core.places), pair=pair or core.pair, descriptors=own), depth
            )
        step = _modifier(reading, at)
        if step is None:
            return None
        place, paired, size = step
        places += [place] if place else []
        pair = paired or pair
        at += size
        if at >= len(reading.words) or not (reading.joined(at) or _listed(reading, at)):
            return None
    return None


def _listed(reading: Reading, at: int) -> bool:
    """ "an armed, Kremlin-opposing group"."""
    return reading.words[at].gap == ", " and not reading.words[at].capital and "-" in reading.words[at - 1].text


def _own(reading: Reading, start: int, at: int) -> tuple[str, ...]:
    if start == at:
        return ()
    text = reading.clean.text[reading.words[start].start : reading.words[at].start]
    return tuple(d for _, _, d in descriptors(text, reading.lexicon.places))


def _modifier(reading: Reading, at: int) -> tuple[Toponym | None, tuple[Toponym, ...], int] | None:
    """(place, pair of nationalities, words) of what may stand before a head."""
    place = reading.places.get(at)
    if place and reading.lower(place.last - 1) not in ("in", "of"):
        other = reading.places.get(place.last + 1)
        if reading.lower(place.last) == "and" and other and other.kind == place.kind == "adjective":
            return None, (place, other), other.last - at
        return place, (), place.last - at
    word = reading.words[at]
    if word.lower in _modifiers() or _describes(word.text):
        return None, (), 1
    return None


def _describes(word: str) -> bool:
    return ("-" in word and not word.endswith("-old")) or word.lower() in (
        "rebel",
        "separatist",
        "islamist",
        "jihadist",
        "far-right",
    )


def _core(reading: Reading, at: int, start: int, depth: int) -> Draft | None:
    """The head of a phrase: a proper name of an organisation, else what the lexicons know."""
    proper = _organisation(reading, at, start)
    if proper and _is_body_of_place(reading, at, proper):
        proper = None
    entry = reading.entries.get(at)
    if entry and not (proper and proper.last > at + entry[0]):
        size, value = entry
        return Draft(at, at + size, at + size - 1, entry=value)
    return proper or (
        _generic(reading, at) if at == start and reading.lower(at - 1) in ("the", "its", "their") else None
    )


def _is_body_of_place(reading: Reading, at: int, proper: Draft) -> bool:
    """"Ottumwa Police", "US State Department": a body that many have, of a place, and no name of its own."""
    place = reading.places.get(at)
    entry = reading.entries.get(place.last) if place and place.last < proper.last else None
    if place is None or entry is None or place.last + entry[0] != proper.last:
        return False
    return isinstance(entry[1], Institution) or (isinstance(entry[1], Body) and entry[1].key not in OWN_NAMES)


def _generic(reading: Reading, at: int) -> Draft | None:
    """ "the ministry": a head word of organisations in small letters."""
    word = reading.lower(at)
    known = reading.lexicon.actors.org_words.get(word.capitalize())
    if known and known.short and not reading.words[at].capital:
        return Draft(at, at + 1, at, kind=known.kind, generic=word)
    return None


def _organisation(reading: Reading, at: int, start: int) -> Draft | None:
    """ "Freedom Front of the North", "Alder Valley Hospital": capitals that end in, or begin with, such a word.

    A nationality in front belongs to the name.
    """
    if not reading.words[at].capital:
        return None
    behind = _headed(reading, at)
    last, head = at, None
    for i in range(at, min(at + MAX_ORG, len(reading.words))):
        if i > at and not reading.joined(i):
            break
        if reading.words[i].capital:
            if reading.org_word(i) and i > start:
                last, head = i + 1, i
            if reading.words[i].possessive and not _possessed_name(reading, i):
                break
        elif reading.lower(i) not in WITHIN or reading.lower(i) == "and":
            break
    if head is None:
        return behind
    return _named(reading, at, last, head)


def _possessed_name(reading: Reading, at: int) -> bool:
    """ "People's", "Workers'": part of a name."""
    follows = at + 1 < len(reading.words) and reading.words[at + 1].capital and reading.joined(at + 1)
    place = reading.covered.get(at)
    return follows and (place is None or reading.lower(place.first) in ("st", "saint"))


def _headed(reading: Reading, at: int) -> Draft | None:
    """ "Institute for the Study of Rivers", "Federation of Miners"."""
    if not reading.org_word(at) or reading.lower(at + 1) not in ("of", "for") or not reading.joined(at + 1):
        return None
    i = at + 2
    while (
        i < len(reading.words)
        and reading.joined(i)
        and (reading.words[i].capital or reading.lower(i) in ("of", "the", "for", "and"))
    ):
        i += 1
    while not reading.words[i - 1].capital:
        i -= 1
    return _named(reading, at, i, at) if i > at + 2 else None


def _named(reading: Reading, first: int, last: int, head: int) -> Draft:
    word = reading.org_word(head)
    kind = word.kind if word else None
    hints = reading.lexicon.actors.org_hints
    hinted = next((hints[reading.words[i].text] for i in range(first, last) if reading.words[i].text in hints), None)
    kind = hinted if hinted and kind != "armed_group" else kind
    return Draft(first, last, head, name=reading.text(first, last), kind=kind)


def _finished(reading: Reading, draft: Draft, depth: int) -> Draft:
    """With what follows: acronym, "of PLACE", office of an organisation, a name, an apposition."""
    draft = _with_acronym(reading, draft)
    if depth >= DEPTH:
        return draft
    draft = _with_office_behind(reading, draft, depth)
    draft = _with_complement(reading, draft, depth)
    draft = _with_person(reading, _with_name(reading, draft))
    return _with_post(reading, draft, depth)


def _with_post(reading: Reading, draft: Draft, depth: int) -> Draft:
    """"Commander NAME of the ORG", "Col. NAME, a military spokesman": the post says more than the rank."""
    entry = draft.entry
    if draft.person is None or not isinstance(entry, Office):
        return draft
    if draft.org is None and not draft.places and entry.level == "org":
        return _with_complement(reading, draft, depth)
    behind = _behind(reading, draft) if entry.key == "rank" else None
    return replace(behind, first=draft.first) if behind and isinstance(behind.entry, Office) else draft


def _with_name(reading: Reading, draft: Draft) -> Draft:
    """ "the channel, Frontier Lines, ...": a name of its own behind a kind of body."""
    at = draft.last
    if not isinstance(draft.entry, ClassWord) or draft.entry.kind not in NAMEABLE or at >= len(reading.words):
        return draft
    size = 0
    while size < NAME_LENGTH and at + size < len(reading.words) and reading.words[at + size].capital:
        word = reading.words[at + size]
        if (size and not word.joined) or at + size in reading.entries or word.lower in NOT_NAMES:
            break
        size += 1
    opened = reading.words[at].gap in (", ", " (", ", “", ', "') or (reading.words[at].gap == " " and size > 1)
    closed = at + size >= len(reading.words) or reading.words[at + size].gap.startswith((",", ".", ")", "”", '"'))
    closed = closed or (reading.words[at].gap == " " and _says(reading, at + size))
    if not (size and opened and closed) or reading.org_word(at + size - 1):
        return draft
    if reading.covered.get(at) and size == 1:
        return draft
    return replace(draft, name=reading.text(at, at + size), kind=draft.entry.kind, last=at + size, entry=None)


def _with_acronym(reading: Reading, draft: Draft) -> Draft:
    """ "Freedom Party (FP)"."""
    at = draft.last
    if (
        at >= len(reading.words)
        or reading.words[at].gap != " ("
        or (not draft.name and not isinstance(draft.entry, Institution))
    ):
        return draft
    word = reading.words[at]
    closed = reading.clean.text[word.end : word.end + 1] == ")"
    if closed and word.text.isupper() and 2 <= len(word.text) <= 8:
        return replace(draft, last=at + 1, aliases=(*draft.aliases, word.text))
    return draft


def _with_office_behind(reading: Reading, draft: Draft, depth: int) -> Draft:
    """ "Kremlin spokesman", "the coastguard's spokeswoman", "Russia's FSB chief"."""
    at = draft.last
    serves = not isinstance(draft.entry, Office | ClassWord)
    if not serves or not reading.joined(at):
        return draft
    skip = at
    while reading.lower(skip) in _modifiers() and reading.joined(skip + 1):
        skip += 1
    entry = reading.entries.get(at) or reading.entries.get(skip)
    at = at if reading.entries.get(at) else skip
    if entry is None or not isinstance(entry[1], Office):
        return draft
    size, office = entry
    return Draft(
        draft.first,
        at + size,
        at + size - 1,
        entry=office,
        org=draft,
        definite=draft.definite,
        descriptors=draft.descriptors,
    )


def _with_complement(reading: Reading, draft: Draft, depth: int) -> Draft:
    at = draft.last
    if (
        at + 1 >= len(reading.words)
        or not reading.joined(at)
        or reading.lower(at) not in JOINTS
        or reading.words[at - 1].possessive
    ):
        return draft
    if reading.lower(at) in ("with", "to") and not isinstance(draft.entry, Office):
        return draft
    pair = _pair(reading, at + 1)
    if pair and isinstance(draft.entry, Body | ClassWord | Office):
        return replace(draft, pair=pair, last=pair[1].last)
    place = _seat(reading, at + 1)
    inner = None
    if isinstance(draft.entry, Office) and reading.lower(at) != "in":
        inner = phrase(reading, at + 1, DEPTH - 1)
    if inner and not inner.person and (place is None or inner.last > place[1]):
        return replace(draft, org=inner, last=inner.last)
    if place and reading.lower(at) in SEATED and _takes_seat(draft, reading.lower(at)):
        if reading.lower(at) == "in" or isinstance(draft.entry, ClassWord):
            return replace(draft, seated=place[0])
        return replace(draft, places=(*draft.places, place[0]), last=place[1])
    return draft


def _takes_seat(draft: Draft, joint: str) -> bool:
    if isinstance(draft.entry, Body):
        return joint in ("of", "in")
    if isinstance(draft.entry, ClassWord):
        return joint in ("from", "in") and not draft.entry.group
    return isinstance(draft.entry, Office)


def _seat(reading: Reading, at: int) -> tuple[Toponym, int] | None:
    """A place with its article, and where it ends: "the town of X", "X, Y" with the wider place behind."""
    while reading.lower(at) in ("the", "nearby", "neighbouring", "neighboring") or reading.lower(at) in _modifiers():
        at += 1
    place = reading.places.get(at)
    while place and (place.kind == "adjective" or reading.words[place.last - 1].possessive):
        at = place.last
        following = reading.places.get(at) if reading.joined(at) else None
        if following is None and place.kind != "adjective":
            return None
        place = following
    if place is None:
        return None
    wider = reading.places.get(place.last)
    if wider and reading.words[place.last].gap == ", " and wider.kind in ("area", "country"):
        return place, place.last
    return place, place.last


def _pair(reading: Reading, at: int) -> tuple[Toponym, Toponym] | None:
    """ "both A and B", "A and B"."""
    if reading.lower(at) == "both":
        at += 1
    a = reading.places.get(at)
    b = reading.places.get(a.last + 1) if a and reading.lower(a.last) == "and" else None
    return (a, b) if a and b and a.kind == b.kind and a.kind in ("country", "adjective", "town") else None


def _with_person(reading: Reading, draft: Draft) -> Draft:
    """ "Governor NAME", and "the governor, NAME,"."""
    at = draft.last
    if not isinstance(draft.entry, Office) or at >= len(reading.words):
        return draft
    gap = reading.words[at].gap
    rank = reading.entries.get(at)
    if gap == ", " and rank and isinstance(rank[1], Office) and rank[1].key == "rank":
        at += rank[0]
    while reading.title(at) and not reading.entries.get(at, (0, None))[1] and reading.joined(at + 1):
        at += 1
    size = reading.name_at(at)
    if not size:
        return draft
    if gap in (" ", ". ") and not reading.words[draft.last - 1].possessive:
        return replace(draft, person=reading.text(at, at + size), last=at + size, head=at + size - 1)
    apposed = gap == ", " and (size > 1 or reading.lower(at) in reading.lexicon.places.given_names)
    closed = at + size >= len(reading.words) or not reading.words[at + size].gap == " " or _says(reading, at + size)
    if apposed and closed:
        return replace(draft, person=reading.text(at, at + size), last=at + size, head=draft.head)
    return draft


def _says(reading: Reading, at: int) -> bool:
    return reading.lower(at) in (
        "said",
        "says",
        "told",
        "wrote",
        "who",
        "has",
        "had",
        "was",
        "is",
        "and",
        "added",
        "confirmed",
        "denied",
    )


def name(reading: Reading, at: int) -> Draft | None:
    """A personal name: with a title, a given name, an office in apposition or an age behind it."""
    first = at
    titled = False
    while (
        reading.title(at)
        and at + 1 < len(reading.words)
        and (reading.joined(at + 1) or reading.words[at + 1].gap == ". ")
    ):
        titled, at = True, at + 1
    size = reading.name_at(at)
    if not size:
        return None
    draft = Draft(first, at + size, at + size - 1, person=reading.text(at, at + size), titled=titled)
    behind = _behind(reading, draft)
    if behind:
        return behind
    given = size > 1 and reading.lower(at) in reading.lexicon.places.given_names
    return draft if titled or given or (size > 1 and _speaks(reading, at, size)) else None


def _speaks(reading: Reading, at: int, size: int) -> bool:
    """Two capitals and "said": a person even with a rare given name."""
    place = reading.covered.get(at)
    whole = place is not None and place.core == (at, at + size)
    return (
        not whole
        and reading.joined(at + size)
        and reading.lower(at + size) in ("said", "says", "told", "added", "wrote", "tweeted")
    )


def _behind(reading: Reading, draft: Draft) -> Draft | None:
    """ "NAME, the governor of PLACE", "NAME, 45, a teacher", "NAME (45)"."""
    at, end = draft.last, len(reading.words)
    if at >= end or reading.words[at].gap not in (", ", " ("):
        return None
    aged = reading.words[at].text.isdigit() and len(reading.words[at].text) <= 2
    if aged:
        at += 1
        if at >= end or reading.words[at].gap not in (", ", " ", "), "):
            return replace(draft, last=at)
    office = phrase(reading, at) if at < end else None
    if office and isinstance(office.entry, Office) and not office.person:
        return replace(office, first=draft.first, head=draft.head, person=draft.person, titled=draft.titled)
    return replace(draft, last=draft.last + 1) if aged else None


def spans(reading: Reading, found: tuple[Draft, ...]) -> Iterator[tuple[int, int]]:
    for draft in found:
        yield reading.words[draft.first].start, reading.words[draft.last - 1].end
