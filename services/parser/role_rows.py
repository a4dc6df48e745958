"""What is known of each word beside a cue: does it name the speaker, belong to the cue, or is it said?"""

from collections.abc import Sequence
from itertools import accumulate

from services.parser.marked import IN, QUOTES, Marked, key
from services.parser.patterns import patterns
from services.parser.tree import Token

OTHER, SOURCE, CUE, CONTENT = range(4)
COMMAS = frozenset({",", ";", "—", "–", "--"})
PUNCTUATION = frozenset({",", ".", ":", "``", "''", "-LRB-", "-RRB-", "HYPH"})
NEAR = 4
EDGE, HEAD = key("#"), key("HEAD")

COLUMNS = (
    "head", "head_tag", "head_dep", "group", "has", "self",
    "word", "tag", "dep", "side", "rel", "q", "dist", "level",
    "path", "up", "first", "branch", "branch_stem", "branch_tag", "branch_mark", "branch_q", "branch_dist",
    "second", "second_stem", "third",
    "w-2", "t-2", "w-1", "t-1", "w+1", "t+1", "w+2", "t+2",
    "punct", "around", "left", "between_tags", "between_words", "one",
)  # fmt: skip

PATTERNS = patterns(
    COLUMNS,
    [
        "one", "self", "self head", "self head_tag", "word", "tag", "dep", "rel", "rel q", "path", "dist", "rel word",
        "first tag", "q", "has side tag", "head word side", "head rel", "dist q",
        "branch", "branch branch_stem", "branch branch_tag", "head branch", "group branch", "branch rel",
        "branch branch_q", "has branch", "branch word", "head branch branch_stem", "branch rel branch_dist",
        "branch branch_mark",
        "head branch branch_mark",
        "second", "second second_stem", "second word", "head second", "group second", "second branch_stem",
        "second rel", "second q", "third",
        "head up", "up rel", "group up", "up q", "has up", "up tag",
        "level rel q", "level rel head_dep",
        "w-2 side", "w-1 side", "w+1 side", "w+2 side", "t-2 tag", "t-1 tag", "t+1 tag", "t+2 tag",
        "punct rel q", "punct around rel", "punct left rel", "between_tags", "head between_words",
    ],
)  # fmt: skip


def role_rows(m: Marked, i: int) -> list[list[int]]:
    """One row a token of the sentence, for the cue that token `i` heads."""
    way = _Way(m, i)
    t = m.tokens[i]
    kids = {m.tokens[c].dep for c in m.sentence.children[i]}
    has = "".join(str(int(bool(kids & set(deps)))) for deps in _HAS)
    group = m.groups[i] or t.tag[:2]
    own = [key(m.stems[i]), key(t.tag), key(t.dep), key(group), key(has)]
    return [[*own, *(_self(m, i) if j == i else way.row(j)), 1] for j in range(len(m))]


_HAS = (("ccomp",), ("nsubj", "nsubjpass"), ("nsubjpass", "auxpass"), ("dobj",), ("xcomp",))


def _self(m: Marked, i: int) -> list[int]:
    return [1, *[0] * (len(COLUMNS) - 7)]


