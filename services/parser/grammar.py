"""Logical subjects and objects: what passives, relative clauses, participles and coordination leave unsaid."""

from services.parser.tree import Sentence, Token

RELATIVE = frozenset({"which", "who", "that", "whom"})
OBJECT_CONTROL = frozenset(
    {"tell", "urge", "ask", "order", "force", "allow", "help", "see", "show", "leave", "call", "warn"}
)


def is_passive(s: Sentence, verb: Token) -> bool:
    if s.kid(verb.i, "nsubjpass", "auxpass"):
        return True
    if verb.tag != "VBN" or s.kids(verb.i, "aux"):
        return False
    if verb.dep == "conj" and not s.kids(verb.i, "nsubj", "dobj"):
        return is_passive(s, s.tokens[verb.head])
    if s.kid(verb.i, "dobj") is not None:
        return False
    return verb.dep in {"acl", "amod"} or (not s.kids(verb.i, "nsubj") and verb.dep not in {"conj", "xcomp", "ccomp"})


def subject(s: Sentence, verb: Token, depth: int = 0) -> Token | None:
    """Who does it: the subject, the agent of a passive, or what a clause without a subject takes from outside."""
    if is_passive(s, verb):
        agents = [o for prep in s.kids(verb.i, "agent") for o in s.kids(prep.i, "pobj")]
        return agents[0] if agents else _by(s, verb)
    return grammatical_subject(s, verb, depth)


def _by(s: Sentence, verb: Token) -> Token | None:
    return next(iter(s.prepositional(verb.i, "by")), None)


def grammatical_subject(s: Sentence, verb: Token, depth: int = 0) -> Token | None:
    own = s.kid(verb.i, "nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
    if own is not None:
        if own.dep == "expl":
            own = s.kid(verb.i, "attr") or own
        return _antecedent(s, verb, own)
    if depth > 12 or verb.head == verb.i:
        return None
    head = s.tokens[verb.head]
    if verb.dep in {"acl", "relcl"}:
        return head if verb.tag in {"VBG", "VBN"} or verb.dep == "relcl" else None
    if verb.dep == "conj" and (head.verb or head.tag.startswith("J")):
        return grammatical_subject(s, head, depth + 1)
    if verb.dep == "xcomp" and head.tag.startswith("J"):  # "was not able to verify"
        return grammatical_subject(s, s.tokens[head.head], depth + 1) if s.tokens[head.head].verb else None
    if verb.dep in {"xcomp", "ccomp"} and head.verb:
        controller = s.kid(head.i, "dobj") if head.lemma in OBJECT_CONTROL else None
        return controller or grammatical_subject(s, head, depth + 1)
    if verb.dep == "advcl" and head.verb and verb.tag in {"VBG", "VBN", "VB"}:
        return grammatical_subject(s, head, depth + 1)
    if verb.dep == "pcomp":
        return _over_preposition(s, head, depth)
    return None


def _over_preposition(s: Sentence, prep: Token, depth: int) -> Token | None:
    """ "accused X of sending": X; "after killing ...": the subject of the clause."""
    over = s.tokens[prep.head]
    if not over.verb:
        return None
    if prep.lower == "of":
        return s.kid(over.i, "dobj", "nsubjpass")
    return grammatical_subject(s, over, depth + 1)


def _antecedent(s: Sentence, verb: Token, own: Token) -> Token:
    if own.lower in RELATIVE and own.tag in {"WDT", "WP", "IN", "DT"} and verb.dep in {"relcl", "acl"}:
        return s.tokens[verb.head]
    return own


def object_(s: Sentence, verb: Token) -> Token | None:
    """Whom it is done to: the object, the subject of a passive, or the noun that a participle describes."""
    if is_passive(s, verb):
        own = s.kid(verb.i, "nsubjpass", "nsubj")
        if own is not None:
            return _antecedent(s, verb, own)
        if verb.dep in {"acl", "amod"}:
            return s.tokens[verb.head]
        left = s.kid(verb.head, "dobj") if s.tokens[verb.head].lemma in {"leave", "find"} else None
        if left is not None and verb.dep in {"advcl", "xcomp", "ccomp", "oprd"}:
            return left  # "left three people wounded"
        if verb.dep == "conj":
            return object_(s, s.tokens[verb.head]) if s.tokens[verb.head].verb else None
        return grammatical_subject(s, verb)
    found = s.kid(verb.i, "dobj", "obj", "dative")
    if found is None and verb.tag == "VBN" and not s.kids(verb.i, "aux"):
        return s.kid(verb.i, "nsubj")  # "two killed, three others wounded"
    if found is not None and found.lower in RELATIVE and found.tag in {"WDT", "WP", "IN"}:
        return next((s.tokens[t.head] for t in (verb, *s.up(verb.i)) if t.dep == "relcl"), found)
    head = s.tokens[verb.head]
    if found is None and verb.dep == "ccomp" and head.dep == "relcl" and s.kid(verb.i, "nsubj") is not None:
        return s.tokens[head.head]  # "a vehicle that it said it had captured"
    if found is None and verb.dep == "relcl" and s.kid(verb.i, "nsubj") is not None:
        gap = s.kid(verb.i, "nsubj")
        return s.tokens[verb.head] if gap is not None and gap.lower not in RELATIVE else None
    return found


def named_head(s: Sentence, token: Token) -> Token:
    """ "an officer of the FSB", "a member of the group": the head itself; "majority of the locals": the locals."""
    if token.lower in QUANTITY:
        inner = next(iter(s.prepositional(token.i, "of")), None)
        return inner or token
    return token


QUANTITY = frozenset(
    {
        "majority", "most", "many", "some", "several", "all", "both", "number", "dozens", "hundreds", "thousands",
        "part", "half", "group", "scores", "none", "each", "any", "more", "rest", "handful", "tens", "lot", "couple",
        "crowd",
    }
)  # fmt: skip
