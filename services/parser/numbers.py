"""Numbers as texts write them, with what is said of their size: "at least a dozen", "10 to 15", "three of the six"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from string import digits
from typing import NamedTuple, cast, get_args

from schemas.vocabulary import Comparator
from services.parser.gates import begins
from services.parser.mentions import NumberMention
from services.parser.stretches import Stretches
from services.parser.tables import rows

COMPARATORS = frozenset(get_args(get_args(Comparator)[0]))
BIG = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)
MOST = 10**12
_MORE_BEFORE = re.compile(r"\b(?:another|an? (?:additional|further|extra)|(?:some )?(?:additional|further))\s+\Z", re.I)
_MORE_AFTER = re.compile(r"\s+(?:more|further|additional)\b(?!\s+than)", re.I)
_OF = re.compile(r"\s+(?:[\w-]+\s+)?(?:out\s+)?of\s+(?:the|these|those|them|his|her|its|their|all)?\s*\Z", re.I)
_RANGE = re.compile(r"\s*(?:to|[-–—]|or)\s*\Z", re.I)
_BETWEEN = re.compile(r"\b(?:between|from)\s+\Z", re.I)
_NOTHING = re.compile(
    r"\b(?=n)(?:no one|nobody|none"
    r"|no(?!\s+(?:longer|doubt|more|fewer|less|sooner|matter|way|such|one|idea|sign|evidence)\b))\b",
    re.I,
)
_ORDINAL = re.compile(
    rf"\b{begins([*ORDINALS, *digits])}(?P<word>{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))\s+(?=[a-z])", re.I
)
WINDOW = 40
NOWHERE = Stretches(())


class Found(NamedTuple):
    start: int
    end: int
    value: int


@dataclass(frozen=True)
class NumberLexicon:
    words: Mapping[str, int]
    number: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    comparators: Mapping[str, Comparator]
    vague: re.Pattern[str]
    amounts: Mapping[str, int]


@cache
def lexicon() -> NumberLexicon:
    """A packaged constant, read once."""
    words = {word: int(value) for word, value in rows("numbers.tsv", 2)}
    counting = {word for word, value in words.items() if value} - {"both", "pair", "couple"}
    word = "|".join(sorted(counting, key=lambda w: (-len(w), w)))
    article = rf"(?:(?:a|an)\s+(?={'|'.join([*BIG, 'dozen', 'score', 'couple', 'pair'])}\b))?"
    spoken = rf"{article}(?:{word}|couple|pair|both)(?:(?:[\s-]|\s+and\s+)(?:{word}))*"
    opening = begins([*counting, "a", "couple", "pair", "both"])
    figures = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?(?:\s+(?:hundred|thousand|million|billion|dozen)\b)?"
    table = [(strip, comparator, place) for strip, comparator, place in rows("comparators.tsv", 3)]
    amounts = {words_: int(value) for words_, value in rows("vague.tsv", 2)}
    return NumberLexicon(
        words=words,
        number=re.compile(
            rf"(?<![\w.,:/$€£])(?<![A-Za-z]-)(?:{figures}|\b{opening}(?:{spoken})\b)(?![\w%])(?!-[a-zA-Z])(?![.,:]\d)",
            re.I,
        ),
        before=re.compile(rf"\b(?:{_either(w for w, _, p in table if p == 'before')})\s+(?:a total of\s+)?\Z", re.I),
        after=re.compile(rf"\s+(?:{_either(w for w, _, p in table if p == 'after')})\b", re.I),
        comparators={w: _comparator(c) for w, c, _ in table},
        vague=re.compile(rf"\b{begins(amounts)}(?:{_either(amounts)})\b", re.I),
        amounts=amounts,
    )


def _either(words: Iterator[str] | Mapping[str, int]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(set(words), key=lambda w: (-len(w), w)))


def _comparator(word: str) -> Comparator:
    if word not in COMPARATORS:
        raise ValueError(f"no comparator: {word!r}")
    return cast(Comparator, word)


def numbers(text: str, taken: Stretches = NOWHERE) -> tuple[NumberMention, ...]:
    """All number phrases outside the stretches `taken` (dates, names), in order."""
    found = _ranges(text, [n for n in _plain(text) if not taken.overlap(n.start, n.end)])
    mentions = [_compared(text, mention) for mention in found]
    mentions += [m for m in _others(text) if not taken.overlap(m.start, m.end)]
    mentions.sort(key=lambda m: (m.start, -m.end))
    return tuple(_partitive(text, _longest(mentions)))


def is_ordinal(number: NumberMention) -> bool:
    """ "third", "7th": how many there are at least."""
    word = number.word or ""
    return number.comparator == ">=" and (word in ORDINALS or word[:1].isdigit())


def value_of(phrase: str) -> int | None:
    """The value of a plain number phrase, in digits or words; None beyond what may be a count."""
    words = lexicon().words
    total = current = 0
    for part in re.findall(r"\d[\d,]*(?:\.\d+)?|[a-z]+", phrase.lower()):
        if max(total, current) > MOST:
            return None
        if part[0].isdigit():
            number = float(part.replace(",", ""))
            if number > MOST:
                return None
            current += int(number) if number == int(number) else 0
            if number != int(number):
                return _decimal(number, phrase)
        elif part in BIG:
            current = max(current, 1) * BIG[part]
            if BIG[part] > 100:
                total, current = total + current, 0
        elif part in ("dozen", "score"):
            current = max(current, 1) * words[part]
        elif part not in ("and", "a", "an"):
            current += words[part]
    total += current
    return total if total <= MOST else None


def _decimal(number: float, phrase: str) -> int | None:
    """1.2 million is a count, 6.1 is not."""
    scale = next((size for word, size in BIG.items() if word in phrase.lower()), None)
    return round(number * scale) if scale else None


def _plain(text: str) -> Iterator[Found]:
    for match in lexicon().number.finditer(text):
        value = value_of(match.group())
        if value is not None:
            yield Found(match.start(), match.end(), value)


def _ranges(text: str, found: Sequence[Found]) -> list[NumberMention]:
    """ "10 to 15", "between 10 and 15" are one mention."""
    mentions: list[NumberMention] = []
    skip = False
    for number, following in zip(found, [*found[1:], None], strict=False):
        if skip:
            skip = False
            continue
        joint = following and _is_range(text, number, following)
        if following and joint:
            between = _BETWEEN.search(text[max(0, number.start - WINDOW) : number.start])
            start = number.start - len(between.group()) if between else number.start
            mentions.append(NumberMention(start, following.end, "range", number.value, None, following.value))
            skip = True
        else:
            mentions.append(NumberMention(number.start, number.end, "=", number.value, number.value, number.value))
    return mentions


def _is_range(text: str, a: Found, b: Found) -> bool:
    between = text[a.end : b.start]
    if b.value <= a.value or len(between) > 8:
        return False
    joined = _RANGE.fullmatch(between) is not None
    return joined or (
        between.strip().lower() == "and" and _BETWEEN.search(text[max(0, a.start - WINDOW) : a.start]) is not None
    )


def _compared(text: str, mention: NumberMention) -> NumberMention:
    words = lexicon()
    head = text[max(0, mention.start - WINDOW) : mention.start]
    more = _MORE_BEFORE.search(head)
    start = mention.start - len(more.group()) if more else mention.start
    head = text[max(0, start - WINDOW) : start]
    before = words.before.search(head)
    after = words.after.match(text, mention.end)
    more_after = _MORE_AFTER.match(text, mention.end)
    comparator = _matched(before or after)
    if before:
        start -= len(before.group())
    end = (after or more_after or _End(mention.end)).end()
    word = text[mention.start : mention.end].lower()
    sized = _sized(mention, comparator) if comparator and mention.comparator == "=" else mention
    return replace(
        sized, start=start, end=end, additional=bool(more or more_after), word="one" if word == "one" else None
    )


class _End(NamedTuple):
    at: int

    def end(self) -> int:
        return self.at


def _matched(match: re.Match[str] | None) -> Comparator | None:
    if match is None:
        return None
    words = re.sub(r"\s+", " ", match.group().strip().lower()).removesuffix(" a total of")
    return lexicon().comparators[words]


def _sized(mention: NumberMention, comparator: Comparator) -> NumberMention:
    n = mention.best
    open_above, open_below = comparator in (">", ">="), comparator in ("<", "<=")
    return replace(
        mention, comparator=comparator, low=None if open_below else n, high=None if open_above else n,
        best=None if open_above or open_below else n,
    )  # fmt: skip


def _others(text: str) -> Iterator[NumberMention]:
    """Vague amounts, zeros without a figure and ordinals."""
    amounts = lexicon().amounts
    for match in lexicon().vague.finditer(text):
        word = re.sub(r"\s+", " ", match.group().lower())
        more = bool(
            _MORE_AFTER.match(text, match.end())
            or _MORE_BEFORE.search(text[max(0, match.start() - WINDOW) : match.start()])
        )
        yield NumberMention(
            match.start(), match.end(), "vague", amounts[word], word=word.removesuffix(" of"), additional=more
        )
    for match in _NOTHING.finditer(text):
        yield NumberMention(match.start(), match.end(), "=", 0, 0, 0, word=match.group().lower())
    for match in _ORDINAL.finditer(text):
        word = match["word"].lower()
        value = ORDINALS.index(word) + 1 if word in ORDINALS else int(word[:-2])
        yield NumberMention(match.start("word"), match.end("word"), ">=", value, word=word)


def _longest(mentions: Sequence[NumberMention]) -> list[NumberMention]:
    kept: list[NumberMention] = []
    for mention in mentions:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif mention.end - mention.start > kept[-1].end - kept[-1].start:
            kept[-1] = mention
    return kept


def _partitive(text: str, mentions: Sequence[NumberMention]) -> Iterator[NumberMention]:
    """ "three of the eight": both stay, the first knows the second."""
    for mention, following in zip(mentions, [*mentions[1:], None], strict=False):
        near = following is not None and following.best is not None and following.start - mention.end <= WINDOW
        if following and near and _OF.fullmatch(text[mention.end : following.start]):
            mention = replace(mention, of=following.best)
        yield mention
