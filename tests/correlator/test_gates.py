"""Gates C1 to C4 and what passes them, told as the cases of the domain model."""

import pytest

from schemas.report import Place, Report
from tests.correlator.build import (
    BROD,
    FAR,
    FARTHER,
    OSK,
    TARN,
    Desk,
    Part,
    Told,
    army,
    at,
    band,
    country,
    day,
    fed,
    hour,
    raid,
    report,
    shelling,
    town,
)

JOINED, APART = 1, 2


def incidents(*reports: Report) -> int:
    """How many incidents the reports make, in the order given and in the other."""
    forth, back = fed(*reports).groups(), fed(*reversed(reports)).groups()
    assert forth == back
    return len(forth)


def test_the_next_day_66_km_away_between_the_same_two_sides_is_the_same_raid() -> None:
    assert incidents(raid("a", 10), shelling("b", 34, FAR)) == JOINED


def test_88_km_away_nine_days_on_is_a_new_incident() -> None:
    assert incidents(raid("a", 10), shelling("b", 9 * 24 + 10, FARTHER)) == APART


def test_66_km_away_with_other_people_is_a_new_incident() -> None:
    other = Told("shelling", FAR, day(1), who=(band("Hill Guard"), army("SO")))
    assert incidents(raid("a", 10), report("b", [Part((other,), rare=("Osk", "Corps"))], 34)) == APART


@pytest.mark.parametrize(("hours", "expected"), [(24, JOINED), (35, JOINED), (38, APART)])
def test_new_violence_continues_an_incident_for_36_hours(hours: float, expected: int) -> None:
    first = shelling("a", 0, OSK, hour(0))
    assert incidents(first, shelling("b", hours + 1, OSK, hour(hours + 1))) == expected


def test_a_chain_of_days_is_one_incident() -> None:
    days = [shelling(f"r{n}", n * 24 + 12, OSK) for n in range(6)]
    assert len(fed(*days).groups()) == 1


@pytest.mark.parametrize(("km", "expected"), [(9, JOINED), (24, JOINED), (40, APART)])
def test_violence_elsewhere_is_another_incident(km: float, expected: int) -> None:
    def shot(article: str, where: Place) -> Report:
        return report(article, [Part((Told("shooting", where, day(0)),), rare=("Alder", "Marrow"))], 12)

    assert incidents(shot("a", OSK), shot("b", town("There", km))) == expected


def test_another_country_without_anybody_in_common_is_another_incident() -> None:
    def blast(article: str, where: Place) -> Report:
        return report(article, [Part((Told("explosion", where, day(0)),), rare=("Alder", "Marrow", "Dorn"))], 12)

    assert incidents(blast("a", OSK), blast("b", TARN)) == APART


def test_a_flood_is_no_shooting() -> None:
    def story(article: str, kind: str) -> Report:
        return report(article, [Part((Told(kind, OSK, day(0)),), rare=("Osk", "Dorn", "Alder"))], 12)

    assert incidents(story("a", "flood"), story("b", "shooting")) == APART
    assert incidents(story("a", "flood"), story("b", "evacuation")) == JOINED


def test_an_aftershock_30_km_off_belongs_to_the_earthquake() -> None:
    def quake(article: str, hours: float, km: float) -> Report:
        where = town("Here" if km == 0 else "There", km)
        told = (Told("earthquake", where, hour(hours)),)
        words = (("aftershock", 2), ("quake", 1), ("rubble", 1), (article, 1))
        return report(article, [Part(told, rare=("Survey", "Richter"), terms=words)], hours)

    assert incidents(quake("a", 0, 0), quake("b", 30, 30)) == JOINED
    assert incidents(quake("a", 0, 0), quake("b", 10 * 24, 30)) == APART


def court(
    *, dates: tuple[str, ...] = (), rare: tuple[str, ...] = (), where: Place | None = OSK, days: int = 20
) -> Report:
    return report("court", [Part((Told("prosecution", where),), dates=dates, rare=rare)], days * 24)


def shooting() -> Report:
    told = Told("shooting", OSK, day(0))
    return report("a", [Part((told,), rare=("Alder", "Dorn", "Marrow", "Hobb"), ages=(34,))], 12)


def test_a_court_report_twenty_days_on_needs_place_and_date_or_names() -> None:
    date = at(0).date().isoformat()
    names = ("Alder", "Dorn", "Marrow", "Hobb")
    assert incidents(shooting(), court(dates=(date,), rare=names)) == JOINED
    assert incidents(shooting(), court(rare=names)) == JOINED
    assert incidents(shooting(), court()) == APART
    assert incidents(shooting(), court(dates=(date,), rare=names, where=None)) == APART


def test_three_years_on_it_is_history() -> None:
    assert incidents(shooting(), court(rare=("Alder", "Dorn", "Marrow", "Hobb"), days=1100)) == APART


def test_the_area_does_not_grow_through_a_statement_about_the_country() -> None:
    speech = report("s", [Part((Told("threat_demand", country("NO"), day(0)),), rare=("Osk", "Corps"))], 14)
    desk = fed(raid("a", 10), speech)
    row = desk.ledger.incident(desk.incident_of("a"))
    assert row is not None
    assert [spot.id for spot in row.profile.area] == ["x:osk"]


def test_neighbouring_villages_of_one_day_are_one_raid() -> None:
    assert incidents(raid("a", 10), raid("b", 12, BROD)) == JOINED


def test_a_hint_is_a_candidate_and_no_gate() -> None:
    desk = Desk()
    desk.feed(raid("a", 10))
    named = desk.incident_of("a")
    desk.feed(report("flood", [Part((Told("flood", TARN, day(0)),))], 11, hint=named))
    assert desk.incident_of("flood") != named
