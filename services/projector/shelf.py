"""Projections that memory has no room for, in the projector's own store: taken from there instead of folded again.

A shelf is a convenience: what is missing, older than the store or of other code is folded from the events. It is
written when a projection leaves the memory, so it costs nothing for an incident that stays there.
"""

import hashlib
import pickle
from functools import cache
from pathlib import Path

from services.projector.project import Projection
from services.runtime.store import Tx

ROOT = Path(__file__).resolve().parents[2]
CODE = ("services/projector", "schemas")


@cache
def code_version() -> str:
    """A hash of all code that a projection is made of: another one never reads what this one wrote."""
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class Shelf:
    """Whole projections, boards and all, in the form of this Python: no other program reads them."""

    def __init__(self, generation: int) -> None:
        self._code = f"{generation}:{code_version()}"

    def put(self, tx: Tx, projection: Projection) -> None:
        state = projection.state
        tx.execute(
            "INSERT INTO shelf VALUES(?, ?, ?, ?) ON CONFLICT(incident) DO UPDATE SET"
            " seq=excluded.seq, code=excluded.code, body=excluded.body",
            (state.id, state.seq, self._code, pickle.dumps(projection, pickle.HIGHEST_PROTOCOL)),
        )

    def take(self, tx: Tx, incident: str, seq: int) -> Projection | None:
        """What is on the shelf of it and not ahead of `seq`; None: fold it again."""
        rows = tx.query("SELECT body FROM shelf WHERE incident=? AND code=? AND seq<=?", (incident, self._code, seq))
        if not rows:
            return None
        found = pickle.loads(rows[0][0])  # written by `put`, in a store that only this service writes
        assert isinstance(found, Projection)
        return found
