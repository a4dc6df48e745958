"""Codes of other event systems, derived from type, subtype and means (data/crosswalk.toml)."""

from schemas.report import Codes, Count, Means, Participant
from services.parser.rules import Rules


def codes(
    rules: Rules, kind: str, subtype: str | None, means: Means | None, participants: tuple[Participant, ...] = ()
) -> Codes | None:
    """PLOVER and ACLED; UCDP needs a death and is added by `ucdp`."""
    entry = rules.crosswalk["types"].get(kind, {})
    plover = entry.get("means", {}).get(means) or entry.get("subtype", {}).get(subtype) or entry.get("plover")
    by_state = any(p.role == "actor" and p.kind in ("military", "government") for p in participants)
    acled = entry.get("acled_subtype", {}).get(subtype) or (entry.get("state") if by_state else None)
    acled = acled or entry.get("acled")
    return Codes(plover=plover, acled=acled) if plover or acled else None


def ucdp(rules: Rules, participants: tuple[Participant, ...], killed: list[Count]) -> str | None:
    """1 a state and an armed group or state, 2 armed groups, 3 armed against civilians; only with a death."""
    if not any((count.low or 0) > 0 for count in killed):
        return None
    table = rules.crosswalk["ucdp"]
    sides = [p.kind for p in participants if p.role in ("actor", "actor2", "target")]
    state = sum(kind in table["state"] for kind in sides)
    armed = sum(kind in table["armed"] for kind in sides)
    if state and state + armed > 1:
        return str(table["state_based"])
    if armed > 1:
        return str(table["non_state"])
    civilians = any(count.group == "civilians" for count in killed)
    return str(table["one_sided"]) if civilians and state + armed else None
