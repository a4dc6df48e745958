"""The containers of docker-compose.yml under a project name and on ports of their own."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.compose.engine import ROOT

KAFKA_BIN = "/opt/kafka/bin"
LOG = ROOT / "build" / "compose.log"
INSIDE = ("--bootstrap-server", "localhost:9092")
STATE = (
    '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}'
    " {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}}"
)


@dataclass(frozen=True, slots=True)
class State:
    """Of one container: running, exited …; healthy, unhealthy, starting, or - where nothing is checked."""

    status: str
    exit_code: int
    restarts: int
    health: str


@dataclass(frozen=True)
class Stack:
    """`env_file`: an empty file, so that no .env of this checkout has a say."""

    command: tuple[str, ...]
    project: str
    kafka_port: int
    ingest_port: int
    env_file: Path

    def __call__(self, *args: str, stdin: str | None = None, within: float = 120) -> str:
        """One compose command; its standard output. Raises AssertionError with what it said if it fails."""
        done = self.attempt(*args, stdin=stdin, within=within)
        assert done.returncode == 0, f"compose {' '.join(args)} (exit {done.returncode})\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def attempt(self, *args: str, stdin: str | None = None, within: float = 120) -> "subprocess.CompletedProcess[str]":
        """One compose command, however it ends."""
        where = ("--env-file", str(self.env_file), "--project-name", self.project)
        return subprocess.run(
            [*self.command, *where, *args], cwd=ROOT, env=self._environment(), input=stdin if stdin is not None else "",
            capture_output=True, check=False, text=True, timeout=within,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        """Without the developer's own settings, which compose would pass on."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SITREP_", "COMPOSE_"))}
        return kept | {"KAFKA_PORT": str(self.kafka_port), "INGEST_PORT": str(self.ingest_port)}

    def up(self) -> None:
        self("up", "--detach", within=300)

    def scale(self, numbers: Mapping[str, int]) -> None:
        """So many instances of each service named."""
        scales = [part for service, number in numbers.items() for part in ("--scale", f"{service}={number}")]
        self("up", "--detach", "--no-recreate", *scales, within=300)

    def containers(self, service: str) -> list[str]:
        """Ids of the running ones."""
        labels = f"label=com.docker.compose.project={self.project}", f"label=com.docker.compose.service={service}"
        return _docker("ps", "--quiet", "--filter", labels[0], "--filter", labels[1]).split()

    def kill(self, container: str) -> None:
        """kill -9 of the worker in it."""
        _docker("exec", container, "sh", "-c", "kill -KILL $(cat /tmp/worker.pid)")

    def down(self, *options: str) -> None:
        """Removes the containers; what they said goes to the end of build/compose.log."""
        with LOG.open("a", encoding="utf-8") as log:
            log.write(self.attempt("logs", "--no-color").stdout)
        self("down", *options, within=300)

    def exec(self, service: str, *command: str, stdin: str | None = None, within: float = 120) -> str:
        return self("exec", "-T", service, *command, stdin=stdin, within=within)

    def produce(self, topic: str, line: str) -> None:
        """By kafka-console-producer, inside Kafka's container."""
        self.exec("kafka", f"{KAFKA_BIN}/kafka-console-producer.sh", *INSIDE, "--topic", topic, stdin=line + "\n")

    def consume(self, topic: str, count: int, within: float = 60) -> list[tuple[str, str]]:
        """Keys and values of the first records, by kafka-console-consumer; fewer than `count` if no more come."""
        told = self.attempt(
            "exec", "-T", "kafka", f"{KAFKA_BIN}/kafka-console-consumer.sh", *INSIDE, "--topic", topic,
            "--from-beginning", "--max-messages", str(count), "--timeout-ms", str(int(within * 1000)),
            "--property", "print.key=true", within=within + 60,
        )  # fmt: skip
        pairs = (line.partition("\t") for line in told.stdout.splitlines() if "\t" in line)
        return [(key, value) for key, _, value in pairs]

    def states(self) -> dict[str, State]:
        """By the service's name."""
        lines = self._inspect(STATE).splitlines()
        fields = (line.split() for line in lines)
        return {
            name: State(status, int(code), int(restarts), health) for name, status, code, restarts, health in fields
        }

    def published(self) -> set[str]:
        """The addresses of this machine that a port of a container is published on."""
        form = "{{range .HostConfig.PortBindings}}{{range .}}{{.HostIp}}{{println}}{{end}}{{end}}"
        return set(self._inspect(form).split())

    def _inspect(self, form: str) -> str:
        label = f"label=com.docker.compose.project={self.project}"
        ids = _docker("ps", "--all", "--quiet", "--filter", label).split()
        return _docker("inspect", "--format", form, *ids)


def _docker(*args: str) -> str:
    return subprocess.run(["docker", *args], capture_output=True, check=True, text=True, timeout=60).stdout
