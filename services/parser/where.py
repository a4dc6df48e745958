"""Stages 3 and 4 for an event: which place and which time of its sentence are its own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemas.report import Place, PlaceRelation, Speaker
from services.parser.mentions import DateMention, PlaceMention
from services.parser.scene import Scene
from services.parser.speakers import Discourse
from services.parser.tree import Token

BORDERS = frozenset({"ccomp", "xcomp", "advcl", "relcl", "acl", "conj", "parataxis"})
FAR = 6
CLASSES: tuple[tuple[frozenset[str], tuple[int, ...]], ...] = (
    (frozenset({"town", "city", "village", "settlement", "locality", "hamlet", "suburb", "quarter"}), (1, 2)),
    (frozenset({"district", "county", "municipality", "raion"}), (3,)),
    (frozenset({"region", "province", "oblast", "state"}), (4,)),
    (frozenset({"country", "nation"}), (6,)),
    (frozenset({"area"}), (1, 2, 3, 4)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    """How far a mention is from an event: clause borders crossed, then steps."""

    borders: int
    steps: int


PARTS = frozenset({"centre", "center", "square", "outskirt", "hall", "border", "hospital", "school", "station"})
PLACE_NOUNS = PARTS.union(*(words for words, _ in CLASSES))
PRECISION = {"c": 6, "a1": 4, "a2": 3, "g": 1, "x": 1}  # by the prefix of a place's id


def place_of(
    scene: Scene, trigger: Token, discourse: Discourse, reach: frozenset[int] | None = None, leaving: bool = False
) -> Place | None:
    """The smallest place bound to the event; "the town" is the last one of its class. None: it has none of its own.

    `reach`: tokens that may be looked at (the words of the same speaker). `leaving`: an event is where people go from.
    """
    found: list[tuple[tuple[int, ...], Place]] = []
    for token, place in _mentioned(scene, discourse):
        if reach is not None and token.i not in reach:
            continue
        near = distance(scene, token, trigger)
        if near.borders <= 1 and (leaving or place.relation != "from"):
            whole = int(
                not (place.id or "").startswith("x:")
            )  # one without a gazetteer has the precision of what it is in
            found.append(((near.borders, _away(place, leaving), place.precision, whole, near.steps), place))
    return min(found, key=lambda item: item[0])[1] if found else None


def _away(place: Place, leaving: bool) -> int:
    """How unlikely an event is at a place so related: things come from elsewhere, people leave towards elsewhere."""
    if leaving:
        return {"from": 0, "toward": 2}.get(place.relation, 1)
    return 2 if place.relation == "from" else 0


def _mentioned(scene: Scene, discourse: Discourse) -> Iterator[tuple[Token, Place]]:
    s = scene.sentence
    for mention in scene.places:
        token = _head(scene, mention)
        if token is not None and not _speaks(scene, token):
            yield token, _related(scene, mention, token)
    for token in s.tokens:
        if token.lemma in PLACE_NOUNS and token.noun and scene.place_at(token) is None:
            place = definite_place(scene, token, discourse)
            if place is not None:
                yield token, place


def _head(scene: Scene, mention: PlaceMention) -> Token | None:
    """The token of a mention that hangs on something outside it."""
    inside = scene.sentence.inside(mention.start, mention.end)
    numbers = {t.i for t in inside}
    return next((t for t in inside if t.head not in numbers or t.head == t.i), None)


def _speaks(scene: Scene, token: Token) -> bool:
    """A country that says or does something is an actor there and no place."""
    if (
        token.dep == "poss" and scene.sentence.kid(token.i, "case") is not None
    ):  # "on X's side" is nowhere, "X's border region" is
        owned = scene.sentence.tokens[token.head]
        event = owned.lemma in scene.rules.noun_triggers
        return not event and not scene.rules.is_class(owned.lemma, "place") and scene.place_at(owned) is None
    by = token.dep == "pobj" and scene.sentence.tokens[token.head].dep == "agent"
    return (by or token.dep in {"nsubj", "nsubjpass"}) and scene.actor_at(token) is not None


def _related(scene: Scene, mention: PlaceMention, token: Token) -> Place:
    """With the relation that the preposition says, where the lexicon left the plain one."""
    s = scene.sentence
    if mention.place.relation != "in":
        return mention.place
    for head in s.up(token.i):
        if head.dep in {"prep", "agent"} or head.tag == "IN":
            relation = PREPOSITIONS.get(head.lower)
            return replace(mention.place, relation=relation) if relation else mention.place
        if head.verb:
            break
    return mention.place


PREPOSITIONS: dict[str, PlaceRelation] = {
    "from": "from", "near": "near", "toward": "toward", "towards": "toward", "outside": "near", "around": "near",
}  # fmt: skip


def definite_place(scene: Scene, token: Token, discourse: Discourse) -> Place | None:
    """ "the town": the last place of that class; "the area": the last place of any."""
    s = scene.sentence
    word = token
    if token.lemma in PARTS:  # "the town centre"
        word = next((k for k in s.kids(token.i, "compound") if any(k.lemma in words for words, _ in CLASSES)), token)
    fits = next((precisions for words, precisions in CLASSES if word.lemma in words), None)
    if fits is None or token.tag == "NNS":
        return None
    kids = s.kids(token.i)
    if not any(k.lower in {"the", "this", "that"} and k.dep == "det" for k in kids) or _is_described(scene, token):
        return None
    return discourse.last_place((s.number, token.start), fits)


def _is_described(scene: Scene, token: Token) -> bool:
    """ "the town of X", "the X region" name their place; "the village that they took" is one of several."""
    s = scene.sentence
    named = any(
        scene.place_at(t) is not None for k in s.kids(token.i, "compound", "nmod", "poss", "appos") for t in [k]
    )
    of = any(p.lower == "of" for p in s.kids(token.i, "prep"))
    return named or of or s.kid(token.i, "relcl") is not None


def distance(scene: Scene, token: Token, trigger: Token) -> Near:
    """Through the lowest common head."""
    s = scene.sentence
    above = [trigger, *s.up(trigger.i)]
    heights = {t.i: n for n, t in enumerate(above)}
    borders = 0
    for steps, at in enumerate((token, *s.up(token.i))):
        if at.i in heights:
            up = above[: heights[at.i]]
            crossed = sum(t.dep in BORDERS and t.verb for t in up)
            return Near(borders + crossed, steps + len(up))
        borders += at.dep in BORDERS
    return Near(FAR, FAR)


def date_of(scene: Scene, trigger: Token, reach: frozenset[int] | None = None) -> DateMention | None:
    """The date bound to the event: of its own clause, none of the cue's ("said on Tuesday that ...")."""
    s = scene.sentence
    found = []
    for mention in scene.dates:
        token = next(iter(s.inside(mention.start, mention.end)), None)
        if token is None or (reach is not None and token.i not in reach) or _is_first_since(scene, mention):
            continue
        near = distance(scene, token, trigger)
        if near.borders == 0 or (near.borders == 1 and reach is not None):
            found.append((near.borders, near.steps, mention))
    return min(found, key=lambda item: item[:2])[2] if found else None


