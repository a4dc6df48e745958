"""The seeds are what their README says: valid articles, in order, expectations that quote them."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from schemas.ontology import ontology
from tests.seeds.records import NAMES, ROOT, Dispatch, Pattern, Seed, seed

SEEDS = [seed(name) for name in NAMES]
DISPATCHES = [dispatch for it in SEEDS for dispatch in it.dispatches]
VERSIONS = {"border-raid": {"border-raid/06-grayvoron": 2}}


def line_id(dispatch: Dispatch) -> str:
    return f"{dispatch.expected.line}-{dispatch.article.id}"


def patterns(dispatch: Dispatch) -> Iterator[Pattern]:
    yield from dispatch.expected.assertions
    yield from dispatch.expected.absent


def test_every_folder_is_known() -> None:
    assert sorted(path.name for path in ROOT.iterdir() if path.is_dir()) == sorted(NAMES)


@pytest.mark.parametrize("dispatch", DISPATCHES, ids=line_id)
def test_the_article_says_all_that_the_contract_names(dispatch: Dispatch) -> None:
    article = dispatch.article
    assert article.title
    assert article.language == "en"
    assert article.published_precision == "minute"
    assert not article.extra
    assert article.outlet.domain
    assert article.outlet.domain.endswith(".example")
    assert article.url
    assert article.url.startswith(f"https://{article.outlet.domain}/")


@pytest.mark.parametrize("dispatch", DISPATCHES, ids=line_id)
def test_paragraphs_are_separated_by_blank_lines(dispatch: Dispatch) -> None:
    paragraphs = dispatch.article.body.split("\n\n")
    assert len(paragraphs) >= 2
    assert all(text == text.strip() and "\n" not in text for text in paragraphs)


@pytest.mark.parametrize("seeded", SEEDS, ids=lambda it: it.name)
def test_lines_and_expectations_run_side_by_side(seeded: Seed) -> None:
    told = [(d.expected.line, d.expected.article) for d in seeded.dispatches]
    assert told == [(number, d.article.id) for number, d in enumerate(seeded.dispatches, 1)]


@pytest.mark.parametrize("seeded", SEEDS, ids=lambda it: it.name)
def test_ids_are_unique_per_version(seeded: Seed) -> None:
    versions = [(d.article.id, d.article.version) for d in seeded.dispatches]
    assert len(set(versions)) == len(versions)
    ids = [name for name, _ in versions]
    repeated = {name: ids.count(name) for name in ids if ids.count(name) > 1}
    assert repeated == VERSIONS.get(seeded.name, {})


@pytest.mark.parametrize("seeded", SEEDS, ids=lambda it: it.name)
def test_versions_state_their_order(seeded: Seed) -> None:
    for former, later in pairwise(sorted((d.article for d in seeded.dispatches), key=lambda a: (a.id, a.revision))):
        if former.id == later.id:
            assert former.modified is not None, "played late, its append time would be after the next version's"
            assert later.modified is not None
            assert former.modified < later.modified


@pytest.mark.parametrize("seeded", SEEDS, ids=lambda it: it.name)
def test_only_the_late_ones_are_out_of_order(seeded: Seed) -> None:
    newest = seeded.dispatches[0].article.published
    late = []
    for dispatch in seeded.dispatches:
        if dispatch.article.published < newest:
            late.append(dispatch.article.id)
        newest = max(newest, dispatch.article.published)
    assert tuple(late) == seeded.expected.late


@pytest.mark.parametrize("dispatch", DISPATCHES, ids=line_id)
def test_every_quote_stands_in_its_article_once(dispatch: Dispatch) -> None:
    for pattern in dispatch.expected.assertions:
        assert pattern.quote is not None
        assert dispatch.article.body.count(pattern.quote) == 1, pattern.quote


@pytest.mark.parametrize("dispatch", DISPATCHES, ids=line_id)
def test_patterns_use_known_words(dispatch: Dispatch) -> None:
    for pattern in patterns(dispatch):
        keys = {*pattern.speaker, *pattern.via, *pattern.actor, *pattern.holder}
        assert keys <= set(dispatch.speakers)
        assert set(pattern.type) <= set(ontology().types)
    assert all(pattern.why for pattern in dispatch.expected.absent)


@pytest.mark.parametrize("seeded", SEEDS, ids=lambda it: it.name)
def test_views_follow_the_lines(seeded: Seed) -> None:
    lines = [step.view.after_line for step in seeded.steps]
    assert lines == sorted(lines)
    assert set(lines) <= {d.expected.line for d in seeded.dispatches}
    assert lines[-1] == len(seeded.dispatches)
    for step in seeded.steps:
        said = [d.article.modified or d.article.published for d in seeded.dispatches[: step.view.after_line]]
        assert step.view.as_of >= max(said), step.view.step
        assert step.view.incident in seeded.expected.incidents


@pytest.mark.parametrize("seeded", SEEDS, ids=lambda it: it.name)
def test_views_use_known_words(seeded: Seed) -> None:
    for step in seeded.steps:
        view = step.view
        keys = {fact.value for fact in view.facts} - {None}
        keys |= {name for fact in view.facts for name in fact.dissent or ()}
        keys |= {name for head in view.heads for name in head.governed_by}
        keys |= {it.speaker for head in view.heads for it in head.outside or ()}
        keys |= {name for control in view.control for name in control.claims}
        assert keys <= set(step.speakers)
        assert {kind for fact in view.facts for kind in fact.type} <= set(ontology().types)


def test_the_worked_example_is_carried_step_by_step() -> None:
    """Every step of the worked example has a dispatch."""
    told = {step for d in seed("border-raid").dispatches for step in d.expected.steps}
    letters = {*"abcdefghijklmnop", "d2", "n2"}
    rows = {f"seed-{row}" for row in ("clash", "eight", "kindergarten", "video", "drone", "communications", "peskov")}
    assert letters | rows <= told


def test_copies_are_copies() -> None:
    by_id = {d.article.id: d.article for d in DISPATCHES}
    assert by_id["border-raid/19-late-copy"].body == by_id["border-raid/09-six-injured"].body
    assert by_id["ferry/05-late-copy"].body == by_id["ferry/02-rescued"].body
    lead = by_id["border-raid/02-kozinka-copy"].body.split("\n\n")[0]
    assert lead in by_id["border-raid/01-kozinka"].body
