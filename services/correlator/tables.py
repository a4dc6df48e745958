"""The ledger in the store: tables, statements, and the rows as JSON. Every look-up goes through an index."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter

from services.correlator.ledger import Cell, Deed, Hit, IncidentRow, Placement, Probe, Standing, TieKind
from services.runtime.store import Tx

SCHEMA = """
CREATE TABLE IF NOT EXISTS counter(lane_part BIGINT PRIMARY KEY, n BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS desk(desk TEXT PRIMARY KEY, recorded_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS article(
  desk TEXT NOT NULL, id TEXT NOT NULL, text_family TEXT, body BYTEA NOT NULL, PRIMARY KEY(desk, id));
CREATE INDEX IF NOT EXISTS article_family ON article(desk, text_family);
CREATE TABLE IF NOT EXISTS placement(
  desk TEXT NOT NULL, article TEXT NOT NULL, part TEXT NOT NULL, incident TEXT NOT NULL, body BYTEA NOT NULL,
  PRIMARY KEY(desk, article, part));
CREATE INDEX IF NOT EXISTS placement_incident ON placement(incident, article, part);
CREATE INDEX IF NOT EXISTS placement_part ON placement(desk, part);
CREATE TABLE IF NOT EXISTS incident(
  id TEXT PRIMARY KEY, desk TEXT NOT NULL, seq BIGINT NOT NULL, merged_into TEXT, body BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS cell(
  desk TEXT NOT NULL, bucket TEXT NOT NULL, day BIGINT NOT NULL, incident TEXT NOT NULL,
  PRIMARY KEY(desk, bucket, day, incident));
CREATE INDEX IF NOT EXISTS cell_incident ON cell(desk, incident);
CREATE TABLE IF NOT EXISTS band(
  desk TEXT NOT NULL, band BIGINT NOT NULL, article TEXT NOT NULL, PRIMARY KEY(desk, band, article));
CREATE INDEX IF NOT EXISTS band_article ON band(desk, article);
CREATE TABLE IF NOT EXISTS deed(
  desk TEXT NOT NULL, command TEXT NOT NULL, n BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY(desk, command, n));
CREATE TABLE IF NOT EXISTS tie(
  desk TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY(desk, a, b));
"""
NEAR = (
    "SELECT * FROM (SELECT incident, day FROM cell WHERE desk=? AND bucket=? AND day BETWEEN ? AND ?"
    " ORDER BY day, incident LIMIT ?) AS onwards UNION ALL"
    " SELECT * FROM (SELECT incident, day FROM cell WHERE desk=? AND bucket=? AND day BETWEEN ? AND ?"
    " ORDER BY day DESC, incident LIMIT ?) AS backwards"
)
STANDING: TypeAdapter[Standing] = TypeAdapter(Standing)
PLACEMENT: TypeAdapter[Placement] = TypeAdapter(Placement)
INCIDENT: TypeAdapter[IncidentRow] = TypeAdapter(IncidentRow)
DEED: TypeAdapter[Deed] = TypeAdapter(Deed)
T = TypeVar("T")
CACHED = 4_000


class Recent:
    """The last rows read or written, decoded. Valid as long as nobody else writes: the handler forgets it then."""

    def __init__(self, size: int = CACHED) -> None:
        self._size = size
        self._rows: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, load: Callable[[], T | None]) -> T | None:
        if key in self._rows:
            self._rows.move_to_end(key)
            return self._rows[key]  # type: ignore[return-value]  # put under the same kind of key
        row = load()
        if row is not None:
            self.put(key, row)
        return row

    def put(self, key: Hashable, row: object) -> None:
        self._rows[key] = row
        self._rows.move_to_end(key)
        while len(self._rows) > self._size:
            self._rows.popitem(last=False)

    def clear(self) -> None:
        self._rows.clear()


@dataclass(frozen=True, slots=True)
class StoredLedger:
    """A ledger inside one transaction."""

    tx: Tx
    recent: Recent = field(default_factory=Recent)

    def counter(self, lane: int) -> int:
        rows = self.tx.query("SELECT n FROM counter WHERE lane_part=?", (lane,))
        return int(rows[0][0]) if rows else 0

    def clock(self, desk: str) -> datetime | None:
        rows = self.tx.query("SELECT recorded_at FROM desk WHERE desk=?", (desk,))
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def article(self, desk: str, article: str) -> Standing | None:
        def load() -> Standing | None:
            rows = self.tx.query("SELECT body FROM article WHERE desk=? AND id=?", (desk, article))
            return STANDING.validate_json(rows[0][0]) if rows else None

        return self.recent.get(("article", desk, article), load)

    def placements(self, desk: str, article: str) -> Sequence[Placement]:
        rows = self.tx.query("SELECT body FROM placement WHERE desk=? AND article=? ORDER BY part", (desk, article))
        return [PLACEMENT.validate_json(row[0]) for row in rows]

    def placed(self, desk: str, group: str) -> Placement | None:
        rows = self.tx.query("SELECT body FROM placement WHERE desk=? AND part=?", (desk, group))
        return PLACEMENT.validate_json(rows[0][0]) if rows else None

    def members(self, incident: str, limit: int | None = None) -> Sequence[Placement]:
        statement = "SELECT body FROM placement WHERE incident=? ORDER BY article, part"
        bound = "" if limit is None else f" LIMIT {limit:d}"
        return [PLACEMENT.validate_json(row[0]) for row in self.tx.query(statement + bound, (incident,))]

    def incident(self, incident: str) -> IncidentRow | None:
        def load() -> IncidentRow | None:
            rows = self.tx.query("SELECT body FROM incident WHERE id=?", (incident,))
            return INCIDENT.validate_json(rows[0][0]) if rows else None

        return self.recent.get(("incident", incident), load)

    def near(self, desk: str, probe: Probe) -> Sequence[Hit]:
        """Two bounded scans, from the day onwards and backwards: a crowded bucket costs no more than a sparse one."""
        key, day, days, limit = (desk, probe.bucket), probe.day, probe.days, probe.limit
        rows = self.tx.query(NEAR, (*key, day, day + days, limit, *key, day - days, day - 1, limit))
        hits = [Hit(incident, at) for incident, at in rows]
        return sorted(hits, key=lambda hit: (abs(hit.day - day), hit.day, hit.incident))[: probe.limit]

    def alike(self, desk: str, bands: Iterable[int], limit: int) -> Sequence[str]:
        # One look-up a band: asked for all at once, the planner scans the desk.
        statement = "SELECT article FROM band WHERE desk=? AND band=? ORDER BY article LIMIT ?"
        shared = Counter(row[0] for band in set(bands) for row in self.tx.query(statement, (desk, band, limit)))
        return sorted(shared, key=lambda name: (-shared[name], name))[:limit]

    def text_family(self, desk: str, family: str) -> Sequence[str]:
        rows = self.tx.query("SELECT id FROM article WHERE desk=? AND text_family=? ORDER BY id", (desk, family))
        return [row[0] for row in rows]

    def command(self, desk: str, command: str) -> Sequence[Deed] | None:
        rows = self.tx.query("SELECT body FROM deed WHERE desk=? AND command=? ORDER BY n", (desk, command))
        return [DEED.validate_json(row[0]) for row in rows] or None

    def tie(self, desk: str, a: str, b: str) -> TieKind | None:
        rows = self.tx.query("SELECT kind FROM tie WHERE desk=? AND a=? AND b=?", (desk, min(a, b), max(a, b)))
        return rows[0][0] if rows else None

    def put_counter(self, lane: int, n: int) -> None:
        statement = "INSERT INTO counter VALUES(?, ?) ON CONFLICT(lane_part) DO UPDATE SET n=excluded.n"
        self.tx.execute(statement, (lane, n))

    def put_clock(self, desk: str, at: datetime) -> None:
        statement = "INSERT INTO desk VALUES(?, ?) ON CONFLICT(desk) DO UPDATE SET recorded_at=excluded.recorded_at"
        self.tx.execute(statement, (desk, at.isoformat()))

    def put_article(self, standing: Standing, bands: Iterable[int]) -> None:
        desk, article = standing.desk, standing.article
        before = self.article(desk, article)
        if before is None or before.sketch != standing.sketch:
            self.tx.execute("DELETE FROM band WHERE desk=? AND article=?", (desk, article))
            self.tx.many("INSERT INTO band VALUES(?, ?, ?)", [(desk, band, article) for band in sorted(set(bands))])
        self.tx.execute(
            "INSERT INTO article VALUES(?, ?, ?, ?) ON CONFLICT(desk, id) DO UPDATE SET"
            " text_family=excluded.text_family, body=excluded.body",
            (desk, article, standing.text_family, STANDING.dump_json(standing, exclude_none=True)),
        )
        self.recent.put(("article", desk, article), standing)

    def put_placement(self, placement: Placement) -> None:
        key = placement.desk, placement.article, placement.group.id
        self.tx.execute(
            "INSERT INTO placement VALUES(?, ?, ?, ?, ?) ON CONFLICT(desk, article, part) DO UPDATE SET"
            " incident=excluded.incident, body=excluded.body",
            (*key, placement.incident, PLACEMENT.dump_json(placement, exclude_none=True)),
        )

    def drop_placement(self, desk: str, article: str, group: str) -> None:
        self.tx.execute("DELETE FROM placement WHERE desk=? AND article=? AND part=?", (desk, article, group))

    def put_incident(self, row: IncidentRow) -> None:
        self.tx.execute(
            "INSERT INTO incident VALUES(?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
            " seq=excluded.seq, merged_into=excluded.merged_into, body=excluded.body",
            (row.incident, row.desk, row.seq, row.merged_into, INCIDENT.dump_json(row, exclude_none=True)),
        )
        self.recent.put(("incident", row.incident), row)

    def add_cells(self, desk: str, incident: str, cells: Iterable[Cell]) -> None:
        statement = "INSERT INTO cell VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING"
        self.tx.many(statement, [(desk, cell.bucket, cell.day, incident) for cell in sorted(set(cells))])

    def clear_cells(self, desk: str, incident: str) -> None:
        self.tx.execute("DELETE FROM cell WHERE desk=? AND incident=?", (desk, incident))

    def put_deed(self, desk: str, command: str, deed: Deed) -> None:
        rows = self.tx.query("SELECT COUNT(*) FROM deed WHERE desk=? AND command=?", (desk, command))
        self.tx.execute("INSERT INTO deed VALUES(?, ?, ?, ?)", (desk, command, rows[0][0], DEED.dump_json(deed)))

    def put_tie(self, desk: str, a: str, b: str, kind: TieKind | None) -> None:
        key = desk, min(a, b), max(a, b)
        self.tx.execute("DELETE FROM tie WHERE desk=? AND a=? AND b=?", key)
        if kind is not None:
            self.tx.execute("INSERT INTO tie VALUES(?, ?, ?, ?)", (*key, kind))
