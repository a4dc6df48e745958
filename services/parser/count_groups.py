"""Whose casualties a figure counts: civilians, forces of a side, attackers, responders, protesters, suspects."""

from schemas.report import Concern, Outcome
from services.parser.roles import Cast, actor_of, nationality, people
from services.parser.tolls import Counted
from services.parser.tree import Token

THINGS = ("damaged", "destroyed")
ORDER = ("responders", "suspects", "protesters", "attackers", "forces")
PLAIN = frozenset(
    {"people", "person", "other", "others", "one", "more", "victim", "casualty", "dead", "injured", "life"}
)


def group_of(cast: Cast, found: Counted) -> tuple[str, str | None]:
    """(group, descriptor). The descriptor is the text's own word where it says more than the group."""
    scene, noun = cast.scene, found.noun
    descriptor = _descriptor(cast, found)
    if _is_suspected(cast, noun) or found.rule.endswith((".own_hand", ".gunman", ".by_police")):
        return "suspects", descriptor
    if found.outcome in THINGS or (found.outcome == "captured" and scene.is_class(noun, "vehicle")):
        return "mixed", descriptor
    whose = _owner(cast, noun)
    armed = any(scene.is_class(noun, name) for name in ("forces", "armed", "attackers"))
    if armed and whose is not None:
        return f"forces:{whose}", descriptor
    for name in ORDER:
        if scene.is_class(noun, name) and not (name == "forces" and whose is None):
            return name, descriptor
    if noun.lower == "men":
        return "civilians", descriptor
    if noun.lower == "officer" or (armed and not scene.is_class(noun, "civilian")):
        return "mixed", descriptor
    return "civilians", descriptor


def _is_suspected(cast: Cast, noun: Token) -> bool:
    return any(k.lemma in {"suspect", "accuse"} for k in cast.scene.sentence.kids(noun.i, "acl", "relcl", "amod"))


def _owner(cast: Cast, noun: Token) -> str | None:
    """Whose men: "its fighters" the speaker's, "Russian soldiers" the country's."""
    s = cast.scene.sentence
    country = nationality(cast.scene, noun)
    if country is not None:
        return country.actor_id
    owner = s.kid(noun.i, "poss")
    owners = people(cast, owner) if owner is not None else []
    for of in s.prepositional(noun.i, "of") if not owners else []:
        owners = people(cast, of)
    mention = cast.scene.actor_at(noun)
    if not owners and mention is not None and mention.speaker.kind in ("military", "armed_group"):
        return actor_of(mention.speaker)
    return actor_of(owners[0]) if owners else None


def _descriptor(cast: Cast, found: Counted) -> str | None:
    noun = found.noun
    if not noun.noun or noun.lower in PLAIN or cast.scene.number_at(noun) is not None:
        return None
    s = cast.scene.sentence
    words = [k.lower for k in s.kids(noun.i, "compound", "amod") if k.i < noun.i and cast.scene.number_at(k) is None]
    return " ".join([*words, noun.lower])[:60]


def concern_of_group(group: str, outcome: Outcome) -> Concern | None:
    if outcome in ("damaged", "destroyed", "captured"):
        return None
    if group in ("civilians", "protesters", "suspects"):
        return "civilians"
    if group == "responders":
        return "services"
    return "forces" if group == "attackers" or group.startswith("forces") else None
