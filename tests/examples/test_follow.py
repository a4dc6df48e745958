"""Both examples against a real broker: repeats, n+1 before n, a merge, a restart in the middle, an unknown type."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemas.codec import INCIDENTS
from schemas.events import IncidentEvent
from schemas.incident import Incident
from services.correlator.handler import event_out
from services.runtime.admin import create_topics
from services.runtime.jars import java as packaged_java
from services.runtime.kafka import KafkaPublisher, KafkaViewSender
from services.runtime.records import Out
from tests.conftest import ROOT
from tests.eventually import eventually
from tests.examples import stream

pytestmark = pytest.mark.kafka
EXAMPLES = ROOT / "examples"
WITHIN_S = 90
TRY_AGAIN = 75
TOLD_TO_END = {0, 128 + signal.SIGINT}
"""A Java machine that ends by a signal says so, however clean the end."""
CUT = 12
ECJ = "org.eclipse.jdt:ecj:3.39.0"
ECJ_SHA256 = "01f5a92ac19bb2b3bf85e295a68f2c73c264369109158b566ce9b490af982948"


@dataclass(frozen=True)
class Example:
    """One of the two, pointed at the topics of a test. `folder` takes its state and what it says."""

    command: Sequence[str]
    folder: Path

    def start(self, *args: str) -> "subprocess.Popen[bytes]":
        with self.said.open("ab") as out, self.complaints.open("ab") as err:
            return subprocess.Popen([*self.command, *args], stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    def run(self, *args: str) -> int:
        return self.start(*args).wait(WITHIN_S)

    @property
    def said(self) -> Path:
        return self.folder / "said"

    @property
    def complaints(self) -> Path:
        return self.folder / "complaints"

    def lines(self) -> stream.Lines:
        return stream.by_incident(stream.parsed(self.said.read_bytes()))

    def kept(self) -> tuple[str, str]:
        return "--state", str(self.folder / "state.json")


@pytest.fixture(params=["python", "java"])
def example(request: pytest.FixtureRequest, kafka: str, prefix: str, tmp_path: Path) -> Example:
    where = ["--servers", kafka, "--prefix", prefix]
    if request.param == "python":
        return Example([sys.executable, str(EXAMPLES / "python" / "follow.py"), *where], tmp_path)
    return Example([*request.getfixturevalue("follow_java"), *where], tmp_path)


@pytest.fixture(scope="session")
def follow_java(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Follow.java out of its source, as docs/consumers.md says, by the JDK of this machine; without one, compiled
    first."""
    source, java = EXAMPLES / "java" / "Follow.java", jdk()
    if java:
        return [java, "-cp", f"{jars}/*", str(source)]
    classes = tmp_path_factory.mktemp("classes")
    compiler = [packaged_java(), "-jar", str(fetched_compiler()), "-nowarn", "-17", "-cp", class_path(jars)]
    subprocess.run([*compiler, "-d", str(classes), str(source)], check=True)
    return [packaged_java(), "-cp", f"{classes}:{jars}/*", "Follow"]


def jdk() -> str | None:
    """A Java with a compiler, which the packaged one lacks."""
    home = os.environ.get("JAVA_HOME")
    for java in (f"{home}/bin/java" if home else None, shutil.which("java")):
        if java and b"jdk.compiler@" in subprocess.run([java, "--list-modules"], capture_output=True).stdout:
            return java
    return None


def class_path(jars: Path) -> str:
    return ":".join(map(str, sorted(jars.glob("*.jar"))))


def fetched_compiler() -> Path:
    """Eclipse's compiler, one jar; skips where it cannot be had."""
    import jgo

    try:
        (jar,) = jgo.build(ECJ).all_jars
    except Exception as error:  # noqa: BLE001  whatever the resolver raises without a network
        pytest.skip(f"no JDK, and {ECJ} cannot be fetched: {error}")
    path = Path(str(jar))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == ECJ_SHA256
    return path


async def publish(kafka: str, prefix: str, log: Sequence[IncidentEvent]) -> None:
    publisher = KafkaPublisher(kafka)
    await publisher.start()
    await publisher.send([event_out(event, f"{prefix}events") for event in log])
    await publisher.close()


async def publish_views(kafka: str, prefix: str, views: Sequence[Incident]) -> None:
    """In a transaction, as the projector does: its mark is an offset without a record."""
    sender = KafkaViewSender(kafka, f"view-{prefix}")
    await sender.start()
    await sender.send([Out(f"{prefix}incidents", view.id.encode(), INCIDENTS.encode(view)) for view in views])
    await sender.close()


async def test_the_whole_log_gives_each_event_once_and_in_order(kafka: str, prefix: str, example: Example) -> None:
    await create_topics(kafka, prefix)
    log = stream.muddled(stream.events(), seed=1)
    naive = stream.by_incident(stream.line(event) for event in log if event.incident)
    await publish(kafka, prefix, log)
    assert example.run("--from-start", "--until-idle", "0.5") == 0
    assert example.lines() == stream.expected(log) != naive
    assert example.complaints.read_bytes() == b""


async def test_it_begins_with_the_views_and_goes_on_after_a_restart(kafka: str, prefix: str, example: Example) -> None:
    """The first half ends with an event whose predecessor comes after the restart; a view is sent late once more."""
    await create_topics(kafka, prefix)
    told = stream.events()
    views, log = stream.views_of(told[:CUT]), stream.muddled(told, seed=2)
    behind = stream.views_of(told[: CUT - 3])
    early = [event for event in told if event.seq == max(each.seq for each in told if each.incident == event.incident)]
    await publish_views(kafka, prefix, views)
    await publish_views(kafka, prefix, behind)
    await publish(kafka, prefix, [*told[: CUT + 1], *early])
    process = example.start(*example.kept())
    await eventually(lambda: len(example.said.read_bytes().splitlines()) >= len(views), WITHIN_S)
    await eventually(Path(example.kept()[1]).exists, WITHIN_S)
    process.send_signal(signal.SIGINT)
    assert process.wait(WITHIN_S) in TOLD_TO_END
    await publish(kafka, prefix, log)
    wanted = stream.expected_behind(views, told)
    missing = sum(map(len, wanted.values())) - len(example.said.read_bytes().splitlines())
    assert missing > 0
    assert example.run(*example.kept(), "--count", str(missing)) == 0
    assert example.lines() == wanted


async def test_an_unknown_type_stops_it_where_it_lies(kafka: str, prefix: str, example: Example) -> None:
    await create_topics(kafka, prefix)
    first = stream.events()[0]
    out = event_out(first, f"{prefix}events")
    assert out.value
    strange = Out(out.topic, out.key, out.value.replace(b"report_recorded", b"report_forgotten"), out.headers)
    publisher = KafkaPublisher(kafka)
    await publisher.start()
    await publisher.send([out, strange, out])
    await publisher.close()
    for _ in range(2):
        assert example.run("--from-start", *example.kept(), "--until-idle", "0.5") == TRY_AGAIN
    assert example.lines() == stream.expected([first])
    assert example.complaints.read_bytes().count(b"report_forgotten v 1 at ") == 2
