"""Cases of the count rules in few words: what was said, the head that comes of it, the rules of its rows."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from services.projector.rules.counts import Head, Statement, ledger
from services.projector.rules.positions import Relation
from tests.projector.rules.cases import HOUR, SIDES
from tests.projector.rules.ledger_cases import NUMBER, Json

IDS = count()


def told(
    who: str, relation: Relation, n: int = 0, hour: int = 1, comparator: Any = "=", *, outcome: str = "injured",
    group: str = "civilians", **more: Any,
) -> Statement:  # fmt: skip
    """One statement with an id of its own; `hour` is when it was said."""
    numbers: Json = {} if {"low", "word"} & more.keys() else {NUMBER.get(comparator, "best"): n}
    return Statement(
        id=f"s{next(IDS):04}", speaker=who, relation=relation, said_at=hour * HOUR, comparator=comparator,
        outcome=outcome, group=group, **numbers, **more,
    )  # fmt: skip


def shown(best: int | None, low: int | None, high: int | None, status: str, by: str | None, **more: Any) -> Json:
    return {"best": best, "low": low, "high": high, "status": status, "governed_by": by, **more}


def point(n: int, status: str, by: str, **more: Any) -> Json:
    return shown(n, n, n, status, by, **more)


def part(who: str, relation: Relation, n: int, hour: int = 1, scope: str = "osk", **more: Any) -> Statement:
    return told(who, relation, n, hour, scope=scope, **more)


def more(who: str, relation: Relation, n: int, hour: int, **rest: Any) -> Statement:
    return told(who, relation, n, hour, kind="additional", **rest)


# rule, why, what was said, the head of injured civilians, and the rules by which its rows stand
CASES: list[tuple[str, str, list[Statement], Json, set[str]]] = [
    ("L1", "a later total replaces", [told("mayor", "O", 4), told("mayor", "O", 9, 2)],
     point(9, "reported", "mayor", previous=[4], rows=1), {"L1"}),
    ("L1", "a sharpened range replaces",
     [told("mayor", "O", comparator="range", low=4, high=9), told("mayor", "O", 5, 2)],
     point(5, "reported", "mayor", previous=[4], rows=1), {"L1"}),
    ("L1", "not where the open figure holds the standing one", [told("mayor", "O", 9), told("mayor", "O", 5, 2, ">=")],
     point(9, "reported", "mayor", previous=[], rows=1), {"L1"}),
    ("L1", "not another speaker's", [told("mayor", "O", 4), told("clinic", "O", 9, 2)],
     shown(9, 4, 9, "disputed", "clinic", previous=[], rows=2), {"L1"}),
    ("L1", "an office speaks for its organisation",
     [told("mayor", "O", 4, org="town"), told("town clerk", "O", 9, 2, org="town")],
     point(9, "reported", "town clerk", previous=[4]), {"L1"}),
    ("L1", "the same number sharpened leaves no history", [told("mayor", "O", 4, 1, ">"), told("mayor", "O", 5, 2)],
     point(5, "reported", "mayor", previous=[]), {"L1"}),
    ("L2", "lower on duty", [told("police", "D", 9), told("police", "D", 4, 2)],
     point(4, "confirmed", "police", previous=[9], rows=1), {"L2"}),
    ("L2", "lower with a cue", [told("mayor", "O", 9), told("mayor", "O", 4, 2, cue_revised=True)],
     point(4, "reported", "mayor", previous=[9], rows=1), {"L2"}),
    ("L2", "lower without either", [told("mayor", "O", 9), told("mayor", "O", 4, 2)],
     point(9, "reported", "mayor", previous=[], rows=2), {"L1", "L2"}),
    ("L2", "a subset with a cue", [told("police", "D", 9), told("police", "D", 4, 2, cue_revised=True, kind="subset")],
     point(9, "confirmed", "police", previous=[], rows=2), {"L1", "L2"}),
    ("L2", "a feared number is no revision", [told("police", "D", 9), told("police", "W", 40, 2)],
     point(9, "confirmed", "police", previous=[], outside={("police", 40)}), {"L1"}),
    ("L2", "a firm number ends the speaker's own fears", [told("police", "W", 40), told("police", "D", 9, 2)],
     point(9, "confirmed", "police", previous=[], outside=set(), rows=1), {"L1"}),
    ("L3", "open and closed overlap", [told("mayor", "O", 8), told("gazette", "O", 7, 2, ">=")],
     shown(None, 7, None, "corroborated", "gazette"), {"L1"}),
    ("L3", "more than eight does not reach eight", [told("mayor", "O", 8), told("gazette", "O", 8, 2, ">")],
     shown(None, 8, None, "disputed", "gazette"), {"L1"}),
    ("L3", "about ten and eleven", [told("mayor", "O", 10, 1, "~"), told("clinic", "O", 11)],
     point(11, "corroborated", "clinic"), {"L1"}),
    ("L3", "about ten and twelve", [told("mayor", "O", 10, 1, "~"), told("clinic", "O", 12)],
     shown(12, 10, 12, "disputed", "clinic"), {"L1"}),
    ("L3", "fewer than nine and eight, the bound governs nothing",
     [told("police", "D", 9, 2, "<"), told("gazette", "O", 8)], point(8, "confirmed", "gazette"), {"L1"}),
    ("L3", "fewer than eight and eight", [told("police", "D", 8, 2, "<"), told("gazette", "O", 8)],
     point(8, "disputed", "gazette"), {"L1"}),
    ("L4", "twelve hours", [told("mayor", "O", 4), told("clinic", "O", 9, 13)],
     shown(9, 4, 9, "disputed", "clinic", rule="R4"), {"L1"}),
    ("L4", "thirteen hours", [told("mayor", "O", 4), told("clinic", "O", 9, 14)],
     point(9, "reported", "clinic", rule="R6"), {"L1"}),
    ("L4", "a later ordinary number against an old one on duty", [told("police", "D", 4), told("gazette", "O", 9, 14)],
     point(9, "reported", "gazette"), {"L1"}),
    ("L4", "a party disputes nothing", [told("mayor", "O", 4), told("militia", "P", 9, 2, side="south")],
     point(4, "reported", "mayor", outside={("militia", 9)}), {"L1"}),
    ("L4", "an admission that contradicts does",
     [told("mayor", "O", 4, 2), told("army", "G", 9, side="north")], shown(4, 4, 9, "disputed", "mayor"), {"L1"}),
    ("L5", "a part by another voice", [told("mayor", "O", 8), part("gazette", "O", 2)],
     shown(8, 8, 10, "reported", "mayor"), {"L1"}),
    ("L5", "a part by the same voice", [told("mayor", "O", 8), part("mayor", "O", 2)],
     point(8, "reported", "mayor"), {"L1"}),
    ("L5", "a part by a party", [told("mayor", "O", 8), part("militia", "P", 2)],
     point(8, "reported", "mayor"), {"L1"}),
    ("L5", "an open part leaves no high", [told("mayor", "O", 8), told("gazette", "O", 2, 1, ">=", scope="osk")],
     shown(8, 8, None, "reported", "mayor"), {"L1"}),
    ("L5", "an upper bound of a part adds nothing",
     [told("mayor", "O", 8), told("gazette", "O", 2, 1, "<", scope="osk")],
     point(8, "reported", "mayor"), {"L1"}),
    ("L5", "two parts, no total", [part("mayor", "O", 4), part("police", "D", 3, scope="brod")],
     shown(None, 4, 7, "reported", "mayor"), {"L1"}),
    ("L5", "one part, no total", [part("mayor", "O", 4), part("mayor", "O", 6, 2)],
     point(6, "reported", "mayor"), {"L1"}),
    ("L5", "parts do not corroborate one another", [part("mayor", "O", 4), part("clinic", "O", 4, scope="brod")],
     shown(None, 4, 8, "reported", "clinic"), {"L1"}),
    ("L6", "on the speaker's own total", [told("mayor", "O", 4), more("mayor", "O", 3, 2)],
     point(7, "reported", "mayor", previous=[4], rows=1), {"L6"}),
    ("L6", "on the total told on duty", [told("police", "D", 4), more("clinic", "D", 3, 2)],
     point(7, "confirmed", "clinic", previous=[4], rows=1), {"L6"}),
    ("L6", "not on an ordinary total", [told("mayor", "O", 4), more("clinic", "D", 3, 2)],
     point(4, "reported", "mayor", rows=2), {"L1", "L6"}),
    ("L6", "not on a total told later", [more("mayor", "O", 3, 1), told("mayor", "O", 4, 2)],
     point(4, "reported", "mayor", rows=2), {"L1", "L6"}),
    ("L6", "a party's is not added to others'", [told("police", "D", 4), more("militia", "P", 3, 2)],
     point(4, "confirmed", "police", outside={("militia", 3)}), {"L1", "L6"}),
    ("L6", "several more on about ten", [told("police", "D", 10, 1, "~"), more("police", "D", 2, 2, outcome="injured")],
     point(12, "confirmed", "police", previous=[10]), {"L6"}),
    ("L6", "several more of unknown number", [told("police", "D", 10), more("police", "D", 0, 2, comparator="vague",
                                                                             word="several")],
     shown(None, 13, None, "confirmed", "police", previous=[10]), {"L6"}),
    ("L6", "one moment told by two outlets is one addition",
     [told("police", "D", 4), more("police", "D", 3, 2, via=("gazette",)), more("police", "D", 3, 2, via=("herald",))],
     point(7, "confirmed", "police", previous=[4]), {"L6"}),
    ("L6", "and so is one text at two hours",
     [told("police", "D", 4), more("police", "D", 3, 2, family="w"), more("police", "D", 3, 5, family="w")],
     point(7, "confirmed", "police", previous=[4]), {"L6"}),
    ("L6", "two moments are two", [told("police", "D", 4), more("police", "D", 3, 2), more("police", "D", 3, 5)],
     point(10, "confirmed", "police", previous=[4, 7]), {"L6"}),
    ("L7", "one of the injured died",
     [told("police", "D", 4), more("clinic", "D", 1, 2, outcome="killed", of="injured")],
     point(3, "confirmed", "clinic", previous=[4]), {"L7"}),
    ("L7", "of about ten", [told("police", "D", 10, 1, "~"), more("clinic", "D", 1, 2, outcome="killed", of="injured")],
     point(9, "confirmed", "clinic", previous=[10]), {"L7"}),
    ("L7", "of a range", [told("police", "D", comparator="range", low=4, high=6),
                          more("police", "D", 1, 2, outcome="killed", of="injured")],
     shown(None, 3, 5, "confirmed", "police"), {"L7"}),
    ("L7", "somebody died, it is not said of whom",
     [told("police", "D", 4), more("clinic", "D", 1, 2, outcome="killed")],
     point(4, "confirmed", "police", previous=[]), {"L1"}),
    ("L7", "a channel takes nobody from the injured",
     [told("police", "D", 4), more("channel", "W", 1, 2, outcome="killed", of="injured")],
     point(4, "confirmed", "police", outside=set()), {"L1"}),
    ("L8", "an echo within a day", [told("mayor", "O", 8, official=True), told("gazette", "O", 8, 25, own_voice=True)],
     point(8, "reported", "mayor", rows=1), {"L1"}),
    ("L8", "a day and an hour", [told("mayor", "O", 8, official=True), told("gazette", "O", 8, 26, own_voice=True)],
     point(8, "corroborated", "gazette", rows=2), {"L1"}),
    ("L8", "at least eight is the same number",
     [told("mayor", "O", 8, official=True), told("gazette", "O", 8, 2, ">=", own_voice=True)],
     point(8, "reported", "mayor", rows=1), {"L1"}),
    ("L8", "nobody official said it", [told("witness", "O", 8), told("gazette", "O", 8, 2, own_voice=True)],
     point(8, "corroborated", "gazette", rows=2), {"L1"}),
    ("L8", "of an official's derived total",
     [told("police", "D", 4, official=True), more("police", "D", 3, 2, official=True),
      told("gazette", "O", 7, 3, own_voice=True)], point(7, "confirmed", "police", rows=1), {"L6"}),
    ("L10", "none, then some, by another", [told("police", "D", 0), told("clinic", "O", 2, 2)],
     point(2, "reported", "clinic"), {"L1", "L10"}),
    ("L10", "some, then none, by another", [told("clinic", "O", 2), told("police", "D", 0, 2)],
     shown(0, 0, 2, "disputed", "police"), {"L1", "L10"}),
    ("L10", "none and some at one moment", [told("clinic", "O", 2), told("police", "D", 0)],
     shown(0, 0, 2, "disputed", "police"), {"L1", "L10"}),
    ("L10", "none of a part", [told("mayor", "O", 3), part("gazette", "O", 0)], point(3, "reported", "mayor"),
     {"L1", "L10"}),
    ("L11", "dozens", [told("mayor", "O", comparator="vague", word="dozens")],
     shown(None, 24, None, "reported", "mayor", word="dozens"), {"L11"}),
    ("L11", "dozens do not take the place of thirty",
     [told("mayor", "O", 30), told("mayor", "O", 0, 2, "vague", word="dozens")],
     point(30, "reported", "mayor", word=None), {"L1"}),
    ("L11", "an unknown word is at least one", [told("mayor", "O", comparator="vague", word="a handful")],
     shown(None, 1, None, "reported", "mayor", word="a handful"), {"L11"}),
    ("L12", "duty before ordinary within a day", [told("police", "D", 8, 1, ">="), told("gazette", "O", 9, 25)],
     shown(None, 8, None, "confirmed", "police"), {"L1"}),
    ("L12", "not after a day", [told("police", "D", 8, 1, ">="), told("gazette", "O", 9, 26)],
     point(9, "confirmed", "gazette"), {"L1"}),
    ("L12", "the author before all", [told("police", "A", 8), told("monitor", "N", 8, 2)],
     point(8, "confirmed", "police", rule="R2a"), {"L1"}),
    ("L12", "an admission gives its low bound",
     [told("army", "G", 3, side="north"), told("militia", "P", 9, side="south")],
     shown(None, 3, None, "confirmed", "army", rule="R2b", outside={("militia", 9)}), {"L1"}),
    ("L12", "an admission beside another figure confirms nothing",
     [told("gazette", "O", 3, 2), told("army", "G", 2, side="north")], point(3, "corroborated", "gazette", rule="R5"),
     {"L1"}),
    ("L12", "a bare bound of one party and a total of the other are not compared",
     [told("army", "P", 9, side="north", kind="subset"), told("militia", "P", 3, side="south")],
     shown(None, None, None, "claimed", None), {"L1", "L2"}),
    ("L12", "opposed parties differ", [told("army", "P", 3, side="north"), told("militia", "P", 9, side="south")],
     shown(None, 3, 9, "disputed", None), {"L1"}),
    ("L12", "one open figure holds the other", [told("army", "P", 3, 1, ">=", side="north"),
                                                told("militia", "P", 9, side="south")],
     shown(None, None, None, "claimed", None), {"L1"}),
    ("L12", "opposed parties agree", [told("army", "P", 9, side="north"), told("militia", "P", 9, 2, side="south")],
     point(9, "confirmed", "militia", rule="R2c", outside=set()), {"L1"}),
    ("L12", "allied parties agree", [told("corps", "P", 9, side="hill"), told("militia", "P", 9, 2, side="south")],
     shown(None, None, None, "claimed", None, outside={("corps", 9), ("militia", 9)}), {"L1"}),
    ("L12", "a party's bare bound is a claim", [told("militia", "P", 2, kind="subset")],
     shown(None, None, None, "claimed", None, outside={("militia", 2)}), {"L2"}),
    ("G7", "two outlets against one",
     [told("mayor", "O", 8, via=("gazette",)), told("mayor", "O", 8, via=("herald",)),
      told("mayor", "O", 80, via=("post",))], point(8, "reported", "mayor", rows=1), {"L1"}),
    ("G7", "two of four outlets are no majority",
     [told("mayor", "O", 8, via=("gazette",)), told("mayor", "O", 8, via=("herald",)),
      told("mayor", "O", 7, via=("echo",)), told("mayor", "O", 9, via=("post",))],
     point(9, "reported", "mayor", previous=[7, 8]), {"L1"}),
    ("G7", "two outlets with one text against one",
     [told("mayor", "O", 8, via=("gazette",), family="w"), told("mayor", "O", 8, via=("herald",), family="w"),
      told("mayor", "O", 80, via=("post",))], point(80, "reported", "mayor", previous=[8]), {"L1"}),
]  # fmt: skip

MISSING: list[tuple[str, list[Statement], Json]] = [
    ("down by the same voice", [told("mayor", "O", 9), told("mayor", "O", 2, 2)],
     point(2, "reported", "mayor", previous=[9], rows=1)),
    ("down to none", [told("guard", "D", 9), told("guard", "D", 0, 2)],
     point(0, "confirmed", "guard", previous=[9], rows=1)),
    ("by any voice on duty", [told("guard", "D", 9), told("police", "D", 2, 2)],
     point(2, "confirmed", "police", previous=[9], rows=1)),
    ("not by an ordinary voice", [told("guard", "D", 9), told("mayor", "O", 2, 2)],
     shown(9, 2, 9, "disputed", "guard", rows=2)),
    ("an agreeing voice stays", [told("mayor", "O", 9), told("guard", "D", 9, 2)],
     point(9, "confirmed", "guard", rows=2)),
    ("an open figure takes its place", [told("guard", "D", 9), told("guard", "D", 2, 2, ">=")],
     shown(None, 2, None, "confirmed", "guard", previous=[9])),
]  # fmt: skip


def one_head(statements: Sequence[Statement], outcome: str = "injured") -> Head:
    (found,) = [head for head in ledger(statements, SIDES) if head.outcome == outcome]
    return found


def told_again(statements: Sequence[Statement]) -> list[Statement]:
    """The same words as other assertions; an addition told twice under two ids may be two."""
    return [replace(said, id=f"{said.id}-again") for said in statements if said.kind != "additional"]
