"""What belongs to a phrase beyond its head: acronym, office, "of PLACE", "for ORG", a name, a post behind a name."""

from collections.abc import Callable
from dataclasses import replace

from services.parser.actor_lexicon import Body, ClassWord, Institution, Office
from services.parser.drafts import Draft
from services.parser.reading import NOT_NAMES, Reading
from services.parser.tables import word_set
from services.parser.toponyms import Toponym

Phrase = Callable[[Reading, int, int], Draft | None]
JOINTS = frozenset({"of", "for", "at", "from", "with", "in", "to"})
SEATED = frozenset({"of", "for", "from", "in", "at"})
NAMEABLE = frozenset({"social_channel", "media", "company", "armed_group", "ngo_monitor", "expert"})
NEARBY = word_set("nearby") | {"the"}
SAYS = word_set("after_name")
NAME_LENGTH, STEPS = 4, 4
DEPTH = 3


def with_acronym(reading: Reading, draft: Draft) -> Draft:
    """ "Freedom Party (FP)"."""
    at = draft.last
    named = draft.name or isinstance(draft.entry, Institution)
    if at >= len(reading.words) or reading.words[at].gap != " (" or not named:
        return draft
    word = reading.words[at]
    closed = reading.clean.text[word.end : word.end + 1] == ")"
    if closed and word.text.isupper() and 2 <= len(word.text) <= 8:
        return replace(draft, last=at + 1, aliases=(*draft.aliases, word.text))
    return draft


def with_office_behind(reading: Reading, draft: Draft, modifiers: frozenset[str]) -> Draft:
    """ "Kremlin spokesman", "the coastguard's chief spokeswoman"."""
    if isinstance(draft.entry, Office | ClassWord):
        return draft
    for at in range(draft.last, draft.last + STEPS):
        if not reading.joined(at):
            return draft
        entry = reading.entries.get(at)
        if entry and isinstance(entry[1], Office):
            end = at + entry[0]
            return Draft(
                draft.first, end, end - 1, entry=entry[1], org=draft, definite=draft.definite,
                descriptors=draft.descriptors,
            )  # fmt: skip
        if reading.lower(at) not in modifiers:
            return draft
    return draft


def with_complement(reading: Reading, draft: Draft, phrase: Phrase, modifiers: frozenset[str]) -> Draft:
    """ "of PLACE", "for ORG", "from both A and B"."""
    at, joint = draft.last, reading.lower(draft.last)
    if (
        at + 1 >= len(reading.words)
        or not reading.joined(at)
        or joint not in JOINTS
        or reading.words[at - 1].possessive
    ):
        return draft
    office = isinstance(draft.entry, Office)
    if joint in ("with", "to") and not office:
        return draft
    pair = _pair(reading, at + 1)
    if pair and isinstance(draft.entry, Body | ClassWord | Office):
        return replace(draft, pair=pair, last=pair[1].last)
    place = _seat(reading, at + 1, modifiers)
    place = None if place and office and _part_of_name(reading, place) else place
    inner = phrase(reading, at + 1, DEPTH - 1) if office and joint != "in" else None
    if inner and not inner.person and (place is None or inner.last > place.last):
        return replace(draft, org=inner, last=inner.last)
    strange = (
        _unknown_body(reading, at + 1) if office and place is None and joint in ("of", "for", "at", "with") else None
    )
    if strange:
        return replace(draft, org=strange, last=strange.last)
    if place is None or joint not in SEATED or not _takes_seat(draft, joint):
        return draft
    if joint == "in" or isinstance(draft.entry, ClassWord):
        return replace(draft, seated=place)
    return replace(draft, places=(*draft.places, place), last=place.last)


def _unknown_body(reading: Reading, at: int) -> Draft | None:
    """ "chief executive of Harrow Lane": capitals that nobody knows, so a company."""
    if reading.lower(at) == "the" and reading.joined(at + 1):
        at += 1
    size = _capitals(reading, at) if at < len(reading.words) and reading.joined(at) else 0
    place = reading.covered.get(at)
    if not size or reading.name_at(at) != size or (place and not _part_of_name(reading, place)):
        return None
    return Draft(at, at + size, at + size - 1, name=reading.text(at, at + size), kind="company")


def _part_of_name(reading: Reading, place: Toponym) -> bool:
    """A town's name with one more capital behind it that nobody knows."""
    at = place.last
    if place.kind != "town" or place.level is not None or not reading.joined(at) or reading.words[at - 1].possessive:
        return False
    return reading.words[at].capital and at not in reading.entries and at not in reading.covered


def _takes_seat(draft: Draft, joint: str) -> bool:
    if isinstance(draft.entry, Body):
        return joint in ("of", "in")
    if isinstance(draft.entry, ClassWord):
        return joint in ("from", "in") and not draft.entry.group
    return isinstance(draft.entry, Office)


