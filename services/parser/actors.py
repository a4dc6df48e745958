"""Actor mentions of an article: one speaker for everybody, however often and however short the text names him."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.report import Speaker
from services.parser.actor_lexicon import Body, ClassWord, Institution, Office
from services.parser.cast import Casting
from services.parser.drafts import Draft
from services.parser.fold import strict
from services.parser.mentions import ActorMention
from services.parser.places import Geography
from services.parser.reading import Reading
from services.parser.toponyms import Toponym

REACH_CHARS = 1500
APPOSED_KINDS = frozenset(
    {"armed_group", "company", "ngo_monitor", "expert", "media", "social_channel", "party_or_movement", "international"}
)
SINGULAR = frozenset(
    {
        "militia",
        "group",
        "armed group",
        "rebel group",
        "militant group",
        "insurgent group",
        "separatist group",
        "paramilitary group",
        "jihadist group",
        "guerrilla group",
        "terrorist group",
        "partisan group",
        "mercenary group",
        "paramilitary force",
        "volunteer battalion",
        "volunteer unit",
    }
)


@dataclass
class Cast:
    """Who was met so far. `people` by surname, `bodies` by full name, short name and acronym; text order decides."""

    people: dict[str, Speaker] = field(default_factory=dict)
    bodies: dict[str, Speaker] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    descriptors: dict[str, set[str]] = field(default_factory=dict)
    kinds: dict[str, Speaker] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A draft with the speaker it stands for, before the article as a whole is known."""

    draft: Draft
    speaker: Speaker
    pair: tuple[Speaker, ...] = ()


def tell(reading: Reading, found: Sequence[Draft], casting: Casting) -> list[Told]:
    """The speaker of each draft by itself."""
    told = []
    for draft in found:
        surface = _surface(reading, draft)
        pair = casting.pair(draft, surface) if draft.pair else ()
        told.append(Told(draft, casting.speaker(draft, surface), pair))
    return told


def _surface(reading: Reading, draft: Draft) -> str:
    first = draft.first
    while (
        reading.lower(first) in ("the", "a", "an", "another", "its", "their", "his", "her", "our")
        and first < draft.last - 1
    ):
        first += 1
    return reading.text(first, draft.last)


def meet(told: Sequence[Told], cast: Cast) -> None:
    """Enter all who are named, the richest description of each winning."""
    for one in told:
        speaker, draft = one.speaker, one.draft
        if draft.person:
            _meet_person(speaker, cast)
        elif speaker.named and speaker.id:
            _meet_body(one, cast)


def _meet_person(speaker: Speaker, cast: Cast) -> None:
    surname = _surname(speaker.name)
    known = cast.people.get(surname)
    if known is None:
        cast.people[surname] = speaker
        return
    if _given(known.name) and _given(speaker.name) and strict(known.name) != strict(speaker.name):
        cast.people.setdefault(strict(speaker.name), speaker)  # a namesake
        return
    fuller = max(known, speaker, key=lambda s: (len(s.name.split()), s.name))
    richer = max(known, speaker, key=_richness)
    cast.people[surname] = replace(richer, name=fuller.name, id=fuller.id)


def _richness(speaker: Speaker) -> tuple[bool, bool, bool, bool]:
    return (
        speaker.office is not None,
        speaker.org_id is not None,
        speaker.jurisdiction is not None,
        speaker.country is not None,
    )


def _given(name: str) -> bool:
    return " " in name


def _surname(name: str) -> str:
    return strict(name.split()[-1])


def _meet_body(one: Told, cast: Cast) -> None:
    speaker, draft = one.speaker, one.draft
    known = cast.bodies.setdefault(strict(speaker.name), speaker)
    aliases = cast.aliases.setdefault(known.id or "", set())
    aliases.update(draft.aliases)
    for alias in draft.aliases:
        cast.bodies.setdefault(strict(alias), known)
    if draft.name and " " in speaker.name:
        cast.bodies.setdefault(f"the {strict(speaker.name.split()[-1])}", known)
    cast.descriptors.setdefault(known.id or "", set()).update(speaker.descriptors)


def mentions(
    reading: Reading, told: Sequence[Told], cast: Cast, geography: Geography, casting: Casting
) -> tuple[ActorMention, ...]:
    """All mentions of one field in order, none inside another."""
    found = [_mention(reading, one, _resolved(reading, told, i, cast)) for i, one in enumerate(told)]
    taken = sorted((m.start, m.end) for m in found)
    found += [m for m in _short(reading, cast) if not _overlaps(taken, m.start, m.end)]
    taken = sorted((m.start, m.end) for m in found)
    found += [m for m in _metonyms(reading, geography, casting) if not _overlaps(taken, m.start, m.end)]
    complete = [_completed(m, cast) for m in found]
    return tuple(sorted(complete, key=lambda m: (m.start, m.end)))


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in taken)


