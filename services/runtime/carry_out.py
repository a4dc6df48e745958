"""Sending a person's command and waiting for what becomes of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from pydantic_core import to_json

from schemas.codec import EVENTS
from schemas.command import Command
from schemas.errors import InvalidRecord
from services.runtime.admin import partition_counts
from services.runtime.exits import TryAgain, Unavailable
from services.runtime.kafka import KafkaPublisher
from services.runtime.order import command_out
from services.runtime.outcome import Answers, Outcome
from services.runtime.records import MAX_RECORD, Out
from services.runtime.settings import Settings

POLL_MS = 100
END_WITHIN_S = 5
Ends = Mapping[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that lies in the log; `outcome` is None where nobody waited for it."""

    command: Command
    outcome: Outcome | None
    before: bool = False
    """It had been decided before: nothing was sent."""


async def carry_out(settings: Settings, command: Command, wait_s: float | None, named: bool) -> Sent:
    """Send it; its outcome within `wait_s` seconds (None: do not wait).

    `named`: a person gave the id, so it may be decided already: the events are searched first and nothing is sent
    twice. Raises Unavailable, TryAgain (sent, no outcome yet), BadOrder (the id is another command's).
    """
    async with _events(settings) as consumer:
        answers = Answers(command)
        ends = await consumer.end_offsets(consumer.assignment())
        if named and (outcome := await _search(consumer, answers, ends)):
            return Sent(command, outcome, before=True)
        for tp, end in ends.items():
            consumer.seek(tp, end)
        await _send(settings, command_out(command, settings.topic("reports")))
        return Sent(command, await _awaited(consumer, answers, wait_s) if wait_s is not None else None)


@asynccontextmanager
async def _events(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Assigned to all of news.events, outside every group."""
    topics = [settings.topic("events"), settings.topic("reports")]
    counts = await partition_counts(settings.servers, topics)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.servers, enable_auto_commit=False, auto_offset_reset="earliest",
        max_partition_fetch_bytes=MAX_RECORD, fetch_max_wait_ms=50,
    )  # fmt: skip
    try:
        await consumer.start()
        consumer.assign([TopicPartition(topics[0], part) for part in range(counts[topics[0]])])
        yield consumer
    except (KafkaError, OSError) as error:
        raise Unavailable(f"no Kafka answers at {settings.servers}: {error}") from error
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(END_WITHIN_S):
                await consumer.stop()


async def _search(consumer: AIOKafkaConsumer, answers: Answers, ends: Ends) -> Outcome | None:
    """The outcome among the events that there are."""
    await consumer.seek_to_beginning()
    while any([await consumer.position(tp) < end for tp, end in ends.items()]):
        await _polled(consumer, answers)
    return answers.outcome()


async def _awaited(consumer: AIOKafkaConsumer, answers: Answers, wait_s: float) -> Outcome:
    try:
        async with asyncio.timeout(wait_s):
            while (outcome := answers.outcome()) is None:
                await _polled(consumer, answers)
            return outcome
    except TimeoutError:
        command = answers.command
        raise TryAgain(
            f"the command is sent, and not decided within {wait_s:g} s: is the correlator running (sitrep lag)? "
            f"It will be done once. The same again with --id {command.id} waits for its outcome; a command that "
            f"cannot be decided is among the dead letters (sitrep dlq list --stage correlator)"
        ) from None


async def _polled(consumer: AIOKafkaConsumer, answers: Answers) -> None:
    named = to_json(answers.command.id)[1:-1]  # as our own services write it; what has it not need not be decoded
    for messages in (await consumer.getmany(timeout_ms=POLL_MS)).values():
        for message in messages:
            if named not in (message.value or b""):
                continue
            with suppress(InvalidRecord):  # of a newer version: not an event that this command knows
                answers.take(EVENTS.decode(message.value))


async def _send(settings: Settings, out: Out) -> None:
    publisher = KafkaPublisher(settings.servers)
    await publisher.start()
    try:
        await publisher.send([out])
    finally:
        await publisher.close()
