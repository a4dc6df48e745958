"""Noun phrases of a parsed sentence as candidates for slots: their words, names, numbers and who they mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.parser.mentions import ActorMention
from services.parser.scene import Scene
from services.parser.tree import Token

LEFT = frozenset({
    "det", "amod", "compound", "nmod", "nummod", "poss", "quantmod", "case", "punct", "advmod", "npadvmod",
})  # fmt: skip
DETERMINERS = frozenset({
    "the", "a", "an", "this", "that", "these", "those", "its", "their", "his", "her", "our", "my", "some", "any",
    "another", "other", "others", "each", "every", "all", "both", "several", "many", "few", "no", "such", "same",
    "certain", "most", "more",
})  # fmt: skip
PRONOUNS = frozenset({"PRP", "PRP$", "WP", "WDT", "DT", "EX", "WP$"})
NOT_THINGS = frozenset({"compound", "nmod"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """`text`: modifiers and head, without determiners, in capitals. `long`: with what follows "of", if anything does.

    `person`: the fullest name of whom it names. `title`: the words before or beside a name that say what he is.
    `key` is the same for phrases that may mean the same.
    """

    sentence: int
    head: Token
    start: int
    end: int
    text: str
    long: str
    key: str
    person: str | None = None
    title: str | None = None
    actor: ActorMention | None = None
    plural: bool = False
    low: int | None = None
    mark: str = ""
    country: str | None = None


def phrases(scene: Scene) -> list[Phrase]:
    """One for every noun that heads a phrase, in order of the text."""
    return [found for token in scene.sentence.tokens for found in _phrase(scene, token)]


def _phrase(scene: Scene, token: Token) -> Iterator[Phrase]:
    if not _heads(scene, token):
        return
    inside = _left(scene, token)
    words = _bare(scene, inside, token)
    if not words:
        return
    mention = scene.actor_at(token)
    person = _person(mention, words)
    text = _named(scene, token, mention) or shown(scene, words[0].start, token.end)
    low, mark = _number(scene, inside)
    yield Phrase(
        scene.sentence.number, token, words[0].start, token.end, text, _long(scene, words[0], token),
        _key(mention, person, words, token, text), person, _title(scene, token, mention, words) if person else None,
        mention, token.tag in {"NNS", "NNPS"} or _many(inside), low, mark, _country(scene, inside),
    )  # fmt: skip


_BRACKETS = re.compile(r"\[[^\]]*\]?|\([^)]*\)?")
_ARTICLE = re.compile(r"^(?:THE|A|AN) ")


def shown(scene: Scene, start: int, end: int) -> str:
    """As a key would quote it: what stands in brackets is left out, unless it is all there is."""
    words = scene.text[start:end].upper()
    bare = " ".join(_BRACKETS.sub(" ", words).split()).strip(" ,;.'\"-])")
    return bare or " ".join(words.strip(" []()").split())


def _named(scene: Scene, head: Token, mention: ActorMention | None) -> str | None:
    """A named body by its whole name."""
    if mention is None or mention.speaker.id is None or mention.speaker.id.startswith("p:"):
        return None
    if mention.speaker.kind not in {"armed_group", "party_or_movement"} or not mention.speaker.named:
        return None
    text = shown(scene, mention.start, mention.end)
    return _ARTICLE.sub("", text) if head.text.upper() in text.split() else None


def _heads(scene: Scene, token: Token) -> bool:
    if token.tag == "CD":
        return token.dep in {"nsubj", "nsubjpass", "dobj", "pobj"}
    if not token.noun and not (token.tag in {"JJ", "VBN"} and token.dep in {"nsubjpass", "dobj", "pobj", "nsubj"}):
        return False
    over = scene.sentence.tokens[token.head]
    if token.dep not in NOT_THINGS or not over.noun:
        return True
    return over.lemma in scene.rules.noun_triggers or _is_body(scene, token)  # "dynamite attack", "army patrol"


def _is_body(scene: Scene, token: Token) -> bool:
    """The last word of a named body in front of another noun."""
    mention = scene.actor_at(token)
    if mention is None or mention.speaker.id is None or mention.speaker.id.startswith("p:"):
        return False
    ends = all(mention.end <= after.start for after in scene.sentence.tokens[token.i + 1 : token.i + 2])
    return ends and mention.speaker.kind not in {"media", "witness"}


def _left(scene: Scene, head: Token) -> list[Token]:
    """The head and what stands before it without a gap."""
    s = scene.sentence
    below = {i for kid in s.kids(head.i, *LEFT) if kid.i < head.i for i in s.subtree(kid.i)} | {head.i}
    first = head.i
    while first - 1 in below:
        first -= 1
    return [s.tokens[i] for i in range(first, head.i + 1)]


def _bare(scene: Scene, inside: list[Token], head: Token) -> list[Token]:
    kept = list(inside)
    while kept and kept[0] is not head and _is_empty(kept[0]):
        kept.pop(0)
    return kept


def _is_empty(token: Token) -> bool:
    return token.lower in DETERMINERS or token.tag in {"DT", "PRP$", "PDT"} or token.dep == "punct"


def _long(scene: Scene, first: Token, head: Token) -> str:
    s = scene.sentence
    for prep in s.kids(head.i, "prep"):
        if prep.lower == "of" and prep.i == head.i + 1:
            for kid in s.kids(prep.i, "pobj"):
                return shown(scene, first.start, kid.end)
    return shown(scene, first.start, head.end)


def _person(mention: ActorMention | None, words: list[Token]) -> str | None:
    """The name, with first names that the lexicon of names did not know."""
    if mention is None or not (mention.speaker.id or "").startswith("p:") or not mention.speaker.named:
        return None
    name = mention.speaker.name.upper().split()
    shown_ = [t.text.upper() for t in words]
    if name and name[0] in shown_:
        at = shown_.index(name[0])
        while at > 0 and _is_first_name(words[at - 1]):
            at -= 1
            name.insert(0, shown_[at])
    return " ".join(name)


def _is_first_name(token: Token) -> bool:
    return token.tag == "NNP" and token.text[0].isupper() and token.text.isalpha() and token.lower not in TITLES


TITLES = frozenset({
    "mr", "mrs", "ms", "dr", "dona", "don", "father", "msgr", "monsignor", "bishop", "archbishop", "general",
    "colonel", "captain", "lieutenant", "major", "sergeant", "judge", "senator", "deputy", "mayor", "minister",
    "president", "governor", "attorney", "engineer", "professor", "priest", "reverend", "sister", "brother",
    "reporter", "journalist", "leader", "commander", "admiral", "chief", "rector", "dean", "ambassador", "consul",
    "former", "ex", "priests", "fathers", "first", "second", "lieutenants", "doctor", "businessman", "lawyer",
    "bodyguard", "driver",
})  # fmt: skip


def _title(scene: Scene, head: Token, mention: ActorMention | None, words: list[Token]) -> str | None:
    s = scene.sentence
    for beside in s.kids(head.i, "appos"):
        if beside.noun and beside.tag in {"NN", "NNS"}:
            inner = _bare(scene, _left(scene, beside), beside)
            return _long(scene, inner[0], beside)
    name = set((mention.speaker.name if mention else "").lower().split())
    before = [t for t in words if t.lower not in name]
    if before and before[0] is words[0]:
        stop = next((i for i, t in enumerate(words) if t.lower in name), len(words))
        text = shown(scene, words[0].start, words[stop - 1].end).strip(" ,;.'")
        if text:
            return text
    if head.dep == "appos" and s.tokens[head.head].tag in {"NN", "NNS"}:
        over = s.tokens[head.head]
        return _long(scene, _bare(scene, _left(scene, over), over)[0], over)
    return None


def _key(mention: ActorMention | None, person: str | None, words: list[Token], head: Token, text: str) -> str:
    if person and mention is not None:
        return mention.speaker.id or person
    if mention is not None and mention.speaker.named and mention.speaker.id and head.tag.startswith("NNP"):
        return mention.speaker.id
    if head.tag.startswith("NNP"):
        return "n:" + text
    return "d:" + " ".join(t.lemma for t in words if t.tag != "CD")


def _many(inside: list[Token]) -> bool:
    return any(t.lower in {"several", "many", "some", "two", "three", "both"} for t in inside)


def _number(scene: Scene, inside: list[Token]) -> tuple[int | None, str]:
    for token in inside:
        mention = scene.number_at(token)
        if mention is not None and (mention.best or mention.low) is not None:
            mark = {"~": "~", ">=": "-", ">": "-"}.get(mention.comparator, "")
            return mention.best if mention.best is not None else mention.low, mark
    return None, ""


def _country(scene: Scene, inside: list[Token]) -> str | None:
    return next((code for t in inside if (code := scene.rules.demonyms.get(t.text))), None)
