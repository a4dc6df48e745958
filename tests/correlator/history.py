"""One long history that touches everything a ledger holds: versions, copies, merges, moves, commands."""

from schemas.command import Command
from schemas.report import Report
from tests.correlator.build import DESK, Desk, command, fed, raid, report, withdrawal
from tests.correlator.test_order import STORY, VERSIONS


def history() -> list[Report | Command]:
    """In an order that makes incidents merge and reports move; ends with commands on what came out."""
    records: list[Report | Command] = [*reversed(STORY), *VERSIONS, *STORY[:3], withdrawal("05 shelled", 50)]
    desk = fed(*records)
    story, crash = desk.incident_of("01 raid"), desk.incident_of("09 crash")
    group = desk.ledger.placements(DESK, "06 city")[0].group.id
    commands = [
        command("m1", "merge", incident=story, into=crash),
        command("u1", "undo", command="m1"),
        command("s1", "split", incident=story, groups=(group,)),
        command("r1", "rename", incident=story, title="Raid"),
        command("v1", "move", article="03 own", into=crash),
        command("w1", "withdraw", article="04 evacuated"),
        command("n1", "rename", incident="nowhere", title="?"),
        command("f1", "review", incident=story, fact="f", assertions=("k",), status="confirmed"),
    ]
    return [*records, *commands, raid("12 late", 7), report("13 empty", (), 60)]


def decided() -> Desk:
    return fed(*history())
