"""The written report: the recorded pages, its lines, and text of strangers that stays text."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from schemas.incident import Incident, Review
from schemas.report import Value
from services.cli.brief_text import Since, brief
from services.cli.changed import changed_since
from services.cli.history_read import sources_of
from services.cli.markdown import escaped, line_of
from services.cli.render_text import NEEDED_FORMAT
from tests.cli import views
from tests.cli.golden import BRIEFS, FOLDER
from tests.cli.test_render_hostile import HOSTILE, everywhere
from tests.projector.build import MILITIA, OSK, Log, header, occurrence, says

INJECTED = [
    "# Heading", "- item", "1. item", "> quoted", "---", "===", "```js\nx\n```", "    code", "`code`",
    "**bold** __b__ *i* _i_",
    "[click](javascript:alert(1))", "![x](http://evil.example/p.png)", "<script>alert(1)</script>", "<!-- gone -->",
    "https://evil.example and www.evil.example", "<http://evil.example>", "mail me@evil.example",
    "a | b\n--- | ---\nc | d",
    "[ref]: http://evil.example", "&lt;b&gt; &copy;", "\\*not\\*", "~~struck~~", "$x^2$", "#1 @team", "\\", "*", "`",
]  # fmt: skip


@pytest.mark.parametrize("name", BRIEFS)
def test_the_page_is_as_recorded(name: str) -> None:
    recorded = (FOLDER / f"{name}.md").read_text("utf-8")
    assert BRIEFS[name]() == recorded, "python -m tests.cli.golden records it anew: look at the difference"


def plain(tokens: list[Token]) -> str:
    """The text that a reader sees."""
    inside = [child for token in tokens for child in (token.children or [])]
    return "".join(child.content if child.type == "text" else " " for child in inside)


def marks(tokens: list[Token]) -> set[str]:
    return {token.type for outer in tokens for token in (outer, *(outer.children or []))}


@pytest.mark.parametrize("text", INJECTED)
def test_marks_of_strangers_are_text(text: str) -> None:
    for shown in (line_of(text), f"- word {escaped(text)}"):
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(shown)
        assert marks(tokens) <= {
            "paragraph_open", "paragraph_close", "inline", "text", "text_special", "bullet_list_open",
            "bullet_list_close", "list_item_open", "list_item_close",
        }  # fmt: skip
    seen = "".join(t.content for t in (MarkdownIt().parseInline(line_of(text))[0].children or []))
    assert seen == " ".join(text.split())


@given(st.text(max_size=60))
def test_no_text_makes_a_mark(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(line_of(text))
    assert marks(tokens) <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


def test_nothing_becomes_a_link_by_itself() -> None:
    told = escaped("see https://evil.example, www.evil.example or me@evil.example")
    assert told == "see https:\\//evil.example, www\\.evil.example or me\\@evil.example"


@pytest.mark.parametrize("text", [*HOSTILE, *INJECTED])
def test_strangers_add_no_line_and_no_heading(text: str) -> None:
    def page(words: str) -> list[str]:
        return brief(everywhere(words), views.AS_OF).splitlines()

    assert [line[:2] for line in page(text)] == [line[:2] for line in page("word")]
    assert [line for line in page(text) if line.startswith("## ")] == [
        line for line in page("word") if line.startswith("## ")
    ]
    assert all(char.isprintable() or char in NEEDED_FORMAT for char in "".join(page(text)))


def test_every_line_on_a_fact_has_its_status_its_rule_and_a_source() -> None:
    view = views.border_raid()
    lines = brief(view, views.AS_OF).splitlines()
    for fact in view.facts:
        (line,) = [line for line in lines if line.startswith(f"- **{fact.status}** ({fact.rule}") and fact.text in line]
        for voice in (fact.supporting or fact.opposing)[-1:]:
            assert f"{voice.speaker} (" in line
    for head in view.casualties:
        for row in (*head.rows, *head.outside):
            assert any(f"says {row.speaker} (" in line for line in lines)


def test_a_review_stands_beside_what_the_rules_alone_say() -> None:
    view = views.border_raid()
    review = Review(
        status="denied", author="ana", reason="*seen* myself", at=views.at(41), rules_say="claimed", rules_rule="R7"
    )
    reviewed = replace(view.facts[3], status="denied", rule="R0", review=review)
    (line,) = [line for line in brief(replace(view, facts=(reviewed,)), views.AS_OF).splitlines() if "R0" in line]
    assert line.endswith("reviewed by ana (6 Mar 17:00): \\*seen\\* myself; the rules alone say claimed (R7)")


def test_what_changed_is_counted_from_the_moment_that_is_asked() -> None:
    view = views.ferry()
    earlier = replace(view, casualties=view.casualties[1:], reports=view.reports[:1])
    page = brief(view, views.AS_OF, Since(views.at(38), changed_since(earlier, view)))
    part = page.split("## Changed since 6 Mar 2031 14:00 UTC")[1]
    assert "killed civilians 9, says coastguard (R2d)" in part
    assert "- 1 new report" in part
    assert "- nothing" in brief(view, views.AS_OF, Since(views.at(38), changed_since(view, view)))


def many(view: Incident) -> Incident:
    facts = tuple(replace(view.facts[0], id=f"{n}", text=f"clash {n}") for n in range(200))
    return replace(view, facts=facts, casualties=view.casualties * 30)


def test_a_page_stays_a_page() -> None:
    page = brief(many(views.border_raid()), views.AS_OF)
    assert len(page.splitlines()) < 70
    assert "and 194 more confirmed facts" in page


def test_claims_of_holding_and_measures_name_the_outlet_where_the_words_are_known() -> None:
    view = views.border_raid()
    log = Log("i")
    told = header("a1", "Hill Post", 9)
    taken = occurrence("a1", "territory_taken", OSK, 9)
    said = says(taken, "Hill Post", 9, MILITIA, aspect="control", value=Value(holder="o:river-corps"))
    found = sources_of([log.recorded(told, [taken], [said])])
    claim = replace(view.control[0].claims[0], assertion=said.key, said_at=views.at(41), fresh_until=views.at(90))
    known = replace(view, control=(replace(view.control[0], claims=(claim,)),))
    page = brief(known, views.AS_OF, sources=found)
    assert "- **claimed** (K7d) Osk – River Corps, says itself (Hill Post, 6 Mar 17:00)" in page
    measure = replace(view.measures[0], assertions=(said.key,))
    page = brief(replace(view, measures=(measure,)), views.AS_OF, sources=found)
    assert "by governor Ana Dorn; told by Hill Post, 5 Mar 09:00" in page
