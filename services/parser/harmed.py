"""Figures without a verb of harm: taken to hospital, lives claimed, "with a gunshot wound", "the murder of", "a triple
shooting", "turned the gun on himself"."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from schemas.report import Outcome
from services.parser.embedders import irregular
from services.parser.figures import has_number, number_on
from services.parser.forms import verb_forms
from services.parser.grammar import grammatical_subject, is_passive
from services.parser.mentions import NumberMention
from services.parser.scene import Scene
from services.parser.tolls import Counted
from services.parser.tree import Token

DATA = Path(__file__).parent / "data" / "outcomes.toml"


@cache
def telling() -> frozenset[str]:
    """Base forms and words at which one of the rules here may begin. Read once from outcomes.toml."""
    words = tomllib.loads(DATA.read_text("utf-8"))["words"]
    kinds = ("hospital", "bearing", "fatal", "own_hand", "charges", "hit")
    found = {word for kind in kinds for word in words[kind]} | {"condition", "life", "victim", "suicide"}
    return frozenset(found.union(*words["deeds"].values()))


def harmed(scene: Scene, token: Token) -> Iterator[tuple[Outcome, Token, Token, str]]:
    """(outcome, word, whom it befell, rule) for one token; whoever calls counts the targets."""
    words = scene.rules.counting
    if token.lower in words["hospital"]:
        yield from (("injured", token, whom, "N.injured.hospital") for whom in _carried(scene, token))
    if token.lemma in words["bearing"]:
        yield from (("injured", token, whom, "N.injured.bearing") for whom in _bearing(scene, token))
    if token.lower == "condition":
        yield from (("injured", token, whom, "N.injured.condition") for whom in _in_condition(scene, token))
    if token.lemma == "victim" and any(k.lemma in words["gunfire"] for k in scene.sentence.kids(token.i, "compound")):
        yield "injured", token, token, "N.injured.victims"
    if token.lemma == "life":
        yield from (("killed", token, whom, "N.killed.lives") for whom in _lost(scene, token))
    if token.lower in words["fatal"] and scene.number_at(scene.sentence.tokens[token.head]) is not None:
        yield "killed", token, scene.sentence.tokens[token.head], "N.killed.fatally"  # "five were shot, one fatally"
    for outcome in ("killed", "injured"):
        if token.noun and token.lemma in words["deeds"][outcome]:
            yield from _done_to(scene, token, outcome)


def _carried(scene: Scene, place: Token) -> Iterator[Token]:
    """Who was taken to, or treated at, a hospital."""
    s = scene.sentence
    verb = next((t for t in s.up(place.i) if t.verb), None)
    if verb is None or verb.lower not in forms_of(tuple(scene.rules.counting["carried"])):
        return
    found = s.kid(verb.i, "dobj") if not is_passive(s, verb) else s.kid(verb.i, "nsubjpass")
    found = found or grammatical_subject(s, verb)
    if found is not None and found.i != place.i:
        yield found


def _in_condition(scene: Scene, condition: Token) -> Iterator[Token]:
    """ "two are in critical condition", "left the boy in stable condition"; not who was only taken there in one."""
    s, words = scene.sentence, scene.rules.counting
    prep = s.tokens[condition.head]
    if prep.lower != "in" or not any(k.lower in words["conditions"] for k in s.kids(condition.i, "amod", "conj")):
        return
    over = s.tokens[prep.head]
    if over.verb and over.lower not in forms_of(("take", "transport", "rush", "airlift", "fly", "bring")):
        whom = s.kid(over.i, "dobj", "nsubjpass") or grammatical_subject(s, over)
        if whom is not None:
            yield whom


@cache
def forms_of(verbs: tuple[str, ...]) -> frozenset[str]:
    """All forms of some verbs."""
    return frozenset(form for verb in verbs for form in verb_forms(verb, irregular()))


def _bearing(scene: Scene, wound: Token) -> Iterator[Token]:
    """ "a man with a gunshot wound", "two people suffering from wounds"."""
    s = scene.sentence
    prep = s.tokens[wound.head]
    if wound.dep != "pobj" or prep.lower not in {"with", "from", "of"}:
        return
    over = s.tokens[prep.head]
    if prep.lower == "with" and over.noun:
        yield over
    elif prep.lower == "with" and over.verb and over.lemma in {"find", "discover", "locate"}:
        yield from s.kids(over.i, "dobj", "nsubjpass")
    elif over.verb and over.lower in {"suffering", "suffered", "bleeding", "recovering", "died", "dead"}:
        subject = grammatical_subject(s, over)
        if subject is not None and over.lower not in {"died", "dead"}:
            yield subject


def _lost(scene: Scene, life: Token) -> Iterator[Token]:
    """ "claimed the lives of three people", "three people lost their lives", "claimed three lives"."""
    s = scene.sentence
    verb = s.tokens[life.head]
    if life.dep != "dobj" or verb.lower not in forms_of(tuple(scene.rules.counting["lives"])):
        return
    if any(k.lower == "own" for k in s.kids(life.i)):
        return
    owners = s.prepositional(life.i, "of") or (s.kids(life.i, "poss") if verb.lower[:3] in {"too", "tak"} else [])
    if owners:
        yield owners[0]
    elif has_number(scene, life):
        yield life
    elif verb.lower in {"lost", "lose", "loses", "losing"}:
        subject = grammatical_subject(s, verb)
        if subject is not None:
            yield subject


def _done_to(scene: Scene, deed: Token, outcome: Outcome) -> Iterator[tuple[Outcome, Token, Token, str]]:
    """ "the murder of two men", "the fatal shooting of a boy"."""
    s = scene.sentence
    fatal = any(k.lower in scene.rules.counting["fatal_words"] for k in s.kids(deed.i, "amod", "compound"))
    sort: Outcome = "killed" if fatal else outcome
    named = [k for k in s.kids(deed.i, "poss") if k.noun and outcome == "killed"]
    for whom in [*s.prepositional(deed.i, "of"), *named][:1]:
        yield sort, deed, whom, f"N.{sort}.deed"


def multiple(scene: Scene, deed: Token) -> Iterator[Counted]:
    """ "a double homicide", "a triple shooting": as many victims."""
    s, words = scene.sentence, scene.rules.counting
    for outcome in ("killed", "injured"):
        if not deed.noun or deed.lemma not in words["deeds"][outcome]:
            continue
        fatal = any(k.lower in words["fatal_words"] for k in s.kids(deed.i, "amod", "compound"))
        sort: Outcome = "killed" if fatal else "injured" if outcome == "injured" else "killed"
        for kid in s.kids(deed.i, "amod", "compound", "nmod", "advmod"):
            n = words["multiples"].get(kid.lower)
            if n:
                number = NumberMention(kid.start, kid.end, "=", n, n, n)
                yield Counted(sort, deed, deed, deed, number, f"N.{sort}.multiple")


def own_hand(scene: Scene, token: Token) -> Iterator[Counted]:
    """ "turned the gun on himself", "killed his wife and then himself", "took his own life": the doer is dead too."""
    s, words = scene.sentence, scene.rules.counting
    taken = token.lemma == "life" and any(k.lower == "own" for k in s.kids(token.i))
    if (taken and s.tokens[token.head].verb) or (token.lower == "suicide" and token.dep == "dobj"):
        yield _by_himself(scene, token, s.tokens[token.head])
    if token.lower not in words["own_hand"]:
        return
    head = s.tokens[token.head]
    verb = next((t for t in s.up(token.i) if t.verb), None)
    if verb is None:
        return
    aimed = s.kids(verb.i, "dobj") if head.lower == "on" else []
    turned = any(k.lemma in words["gunfire"] for k in aimed)
    killed = token.dep in {"conj", "dobj"} and (verb.lemma == "kill" or _shot_dead(scene, verb))
    if turned or killed or (token.dep == "conj" and verb.lemma == "shoot"):
        yield _by_himself(scene, token, verb)


def _by_himself(scene: Scene, token: Token, verb: Token) -> Counted:
    s = scene.sentence
    doer = grammatical_subject(s, verb) or token
    one = NumberMention(token.start, token.end, "=", 1, 1, 1)
    known = any(scene.is_class(doer, name) for name in ("suspects", "attackers")) or any(
        k.lemma in {"suspect", "accuse"} for k in s.kids(doer.i, "acl", "relcl", "amod")
    )
    return Counted("killed", token, token, doer, one, f"N.killed.{'gunman' if known else 'own_hand'}")


def _shot_dead(scene: Scene, verb: Token) -> bool:
    """ "fatally shot himself", "killed one and injured three before shooting himself"."""
    s, words = scene.sentence, scene.rules.counting
    if verb.lemma != "shoot" or any(k.lower in words["by_mishap"] for k in s.kids(verb.i, "advmod")):
        return False
    fatal = any(k.lower in words["fatal"] for k in s.kids(verb.i))
    others = [t for t in s.tokens[: verb.i] if t.verb and t.lemma in {"kill", "shoot", "murder", "wound"}]
    harmed_before = any(s.kids(t.i, "dobj") for t in others)
    return fatal or (harmed_before and verb.dep in {"pcomp", "advcl", "conj", "xcomp"})


def charged(scene: Scene, token: Token) -> Iterator[Counted]:
    """ "was charged with murder": one is dead, if no other words say how many."""
    s, words = scene.sentence, scene.rules.counting
    if token.lemma not in words["charges"] or any(k.lower in words["attempts"] for k in s.kids(token.i)):
        return
    prep = s.tokens[token.head]
    over = s.tokens[prep.head]
    if token.dep == "pobj" and (prep.lower, over.lemma) in {("with", "charge"), ("of", "accuse"), ("of", "charge")}:
        one = NumberMention(token.start, token.end, "=", 1, 1, 1)
        yield Counted("killed", token, token, token, one, "N.killed.definite", implied=True)


def is_definite(scene: Scene, target: Token) -> bool:
    """ "the girl", "his friend", "he": one person, told of before or to be told of."""
    s = scene.sentence
    if target.lower in scene.rules.counting["pronouns"]:
        return True
    if target.tag != "NN" or scene.rules.is_class(target.lemma, "collective") or number_on(scene, target) is not None:
        return False
    return any(k.dep == "poss" or k.lower in {"the", "that", "this"} for k in s.kids(target.i, "det", "poss"))