def _seat(reading: Reading, at: int, modifiers: frozenset[str]) -> Toponym | None:
    """A place with its article; of "Russia's X region" the narrower one."""
    for _ in range(STEPS):
        if reading.lower(at) not in NEARBY and reading.lower(at) not in modifiers:
            break
        at += 1
    place = reading.places.get(at)
    while place and (place.kind == "adjective" or reading.words[place.last - 1].possessive):
        place = reading.places.get(place.last) if reading.joined(place.last) else None
    return place


def _pair(reading: Reading, at: int) -> tuple[Toponym, Toponym] | None:
    """ "both A and B", "A and B"."""
    if reading.lower(at) == "both":
        at += 1
    a = reading.places.get(at)
    together = a and reading.lower(a.last) == "and" and reading.joined(a.last) and reading.joined(a.last + 1)
    b = reading.places.get(a.last + 1) if a and together else None
    return (a, b) if a and b and a.kind == b.kind and a.kind in ("country", "adjective", "town") else None


def with_name(reading: Reading, draft: Draft) -> Draft:
    """ "the channel, Frontier Lines, ...": a name of its own behind a kind of body."""
    at, entry = draft.last, draft.entry
    if not isinstance(entry, ClassWord) or entry.kind not in NAMEABLE or at >= len(reading.words):
        return draft
    size, end = _capitals(reading, at), len(reading.words)
    opening = reading.words[at].gap
    opened = opening in (", ", " (", ", “", ', "') or (opening == " " and size > 1)
    closed = at + size >= end or reading.words[at + size].gap.startswith((",", ".", ")", "”", '"'))
    closed = closed or (opening == " " and says(reading, at + size))
    known = (reading.covered.get(at) and size == 1) or (size and reading.org_word(at + size - 1))
    if not (size and opened and closed) or known:
        return draft
    return replace(draft, name=reading.text(at, at + size), kind=entry.kind, last=at + size, entry=None)


def _capitals(reading: Reading, at: int) -> int:
    size = 0
    while size < NAME_LENGTH and at + size < len(reading.words) and reading.words[at + size].capital:
        word = reading.words[at + size]
        if (size and not word.joined) or at + size in reading.entries or word.lower in NOT_NAMES:
            break
        size += 1
    return size


def _better(office: Draft, other: Draft | None) -> Draft:
    """ "president and chief executive of X": the second says of what."""
    return other if other and isinstance(other.entry, Office) and other.org and not other.person else office


def with_person(reading: Reading, draft: Draft) -> Draft:
    """ "Governor NAME", and "the governor, NAME,"."""
    at = draft.last
    if not isinstance(draft.entry, Office) or at >= len(reading.words):
        return draft
    gap = reading.words[at].gap
    rank = reading.entries.get(at)
    if gap in (", ", " ") and rank and isinstance(rank[1], Office) and rank[1].key == "rank":
        at += rank[0]
    for _ in range(STEPS):
        if not reading.title(at) or at in reading.entries or not reading.joined(at + 1):
            break
        at += 1
    size = reading.name_at(at)
    if not size:
        return draft
    if gap in (" ", ". ") and not reading.words[draft.last - 1].possessive:
        return replace(draft, person=reading.text(at, at + size), last=at + size, head=at + size - 1)
    full = size > 1 or reading.lower(at) in reading.lexicon.places.given_names
    if gap == ", " and full and (_closed(reading, at + size) or (size > 1 and not reading.words[at + size].capital)):
        return replace(draft, person=reading.text(at, at + size), last=at + size)
    return draft


def _closed(reading: Reading, at: int) -> bool:
    return at >= len(reading.words) or reading.words[at].gap != " " or says(reading, at)


def says(reading: Reading, at: int) -> bool:
    return reading.lower(at) in SAYS


def behind_name(reading: Reading, draft: Draft, phrase: Phrase) -> Draft | None:
    """ "NAME, the governor of PLACE", "NAME, 45, a teacher", "NAME (45)"."""
    at, end = draft.last, len(reading.words)
    if at >= end or reading.words[at].gap not in (", ", " ("):
        return None
    aged = reading.words[at].text.isdigit() and len(reading.words[at].text) <= 2
    if aged:
        at += 1
        if at >= end or reading.words[at].gap not in (", ", " ", "), "):
            return replace(draft, last=at)
    office = phrase(reading, at, 0) if at < end else None
    if office and office.bare_office and office.last < end and reading.lower(office.last) == "and":
        office = _better(office, phrase(reading, office.last + 1, 0))
    if office and isinstance(office.entry, Office) and not office.person:
        return replace(office, first=draft.first, head=draft.head, person=draft.person, titled=draft.titled)
    return replace(draft, last=draft.last + 1) if aged else None
