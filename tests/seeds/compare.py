"""Expectation against Report: what an editor would miss. Expectation against view: tests/seeds/views.py."""

from collections.abc import Iterator

from schemas.report import Assertion, Group, Occurrence, Report, Span
from tests.seeds.matching import Speakers, count_faults, is_called, is_day, is_placed, is_speaker
from tests.seeds.records import Dispatch, ExpectedDispatch, Pattern
from tests.seeds.views import incident_differences, incident_of, view_differences

__all__ = ["incident_differences", "incident_of", "missing", "view_differences"]


def missing(dispatch: Dispatch, report: Report) -> list[str]:
    """Every expected assertion that the report lacks, with the nearest one it has; and what it should not say.

    Empty = the report says all that was expected and nothing that was excluded.
    """
    scene = Scene(report, dispatch)
    wanted = dispatch.expected
    found = [line for pattern in wanted.assertions for line in scene.lacks(pattern)]
    found += [line for pattern in wanted.absent for line in scene.has(pattern)]
    return [f"{report.article.id}: {line}" for line in (*found, *_frame_faults(wanted, report))]


class Scene:
    """A report with its parts by id."""

    def __init__(self, report: Report, dispatch: Dispatch) -> None:
        self.report = report
        self.article = dispatch.article
        self.speakers: Speakers = dispatch.speakers
        self.zone = dispatch.zone
        self.occurrences = {occurrence.id: occurrence for occurrence in report.occurrences}
        self.groups = {group.id: group for group in report.groups}

    def lacks(self, wanted: Pattern) -> Iterator[str]:
        """A line if no assertion fits, naming the one that fits best."""
        tried = sorted(
            ((self.faults(a, wanted), a.id, a) for a in self.report.assertions), key=lambda t: (len(t[0]), t[1])
        )
        if tried and not tried[0][0]:
            return
        head = f"no {describe(wanted)}"
        if not tried or len(tried[0][0]) > 3:
            yield f"{head}; nothing comes near"
            return
        faults, _, nearest = tried[0]
        yield f"{head}; nearest has {', '.join(faults)}: {self.tell(nearest)}"

    def has(self, unwanted: Pattern) -> Iterator[str]:
        """A line for every assertion that is excluded."""
        for assertion in self.report.assertions:
            if not self.faults(assertion, unwanted):
                yield f"should not be there ({unwanted.why}): {self.tell(assertion)}"

    def faults(self, assertion: Assertion, wanted: Pattern) -> list[str]:
        """In what the assertion differs from the pattern, the quoted place first."""
        occurrence = self.occurrences[assertion.occurrence_id]
        return [
            *self._quote_faults(assertion, wanted),
            *self._speaker_faults(assertion, wanted),
            *_word_faults(assertion, occurrence, wanted),
            *self._value_faults(assertion, occurrence, wanted),
            *self._role_faults(occurrence, wanted),
        ]

    def _quote_faults(self, assertion: Assertion, wanted: Pattern) -> list[str]:
        if wanted.quote is None:
            return []
        spans = (assertion.content, *assertion.quote, *((assertion.cue,) if assertion.cue else ()))
        return [] if any(self._covers(span, wanted.quote) for span in spans) else ["another sentence"]

    def _covers(self, span: Span, quote: str) -> bool:
        text = self.article.title if span.field == "title" else self.article.body
        start = text.find(quote)
        return start >= 0 and span.start < start + len(quote) and start < span.end

    def _speaker_faults(self, assertion: Assertion, wanted: Pattern) -> list[str]:
        if wanted.speaker and not any(self._is_voice(assertion, key) for key in wanted.speaker):
            return [f"speaker {' > '.join(link.name for link in assertion.chain)}"]
        between = assertion.chain[1:-1]
        if wanted.quote is None or len(assertion.chain) == 1:
            return []
        right = len(between) == len(wanted.via) and all(
            is_speaker(link, self.speakers[key]) for link, key in zip(between, wanted.via, strict=True)
        )
        return [] if right else [f"chain {' > '.join(link.name for link in assertion.chain)}"]

    def _is_voice(self, assertion: Assertion, key: str) -> bool:
        voice, inner = self.speakers[key], assertion.chain[-1]
        if voice.outlet or len(assertion.chain) == 1:
            return voice.outlet and len(assertion.chain) == 1
        right_kind = not voice.kind or inner.kind in voice.kind
        return right_kind and voice.country in {None, inner.country} and is_speaker(inner, voice)

    def _value_faults(self, assertion: Assertion, occurrence: Occurrence, wanted: Pattern) -> list[str]:
        value, found = assertion.value, []
        if wanted.actor and not self._is_actor(value.actor if value else None, wanted.actor, occurrence):
            found.append(f"actor {value.actor if value else None}")
        if wanted.holder and not self._is_actor(value.holder if value else None, wanted.holder, occurrence):
            found.append(f"holder {value.holder if value else None}")
        if wanted.measure and (value is None or value.measure is None or value.measure.act != wanted.measure.act):
            found.append(f"act {value.measure.act if value and value.measure else None}")
        actors = [p for p in occurrence.participants if p.role == "actor"]
        if wanted.by and not any(self._is_actor(p.actor_id, wanted.by, occurrence) for p in actors):
            found.append(f"done by {', '.join(p.text for p in actors) or 'nobody'}")
        if wanted.said and not is_day(assertion.said_at.start, wanted.said, self.zone):
            found.append(f"said {assertion.said_at.start}")
        if wanted.count:
            found += count_faults(value.count if value else None, wanted.count)
        return found

    def _is_actor(self, actor: str | None, keys: tuple[str, ...], occurrence: Occurrence) -> bool:
        if actor is None:
            return False
        texts = [actor, *(p.text for p in occurrence.participants if p.actor_id == actor)]
        chains = (link for a in self.report.assertions for link in a.chain)
        texts += [link.name for link in chains if actor in {link.id, link.org_id}]
        return any(is_called(self.speakers[key].names, texts) for key in keys)

    def _role_faults(self, occurrence: Occurrence, wanted: Pattern) -> list[str]:
        group: Group | None = self.groups.get(occurrence.group)
        role = group.role if group else None
        return [] if not wanted.role or role in wanted.role else [f"role {role}"]

    def tell(self, assertion: Assertion) -> str:
        """An assertion in one line."""
        occurrence = self.occurrences[assertion.occurrence_id]
        value = assertion.value
        shown = value and (value.actor or value.cause or value.holder or value.measure or value.count)
        place = f" at {occurrence.place.name}" if occurrence.place else ""
        who = " > ".join(link.name for link in assertion.chain)
        what = f"{occurrence.type}{place} {assertion.aspect} {shown or ''}".rstrip()
        return f"{who} {assertion.stance} {assertion.polarity} {what} [{assertion.rule}] «{assertion.content.text}»"


