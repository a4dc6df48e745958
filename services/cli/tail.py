"""`sitrep tail`: the records of a topic, the last ones first and then as they come. Nobody's position moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from schemas.topics import TOPICS
from services.cli.render_text import cut, neutral
from services.cli.terminal import say_line, terminal
from services.runtime.admin import partition_counts
from services.runtime.exits import Unavailable
from services.runtime.settings import Settings, load_settings

LAST = 10
POLL_MS = 500
PIPE_WIDTH = 1000


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def tail(
        topic: Annotated[str, typer.Argument(help=f"one of {', '.join(TOPICS)}, or the full name of a topic")],
        as_json: Annotated[bool, typer.Option("--json", help="NDJSON: position, time, key, headers, value")] = False,
        last: Annotated[int, typer.Option("-n", "--last", min=0, help="how many of those that are there")] = LAST,
        everything: Annotated[bool, typer.Option("--all", help="from the start of the log")] = False,
        stay: Annotated[bool, typer.Option("--follow/--no-follow", help="wait for more, until Ctrl-C")] = True,
    ) -> None:
        """Print the records of a topic as they come.

        \b
        Examples:
          sitrep tail events
          sitrep tail events --json --all --no-follow > events.ndjson
          sitrep tail dead-letters --all --no-follow
        """
        settings = load_settings()
        name = settings.topic(topic) if topic in TOPICS else topic
        asyncio.run(_tail(settings, name, None if everything else last, stay, as_json))


async def _tail(settings: Settings, topic: str, last: int | None, stay: bool, as_json: bool) -> None:
    async with _consumer(settings, topic) as (consumer, parts):
        ends = await consumer.end_offsets(parts)
        for message in await _there(consumer, ends, last):
            _show(message, as_json)
        while stay:
            batches = await consumer.getmany(timeout_ms=POLL_MS)
            for message in _in_order(batches.values()):
                _show(message, as_json)


@asynccontextmanager
async def _consumer(settings: Settings, topic: str) -> AsyncIterator[tuple[AIOKafkaConsumer, list[TopicPartition]]]:
    count = (await partition_counts(settings.servers, [topic]))[topic]
    parts = [TopicPartition(topic, part) for part in range(count)]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.servers, auto_offset_reset="earliest")
    try:
        await consumer.start()
        consumer.assign(parts)
        yield consumer, parts
    except (KafkaError, OSError) as error:
        raise Unavailable(f"no Kafka answers at {settings.servers}: {error}") from error
    finally:
        await consumer.stop()


async def _there(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int], last: int | None) -> list[Any]:
    """What the log holds up to `ends`, by time; the last so many of it."""
    starts = await consumer.beginning_offsets(list(ends))
    for tp, end in ends.items():
        consumer.seek(tp, starts[tp] if last is None else max(starts[tp], end - last))
    found: list[Any] = []
    left = {tp for tp, end in ends.items() if await consumer.position(tp) < end}
    while left:
        batches = await consumer.getmany(*left, timeout_ms=POLL_MS)
        found += _in_order(batches.values())
        left = {tp for tp in left if await consumer.position(tp) < ends[tp]}
    found.sort(key=_order)
    return found if last is None else found[len(found) - last :] if last else []


def _in_order(batches: Any) -> list[Any]:
    return sorted((message for batch in batches for message in batch), key=_order)


def _order(message: Any) -> tuple[int, int, int]:
    """By time; of one moment by position, or the order would be that of the answers of the broker."""
    return message.timestamp, message.partition, message.offset


def _show(message: Any, as_json: bool) -> None:
    if as_json:
        say_line(as_line(message))
    else:
        here = terminal()
        typer.echo(for_people(message, here.width if here.looked_at else PIPE_WIDTH))


def as_line(message: Any) -> bytes:
    """One JSON object: where it lies, and what it says (`value`, or `text` where that is no JSON)."""
    record = {
        "topic": message.topic, "partition": message.partition, "offset": message.offset,
        "at": _at(message).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "key": _text(message.key), "headers": {name: _text(value) for name, value in message.headers},
    }  # fmt: skip
    try:
        return orjson.dumps(record | {"value": orjson.loads(message.value) if message.value else None})
    except ValueError:
        return orjson.dumps(record | {"text": _text(message.value)})


def for_people(message: Any, width: int) -> str:
    """One line: time, position, what it is, of whom, and in words what it says."""
    value = _object(message.value)
    what = " ".join(str(value[name]) for name in ("type", "seq") if name in value) or "(no JSON object)"
    place, key = f"{message.partition}:{message.offset}", neutral(_text(message.key) or "-", 12)
    head = f"{_at(message):%d %b %H:%M:%S}  {place:<8} {neutral(what, 40):<20} {key:<12}"
    return cut(f"{head}  {neutral(_words(message, value), 500)}", width)


def _object(value: bytes | None) -> dict[str, Any]:
    try:
        found = orjson.loads(value or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words(message: Any, value: dict[str, Any]) -> str:
    """The title of what it is about; of a change, what changed; of a dead letter, why."""
    reason = dict(message.headers).get("sitrep_reason")
    if reason is not None:
        return str(_text(reason))
    if isinstance(value.get("items"), list):
        return "; ".join(str(_object_in(item).get("text")) for item in value["items"])
    article = _object_in(_object_in(value.get("report", value)).get("article"))
    return str(value.get("title") or article.get("title") or "")


def _object_in(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _at(message: Any) -> datetime:
    return datetime.fromtimestamp(message.timestamp / 1000, UTC)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")
