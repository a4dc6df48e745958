"""What is known of a word that may carry somebody's words ("said", "claim", "according"), as a row of numbers."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from services.parser.marked import Marked, key
from services.parser.patterns import patterns
from services.parser.tree import Token

TAGS = frozenset({"VB", "NN", "IN", "JJ", "RB", "MD", "PO", "DT"})
MARKS = frozenset({":", "―", "—", "–", "--"})
SLOTS = 6
NAMED = ("prep", "agent", "prt", "mark", "advmod", "neg", "dative")
SUBJECTS = frozenset({"nsubj", "nsubjpass", "poss", "agent", "csubj", "expl"})
PREDICATES = frozenset({"acomp", "attr", "oprd"})
CLAUSES = frozenset({"acl", "relcl", "advcl", "pcomp", "pobj"})
FAR = 4
_ROLE = (
    {"dobj": "obj", "ccomp": "comp", "xcomp": "open"}
    | dict.fromkeys(PREDICATES, "pred")
    | dict.fromkeys(CLAUSES, "clause")
)
ROLES = ("obj", "comp", "open", "pred", "clause")

COLUMNS = (
    "stem", "tag", "pos", "dep", "group", "suffix3", "suffix4", "prefix3", "kind",
    *(f"{part}{n}" for n in range(SLOTS) for part in ("kid", "side")), "kids",
    "subject", "subject_shape",
    *(f"{role}_{part}" for role in ROLES for part in ("stem", "tag", "mark", "group")),
    "comp_quote", "prep0", "prep1",
    "head", "head_stem", "head_tag", "head_group",
    *(f"{part}{at}" for at in ("-2", "-1", "+1", "+2") for part in ("w", "t")),
    "q", "q-1", "q+1", "quotes", "quote_before", "quote_after", "above", "depth", "edge", "one",
)  # fmt: skip

_BAG = [
    pattern
    for n in range(SLOTS)
    for pattern in (
        f"kid: kid{n}", f"pos-side: pos side{n}", f"stem-kid: stem kid{n}", f"group-side: group side{n}",
        f"group-kid: group pos kid{n}",
    )
]  # fmt: skip
_ROLE_PATTERNS = [
    pattern
    for role in ROLES
    for pattern in (
        f"{role}_stem", f"{role}_tag pos", f"stem {role}_stem", f"{role}_mark pos", f"stem {role}_mark",
        f"{role}_group pos", f"group {role}_tag", f"stem {role}_group",
    )
]  # fmt: skip
_AROUND = [
    pattern
    for at in ("-2", "-1", "+1", "+2")
    for pattern in (f"w{at}", f"pos t{at}", f"stem w{at}", f"pos w{at}")
]  # fmt: skip
PATTERNS = patterns(
    COLUMNS,
    [
        "one", "stem", "stem tag", "tag", "dep", "tag dep", "stem dep", "kind pos", "pos", "group", "group dep",
        "pos suffix3", "pos suffix4", "pos prefix3", *_BAG, "pos kids", "stem kids", "group kids",
        "subject", "subject_shape pos", "stem subject_shape", "group subject_shape", "subject comp_tag",
        *_ROLE_PATTERNS, "comp_quote", "comp_quote group",
        "prep0 obj_stem", "stem prep0", "stem prep1", "pred_stem prep0", "stem pred_stem prep0", "stem obj_stem prep0",
        "stem obj_stem obj_mark", "pos obj_group obj_mark",
        "head head_stem", "head head_tag", "stem head_stem", "head head_group", "head",
        *_AROUND, "t-1 t+1 pos", "t-1 pos t+1 t+2", "q pos", "q-1 pos", "q+1 pos", "quotes q pos", "group quotes q",
        "quote_before pos", "quote_after pos", "above depth pos", "edge pos", "edge stem",
        "quote_before quote_after pos", "stem quotes q", "subject_shape comp_tag pos", "kids quotes q pos",
        "kids dep pos",
    ],
)  # fmt: skip


def possible(token: Token) -> bool:
    """Whether a token may be the head of a cue at all."""
    return token.tag[:2] in TAGS or token.text in MARKS


def cue_row(m: Marked, i: int) -> list[int]:
    t, stem, n = m.tokens[i], m.stems[i], len(m)
    pos = t.tag[:2]
    own = [stem, t.tag, pos, t.dep, m.groups[i] or f"-{pos}", stem[-3:], stem[-4:], stem[:3], m.sentence.piece.kind]
    kids = [c for c in m.sentence.children[i] if m.tokens[c].dep != "punct"]
    row = [*map(key, own), *_bag(m, i, kids), *_subject(m, kids), *_roles(m, i, kids), *_above(m, i)]
    for at in (i - 2, i - 1, i + 1, i + 2):
        row += [m.stem_keys[at], m.tag_keys[at]] if 0 <= at < n else [0, 0]
    return [*row, *_quotes(m, i), *_place(m, i), 1]


def _bag(m: Marked, i: int, kids: Sequence[int]) -> list[int]:
    found: list[int] = []
    names = []
    for c in kids:
        t = m.tokens[c]
        names.append(t.dep)
        word = f":{t.lower}" if t.dep in NAMED else f":{m.stems[c]}" if t.dep.startswith("aux") else ""
        side = "L" if c < i else "R"
        found += [key(t.dep + word + side), key(t.dep + side)]
    found = [*found, *[0] * (2 * SLOTS)][: 2 * SLOTS]
    return [*found, key(" ".join(sorted(set(names))))]


def _subject(m: Marked, kids: Sequence[int]) -> tuple[int, int]:
    at = next((c for c in kids if m.tokens[c].dep in SUBJECTS), None)
    if at is None:
        return 0, 0
    t = m.tokens[at]
    shape = t.tag[:3] if t.tag[:3] in {"PRP", "NNP"} else t.tag[:2]
    return key(t.dep + m.stems[at]), key(t.dep + shape)


def _roles(m: Marked, i: int, kids: Sequence[int]) -> list[int]:
    by: dict[str, int] = {}
    preps = []
    for c in kids:
        dep = m.tokens[c].dep
        if dep == "prep":
            preps.append(c)
        role = _ROLE.get(dep)
        if role is not None:
            by.setdefault(role, c)
    found: list[int] = []
    for role in ROLES:
        found += _role(m, i, by[role]) if role in by else (0, 0, 0, 0)
    quote = key(f"{m.quote[by['comp']]}{m.quote[i]}") if "comp" in by else 0
    words = [key(m.tokens[c].lower) for c in preps[:2]]
    return [*found, quote, *words, *[0] * (2 - len(words))]


_ROLE = (
    {"dobj": "obj", "ccomp": "comp", "xcomp": "open"}
    | dict.fromkeys(PREDICATES, "pred")
    | dict.fromkeys(CLAUSES, "clause")
)


def _role(m: Marked, i: int, c: int) -> tuple[int, int, int, int]:
    """A dependent: stem, tag with its side, what introduces it (or the first preposition of a noun), its group."""
    t = m.tokens[c]
    below = [m.tokens[k] for k in m.sentence.children[c]]
    mark = next((k.lower for k in below if k.dep in {"mark", "aux"} or (not t.verb and k.dep in {"prep", "acl"})), "-")
    side = "L" if c < i else "R"
    group = key(m.groups[c]) if m.groups[c] else 0
    return key(t.dep + m.stems[c]), key(t.dep + t.tag + side), key(t.dep + mark + side), group


def _above(m: Marked, i: int) -> tuple[int, int, int, int]:
    t = m.tokens[i]
    if t.head == i:
        return key("root"), 0, 0, 0
    side = "L" if t.head < i else "R"
    group = m.groups[t.head]
    return key(t.dep + side), key(m.stems[t.head]), key(m.tokens[t.head].tag), key(group) if group else 0


def _quotes(m: Marked, i: int) -> list[int]:
    n, q, marks = len(m), m.quote, m.marks
    left, right = bisect_left(marks, i) - 1, bisect_right(marks, i)
    before = marks[left] if left >= 0 else None
    after = marks[right] if right < len(marks) else None
    return [
        1 + q[i], 1 + q[i - 1] if i else 9, 1 + q[i + 1] if i + 1 < n else 9, 1 + min(len(marks), 2),
        0 if before is None else key(f"{q[before]} {min(FAR, i - before)}"),
        0 if after is None else key(f"{q[after]} {min(FAR, after - i)}"),
    ]  # fmt: skip


def _place(m: Marked, i: int) -> tuple[int, int, int]:
    """Whether the next verb above is a cue by the lexicon, how far it is, and whether the word ends its sentence."""
    depth, above = 0, "-"
    for t in m.sentence.up(i):
        depth += 1
        if t.verb or depth == FAR:
            above = "y" if m.groups[t.i] else "n"
            break
    last = i >= len(m) - 1 or (i == len(m) - 2 and m.tokens[i + 1].dep == "punct")
    return key(above), 1 + depth, 1 + last + 2 * (i == 0)
