"""Runs golden cases: a text, the assertions that must come out of it, and those that must not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.article import Article, from_wire
from schemas.report import Assertion, Occurrence, Report
from services.parser.gazetteer import Row

GOLDEN = Path(__file__).parent / "golden"
DEFAULT_PUBLISHED = "2031-03-05T09:00:00Z"
OVERLAY = (
    Row(99_000_001, "Brodnik", "NO", "NO.34", 60.90, 11.50, 6_000, "Europe/Oslo"),
    Row(99_000_002, "Osk", "NO", "NO.34", 60.95, 11.60, 800, "Europe/Oslo"),
)
COUNT_FIELDS = ("outcome", "group", "best", "low", "high", "comparator", "kind", "part_of", "base", "indirect")
Expected = dict[str, Any]


def cases() -> Iterator[Expected]:
    """Every case of tests/parser/golden, with the file's name in front of its id."""
    for path in sorted(GOLDEN.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            case: Expected = json.loads(line)
            yield case | {"id": f"{path.stem}/{case['id']}"}


def article(case: Expected) -> Article:
    record = {
        "id": case["id"], "title": case.get("title", ""), "body": case["text"],
        "outlet": case.get("outlet", {"name": "The Fjord Record", "kind": "national"}),
        "published": case.get("published", DEFAULT_PUBLISHED), "language": "en",
    }  # fmt: skip
    return from_wire(json.dumps(record).encode(), None, {}, int(datetime(2031, 3, 5, tzinfo=UTC).timestamp() * 1000))


def found(report: Report, expected: Expected) -> list[Assertion]:
    """The assertions of a report that fit all that is expected."""
    occurrences = {o.id: o for o in report.occurrences}
    return [a for a in report.assertions if fits(report, a, occurrences[a.occurrence_id], expected)]


def fits(report: Report, a: Assertion, o: Occurrence, expected: Expected) -> bool:
    return all(_field(report, a, o, name, value) for name, value in expected.items())


def _field(report: Report, a: Assertion, o: Occurrence, name: str, value: Any) -> bool:
    simple: dict[str, Any] = {
        "type": o.type, "aspect": a.aspect, "stance": a.stance, "polarity": a.polarity, "certainty": a.certainty,
        "evidence": a.evidence, "realis": o.realis, "means": o.means, "concerns": a.concerns, "subtype": o.subtype,
    }  # fmt: skip
    if name in simple:
        return bool(simple[name] == value)
    check = CHECKS[name]
    return bool(check(report, a, o, value))


def _chain(a: Assertion, names: list[str]) -> bool:
    inner = [s.name.casefold() for s in a.chain[1:]]
    return len(inner) == len(names) and all(n.casefold() in i for n, i in zip(names, inner, strict=True))


def _place(o: Occurrence, name: str) -> bool:
    return o.place is not None and name in (o.place.name, o.place.text)


def _count(a: Assertion, value: Expected) -> bool:
    count = a.value.count if a.value else None
    return count is not None and all(getattr(count, key) == wanted for key, wanted in value.items())


def _measure(a: Assertion, value: Expected) -> bool:
    measure = a.value.measure if a.value else None
    return measure is not None and all(getattr(measure, key) == wanted for key, wanted in value.items())


def _self(a: Assertion) -> bool:
    speaker = a.chain[-1]
    return a.value is not None and a.value.actor is not None and a.value.actor in (speaker.id, speaker.org_id)


def _actor(o: Occurrence, a: Assertion, name: str) -> bool:
    wanted = name.casefold().replace(" ", "-")
    return a.value is not None and a.value.actor is not None and wanted in a.value.actor.casefold().replace(" ", "-")


def _role(report: Report, o: Occurrence, role: str) -> bool:
    return any(g.id == o.group and g.role == role for g in report.groups)


CHECKS: dict[str, Any] = {
    "chain": lambda r, a, o, v: _chain(a, v),
    "speaker": lambda r, a, o, v: v in (a.chain[-1].id, a.chain[-1].org_id, f"c:{a.chain[-1].country}"),
    "named": lambda r, a, o, v: a.chain[-1].named is v,
    "place": lambda r, a, o, v: _place(o, v),
    "unresolved": lambda r, a, o, v: (
        o.place is not None and (o.place.id or "x:").startswith("x:") and o.place.parent is not None
    ),
    "count": lambda r, a, o, v: _count(a, v),
    "measure": lambda r, a, o, v: _measure(a, v),
    "actor": lambda r, a, o, v: a.value is not None and a.value.actor == v,
    "actor_name": lambda r, a, o, v: _actor(o, a, v),
    "country": lambda r, a, o, v: any(p.country == v for p in o.participants if p.role == "actor"),
    "participant": lambda r, a, o, v: any(p.role == v[0] and v[1] in p.text for p in o.participants),
    "cause": lambda r, a, o, v: a.value is not None and a.value.cause == v,
    "verified": lambda r, a, o, v: (a.verified_by is not None) is v,
    "holder": lambda r, a, o, v: a.value is not None and a.value.holder == v,
    "self": lambda r, a, o, v: _self(a) is v,
    "role": lambda r, a, o, v: _role(r, o, v),
    "spans": lambda r, a, o, v: len(a.quote) >= v,
    "times": lambda r, a, o, v: True,
    "continues": lambda r, a, o, v: (a.maybe_continues is not None) is v,
    "said": lambda r, a, o, v: a.said_at.start is not None and a.said_at.start.date().isoformat() == v,
    "part": lambda r, a, o, v: a.value is not None and a.value.count is not None and a.value.count.scope[:2] == "t:",
}


def problems(report: Report, case: Expected) -> list[str]:
    """What is missing and what should not be there."""
    out = []
    for expected in case.get("expect", []):
        hits = found(report, expected)
        if not hits:
            out.append(f"missing {expected}")
        elif "times" in expected and len(hits) != expected["times"]:
            out.append(f"{len(hits)} times {expected}")
    for unwanted in case.get("absent", []):
        out += [f"unwanted {unwanted}: {a.content.text!r}" for a in found(report, unwanted)]
    return out


def told(report: Report) -> str:
    """All assertions, a line each: what a failing test prints."""
    occurrences = {o.id: o for o in report.occurrences}
    return "\n".join(line(a, occurrences[a.occurrence_id]) for a in report.assertions) or "nothing"


def line(a: Assertion, o: Occurrence) -> str:
    who = " > ".join(s.name for s in a.chain[1:]) or "(outlet)"
    where = o.place.name if o.place else "-"
    value = ""
    if a.value is not None:
        c, m = a.value.count, a.value.measure
        if c is not None:
            figure = f"{c.comparator} {c.low}/{c.best}/{c.high}"
            value = f"{c.outcome} {figure} {c.group} {c.kind} of={c.part_of} scope={c.scope}"
        else:
            value = f"{m.act} {m.name}" if m else str(a.value.actor or a.value.holder or a.value.cause)
    what = f"{o.type}/{a.aspect} [{value}] {a.stance}{a.polarity} {a.certainty} {o.realis} {a.evidence}"
    return f"{what} | {who} | {where} | {a.content.text[:90]!r} {a.rule}"
