"""Who is met in an article: people by surname, bodies by name, short name and acronym, with all said of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.report import Speaker
from services.parser.actor_lexicon import ClassWord, Institution, Office
from services.parser.antecedents import Told, apposed, group_behind
from services.parser.drafts import Draft
from services.parser.fold import strict
from services.parser.reading import Reading
from services.parser.tables import word_set

VACANCY_REACH = 1200
SEATS = frozenset({"governor", "mayor", "police", "prime-minister", "president", "prosecutors", "court", "coastguard"})
SAYS = word_set("says")
GROUPS = frozenset({"armed_group", "party_or_movement"})
BOTH = (
    "both groups",
    "both militias",
    "the two groups",
    "both organisations",
    "both organizations",
    "the two militias",
)
JOINTS = frozenset(
    {"", "that", "which", "who", "is", "that is", "which is", "that are", "which are", "group", "groups", "fighters"}
)
MARK_REACH = 60


@dataclass
class Cast:
    """`people` by folded surname (namesakes by full name), `bodies` by folded names; the rest by speaker id."""

    people: dict[str, Speaker] = field(default_factory=dict)
    bodies: dict[str, Speaker] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    descriptors: dict[str, set[str]] = field(default_factory=dict)
    met: dict[str, None] = field(default_factory=dict)

    def person(self, speaker: Speaker) -> Speaker:
        exact = self.people.get(strict(speaker.name))
        return exact or self.people.get(surname(speaker.name), speaker)


def meet(reading: Reading, told: Sequence[Told], cast: Cast) -> None:
    """Enter all who are named, the richest description of each winning."""
    for one in told:
        if one.draft.person:
            _meet_person(one.speaker, cast)
        elif one.speaker.named and one.speaker.id:
            _meet_body(one.speaker, one.draft, cast)
        if one.served and one.served.named and one.served.id and one.draft.org:
            _meet_body(one.served, one.draft.org, cast)
    _fill_vacancies(reading, told, cast)


def _meet_person(speaker: Speaker, cast: Cast) -> None:
    key = surname(speaker.name)
    known = cast.people.get(key)
    if known is None:
        cast.people[key] = speaker
    elif not _same_person(known.name, speaker.name):
        cast.people.setdefault(strict(speaker.name), speaker)  # a namesake
    else:
        fuller = max(known, speaker, key=lambda s: (len(s.name.split()), s.name))
        cast.people[key] = replace(max(known, speaker, key=_richness), name=fuller.name, id=fuller.id)


def _same_person(a: str, b: str) -> bool:
    """All words of the shorter name are in the longer one, in whatever spelling of case and accents."""
    one, other = strict(a).split(), strict(b).split()
    return set(one) <= set(other) or set(other) <= set(one)


def _richness(speaker: Speaker) -> tuple[bool, bool, bool, bool]:
    return (
        speaker.office is not None,
        speaker.org_id is not None,
        speaker.jurisdiction is not None,
        bool(speaker.country),
    )


def surname(name: str) -> str:
    return strict(name.split()[-1])


def _meet_body(speaker: Speaker, draft: Draft, cast: Cast) -> None:
    known = cast.bodies.setdefault(strict(speaker.name), speaker)
    id_ = known.id or ""
    cast.met.setdefault(id_)
    cast.aliases.setdefault(id_, set()).update(draft.aliases)
    for alias in draft.aliases:
        cast.bodies.setdefault(strict(alias), known)
    if draft.name and " " in speaker.name:
        cast.bodies.setdefault(f"the {strict(speaker.name.split()[-1])}", known)
    cast.descriptors.setdefault(id_, set()).update(speaker.descriptors)


def _fill_vacancies(reading: Reading, told: Sequence[Told], cast: Cast) -> None:
    """ "the governor of X said ... NAME wrote": an office without a name, then a name without an office."""
    offices = [one for one in told if _vacant(one)]
    if len({one.speaker.org_id for one in offices}) != 1:
        return
    office = offices[0]
    if any(_same_seat(one, office) for one in told if one.draft.person):
        return
    end = reading.words[office.draft.last - 1].end
    for one in told:
        start = reading.words[one.draft.first].start
        free = one.draft.person is not None and one.speaker.office is None and not one.draft.titled
        if free and end < start < end + VACANCY_REACH and reading.lower(one.draft.last) in SAYS:
            key = surname(one.speaker.name)
            cast.people[key] = replace(office.speaker, name=one.speaker.name, id=one.speaker.id, named=True)
            return


def _vacant(one: Told) -> bool:
    entry = one.draft.entry
    seat = isinstance(entry, Office) and entry.key in SEATS and one.draft.org is None
    return seat and one.draft.person is None and one.draft.definite and one.speaker.org_id is not None


def _same_seat(one: Told, office: Told) -> bool:
    mine, theirs = one.draft.entry, office.draft.entry
    return isinstance(mine, Office) and isinstance(theirs, Office) and mine.key == theirs.key


def attach(reading: Reading, told: Sequence[Told], marks: Sequence[tuple[int, int, str]], cast: Cast) -> None:
    """Descriptors beside a group's name ("X, a militia opposed to Y, ...", "both groups oppose Y") become its own."""
    by_place = {start: what for start, _, what in marks}
    for at, one in enumerate(told):
        owner = _owner(reading, told, at)
        if owner and owner.kind in GROUPS:
            called = cast.descriptors.setdefault(owner.id or "", set())
            called.update(one.draft.descriptors, _behind(reading, one, by_place))
    _attach_to_both(reading, told, marks, cast)


def _owner(reading: Reading, told: Sequence[Told], at: int) -> Speaker | None:
    draft = told[at].draft
    if isinstance(draft.entry, ClassWord):
        return apposed(reading, told, at) or group_behind(reading, told, at)
    return told[at].speaker if draft.name or isinstance(draft.entry, Institution) else None


def _behind(reading: Reading, one: Told, marks: Mapping[int, str]) -> Iterator[str]:
    """In a relative clause or participle right behind the phrase."""
    text, end = reading.clean.text, reading.words[one.draft.last - 1].end
    for start in range(end + 1, end + MARK_REACH):
        if start in marks and text[end:start].strip(" ,") in JOINTS:
            yield marks[start]


def _attach_to_both(reading: Reading, told: Sequence[Told], marks: Sequence[tuple[int, int, str]], cast: Cast) -> None:
    text = reading.clean.text
    for start, _, what in marks:
        sentence = max(text.rfind(". ", max(0, start - 400), start), text.rfind("\n", max(0, start - 400), start)) + 1
        if not text[sentence:start].strip().lower().startswith(BOTH):
            continue
        before = [
            one.speaker.id or ""
            for one in told
            if one.draft.name and one.speaker.kind == "armed_group" and reading.words[one.draft.first].start < start
        ]
        for id_ in list(dict.fromkeys(reversed(before)))[:2]:
            cast.descriptors.setdefault(id_, set()).add(what)
