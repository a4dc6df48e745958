"""CONTROL and MEASURES of the written report. Pure."""

from collections.abc import Iterator, Mapping

from schemas.incident import Control, HolderClaim, Measure
from services.cli.history_read import Source
from services.cli.markdown import escaped, strong
from services.cli.render_screen import Screen
from services.cli.render_words import IN_FORCE, place_name, timed
from services.projector.at_read import holding_of, in_force_of, is_stale

Sources = Mapping[str, Source]
"""Where each assertion stands, by its key: the view names the speaker of a claim or a measure, not the outlet."""

MOST_PLACES, MOST_MEASURES, MOST_CLAIMS = 6, 6, 3


def control(screen: Screen, sources: Sources) -> list[str]:
    """Who holds each place as assessed, else who claims it, each with whoever says so."""
    return [_place(screen, held, sources) for held in screen.incident.control[:MOST_PLACES]]


def _place(screen: Screen, held: Control, sources: Sources) -> str:
    now = holding_of(held, screen.as_of)
    told = [*_assessed(screen, held)]
    claims = [claim for claim in now.claims if claim.relation != "W"]
    told += [_claim(screen, claim, sources) for claim in claims[:MOST_CLAIMS]]
    told += [f"stale: {_claim(screen, claim, sources)}" for claim in now.stale[:MOST_CLAIMS] if claim.relation != "W"]
    place = escaped(place_name(held.place), 60)
    return f"- {strong(now.display)} ({now.rule}) {place} – {'; '.join(told) or 'only weak voices speak of it'}"


def _assessed(screen: Screen, held: Control) -> Iterator[str]:
    it = holding_of(held, screen.as_of).assessed
    if it:
        by = " and ".join(escaped(screen.called(part), 60) for part in it.by.split("+"))
        yield f"{escaped(screen.called(it.holder), 60)}, as assessed by {by} ({timed(it.said_at, screen.as_of)})"


def _claim(screen: Screen, claim: HolderClaim, sources: Sources) -> str:
    holder, by = (escaped(screen.called(each), 60) for each in (claim.holder, claim.by))
    source = sources.get(claim.assertion)
    where = f"{escaped(source.outlet, 60)}, " if source else ""
    who = "itself" if holder == by else by
    return (
        f"{'not ' if claim.polarity == '-' else ''}{holder}, says {who} ({where}{timed(claim.said_at, screen.as_of)})"
    )


def measures(screen: Screen, sources: Sources) -> list[str]:
    """Each with whether it is in force, by whom, and from when to when."""
    return [_measure(screen, measure, sources) for measure in screen.incident.measures[:MOST_MEASURES]]


def _measure(screen: Screen, measure: Measure, sources: Sources) -> str:
    _, word = IN_FORCE[in_force_of(measure, screen.as_of)]
    label = measure.value.label or measure.value.name.replace("-", " ").replace("_", " ")
    where = f", {escaped(place_name(measure.area), 60)}" if measure.area else ""
    stale = ", stale" if is_stale(measure, screen.as_of) else ""
    head = f"- {strong(word)} ({measure.status}, {escaped(measure.rule, 8)}{stale}) {escaped(label, 80)}{where}"
    return f"{head} – {'; '.join(_story(screen, measure, sources))}"


def _story(screen: Screen, measure: Measure, sources: Sources) -> list[str]:
    story = [
        f"{word} {timed(at, screen.as_of)}"
        for word, at in (("introduced", measure.introduced), ("lifted", measure.lifted), ("until", measure.until))
        if at is not None
    ]
    act = "authorised, not imposed" if measure.value.act == "authorised" else measure.value.act
    told = [sources[key] for key in measure.assertions if key in sources]
    last = max(told, key=lambda source: (source.said, source.outlet), default=None)
    by = [f"by {escaped(screen.called(measure.authority), 60)}"] if measure.authority else []
    where = [f"told by {escaped(last.outlet, 60)}, {timed(last.said, screen.as_of)}"] if last else []
    return [*(story or [escaped(act, 40)]), *by, *where]
