"""Hand-made views of invented incidents: what the screens are drawn from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.ids import content_id
from schemas.incident import (
    Actor,
    Area,
    Assessed,
    CasualtyHead,
    CasualtyRow,
    Control,
    CorrectionNote,
    Fact,
    Figure,
    HolderClaim,
    Incident,
    Measure,
    ReportRef,
    Side,
    TimelineRow,
    Voice,
)
from schemas.report import MeasureValue, Place, When

DAY0 = datetime(2031, 3, 5, tzinfo=UTC)
AS_OF = DAY0 + timedelta(hours=42)


def at(hours: float) -> datetime:
    return DAY0 + timedelta(hours=hours)


def when(hours: float) -> When:
    return When(precision="hour", anchor="explicit", start=at(hours), end=at(hours + 1))


def place(name: str) -> Place:
    return Place(text=name, name=name, precision=1, id=f"x:{name.casefold()}", country="NO")


def voice(speaker: str, relation: Any, hours: float, outlet: str = "Daily Ledger", **fields: Any) -> Voice:
    polarity = fields.pop("polarity", "+")
    base = Voice(
        assertion=content_id("a", speaker, outlet, hours.__repr__(), polarity), key=content_id("k", speaker, outlet),
        speaker=speaker, origin=f"o:{speaker.casefold()}", relation=relation,
        stance="denies" if polarity == "-" else "claims", polarity=polarity, certainty="certain",
        evidence="statement", said_at=at(hours), outlet=outlet, article="art-1", chain=(outlet, speaker),
        quote=f"{speaker} said so at length on the day.",
    )  # fmt: skip
    return replace(base, **fields)


def denial(speaker: str, relation: Any, hours: float, **fields: Any) -> Voice:
    return voice(speaker, relation, hours, polarity="-", **fields)


def fact(text: str, kind: str, status: Any, rule: str, hours: float, *pro: Voice, **fields: Any) -> Fact:
    base = Fact(
        id=content_id("fact", text), text=text, type=kind, aspect="happened", realis="actual", when=when(hours),
        status=status, rule=rule, since=at(hours + 1), first_said=at(hours + 1), last_supported=at(hours + 1),
        origins_for=len({v.origin for v in pro}), origins_against=0, reach=len({v.outlet for v in pro}),
        best_evidence="statement", occurrences=(content_id("o", text),), supporting=pro,
    )  # fmt: skip
    return replace(base, **fields)


def row(speaker: str, relation: Any, n: int, hours: float, *previous: tuple[int, float], **fields: Any) -> CasualtyRow:
    comparator = fields.get("comparator", "=")
    exact = n if comparator == "=" else None
    low = n + 1 if comparator == ">" else n
    base = CasualtyRow(
        outcome="injured", group="civilians", scope="incident", indirect=False, speaker=speaker, relation=relation,
        comparator="=", kind="total", said_at=at(hours), assertion=content_id("row", speaker, n, repr(hours)),
        outlet="Daily Ledger", rule="L1", n=n, low=low, best=exact, high=exact,
        previous=tuple(Figure(value=value, said_at=at(then)) for value, then in previous),
    )  # fmt: skip
    return replace(base, **fields)


def head(outcome: Any, group: str, status: Any, rule: str, *rows: CasualtyRow, **fields: Any) -> CasualtyHead:
    first = rows[0] if rows else None
    base = CasualtyHead(
        outcome=outcome, group=group, indirect=False, status=status, rule=rule, rows=rows, outside=(),
        best=first.best if first else None, low=first.low if first else None, high=first.high if first else None,
        governed_by=first.speaker if first else None,
    )  # fmt: skip
    return replace(base, **fields)


def told(kind: Any, text: str, hours: float, speaker: str | None = None, happened: When | None = None) -> TimelineRow:
    return TimelineRow(kind=kind, text=text, said=at(hours), speaker=speaker, happened=happened)


def report(outlet: str, title: str, hours: float, **fields: Any) -> ReportRef:
    base = ReportRef(
        article=content_id("article", outlet, title), group="g", role="main", title=title, outlet=outlet,
        published=at(hours),
    )  # fmt: skip
    return replace(base, **fields)


def incident(title: str, **fields: Any) -> Incident:
    base = Incident(
        type="incident", v=1, id=content_id("incident", title), generation=1, seq=1, desk="main", title=title,
        slug=title.casefold().replace(" ", "-").replace(",", ""), category="conflict", state="open",
        changed_at=at(40), window=when(0), area=Area(main=None, places=()), two_sided=False, sides=(), facts=(),
        casualties=(), control=(), measures=(), actors=(), timeline=(), reports=(), corrections=(), origins=0,
    )  # fmt: skip
    return replace(base, **fields)


MINISTRY, SOUTH, CORPS, GOVERNOR = "Northland defence ministry", "Southmark government", "River Corps", "Ana Dorn"


def border_raid() -> Incident:
    """Two sides, claims and denials, a toll that rises, a measure lifted: every section has something to say."""
    corps = voice(CORPS, "P", 9, "Wire One", side="anti-c:NO")
    copies = [voice(CORPS, "P", 9 + n / 10, f"Outlet {n}", side="anti-c:NO") for n in range(7)]
    both = (voice(MINISTRY, "P", 26, side="c:NO"), voice(SOUTH, "P", 27, "Port Times", side="anti-c:NO"))
    facts = (
        fact("clashes at Osk", "armed_clash", "confirmed", "R2c", 8, *both, opposing=(
            denial("a channel", "W", 28, dissent=True),), origins_against=0, last_supported=at(27)),
        fact("shelling at Brod", "shelling", "reported", "R6", 20, voice(GOVERNOR, "O", 21), reach=3,
             best_evidence="video", fresh_until=at(69), last_supported=at(21)),
        fact("armed incursion at Osk by Southmark", "incursion", "disputed", "R4", 8, voice(MINISTRY, "P", 10),
             opposing=(denial(SOUTH, "P", 12, outlet="Port Times"),), aspect="actor", origins_against=1,
             fresh_until=at(60)),
        fact("Osk taken by River Corps", "territory_taken", "claimed", "R7", 8, corps, *copies, origins_for=1,
             withheld=(voice("Wire One", "O", 11, stance="withholds"),), tags=("unverified",), fresh_until=at(34),
             last_supported=at(10)),
        fact("air or drone strike at Port Vey", "air_drone_strike", "denied", "R3b", 22,
             voice("unnamed officials", "W", 23), opposing=(denial(GOVERNOR, "O", 25),), origins_for=0,
             origins_against=1),
        fact("Brod taken by River Corps", "territory_taken", "retracted", "R1", 9, origins_for=0),
    )  # fmt: skip
    heads = (
        head("injured", "civilians", "reported", "R6",
             row(GOVERNOR, "O", 12, 38, (2, 11), (6, 15), (8, 21)),
             row("Daily Ledger", "O", 1, 22, scope="x:zamo"), high=13, fresh_until=at(110)),
        head("killed", "attackers", "confirmed", "R2b", row(CORPS, "G", 2, 39, comparator=">=", outcome="killed"),
             high=None, best=None, tags=("unverified",), outside=(
                 row(MINISTRY, "P", 70, 30, (45, 26), comparator=">", outcome="killed"),
                 row("a channel", "W", 39, 33, outcome="killed"))),
        head("killed", "civilians", "reported", "R6", row(GOVERNOR, "O", 1, 29, outcome="killed", indirect=True),
             indirect=True, fresh_until=at(40)),
        head("killed", "forces:c:NO", "claimed", "R7", outside=(row(CORPS, "P", 14, 12, outcome="killed"),)),
    )  # fmt: skip
    osk = Control(place=place("Osk"), claims=(
        HolderClaim(holder="o:river-corps", by="o:river-corps", relation="P", polarity="+", said_at=at(9),
                    fresh_until=at(33), assertion="a1"),
        HolderClaim(holder="c:NO", by="c:NO", relation="P", polarity="+", said_at=at(30), fresh_until=at(54),
                    assertion="a2"),
    ))  # fmt: skip
    regime = Measure(
        type="emergency_regime", value=MeasureValue(act="lifted", name="special-regime", label="special regime"),
        in_force="no", status="confirmed", rule="R2a", assertions=("m1",), authority="o:governor", area=place("Osk"),
        introduced=at(14), lifted=at(39),
    )  # fmt: skip
    powers = Measure(
        type="restriction", value=MeasureValue(act="authorised", name="cut-communications"), in_force="no",
        status="reported", rule="R6", assertions=("m2",), authority="o:governor",
    )  # fmt: skip
    return incident(
        "Armed raid, Osk, 5–6 March 2031", seq=41, two_sided=True, facts=facts, casualties=heads, control=(osk,),
        measures=(regime, powers), origins=5, last_said=at(39), slug="armed-raid-osk-5-6-march-2031-9f3c",
        area=Area(main=place("Osk"), places=(place("Osk"), place("Zamo"))),
        sides=(
            Side(id="c:NO", name="Northland", members=("o:defence",), opposed_to=("anti-c:NO",)),
            Side(id="anti-c:NO", name="anti-c:NO", members=("o:river-corps",), opposed_to=("c:NO",)),
        ),
        actors=(
            Actor(id="o:river-corps", name=CORPS, kind="armed_group", roles=("actor",), says=4),
            Actor(id="o:governor", name="governor Ana Dorn", kind="government", roles=("speaker",), says=6),
        ),
        timeline=(
            told("statement", "Osk taken by River Corps (claimed)", 9, CORPS),
            told("occurrence", "armed incursion at Osk (confirmed)", 10, MINISTRY, when(8)),
            told("measure", "special regime at Osk introduced", 14),
            told("count", "6 civilians injured", 15, GOVERNOR),
            told("occurrence", "shelling at Brod (reported)", 25, GOVERNOR, when(20)),
            told("count", "12 civilians injured", 38, GOVERNOR),
            told("measure", "special regime at Osk lifted", 39),
            told("correction", "Outlet 3: an earlier version said Brod was taken", 39.5, "Outlet 3"),
        ),
        reports=(
            report("Wire One", "Armed group says it holds border village", 9.2),
            *(report(f"Outlet {n}", "Armed group says it holds border village", 9.3 + n / 10) for n in range(7)),
            report("Daily Ledger", "Governor: six hurt near border; army says attackers came from abroad", 15.5),
            report("Port Times", "What we know of the raid on Osk", 27.5, role="other"),
            report("Hill Post", "In 2029 a raid like this one", 30, role="background"),
        ),
        corrections=(
            CorrectionNote(article="a", outlet="Outlet 3", text="An earlier version said Brod was taken. Fighters "
                           "entered it.", at=at(39.5), noticed=True),
        ),
    )  # fmt: skip


def ferry() -> Incident:
    """One side only, a head that falls to zero, everything fresh and few reports."""
    guard = "coastguard"
    return incident(
        "Crash, Vey Strait, 5 March 2031", category="accident", seq=6, origins=2, last_said=at(41),
        slug="crash-vey-strait-5-march-2031-0b1c",
        facts=(fact("crash at Vey Strait", "transport_crash", "confirmed", "R2d", 36, voice(guard, "D", 37)),),
        casualties=(
            head("killed", "civilians", "confirmed", "R2d", row(guard, "D", 9, 41, (4, 37), outcome="killed")),
            head("missing", "civilians", "confirmed", "R2d",
                 row(guard, "D", 0, 41, (31, 37), (12, 39), outcome="missing"),
                 outside=(row("Vey Lines", "P", 15, 40, outcome="missing"),)),
            head("rescued", "civilians", "disputed", "R4", row(guard, "D", 19, 39, outcome="rescued"),
                 row("Red Crescent", "O", 52, 40, outcome="rescued"), low=19, high=52),
        ),
        reports=(report("Port Times", "Ferry sinks off Vey", 37.2), report("Wire One", "All accounted for", 41)),
    )  # fmt: skip


def coup_rumour() -> Incident:
    """Hardly anything is known, and that is denied."""
    return incident(
        "Reported coup, Maren", category="political_violence", seq=3, origins=1, last_said=at(2),
        slug="reported-coup-maren-77aa",
        facts=(
            fact("coup at Maren", "coup", "denied", "R3b", 0, voice("a channel", "W", 0.5),
                 opposing=(denial("spokeswoman", "P", 2),), origins_for=0, origins_against=1),
        ),
        reports=(report("unnamed outlet", "", 1),),
    )  # fmt: skip


def held_town() -> Incident:
    """A place held as assessed by a neutral voice, with a claim that came later."""
    return incident(
        "Seizure, Kell, 6 March 2031", seq=9, origins=3, last_said=at(41),
        facts=(fact("Kell taken", "territory_taken", "confirmed", "R2e", 30, voice("War Monitor", "N", 31)),),
        control=(
            Control(
                place=place("Kell"),
                claims=(
                    HolderClaim(holder="o:hill-guard", by="o:hill-guard", relation="P", polarity="+", said_at=at(20),
                                fresh_until=at(44), assertion="a"),
                ),
                assessments=(
                    Assessed(holder="c:NO", by="War Monitor", said_at=at(31), fresh_until=at(55), basis="neutral"),
                ),
            ),
        ),
    )  # fmt: skip


ALL = {"border_raid": border_raid, "ferry": ferry, "coup_rumour": coup_rumour, "held_town": held_town}
