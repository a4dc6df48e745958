"""The written situation report: one page of Markdown, each line with its status, its rule and its source. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from schemas.incident import CasualtyHead, CasualtyRow, Fact, Incident, Voice
from services.cli.brief_ground import Sources, control, measures
from services.cli.markdown import escaped, line_of, strong
from services.cli.render_counts import in_order
from services.cli.render_screen import LEAST_WIDTH, Screen
from services.cli.render_story import QUIET, Changed
from services.cli.render_summary import summary
from services.cli.render_words import (
    full_moment,
    known_words,
    live_reports,
    name,
    phase_mark,
    plural,
    timed,
)
from services.projector.at_read import is_stale, phase_of
from services.projector.text import told_figure

MOST_FACTS = {
    "confirmed": 6, "corroborated": 4, "reported": 5, "disputed": 5, "claimed": 5, "denied": 2, "retracted": 2
}  # fmt: skip
MOST_HEADS, MOST_CLAIMS, MOST_VOICES, MOST_CHANGES = 6, 3, 3, 8
SECTIONS = (
    ("What is known", ("confirmed", "corroborated", "reported")),
    ("Disputed", ("disputed",)),
    ("Only claimed", ("claimed",)),
    ("Denied or taken back", ("denied", "retracted")),
)
FOOT = "Times are UTC. R, L and K name the rule that gives a status; a claim is what only parties or weak voices say."


@dataclass(frozen=True, slots=True)
class Since:
    """The moment that the changes are counted from, and the changes."""

    at: datetime
    changes: Sequence[Changed]


def brief(
    view: Incident, as_of: datetime, since: Since | None = None, known_at: datetime | None = None,
    sources: Sources = MappingProxyType({}),
) -> str:  # fmt: skip
    """The report on what had been said by `as_of`; `known_at`: as the desk knew it then (only told, not applied).

    `sources`: where the assertions of the incident stand, by key; without them a claim to hold a place and a measure
    have their speaker and time alone.
    """
    screen = Screen.of(view, as_of, LEAST_WIDTH)
    sections = [_casualties(screen)]
    sections += [_facts(screen, title, statuses) for title, statuses in SECTIONS]
    sections += [
        _titled("Control", control(screen, sources)),
        _titled("Measures", measures(screen, sources)),
        _changed(screen, since),
    ]
    parts = [_head(screen, known_at), *("\n".join(lines) for lines in sections if lines), f"*{FOOT}*"]
    return "\n\n".join(parts) + "\n"


def _head(screen: Screen, known_at: datetime | None) -> str:
    view = screen.incident
    live = live_reports(view, screen.as_of)
    phase = "merged" if view.state == "merged" else phase_of(view, screen.as_of)
    told = [
        f"As of {full_moment(screen.as_of)}",
        *([f"as known here at {full_moment(known_at)}"] if known_at else []),
        strong("".join(span.text for span in phase_mark(phase))),
        plural(len({ref.article for ref in live}), "report"),
        plural(len({ref.outlet for ref in live}), "outlet"),
        plural(view.origins, "origin"),
        f"revision {view.seq}",
    ]
    return f"# {line_of(view.title) or '(no title)'}\n\n{' · '.join(told)}\n\n{line_of(summary(screen), 1200)}"


def _titled(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *lines] if lines else []


def _casualties(screen: Screen) -> list[str]:
    heads = in_order(screen.incident.casualties)
    lines = [line for head in heads[:MOST_HEADS] for line in _figure(screen, head)]
    return _titled("Casualties", [*lines, *_more(len(heads) - MOST_HEADS, "figure")])


def _figure(screen: Screen, head: CasualtyHead) -> Iterator[str]:
    """ "- **killed civilians 9** – confirmed (R2d) – coastguard (Daily Ledger, 5 Mar 09:10)"; below it the claims."""
    known = strong(f"{escaped(screen.counted(head), 80)}: {escaped(known_words(head), 30)}")
    notes = [escaped(tag, 30) for tag in head.tags] + (["stale"] if is_stale(head, screen.as_of) else [])
    status = f"{escaped(head.status, 20)} ({', '.join([escaped(head.rule, 8), *notes])})"
    rows = sorted(
        head.rows, key=lambda row: (row.best != head.best, row.speaker != head.governed_by, row.scope != "incident")
    )
    yield " – ".join([f"- {known}", status, "; ".join(_row(screen, row) for row in rows[:MOST_VOICES]) or "nobody"])
    yield from (f"  - only claimed: {_row(screen, row)}" for row in head.outside[:MOST_CLAIMS])
    yield from (f"  {line}" for line in _more(len(head.outside) - MOST_CLAIMS, "claim"))


def _row(screen: Screen, row: CasualtyRow) -> str:
    """ "12, says governor (Daily Ledger, 6 Mar 14:00; before: 6, 8)" """
    where = [f"in {escaped(screen.called(row.scope), 60)}"] if row.scope not in ("incident", "") else []
    sort = {"subset": "a part only", "additional": "added to before"}.get(row.kind)
    notes = [*where, *([sort] if sort else []), *(["derived"] if row.derived else [])]
    before = [str(figure.value) for figure in row.previous[-3:] if figure.value is not None]
    if before:
        notes.append(f"before: {', '.join(before)}")
    return f"{escaped(told_figure(row), 24)}, says {_source(screen, row.speaker, row.outlet, row.said_at, notes)}"


def _source(screen: Screen, speaker: str, outlet: str, said_at: datetime, notes: Sequence[str] = ()) -> str:
    """ "governor Ana Dorn (Daily Ledger, 6 Mar 14:00; before: 6, 8)" """
    where = f"{escaped(name(outlet), 60)}, " if outlet != speaker else ""
    return f"{escaped(name(speaker), 60)} ({'; '.join([where + timed(said_at, screen.as_of), *notes])})"


def _facts(screen: Screen, title: str, statuses: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for status in statuses:
        found = [fact for fact in screen.incident.facts if fact.status == status]
        most = MOST_FACTS[status]
        lines += [_fact(screen, fact) for fact in found[:most]]
        lines += _more(len(found) - most, f"{status} fact")
    return _titled(title, lines)


def _fact(screen: Screen, fact: Fact) -> str:
    notes = [escaped(tag, 30) for tag in fact.tags] + (["stale"] if is_stale(fact, screen.as_of) else [])
    status = f"{strong(fact.status)} ({', '.join([escaped(fact.rule, 8), *notes])})"
    stands = [
        f"{word}{_voices(screen, voices)}"
        for word, voices in (
            ("said by " if fact.opposing else "", fact.supporting),
            ("denied by ", fact.opposing),
            ("not verified by ", fact.withheld),
        )
        if voices
    ]
    told = f"- {status} {escaped(fact.text, 200)} – {'; '.join(stands) or 'nobody stands for it any more'}"
    return told + _reviewed(screen, fact)


def _reviewed(screen: Screen, fact: Fact) -> str:
    """Who overrules the rules and why, and what they say alone."""
    if fact.review is None:
        return ""
    review = fact.review
    who = f"{escaped(name(review.author), 60)} ({timed(review.at, screen.as_of)}): {escaped(review.reason, 200)}"
    return f" – reviewed by {who}; the rules alone say {review.rules_say} ({escaped(review.rules_rule, 8)})"


def _voices(screen: Screen, voices: Sequence[Voice]) -> str:
    """The latest word of each speaker, the last three of them."""
    latest = {voice.speaker: voice for voice in sorted(voices, key=lambda voice: (voice.said_at, voice.assertion))}
    shown = sorted(latest.values(), key=lambda voice: (voice.said_at, voice.speaker))[-MOST_VOICES:]
    more = len(latest) - len(shown)
    told = ", ".join(_source(screen, voice.speaker, voice.outlet, voice.said_at) for voice in shown)
    return told + (f" and {more} more" if more > 0 else "")


def _changed(screen: Screen, since: Since | None) -> list[str]:
    if since is None:
        return []
    told = [change for change in since.changes if change.item.kind not in QUIET]
    told.sort(key=lambda change: (change.at is None, change.at or screen.as_of))
    lines = [_change(screen, change) for change in told[-MOST_CHANGES:]]
    new = len(since.changes) - len(told)
    lines += [f"- {plural(new, 'new report')}"] if new else []
    earlier = [f"- {plural(len(told) - MOST_CHANGES, 'earlier change')}"] if len(told) > MOST_CHANGES else []
    return _titled(f"Changed since {full_moment(since.at)}", [*earlier, *lines] or ["- nothing"])


def _change(screen: Screen, change: Changed) -> str:
    """ "- 6 Mar 14:00: injured civilians 8 → 12, says Ana Dorn (R6)" """
    item = change.item
    at = f"{timed(change.at, screen.as_of)}: " if change.at else ""
    said = [f"says {escaped(item.speaker, 60)}"] if item.speaker and item.speaker not in item.text else []
    notes = [*([escaped(item.rule, 8)] if item.rule else []), *said]
    return f"- {at}{escaped(item.text)}" + (f" ({', '.join(notes)})" if notes else "")


def _more(n: int, word: str) -> list[str]:
    return [f"- and {plural(n, f'more {word}')}"] if n > 0 else []
