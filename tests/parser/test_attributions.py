"""Who says what: whole attributions of sentences of our own, and the arithmetic below them."""

from itertools import pairwise, product

import pytest
from hypothesis import given, strategies as st

from schemas.article import Article
from services.parser import clean
from services.parser.attributions import MAX_ROWS, Attribution, attributions, cue_heads, likeliest
from services.parser.learned import load_learned
from services.parser.marked import CLOSES, IN, OPENS, OUT, Marked, cue_groups, marked
from services.parser.parse import Parser
from services.parser.patterns import patterns
from services.parser.stems import stem
from services.parser.syntax import split
from tests.parser.golden_runner import article


def heard(parser: Parser, text: str) -> tuple[list[Marked], list[Attribution]]:
    marks = read(parser, text)
    return marks, attributions(marks, load_learned())


def read(parser: Parser, text: str) -> list[Marked]:
    made: Article = article({"id": "text", "text": text})
    layout = clean.layout(made, parser.lexicon)
    return marked(parser.syntax.read(layout), cue_groups(parser.rules))


def words(m: Marked, tokens: tuple[int, ...]) -> str:
    return " ".join(m.tokens[i].text for i in tokens)


# text, speaker, cue, content
SENTENCES = [
    ("The minister said that rebels had shelled the town.", "The minister", "said", "that rebels had shelled the town"),
    ("Rebels shelled the town, the minister said.", "the minister", "said", "Rebels shelled the town"),
    ("“Rebels shelled the town,” said Ann Hart.", "Ann Hart", "said", "“ Rebels shelled the town , ”"),
    ("According to police, two men attacked the bank.", "police", "According to", "two men attacked the bank"),
    ("The army denied killing three civilians.", "The army", "denied", "killing three civilians"),
    ("Ann Hart accused the rebels of shelling the town.", "Ann Hart", "accused", "the rebels of shelling the town"),
    ("Ann Hart, a farmer, lamented that shells had killed her sheep.", "Ann Hart , a farmer ,", "lamented",
     "that shells had killed her sheep"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "source", "cue", "content"), SENTENCES)
def test_speaker_cue_and_content(parser: Parser, text: str, source: str, cue: str, content: str) -> None:
    marks, found = heard(parser, text)
    told = [(words(marks[a.sentence], a.source), words(marks[a.sentence], a.cue)) for a in found]
    said = [words(marks[a.sentence], a.content) for a in found]
    assert (source.rstrip(" ,"), cue) in [(s.rstrip(" ,"), c) for s, c in told]
    assert content in said


def test_a_quotation_goes_on_in_the_next_sentences(parser: Parser) -> None:
    _, found = heard(
        parser, "“Rebels shelled the town,” said Ann Hart. “They killed three people. We fled to the coast.”"
    )
    said = next(a for a in found if a.sentence == 0)
    assert [at for at, _ in said.beyond] == [1, 2]


def test_plain_narration_has_no_attribution(parser: Parser) -> None:
    assert heard(parser, "Rebels shelled the town on Monday. Three people were killed and a bridge fell.")[1] == []


def test_quotation_marks_of_both_kinds(parser: Parser) -> None:
    m = read(parser, 'He said "rebels attacked" and “police fired”.')[0]
    assert [m.quote[i] for i in m.marks] == [OPENS, CLOSES, OPENS, CLOSES]
    by_word = {t.text: q for t, q in zip(m.tokens, m.quote, strict=True)}
    assert (by_word["rebels"], by_word["and"], by_word["fired"]) == (IN, OUT, IN)


def test_a_quotation_stays_open_across_sentences_that_are_not_parsed(parser: Parser) -> None:
    text = "He said “rebels attacked. Yes. They killed a man.” Rebels fled."
    layout = clean.layout(article({"id": "text", "text": text}), parser.lexicon)
    sentences = parser.syntax.read(layout)
    assert any(not s.tokens for s in sentences)
    marks = marked(sentences, cue_groups(parser.rules), lambda s: layout.body.text[s.start : s.end])
    assert (marks[-2].quote[0], marks[-1].quote[0]) == (IN, OUT)
    assert len(split(layout)) == len(marks)


def test_more_cues_than_an_article_may_cost_are_left_out(parser: Parser) -> None:
    one = read(parser, "The minister said that rebels had shelled the town.")
    many = one * (MAX_ROWS // len(one[0]) + 5)
    kept = cue_heads(many, load_learned())
    assert MAX_ROWS - len(one[0]) < len(kept) * len(one[0]) <= MAX_ROWS


FORMS = [
    ("argues", "VBZ", "argued", "VBD"), ("denies", "VBZ", "denied", "VBN"), ("said", "VBD", "say", "VB"),
    ("told", "VBD", "telling", "VBG"), ("planned", "VBD", "plan", "VBP"), ("stresses", "VBZ", "stressing", "VBG"),
    ("reports", "NNS", "report", "NN"), ("theories", "NNS", "theory", "NN"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "tag", "other", "other_tag"), FORMS)
def test_forms_of_a_word_share_a_stem(one: str, tag: str, other: str, other_tag: str) -> None:
    assert stem(one, tag) == stem(other, other_tag)


scores = st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), min_size=1, max_size=5)
moves = st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), min_size=3, max_size=3)


@given(scores, moves)
def test_no_sequence_is_likelier(own: list[list[int]], between: list[list[int]]) -> None:
    def total(roles: tuple[int, ...] | list[int]) -> int:
        steps = sum(between[a][b] for a, b in pairwise(roles))
        return sum(row[role] for row, role in zip(own, roles, strict=True)) + steps

    assert total(likeliest(own, between)) == max(map(total, product(range(3), repeat=len(own))))


def test_patterns_of_one_name_share_buckets_and_others_do_not() -> None:
    made = patterns(("a", "b"), ["x: a", "x: b", "a", "a b"])
    first, second = made.buckets([[5, 7], [7, 5]], 1 << 20).tolist()
    assert (first[0], first[1]) == (second[1], second[0])
    assert len({*first}) == 4


def test_a_pattern_of_an_unknown_column_is_named() -> None:
    with pytest.raises(ValueError, match="no column c"):
        patterns(("a", "b"), ["a c"])
