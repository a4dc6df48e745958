"""CONTROL and MEASURES of the written report. Pure."""

from collections.abc import Iterator

from schemas.incident import Control, HolderClaim, Measure
from services.cli.markdown import escaped, strong
from services.cli.render_screen import Screen
from services.cli.render_words import IN_FORCE, place_name, timed
from services.projector.at_read import holding_of, in_force_of, is_stale

MOST_PLACES, MOST_MEASURES, MOST_CLAIMS = 6, 6, 3


def control(screen: Screen) -> list[str]:
    """Who holds each place as assessed, else who claims it, each with whoever says so."""
    return [_place(screen, held) for held in screen.incident.control[:MOST_PLACES]]


def _place(screen: Screen, held: Control) -> str:
    now = holding_of(held, screen.as_of)
    told = [*_assessed(screen, held)]
    claims = [claim for claim in now.claims if claim.relation != "W"]
    told += [_claim(screen, claim) for claim in claims[:MOST_CLAIMS]]
    told += [f"stale: {_claim(screen, claim)}" for claim in now.stale[:MOST_CLAIMS] if claim.relation != "W"]
    place = escaped(place_name(held.place), 60)
    return f"- {strong(now.display)} ({now.rule}) {place} – {'; '.join(told) or 'only weak voices speak of it'}"


def _assessed(screen: Screen, held: Control) -> Iterator[str]:
    it = holding_of(held, screen.as_of).assessed
    if it:
        by = " and ".join(escaped(screen.called(part), 60) for part in it.by.split("+"))
        yield f"{escaped(screen.called(it.holder), 60)}, as assessed by {by} ({timed(it.said_at, screen.as_of)})"


def _claim(screen: Screen, claim: HolderClaim) -> str:
    holder, by = (escaped(screen.called(each), 60) for each in (claim.holder, claim.by))
    who = "itself" if holder == by else by
    return f"{'not ' if claim.polarity == '-' else ''}{holder}, says {who} ({timed(claim.said_at, screen.as_of)})"


def measures(screen: Screen) -> list[str]:
    """Each with whether it is in force, by whom, and from when to when."""
    return [_measure(screen, measure) for measure in screen.incident.measures[:MOST_MEASURES]]


def _measure(screen: Screen, measure: Measure) -> str:
    _, word = IN_FORCE[in_force_of(measure, screen.as_of)]
    label = measure.value.label or measure.value.name.replace("-", " ").replace("_", " ")
    where = f", {escaped(place_name(measure.area), 60)}" if measure.area else ""
    stale = ", stale" if is_stale(measure, screen.as_of) else ""
    head = f"- {strong(word)} ({measure.status}, {escaped(measure.rule, 8)}{stale}) {escaped(label, 80)}{where}"
    return f"{head} – {'; '.join(_story(screen, measure))}"


def _story(screen: Screen, measure: Measure) -> list[str]:
    story = [
        f"{word} {timed(at, screen.as_of)}"
        for word, at in (("introduced", measure.introduced), ("lifted", measure.lifted), ("until", measure.until))
        if at is not None
    ]
    act = "authorised, not imposed" if measure.value.act == "authorised" else measure.value.act
    by = [f"by {escaped(screen.called(measure.authority), 60)}"] if measure.authority else []
    return [*(story or [escaped(act, 40)]), *by]