class _Way:
    """From the head of a cue to the other tokens of its sentence: along the tree, and across commas and quotes."""

    def __init__(self, m: Marked, i: int) -> None:
        self._m, self._i = m, i
        self._above: dict[int, int] = {i: 0}
        for t in m.sentence.up(i):
            self._above[t.i] = len(self._above)
        chain = [m.tokens[at].dep for at in self._above]
        self._up = ["^".join(chain[:n]) if n <= 3 else "^".join(chain[:3]) + "+" for n in range(len(chain) + 1)]
        self._commas = [0, *accumulate(t.text in COMMAS for t in m.tokens)]
        self._words, self._tags = self._bordered(m.word_keys), self._bordered(m.tag_keys)
        self._marks = [0, *accumulate(q > IN for q in m.quote)]

    def _bordered(self, keys: Sequence[int]) -> list[int]:
        """The head is no word of its own here, and two places beyond either end are free."""
        return [EDGE, EDGE, *keys[: self._i], HEAD, *keys[self._i + 1 :], EDGE, EDGE]

    def row(self, j: int) -> list[int]:
        m, i = self._m, self._i
        t, right = m.tokens[j], j > i
        low, high = (i + 1, j) if right else (j + 1, i)
        commas, marks = self._commas[high] - self._commas[low], self._marks[high] - self._marks[low]
        side = "R" if right else "L"
        rel = f"{side}{min(2, commas)}{min(2, marks)}"
        q = f"{m.quote[i]}{m.quote[j]}"
        top, down = self._down(j)
        around = key(side), key(rel), key(q), key(_far(j - i)), 1 + min(top, 4)
        return [
            0,
            m.word_keys[j],
            m.tag_keys[j],
            key(t.dep),
            *around,
            *self._path(top, down, j),
            *self._near(j),
            *self._punctuation(j, t),
            *self._between(j),
        ]

    def _down(self, j: int) -> tuple[int, list[int]]:
        """How many steps up the paths meet, and the tokens from there down to j."""
        down: list[int] = []
        while j not in self._above:
            down.append(j)
            head = self._m.tokens[j].head
            if head == j:
                return 9, down[::-1]
            j = head
        return self._above[j], down[::-1]

    def _path(self, top: int, down: Sequence[int], j: int) -> list[int]:
        m, tokens = self._m, self._m.tokens
        up = self._up[top] if top < 9 else "?"
        deps = [tokens[at].dep for at in down]
        path = key(up + ">" + ">".join(deps[:3]) + (">+" if len(deps) > 3 else ""))
        if not down:
            return [path, key(up), key(up), *[0] * 9]
        at = down[0]
        branch = f"{up}>{deps[0]}{'R' if at > self._i else 'L'}"
        mark = next(
            (tokens[k].lower for k in m.sentence.children[at] if tokens[k].dep == "mark" or tokens[k].tag == "TO"), "-"
        )
        found = [path, 0, key(f"{up}>{deps[0]}"), key(branch), m.stem_keys[at], m.tag_keys[at], key(mark),
                 key(f"{m.quote[self._i]}{m.quote[j]}{m.quote[at]}"), key(_far(j - at))]  # fmt: skip
        if len(down) == 1:
            return [*found, 0, 0, 0]
        second = f"{branch}>{deps[1]}{'R' if down[1] > at else 'L'}"
        third = key(f"{second}>{deps[2]}{'R' if down[2] > down[1] else 'L'}") if len(down) > 2 else 0
        return [*found, key(second), m.stem_keys[down[1]], third]

    def _near(self, j: int) -> list[int]:
        words, tags = self._words, self._tags
        return [words[j], tags[j], words[j + 1], tags[j + 1], words[j + 3], tags[j + 3], words[j + 4], tags[j + 4]]

    def _punctuation(self, j: int, t: Token) -> list[int]:
        if t.dep != "punct" and t.tag not in PUNCTUATION:
            return [0, 0, 0]
        tokens = self._m.tokens
        before = tokens[j - 1].text if j else "#"
        after = tokens[j + 1].text if j + 1 < len(tokens) else "#"
        around = "".join("q" if text in QUOTES else "#" if text == "#" else "w" for text in (before, after))
        return [key(t.lower), key(around), 1 + min(3, len(tokens) - 1 - j)]

    def _between(self, j: int) -> list[int]:
        if abs(j - self._i) > NEAR:
            return [0, 0]
        low, high = sorted((self._i, j))
        side = "R" if j > self._i else "L"
        words = self._m.tokens[low : high + 1]
        lower = (t.lower for t in words if t.i != self._i)
        return [key(side + "_".join(t.tag for t in words)), key(side + "_".join(lower))]


def _far(distance: int) -> str:
    size = abs(distance)
    step = size if size <= 3 else next((limit for limit in (5, 8, 15) if size <= limit), 30)
    return f"{'-' if distance < 0 else '+'}{step}"
