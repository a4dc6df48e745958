"""Who says what, learned: every attribution of an article with its speaker, its cue and all that is said.

Three steps, each a linear model over features of the parse: which words head a cue; what each token of such a sentence
is to that cue (the likeliest sequence of roles wins); and whether the words go on in the sentences around.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np

from services.parser.cue_rows import PATTERNS as CUE_PATTERNS, cue_row, possible
from services.parser.grammar import grammatical_subject, is_passive
from services.parser.learned import Floats, Learned
from services.parser.marked import Marked
from services.parser.reach_rows import MOST, PATTERNS as REACH_PATTERNS, Told, reach_row, taken
from services.parser.role_rows import CONTENT, CUE, OTHER, PATTERNS as ROLE_PATTERNS, SOURCE, role_rows
from services.parser.tree import Token

Wanted = Callable[[int, Token], bool]
LEADING = frozenset({"det", "poss", "amod", "compound", "nummod", "aux", "auxpass"})
NEVER = -1e3
NOBODY = frozenset({"it", "there", "what"})
SPEAKING = frozenset({"PRP", "WP", "DT", "CD"})
MAX_ROWS = 16_000  # tokens, each counted for each cue of its sentence


@dataclass(frozen=True, slots=True)
class Attribution:
    """Token numbers. `sentence`: the number in the sequence read; speaker and cue stand in it, and `content` too.

    `beyond`: for sentences around it that the words go on in, their number and tokens. `odds`: log-odds of the cue.
    """

    sentence: int
    head: int
    source: tuple[int, ...]
    cue: tuple[int, ...]
    content: tuple[int, ...]
    odds: float
    beyond: tuple[tuple[int, tuple[int, ...]], ...] = field(default=())


def attributions(sentences: Sequence[Marked], learned: Learned, wanted: Wanted | None = None) -> list[Attribution]:
    """All attributions in order of their cues. Sentences that were not parsed have none. `wanted` spares the work for
    cues that the caller has no use for: (sentence, token) -> whether it may be one."""
    heads = cue_heads(sentences, learned, wanted)
    found = _extended(sentences, _roles(sentences, heads, learned), learned)
    return [a for a in found if a.content or (a.beyond and a.odds > 0)]


def cue_heads(
    sentences: Sequence[Marked], learned: Learned, wanted: Wanted | None = None
) -> list[tuple[int, int, float]]:
    """(number of the sentence, token, log-odds) of each word that heads a cue."""
    places = [
        (at, t.i) for at, m in enumerate(sentences) for t in m.tokens
        if possible(t) and (wanted is None or wanted(at, t)) and learned.looks_at(m, t.i)
    ]  # fmt: skip
    if not places:
        return []
    rows = [cue_row(sentences[at], i) for at, i in places]
    odds = learned.cue.scores(CUE_PATTERNS.buckets(rows, learned.cue.size))
    found = [(at, i, float(z)) for (at, i), z in zip(places, odds, strict=True) if z > learned.least_cue]
    return list(_affordable(sentences, found))


def _affordable(
    sentences: Sequence[Marked], heads: Sequence[tuple[int, int, float]]
) -> Iterator[tuple[int, int, float]]:
    """As many cues, in order of the text, as an article may cost; no news text comes near."""
    rows = 0
    for at, i, odds in heads:
        rows += len(sentences[at])
        if rows > MAX_ROWS:
            return
        yield at, i, odds


def _roles(sentences: Sequence[Marked], heads: Sequence[tuple[int, int, float]], learned: Learned) -> list[Attribution]:
    rows = [row for at, i, _ in heads for row in role_rows(sentences[at], i)]
    if not rows:
        return []
    scores = log_shares(learned.role.scores(ROLE_PATTERNS.buckets(rows, learned.role.size)))
    moves = learned.moves.tolist()
    found, start = [], 0
    for at, i, odds in heads:
        own = scores[start : start + len(sentences[at])]
        start += len(own)
        own[i] = NEVER
        own[i, CUE] = 0.0
        roles = _whole(sentences[at], likeliest(own.tolist(), moves))
        source, cue, said = (tuple(j for j, role in enumerate(roles) if role == r) for r in (SOURCE, CUE, CONTENT))
        found.append(Attribution(at, i, source or tuple(_subject(sentences[at], i, roles)), cue, said, odds))
    return found


def _whole(m: Marked, roles: list[int]) -> list[int]:
    """No content ends amid a phrase: a determiner takes its noun along, a preposition its object."""
    for j, t in enumerate(m.tokens):
        if roles[j] != CONTENT:
            continue
        if t.dep in LEADING:
            ends = [t.head]
        elif t.dep == "prep":
            ends = [k.i for k in m.sentence.kids(j, "pobj")]
        else:
            continue
        for end in ends:
            if end > j and all(role in (OTHER, CONTENT) for role in roles[j : end + 1]):
                roles[j : end + 1] = [CONTENT] * (end + 1 - j)
    return roles


def _subject(m: Marked, i: int, roles: Sequence[int]) -> list[int]:
    """The speaker of a verb that has none beside it: the subject around it ("..., telling reporters that")."""
    s, verb = m.sentence, m.tokens[i]
    found = grammatical_subject(s, verb) if verb.verb and not is_passive(s, verb) else None
    if found is None or found.i == i or found.lower in NOBODY or not (found.noun or found.tag in SPEAKING):
        return []
    phrase = sorted(s.subtree(found.i, without=[i]))
    return [] if any(roles[j] == CUE for j in phrase) else [j for j in phrase if roles[j] != CONTENT]


def log_shares(scores: Floats) -> Floats:
    """Log-probabilities of the labels, row by row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    shares: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shares


