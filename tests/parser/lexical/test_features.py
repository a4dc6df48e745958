"""Features for the linker, the sketch of a text, the language."""

import pytest

from schemas.report import Features
from services.parser import clean, lexical
from services.parser.features import features, sketch
from services.parser.language import language_of
from tests.parser.lexical.cases import article, lexicons

TEXT = (
    "A 34-year-old man was shot in the 400 block of North Harrow Street in Brodnik on Monday. Eva Holmark, 29, ran.\n\n"
    "The river rose on Tuesday by a metre, and the town was wet."
)
STORY = " ".join(f"The water reached house number {n} on the left bank of the river." for n in range(60))


def of(text: str, *ids: str) -> Features:
    layout = clean.layout(article({"id": "any", "text": text}), lexicons())
    return features(layout, lexical.scan_both(layout, lexicons()), ids, lexicons())


def sketched(text: str) -> tuple[int, ...]:
    return sketch(clean.layout(article({"id": "any", "text": text}), lexicons()))


def likeness(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    return sum(x == y for x, y in zip(a, b, strict=True)) / len(a)


def test_of_the_segments_asked_for_only() -> None:
    first, second = of(TEXT, "s1"), of(TEXT, "s2")
    assert dict(first.terms)["man"] == 1
    assert "river" not in dict(first.terms)
    assert dict(second.terms)["river"] == 1
    assert first.ages == (29, 34)
    assert second.ages == ()
    assert first.streets == ("400 block north harrow street",)
    assert (first.dates, second.dates) == (("2031-03-03",), ("2031-03-04",))


def test_rare_words_are_names() -> None:
    rare = of(TEXT, "s1").rare
    assert {"brodnik", "holmark", "harrow"} <= set(rare)
    assert not {"monday", "man", "street", "a"} & set(rare)


def test_terms_are_sorted_and_small() -> None:
    terms = of(TEXT, "s1", "s2").terms
    assert list(terms) == sorted(terms)
    assert all(term == term.lower() for term, _ in terms)


def test_a_copy_has_the_same_sketch_and_a_cut_copy_a_like_one() -> None:
    whole, cut, other = sketched(STORY), sketched(STORY[: len(STORY) * 3 // 4]), sketched(TEXT)
    assert len(whole) == 64
    assert sketched(STORY.upper()) == whole
    assert likeness(whole, cut) > 0.5
    assert likeness(whole, other) < 0.1


def test_bands_of_copies_meet() -> None:
    assert set(of(STORY, "s1").minhash) == set(of(STORY, "s1").minhash)
    assert not set(of(STORY, "s1").minhash) & set(of(TEXT, "s1").minhash)


def test_furniture_is_not_sketched() -> None:
    assert sketched(STORY + "\n\nRead more: How to dry a carpet") == sketched(STORY)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Three people were killed when a bridge fell into the river on Monday, police said.", "en"),
        ("THREE PEOPLE WERE KILLED WHEN A BRIDGE FELL INTO THE RIVER ON MONDAY, POLICE SAID.", "en"),
        ("Drei Menschen kamen ums Leben, als am Montag eine Brücke in den Fluss stürzte, sagte die Polizei.", "de"),
        ("Trois personnes ont été tuées lundi quand un pont est tombé dans la rivière, selon la police.", "fr"),
        ("Три человека погибли в понедельник, когда мост упал в реку, сообщила полиция.", "ru"),
        ("Fire in Oslo", "en"),
        ("", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language
