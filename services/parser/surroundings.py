"""What stands around an event in its sentence, as named features: its own form, the words that govern it, its clause.

A feature is a short string; the words in it are base forms as far as endings tell. Nothing here knows a weight.
"""

from collections.abc import Iterator

from services.parser.embedders import above, denied, kind_of
from services.parser.tree import Sentence, Token

LEVELS = 2  # how many heads above an event are looked at
ENDINGS = ("ings", "ing", "ies", "ied", "es", "ed", "s", "e", "y")
SIDES = (-3, -2, -1, 1, 2, 3)
CORE = frozenset(
    {"nsubj", "nsubjpass", "dobj", "prep", "mark", "advmod", "prt", "expl", "attr", "acomp", "agent", "poss"}
)
OWN = frozenset({"det", "amod", "compound", "poss", "prep", "nummod", "advmod", "mark", "advcl", "expl", "prt"})
QUOTES = frozenset({'"', "``", "''", "“", "”"})


def stem(word: str) -> str:
    """Without its ending: "killed" and "killing" are one."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


def base(token: Token) -> str:
    """The word without its ending; names and numbers by their kind only."""
    if token.tag in {"NNP", "NNPS", "CD"}:
        return token.tag
    return stem(token.lower)


def surroundings(s: Sentence, event: Token) -> list[str]:
    """All features, each once."""
    parts = (_own, _beside, _above, _sentence, _clause, _embedded)
    return list(dict.fromkeys(feature for part in parts for feature in part(s, event)))


def _own(s: Sentence, event: Token) -> Iterator[str]:
    yield f"w={base(event)}"
    yield f"sf={event.lower[-3:]}:{event.tag}"
    yield f"t={event.tag}"
    yield f"d={event.dep}"
    yield f"td={event.tag}:{event.dep}"
    yield f"a={auxiliaries(s, event)}"
    for kid in s.kids(event.i):
        yield f"k={kid.dep}"
        if kid.dep in OWN:
            yield f"kw={kid.dep}:{base(kid)}"


def _beside(s: Sentence, event: Token) -> Iterator[str]:
    for side in SIDES:
        at = event.i + side
        word = base(s.tokens[at]) if 0 <= at < len(s.tokens) else "#"
        yield f"n{side if abs(side) < 3 else ''}={word}"


def _above(s: Sentence, event: Token) -> Iterator[str]:
    below, path = event, ""
    for level, head in zip(range(1, LEVELS + 1), s.up(event.i), strict=False):
        path = f"{path}>{below.dep}"
        yield f"u{level}={base(head)}"
        yield f"ud{level}={path}:{base(head)}"
        yield f"up{level}={path}"
        yield f"ut{level}={path}:{head.tag}"
        yield f"ua{level}={auxiliaries(s, head)}"
        yield f"ux{level}={below.dep}:{form(s, below)}:{base(head)}"
        for kid in s.kids(head.i):
            if kid.dep in CORE and kid.i != below.i:
                yield f"uk{level}={kid.dep}:{base(kid)}"
        below = head


def _sentence(s: Sentence, event: Token) -> Iterator[str]:
    last = next((t for t in reversed(s.tokens) if t.lower not in QUOTES), None)
    yield f"end={last.lower if last else ''}"
    before = sum(t.lower in QUOTES for t in s.tokens[: event.i])
    yield f"quoted={before % 2}"
    yield f"root={base(s.root(event.i))}"


def _clause(s: Sentence, event: Token) -> Iterator[str]:
    """The verb of the event's clause, what the event is to it, and the word that clause hangs on."""
    clause = s.clause(event.i)
    role, head = _role(s, event, clause), s.tokens[clause.head]
    yield f"c={base(clause)}"
    yield f"ca={auxiliaries(s, clause)}"
    yield f"cd={clause.dep}"
    yield f"cf={form(s, clause)}"
    for kid in s.kids(clause.i, "mark", "advmod", "neg"):
        yield f"ck={kid.dep}:{base(kid)}"
    yield f"cr={role}:{form(s, clause)}:{kind_of(s, clause)}:{denied(s, clause)}"
    if head.i != clause.i:
        yield f"ch={clause.dep}:{form(s, clause)}:{kind_of(s, head)}:{role}:{auxiliaries(s, head)}"
    for other in s.kids(clause.i, "advcl"):
        yield from (f"cs={kid.lower}" for kid in s.kids(other.i, "mark", "advmod"))


def _role(s: Sentence, event: Token, clause: Token) -> str:
    """What the phrase with the event in it is to the verb of its clause; "self" if it is that verb."""
    if event.i == clause.i:
        return "self"
    below = event
    for token in s.up(event.i):
        if token.i == clause.i:
            break
        below = token
    return below.dep


def auxiliaries(s: Sentence, verb: Token) -> str:
    """The verb group around a verb as one word: "would_have_VBN"."""
    kids = s.kids(verb.i, "aux", "auxpass", "neg")
    return "_".join([*(k.lower for k in kids), verb.tag])


def form(s: Sentence, verb: Token) -> str:
    """Infinitive with "to", other verb form, or other word."""
    if not verb.verb:
        return "n"
    return "to" if any(k.tag == "TO" for k in s.kids(verb.i, "aux")) else verb.tag


def _embedded(s: Sentence, event: Token) -> Iterator[str]:
    """The classes of embedders.toml over the event, up to the clause that only tells about a thing."""
    own, no = kind_of(s, event), denied(s, event)
    yield f"e={own}"
    yield f"en={no}"
    path = ["not"] if no else []
    for over in above(s, event):
        if over.below.dep == "relcl":
            path.append("which")
            break
        kind, level = ("n:" if over.denied else "") + over.kind, min(over.level, LEVELS)
        if over.kind:
            yield f"e{level}={kind}:{over.below.dep}"
            yield f"ef{level}={kind}:{form(s, over.below)}"
            yield f"ea={kind}"
            if not any(part.removeprefix("n:") != "not" for part in path):
                yield f"e0={kind}:{over.below.dep}:{form(s, over.below)}"
            path.append(kind)
        elif over.denied:
            yield f"en{level}={over.below.dep}"
            path.append("not")
    yield f"ep3={'/'.join(path[:3])}"
    yield f"ep2={'/'.join(path[:2])}"