def _word_faults(assertion: Assertion, occurrence: Occurrence, wanted: Pattern) -> list[str]:
    pairs = [
        ("aspect", assertion.aspect, wanted.aspect),
        ("type", occurrence.type, wanted.type),
        ("stance", assertion.stance, wanted.stance),
        ("polarity", assertion.polarity, wanted.polarity),
        ("realis", occurrence.realis, wanted.realis),
        ("certainty", assertion.certainty, wanted.certainty),
        ("evidence", assertion.evidence, wanted.evidence),
        ("concerns", assertion.concerns, wanted.concerns),
    ]
    found = [f"{name} {is_}" for name, is_, allowed in pairs if allowed and is_ not in allowed]
    if wanted.place and not is_placed(occurrence.place, wanted.place):
        found.append(f"place {occurrence.place.name if occurrence.place else None}")
    return found


def _frame_faults(wanted: ExpectedDispatch, report: Report) -> list[str]:
    groups = sum(group.role != "background" for group in report.groups)
    checks = [
        (wanted.genre in {None, report.genre}, f"genre {report.genre}, not {wanted.genre}"),
        (_same(wanted.derivative_of, report.derivative_of), f"derivative of {report.derivative_of}"),
        (_same(wanted.wire_credit, report.article.wire_credit), f"wire credit {report.article.wire_credit}"),
        (wanted.corrections in {None, len(report.corrections)}, f"{len(report.corrections)} corrections"),
        (wanted.groups in {None, groups}, f"{groups} groups, not {wanted.groups}"),
    ]
    return [fault for right, fault in checks if not right]


def _same(wanted: str | None, found: str | None) -> bool:
    return wanted is None or (found is not None and is_called([wanted], [found]))


def describe(wanted: Pattern) -> str:
    """A pattern in one line."""
    words = ["/".join(wanted.speaker), "/".join(wanted.stance), "".join(wanted.polarity), "/".join(wanted.type)]
    words += ["/".join(wanted.aspect), *(f"at {place}" for place in wanted.place[:1])]
    words += [*(f"by {actor}" for actor in (*wanted.actor, *wanted.holder))]
    if wanted.count:
        words.append(f"{wanted.count.outcome} {'/'.join(wanted.count.comparator)} {wanted.count.n}")
    if wanted.measure:
        words.append(wanted.measure.act)
    return f"{' '.join(word for word in words if word)} «{wanted.quote}»" if wanted.quote else " ".join(words)
