"""docs/rules.md says what the code does."""

from schemas.ontology import ontology
from services.cli.rulebook import PATH, rulebook
from services.projector.rules import control, count_table, expiry, measures, phase, relation, status_table

TABLES = (relation, status_table, count_table, measures, control, expiry, phase)


def test_the_committed_page_is_the_one_that_the_tables_give() -> None:
    assert PATH.read_text("utf-8") == rulebook(), "python -m services.cli.rulebook"


def test_every_row_of_every_table_is_there() -> None:
    page = rulebook()
    conditions = [rule.condition for table in TABLES for rule in table.RULES]

    assert not [condition for condition in conditions if condition.replace("|", "\\|") not in page]
    assert not [name for name in ontology().types if f"| {name} |" not in page]
