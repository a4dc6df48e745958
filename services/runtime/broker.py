"""A real single-node Apache Kafka out of Python packages: Java from a wheel, the jars from Maven, no Docker.

Everything lives in `home`/kafka: data (kept between runs), logs/server.log, the configuration, and `running.json`
(who runs). One such broker a folder.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from services.runtime.exits import Exit, Unavailable
from services.runtime.jars import INSTEAD, install, java
from services.runtime.logging import append_to

CLUSTER_ID = "c2l0cmVwLWxvY2FsLWthZg"
NEEDED_BYTES = 300 << 20
JAVA_FLAGS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
STOP_WITHIN = 20.0
POLL = 0.05

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
offsets.retention.minutes=525600
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
message.max.bytes=4194304
replica.fetch.max.bytes=4194304
log.cleaner.dedupe.buffer.size=8388608
"""
LOG4J = """\
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %c{1}: %m%n
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A broker that runs in this folder. `keep`: it was started to outlive the command that started it."""

    pid: int
    port: int
    controller: int
    keep: bool

    @property
    def servers(self) -> str:
        return f"127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Broker:
    """Where it lives and what it listens on. `start` returns the process; the caller ends it with `stop`."""

    home: Path
    jars: Path
    port: int
    controller: int

    @property
    def servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def folder(self) -> Path:
        return self.home / "kafka"

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "server.log"

    def start(self, within: float = 60, keep: bool = False) -> "subprocess.Popen[bytes]":
        """A running broker that answers. Raises Unavailable with what is wrong and what to do."""
        process = self.launch(keep)
        try:
            self._await(process, within)
        except BaseException:
            stop(process)
            raise
        return process

    def launch(self, keep: bool = False) -> "subprocess.Popen[bytes]":
        """The process, which does not answer yet. Raises Unavailable."""
        self._check()
        command = self._command()
        self._format(command)
        # A session of its own: Ctrl-C on the terminal must reach us first, the broker last.
        with append_to(self.log) as log:
            process = subprocess.Popen(
                [*command, "kafka.Kafka", str(self._conf)], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        note = Running(process.pid, self.port, self.controller, keep)
        self._note.write_text(json.dumps(asdict(note)), "utf-8")
        return process

    def running(self) -> Running | None:
        """The broker of this folder, whoever started it; None if there is none."""
        try:
            found = Running(**json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return found if _runs(found.pid, str(self._conf)) else None

    @property
    def _note(self) -> Path:
        return self.folder / "running.json"

    @property
    def _conf(self) -> Path:
        return (self.folder / "server.properties").absolute()

    def _check(self) -> None:
        running = self.running()
        if running:
            raise Unavailable(f"a Kafka of this folder runs already (process {running.pid}, port {running.port})")
        for port, setting in ((self.port, "SITREP_KAFKA_PORT"), (self.controller, "SITREP_CONTROLLER_PORT")):
            check_port("127.0.0.1", port, setting, INSTEAD)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.home).free
        if free < NEEDED_BYTES:
            raise Unavailable(
                f"no space: {free >> 20} MiB are free under {self.home}, Kafka needs {NEEDED_BYTES >> 20}."
                f" Make room, set SITREP_HOME to another disk, {INSTEAD}"
            )

    def _command(self) -> list[str]:
        """Java with its class path; writes the configuration it names."""
        classpath = os.pathsep.join(str(path.absolute()) for path in install(self.jars))
        data = (self.folder / "data").absolute()
        log4j = (self.folder / "log4j2.properties").absolute()
        self._conf.write_text(PROPERTIES.format(port=self.port, controller=self.controller, data=data), "utf-8")
        log4j.write_text(LOG4J, "utf-8")
        return [java(), *JAVA_FLAGS, f"-Dlog4j2.configurationFile={log4j}", "-cp", classpath]

    def _format(self, command: list[str]) -> None:
        if (self.folder / "data" / "meta.properties").exists():
            return
        storage = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._conf), "--ignore-formatted"]
        done = subprocess.run([*command, *storage], capture_output=True, check=False)
        if done.returncode != 0:
            raise Unavailable(f"Kafka could not format its folder: {done.stderr.decode(errors='replace')[-500:]}")

    def _await(self, process: "subprocess.Popen[bytes]", within: float) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if process.poll() is not None:
                tail = self.log.read_text("utf-8", errors="replace")[-800:]
                raise Unavailable(f"Kafka ended while starting (exit {process.returncode}); {self.log} says:\n{tail}")
            if answers(self.port):
                return
            time.sleep(POLL)
        raise Unavailable(f"Kafka did not answer on port {self.port} within {within:.0f} s; see {self.log}")


def stop(process: "subprocess.Popen[bytes]", within: float = STOP_WITHIN) -> None:
    """A clean end of our own child; killed if it takes too long or somebody interrupts the wait."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(within)
    except (subprocess.TimeoutExpired, KeyboardInterrupt, Exit):
        process.kill()
        process.wait()


def stop_running(broker: Broker, within: float = STOP_WITHIN) -> Running | None:
    """End the broker of the folder, whoever started it. The one that ran, or None."""
    found = broker.running()
    if found is None:
        return None
    os.kill(found.pid, signal.SIGTERM)
    deadline = time.monotonic() + within
    while broker.running():
        if time.monotonic() > deadline:
            os.kill(found.pid, signal.SIGKILL)
        time.sleep(POLL)
    return found


def _runs(pid: int, conf: str) -> bool:
    """Whether the process lives and is our broker: a number alone may have been given to another process since."""
    told = subprocess.run(["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, check=False)
    line = told.stdout.decode(errors="replace").strip()
    return line.endswith(f"kafka.Kafka {conf}") and not line.startswith("Z")


def answers(port: int) -> bool:
    with socket.socket() as sock:
        sock.settimeout(0.5)
        return sock.connect_ex(("127.0.0.1", port)) == 0


def check_port(host: str, port: int, setting: str, instead: str = "") -> None:
    """Raises Unavailable if somebody listens there."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError as error:
            advice = f"Stop what listens there, set {setting} to another port{', ' + instead if instead else ''}"
            raise Unavailable(f"port {port} of {host} cannot be had ({error.strerror}). {advice}") from error


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()
