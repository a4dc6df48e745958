"""Which other outlet an article lives off: one that it cites at least twice."""

from collections import Counter
from collections.abc import Sequence

from schemas.report import Assertion
from services.parser.read import Reading

TWICE = 2


def derivative_of(reading: Reading, assertions: Sequence[Assertion]) -> str | None:
    """The outlet's id. Each cue counts once; ties go to the first cited."""
    own = assertions[0].chain[0].id if assertions else None
    cited: Counter[str] = Counter()
    for scene, heard in reading.heard:
        names = {(s.id or s.name) for said in heard for s in said.speakers if s.kind == "media" and s.named}
        cited.update(n for n in sorted(names) if n != own)
        _ = scene
    best = max(cited.items(), key=lambda item: item[1], default=("", 0))
    return best[0] if best[1] >= TWICE else None
