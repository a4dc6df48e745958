"""`sitrep kafka`: the real Kafka of this folder, for those who want to start and stop it by hand."""

import time
from typing import Annotated

import orjson
import typer

from services.runtime.broker import Broker, Running, stop_running
from services.runtime.exits import NOT_FOUND, Unavailable
from services.runtime.jars import install as install_jars, installed
from services.runtime.settings import Settings, load_settings

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]


def broker_of(settings: Settings) -> Broker:
    """The Kafka that these settings describe. Raises Unavailable where they name a cluster of somebody else."""
    if settings.bootstrap_servers:
        raise Unavailable(
            f"KAFKA_BOOTSTRAP_SERVERS names {settings.bootstrap_servers}: unset it to use one of this folder"
        )
    return Broker(settings.home, settings.jar_folder, settings.kafka_port, settings.controller_port)


def register(app: typer.Typer) -> None:
    """Adds the group."""
    kafka = typer.Typer(help="A real Kafka that needs no Docker, in SITREP_HOME. `sitrep up` starts it by itself.")
    app.add_typer(kafka, name="kafka")

    @kafka.command()
    def install() -> None:
        """Fetch Kafka's jars, once; from then on no network is needed.

        \b
        Example:  sitrep kafka install
        """
        folder = load_settings().jar_folder
        if not installed(folder):
            typer.echo(f"fetching Kafka's jars (43 MB) into {folder}", err=True)
        typer.echo(f"{len(install_jars(folder))} jars in {folder}, as kafka.lock says")

    @kafka.command()
    def start(as_json: AsJson = False) -> None:
        """Start it in the background; it stays up until `sitrep kafka stop`.

        \b
        Example:  sitrep kafka start && sitrep topics create
        """
        broker = broker_of(load_settings())
        began = time.monotonic()
        if broker.running() is None:
            broker.start(keep=True)
            typer.echo(f"Kafka answers after {time.monotonic() - began:.1f} s", err=True)
        _tell(broker.running(), as_json)

    @kafka.command()
    def stop() -> None:
        """Stop the one that runs in this folder, whoever started it."""
        found = stop_running(broker_of(load_settings()))
        typer.echo(f"stopped Kafka (process {found.pid})" if found else "no Kafka ran here")

    @kafka.command()
    def status(as_json: AsJson = False) -> None:
        """Say whether it runs; exit code 66 if not."""
        found = broker_of(load_settings()).running()
        _tell(found, as_json)
        if found is None:
            raise typer.Exit(NOT_FOUND)


def _tell(found: Running | None, as_json: bool) -> None:
    if as_json:
        fields = {"servers": found.servers, "pid": found.pid, "keep": found.keep} if found else {}
        typer.echo(orjson.dumps({"running": found is not None, **fields}))
    elif found:
        typer.echo(f"Kafka runs on {found.servers} (process {found.pid})")
    else:
        typer.echo("no Kafka runs here; `sitrep kafka start` starts one")