def _mention(reading: Reading, one: Told, speaker: Speaker) -> ActorMention:
    draft = one.draft
    return ActorMention(
        reading.words[draft.first].start, reading.words[draft.last - 1].end, speaker, reading.words[draft.head].start,
        tuple(sorted(draft.aliases)), one.pair,
    )  # fmt: skip


def _completed(mention: ActorMention, cast: Cast) -> ActorMention:
    """With all aliases and descriptors that the article has for the speaker."""
    id_ = mention.speaker.id
    if id_ is None:
        return mention
    called = cast.descriptors.get(id_, set()) | set(mention.speaker.descriptors)
    speaker = replace(mention.speaker, descriptors=tuple(sorted(called)))
    return replace(mention, speaker=speaker, aliases=tuple(sorted(cast.aliases.get(id_, set()) | set(mention.aliases))))


def _resolved(reading: Reading, told: Sequence[Told], at: int, cast: Cast) -> Speaker:
    one = told[at]
    draft = one.draft
    if draft.person:
        return _person(one.speaker, cast)
    if draft.name or isinstance(draft.entry, Institution):
        return cast.bodies.get(strict(one.speaker.name), one.speaker)
    if isinstance(draft.entry, ClassWord):
        return (
            _apposed(reading, told, at)
            or _group_before(told, at, cast)
            or _group_behind(reading, told, at)
            or one.speaker
        )
    if not draft.bare or not draft.definite and draft.generic is None:
        return one.speaker
    if isinstance(draft.entry, Office):
        return _holder(told, at) or one.speaker
    return _same_body(told, at) or one.speaker


def _person(speaker: Speaker, cast: Cast) -> Speaker:
    exact = cast.people.get(strict(speaker.name))
    return exact or cast.people.get(_surname(speaker.name), speaker)


def _holder(told: Sequence[Told], at: int) -> Speaker | None:
    """ "the governor": the last holder of that office that was named, or the first one that will be."""
    entry = told[at].draft.entry
    assert isinstance(entry, Office)
    for other in [*reversed(told[:at]), *told[at + 1 :]]:
        same = isinstance(other.draft.entry, Office) and _same_office(other.draft.entry, entry)
        if same and (other.draft.person or not other.draft.bare):
            return other.speaker
    return None


def _same_office(a: Office, b: Office) -> bool:
    return a.name == b.name or (
        a.key is not None
        and a.key == b.key
        and b.name in ("minister", "governor", "mayor", "president", "general", "sheriff", "detective", "officer")
        and a.level == b.level
    )


def _same_body(told: Sequence[Told], at: int) -> Speaker | None:
    """ "the ministry", "the army", "the hospital": the last one that was named."""
    draft = told[at].draft
    for other in reversed(told[:at]):
        if other.draft.bare or other.draft.person or not other.speaker.named:
            continue
        if draft.generic and (other.speaker.org or other.speaker.name).lower().split()[-1] == draft.generic:
            return other.speaker
        if draft.generic and isinstance(other.draft.entry, Body) and draft.generic in other.draft.entry.name:
            return other.speaker
        if (
            draft.generic
            and isinstance(other.draft.entry, Institution)
            and draft.generic in other.draft.entry.name.lower()
        ):
            return other.speaker
        mine, theirs = draft.entry, other.draft.entry
        if isinstance(mine, Body) and isinstance(theirs, Body) and mine.key == theirs.key:
            return other.speaker
        if isinstance(mine, Body) and other.draft.name and other.speaker.name.lower().split()[-1] == mine.key:
            return other.speaker
    return None


def _apposed(reading: Reading, told: Sequence[Told], at: int) -> Speaker | None:
    """ "X, a militia": the named one beside it."""
    for other in (at - 1, at + 1):
        if 0 <= other < len(told) and _are_one(reading, told[min(at, other)].draft, told[max(at, other)].draft):
            named = told[other]
            if named.draft.name or isinstance(named.draft.entry, Institution):
                return named.speaker
    return None


def _are_one(reading: Reading, a: Draft, b: Draft) -> bool:
    """Side by side with a comma between, and closed behind."""
    if b.first != a.last or reading.words[b.first].gap != ", ":
        return False
    behind = reading.words[b.last].gap if b.last < len(reading.words) else "."
    follows = reading.lower(b.last)
    return behind.startswith((",", ".", ";", " –", " —")) or follows in (
        "said",
        "claimed",
        "that",
        "which",
        "who",
        "has",
        "had",
        "was",
        "is",
        "opposed",
        "led",
        "in",
        "of",
        "based",
        "made",
        "says",
        "reported",
        "assessed",
        "with",
    )


def _group_before(told: Sequence[Told], at: int, cast: Cast) -> Speaker | None:
    """ "the group", "the channel": the last one of that kind."""
    draft = told[at].draft
    if not draft.definite or draft.places or not isinstance(draft.entry, ClassWord) or draft.entry.name.endswith("s"):
        return None
    for other in reversed(told[:at]):
        if other.speaker.kind == draft.entry.kind and other.speaker.id and not other.draft.person:
            return other.speaker
    return None


