"""A line of a rule table as readers see it."""

from typing import NamedTuple


class RuleText(NamedTuple):
    """What a rule looks at and what it gives; docs print these."""

    id: str
    condition: str
    result: str
