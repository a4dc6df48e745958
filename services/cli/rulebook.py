"""The rules for readers: docs/rules.md, written from the tables that the code runs on.

`python -m services.cli.rulebook` writes it; a test compares. Change a rule in its table, never in the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from schemas.ontology import ontology
from services.cli.render_words import PHASE_SHAPE, RELATION, STATUS_SHAPE
from services.projector.rules import control, count_table, expiry, measures, phase, relation, status_table
from services.projector.rules.count_figures import VAGUE
from services.projector.rules.rule_text import RuleText

PATH = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
INTRO = """\
# The rules

Written by `python -m services.cli.rulebook` from the tables that the code runs on. A view names the rule that gave each
status, figure and phase; this is what the names mean. In every table with an order the first row that holds is taken.

A *fact* is one aspect of one occurrence: that it happened, who did it, its cause. Each is told by *voices*; a voice is
the last named speaker of a chain, at its latest word. Copies of one text and allied speakers are one voice."""


def rulebook() -> str:
    """The whole page."""
    sections = (
        _relations(), _statuses(), _counts(), _measures(), _control(), _expiry(), _phases(), _types(), _pairs(),
    )  # fmt: skip
    return INTRO + "\n" + "".join(f"\n{section}" for section in sections)


def _section(title: str, about: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([f"## {title}", "", about, "", *_table(head, rows)]) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _relations() -> str:
    return _section(
        "Relation of a speaker to a fact (B1)",
        "How close the speaker stands to what it speaks about. In order.",
        ("relation", "when"),
        ((f"{rule.relation} {RELATION[rule.relation]}", rule.condition) for rule in relation.RULES),
    )


def _statuses() -> str:
    shown = ((rule.id, _status(rule.status), rule.condition, rule.change) for rule in status_table.RULES)
    return _section(
        "Status of a fact (B3)",
        "What the voices for and against a fact make of it; weak voices (W) count only where it says so. In order.",
        ("rule", "status", "when", "what would change it"),
        shown,
    )


def _status(status: str | None) -> str:
    return f"{STATUS_SHAPE[status]} {status}" if status else "as reviewed"


def _told(title: str, about: str, rules: Iterable[RuleText]) -> str:
    return _section(title, about, ("rule", "when", "then"), ((rule.id, rule.condition, rule.result) for rule in rules))


def _counts() -> str:
    vague = ", ".join(f"{word} ≥ {least}" for word, least in VAGUE.items())
    about = (
        "A row for each outcome, group, scope and speaker; a head for each outcome and group. What only parties and "
        f"weak voices say stands apart from the head, as a claim. Vague words: {vague}."
    )
    return _told("Counts", about, count_table.RULES)


def _measures() -> str:
    return _told("Measures", "Regimes, curfews, evacuations: what was imposed and whether it holds.", measures.RULES)


def _control() -> str:
    return _told("Control of places", "Who holds a place; K7a to K7e are in order.", control.RULES)


def _expiry() -> str:
    return _section(
        "Expiry",
        "How long a fact stays fresh after it was last supported. Stale is a flag at read time, never a status. "
        "In order.",
        ("rule", "fresh for", "what"),
        ((rule.id, _hours(rule.seconds), rule.condition) for rule in expiry.RULES),
    )


def _hours(seconds: int | None) -> str:
    return "for ever" if seconds is None else f"{seconds // expiry.HOUR} h"


def _phases() -> str:
    return _section(
        "Phase of an incident",
        "Computed when a view is read, from what had been said by then. In order; where no row holds: ongoing.",
        ("rule", "phase", "when"),
        ((rule.id, f"{PHASE_SHAPE[rule.phase]} {rule.phase}", rule.condition) for rule in phase.RULES),
    )


def _types() -> str:
    return _section(
        "Types of occurrences",
        "The weightiest type names an incident. New violence far off or much later opens a new incident.",
        ("type", "family", "in a title", "in a fact", "weight", "violence"),
        (
            (kind.name, kind.family.replace("_", " "), kind.label, kind.clause, str(kind.weight), "yes" * kind.violence)
            for kind in ontology().types.values()
        ),
    )


def _pairs() -> str:
    pairs = sorted(" and ".join(sorted(pair)) for pair in ontology().pairs)
    return _section(
        "Types that may be one occurrence",
        "Occurrences of one type, or of one of these pairs, can be the same occurrence told differently.",
        ("pair",),
        ((pair,) for pair in pairs),
    )


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(rulebook(), "utf-8")