def _group_behind(reading: Reading, told: Sequence[Told], at: int) -> Speaker | None:
    """ "A militia said ...": the one that the text goes on to name for the first time."""
    draft = told[at].draft
    if not draft.indefinite or not isinstance(draft.entry, ClassWord) or draft.entry.name not in SINGULAR:
        return None
    met = {one.speaker.id for one in told[:at]}
    limit = reading.words[draft.last - 1].end + REACH_CHARS
    for other in told[at + 1 :]:
        if reading.words[other.draft.first].start > limit:
            return None
        if other.draft.name and other.speaker.kind == draft.entry.kind and other.speaker.id not in met:
            return other.speaker
    return None


def _short(reading: Reading, cast: Cast) -> Iterator[ActorMention]:
    """Surnames, acronyms and "the Legion" of those who are named in full elsewhere."""
    for word in reading.words:
        if not word.capital:
            continue
        key = strict(word.text)
        before = reading.lower(word.i - 1) if reading.joined(word.i) else ""
        speaker = cast.bodies.get(f"the {key}") if before == "the" else None
        start = reading.words[word.i - 1].start if speaker else word.start
        speaker = speaker or (cast.bodies.get(key) if word.text.isupper() else None) or cast.people.get(key)
        if speaker:
            yield ActorMention(start, word.end, speaker, word.start)


def _metonyms(reading: Reading, geography: Geography, casting: Casting) -> Iterator[ActorMention]:
    """A country, or the capital the press calls its government by, might be the government."""
    for first, name in sorted(reading.places.items()):
        code = _governed(name, reading, geography)
        if code:
            start, end = reading.words[name.core[0]].start, reading.words[name.core[1] - 1].end
            yield ActorMention(start, end, casting.government(code, name.name), start, metonym=True)


def _governed(name: Toponym, reading: Reading, geography: Geography) -> str | None:
    place = geography.resolved.get((reading.clean.field, name.first))
    if place is None or name.level:
        return None
    if name.kind == "country" and name.country:
        return name.country.code
    capital = reading.lexicon.places.capitals.get(name.name) if name.kind == "town" else None
    return capital.code if capital and capital.code == place.country else None


def attach(reading: Reading, told: Sequence[Told], marks: Sequence[tuple[int, int, str]], cast: Cast) -> None:
    """Descriptors beside a group's name ("X, a militia opposed to Y, ...", "both groups oppose Y") become its own."""
    by_place: Mapping[int, str] = {start: what for start, _, what in marks}
    for at, one in enumerate(told):
        draft = one.draft
        if isinstance(draft.entry, ClassWord) and draft.entry.kind in APPOSED_KINDS:
            named = _apposed(reading, told, at) or _group_behind(reading, told, at)
            owner = named.id if named else None
        else:
            owner = one.speaker.id if draft.name or isinstance(draft.entry, Institution) else None
        if owner and _is_group(told, owner):
            behind = _marks_behind(reading, draft, by_place)
            cast.descriptors.setdefault(owner, set()).update(one.draft.descriptors, behind)
    _attach_to_both(reading, told, marks, cast)


def _is_group(told: Sequence[Told], id_: str) -> bool:
    return any(one.speaker.id == id_ and one.speaker.kind in ("armed_group", "party_or_movement") for one in told)


def _marks_behind(reading: Reading, draft: Draft, marks: Mapping[int, str]) -> list[str]:
    """In a relative clause or participle right behind the phrase."""
    text, end = reading.clean.text, reading.words[draft.last - 1].end
    found = []
    for start, what in sorted(marks.items()):
        between = text[end:start]
        if 0 < start - end < 60 and between.strip(" ,") in (
            "",
            "that",
            "which",
            "who",
            "is",
            "that is",
            "which is",
            "that are",
            "which are",
            "groups",
            "group",
            "fighters",
            "made up of exiles",
        ):
            found.append(what)
    return found


def _attach_to_both(reading: Reading, told: Sequence[Told], marks: Sequence[tuple[int, int, str]], cast: Cast) -> None:
    for start, _, what in marks:
        sentence = max(reading.clean.text.rfind(". ", 0, start), reading.clean.text.rfind("\n", 0, start)) + 1
        opening = reading.clean.text[sentence:start].strip().lower()
        if not opening.startswith(
            ("both groups", "both militias", "the two groups", "both organisations", "the groups", "the two militias")
        ):
            continue
        before = [
            one.speaker.id
            for one in told
            if one.draft.name and one.speaker.kind == "armed_group" and reading.words[one.draft.first].start < start
        ]
        for id_ in list(dict.fromkeys(reversed(before)))[:2]:
            cast.descriptors.setdefault(id_ or "", set()).add(what)


Namer = Callable[[Draft], str]
