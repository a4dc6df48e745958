"""Actor mentions of a field: one speaker for everybody, however often and however short the text names him."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas.report import Speaker
from services.parser import antecedents
from services.parser.actor_lexicon import Body, ClassWord, Institution, Office
from services.parser.antecedents import Told
from services.parser.cast import OFFICIAL, Casting
from services.parser.drafts import Draft
from services.parser.fold import strict
from services.parser.meeting import Cast
from services.parser.mentions import ActorMention
from services.parser.places import Geography
from services.parser.reading import Reading
from services.parser.stretches import Stretches
from services.parser.tables import word_set
from services.parser.toponyms import Toponym

NEAR_CHARS, MANY = 160, 40
ARTICLES = word_set("articles")


def tell(reading: Reading, found: Sequence[Draft], casting: Casting) -> list[Told]:
    """The speaker of each draft by itself; "the hospital's spokeswoman" serves the hospital named before."""
    told: list[Told] = []
    for draft in found:
        surface = _surface(reading, draft)
        pair = casting.pair(draft, surface) if draft.pair else ()
        served = _served(reading, told, draft, casting)
        near = _near(reading, told, draft)
        told.append(Told(draft, casting.speaker(draft, surface, served, near), pair, served))
    return told


def _served(reading: Reading, told: Sequence[Told], draft: Draft, casting: Casting) -> Speaker | None:
    if draft.org is None:
        return antecedents.speaks_for(reading, told, draft)
    before = antecedents.same_body(told, len(told), draft.org) if draft.org.bare else None
    return before or casting.served(draft.org)


def _near(reading: Reading, told: Sequence[Told], draft: Draft) -> str | None:
    """The country of the body that an office belongs to, else of the official who was named shortly before."""
    start = reading.words[draft.first].start
    key = draft.entry.key if isinstance(draft.entry, Office) else None
    for other in reversed(told[-MANY:]):
        if key and isinstance(other.draft.entry, Body) and other.draft.entry.key == key and other.speaker.country:
            return other.speaker.country
    for other in reversed(told[-3:]):
        if other.speaker.kind in OFFICIAL and other.speaker.country and other.speaker.named:
            return other.speaker.country if start - reading.words[other.draft.last - 1].end < NEAR_CHARS else None
    return None


def _surface(reading: Reading, draft: Draft) -> str:
    first = draft.first
    while first < draft.last - 1 and reading.lower(first) in ARTICLES:
        first += 1
    return reading.text(first, draft.last)


def mentions(
    reading: Reading, told: Sequence[Told], before: Sequence[Told], cast: Cast, geography: Geography, casting: Casting
) -> tuple[ActorMention, ...]:
    """All mentions of one field in order, none inside another. `before`: what a headline may lean on, the body."""
    every = [*before, *told]
    meant = [_meant(reading, every, len(before) + i, cast) for i in range(len(told))]
    found = [_mention(reading, one, who) for one, who in zip(told, meant, strict=True) if who.id or not _vague(one)]
    taken = Stretches((m.start, m.end) for m in found)
    found += [m for m in _short(reading, cast) if not taken.overlap(m.start, m.end)]
    taken = Stretches((m.start, m.end) for m in found)
    found += [m for m in _metonyms(reading, geography, casting) if not taken.overlap(m.start, m.end)]
    complete = [_completed(m, cast) for m in found]
    return tuple(sorted(complete, key=lambda m: (m.start, m.end)))


def _vague(one: Told) -> bool:
    """ "a group": of whom, only the text before can say."""
    entry = one.draft.entry
    return isinstance(entry, ClassWord) and entry.name == "group"


def _mention(reading: Reading, one: Told, speaker: Speaker) -> ActorMention:
    draft = one.draft
    start, end = reading.words[draft.first].start, reading.words[draft.last - 1].end
    if reading.clean.text[end : end + 1] == ")" and "(" in reading.clean.text[start:end]:
        end += 1
    return ActorMention(start, end, speaker, reading.words[draft.head].start, draft.aliases, one.pair)


def _completed(mention: ActorMention, cast: Cast) -> ActorMention:
    """With all aliases and descriptors that the article has for the speaker."""
    id_ = mention.speaker.id
    if id_ is None:
        return mention
    speaker = mention.speaker
    called = tuple(sorted(cast.descriptors.get(id_, set()) | set(speaker.descriptors)))
    aliases = tuple(sorted(cast.aliases.get(id_, set()) | set(mention.aliases)))
    if called == speaker.descriptors and aliases == mention.aliases:
        return mention
    return replace(mention, speaker=replace(speaker, descriptors=called), aliases=aliases)


def _meant(reading: Reading, told: Sequence[Told], at: int, cast: Cast) -> Speaker:
    one, draft = told[at], told[at].draft
    if draft.person:
        return cast.person(one.speaker)
    if draft.name or isinstance(draft.entry, Institution):
        return cast.bodies.get(strict(one.speaker.name), one.speaker)
    if isinstance(draft.entry, ClassWord):
        beside = antecedents.apposed(reading, told, at) or antecedents.group_before(told, at)
        return beside or antecedents.group_behind(reading, told, at) or one.speaker
    headline = reading.clean.field == "title"
    if not draft.bare or not (draft.definite or draft.generic or headline):
        return one.speaker
    if isinstance(draft.entry, Office):
        found = antecedents.holder(told, at, draft)
        return cast.person(found) if found and found.id and found.id.startswith("p:") else found or one.speaker
    return antecedents.same_body(told, at, draft) or one.speaker


def _short(reading: Reading, cast: Cast) -> Iterator[ActorMention]:
    """Surnames, acronyms and "the Legion" of those who are named in full elsewhere; headlines drop the article."""
    headline = reading.clean.field == "title"
    for word in reading.words:
        if not word.capital:
            continue
        key = strict(word.text)
        article = reading.lower(word.i - 1) == "the" and reading.joined(word.i)
        speaker = cast.bodies.get(f"the {key}") if article or headline else None
        start = reading.words[word.i - 1].start if speaker and article else word.start
        speaker = speaker or (cast.bodies.get(key) if word.text.isupper() else None) or cast.people.get(key)
        if speaker:
            yield ActorMention(start, word.end, speaker, word.start)


def _metonyms(reading: Reading, geography: Geography, casting: Casting) -> Iterator[ActorMention]:
    """A country, or the capital the press calls its government by, might be the government."""
    for _, name in sorted(reading.places.items()):
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