def _is_first_since(scene: Scene, mention: DateMention) -> bool:
    """ "for the first time since the start of the war" is no date of what happened."""
    before = scene.text[max(scene.sentence.start, mention.start - 20) : mention.start].lower().split()
    return scene.words(mention.start, mention.end).lower().startswith("since") and "first" in before[-3:]


def learn(scene: Scene, discourse: Discourse) -> None:
    """Remember the places and named actors of a sentence."""
    number = scene.sentence.number
    discourse.places += [((number, m.start), m.place) for m in scene.places]
    for actor in scene.actors:
        seat = _seat(actor.speaker)
        if seat is not None:
            discourse.seats.append(((number, actor.start), seat))
    discourse.named += [((number, a.start), a.speaker) for a in scene.actors if a.speaker.named and not a.plural_of]


def _seat(speaker: Speaker) -> Place | None:
    """The place that an office is of, for "the town" after "the mayor of X"; alone it is no place of an event."""
    of = speaker.name.partition(" of ")[2]
    if not speaker.office or not speaker.jurisdiction or not of:
        return None
    country = speaker.country
    within = tuple(dict.fromkeys((speaker.jurisdiction, *([f"c:{country}"] if country else []))))
    return Place(
        text=of, name=of, precision=PRECISION.get(speaker.jurisdiction.partition(":")[0], 4), id=speaker.jurisdiction,
        country=country, within=within,
    )  # fmt: skip