def likeliest(scores: Sequence[Sequence[float]], moves: Sequence[Sequence[float]]) -> list[int]:
    """The sequence of labels with the highest sum of scores and moves; of equals the first label."""
    best, back = list(scores[0]), []
    into = [[row[to] for row in moves] for to in range(len(best))]
    for own in scores[1:]:
        reached = [[b + m for b, m in zip(best, column, strict=True)] for column in into]
        tops = [max(row) for row in reached]
        back.append([row.index(top) for row, top in zip(reached, tops, strict=True)])
        best = [top + score for top, score in zip(tops, own, strict=True)]
    roles = [best.index(max(best))]
    for step in reversed(back):
        roles.append(step[roles[-1]])
    return roles[::-1]


def _extended(sentences: Sequence[Marked], found: Sequence[Attribution], learned: Learned) -> list[Attribution]:
    """Sentence by sentence away from each cue, as long as the words go on; all cues take a step at a time."""
    beside: list[list[Attribution]] = [[] for _ in sentences]
    for a in found:
        beside[a.sentence].append(a)
    cues = [frozenset(a.head for a in group) for group in beside]
    told = [Told(a.sentence, a.head, frozenset(a.content), _depth(a, beside[a.sentence])) for a in found]
    beyond: list[dict[int, tuple[int, ...]]] = [{} for _ in found]
    going = [(n, way) for n in range(len(found)) for way in (1, -1)]
    for step in range(1, MOST):
        going = _step(sentences, cues, told, [(n, way * step) for n, way in going], learned)
        for n, way in going:
            at = told[n].sentence + way * step
            beyond[n][at] = tuple(taken(sentences[at]))
    return [replace(a, beyond=tuple(sorted(more.items()))) for a, more in zip(found, beyond, strict=True)]


def _step(
    sentences: Sequence[Marked], cues: Sequence[Set[int]], told: Sequence[Told], going: Sequence[tuple[int, int]],
    learned: Learned,
) -> list[tuple[int, int]]:  # fmt: skip
    """(cue, direction) of those whose words go on in the sentence so many steps away."""
    inside = [(n, by) for n, by in going if 0 <= told[n].sentence + by < len(sentences)]
    rows = [(n, by, reach_row(sentences, cues, told[n], by)) for n, by in inside]
    known = [(n, by, row) for n, by, row in rows if row is not None]
    if not known:
        return []
    odds = learned.reach.scores(REACH_PATTERNS.buckets([row for _, _, row in known], learned.reach.size))
    return [(n, 1 if by > 0 else -1) for (n, by, _), z in zip(known, odds, strict=True) if z > learned.least_reach]


def _depth(one: Attribution, beside: Sequence[Attribution]) -> int:
    return sum(one.head in a.content for a in beside if a.head != one.head)
