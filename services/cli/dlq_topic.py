"""news.dead-letters read as what it is, the list of open letters; retries and tombstones sent."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from schemas.topics import TOPICS
from services.cli.dlq_letters import Letter, letter_of
from services.runtime.admin import partition_counts
from services.runtime.failpoints import arm, failpoint
from services.runtime.kafka import KafkaLog, KafkaPublisher
from services.runtime.records import Out, Record, TopicPartition
from services.runtime.settings import Settings

READ_BY_SERVICES = ("articles", "reports", "events")
NEAR = 200
"""Letters nearer than this are read in one go, with what lies between them."""
CHUNK_RECORDS = 200
CHUNK_BYTES = 16 << 20


class DeadLetters:
    """Opened by `dead_letters`. `origins`: the topics that a letter may go back to, by full name, as they are."""

    def __init__(self, settings: Settings, counts: dict[str, int], log: KafkaLog) -> None:
        self.topic = settings.topic("dead-letters")
        self.origins = {
            settings.topic(name): replace(TOPICS[name], partitions=counts[settings.topic(name)])
            for name in READ_BY_SERVICES
        }
        self._parts = [TopicPartition(self.topic, part) for part in range(counts[self.topic])]
        self._settings = settings
        self._log = log

    async def open(self) -> list[Letter]:
        """The letters that nobody has resolved, in the order in which they came."""
        found: dict[bytes, Letter] = {}
        for tp in self._parts:
            async for record in self._log.read(tp, *await self._log.bounds(tp)):
                found.pop(record.key or b"", None)
                if record.value is not None:
                    found[record.key or b""] = letter_of(record)
        return sorted(found.values(), key=lambda letter: (letter.failed_ms, letter.lies_in, letter.at))

    async def records(self, letters: Sequence[Letter]) -> AsyncIterator[tuple[Letter, Record]]:
        """Each letter with its record; one that was compacted away meanwhile is left out."""
        for run in _runs(letters):
            wanted = {letter.at: letter for letter in run}
            async for record in self._log.read(run[0].lies_in, run[0].at, run[-1].at + 1):
                if record.offset in wanted:
                    yield wanted[record.offset], record

    async def send(self, pairs: AsyncIterator[tuple[Letter, Sequence[Out]]]) -> AsyncIterator[Letter]:
        """Send what belongs to each letter, the last of it the tombstone; the letters that are resolved.

        All but the tombstones is acknowledged before the first tombstone goes out: nothing is lost, at worst a
        record is retried twice.
        """
        publisher = KafkaPublisher(self._settings.servers)
        await publisher.start()
        try:
            async for chunk in _chunks(pairs):
                await publisher.send([out for _, outs in chunk for out in outs[:-1]])
                failpoint("dlq.after_send")
                await publisher.send([outs[-1] for _, outs in chunk])
                for letter, _ in chunk:
                    yield letter
        finally:
            await publisher.close()


@asynccontextmanager
async def dead_letters(settings: Settings) -> AsyncIterator[DeadLetters]:
    """Raises Unavailable where no broker answers or a topic is missing."""
    names = [settings.topic(name) for name in TOPICS]
    counts = await partition_counts(settings.servers, names)
    arm(settings.failpoint)
    log = KafkaLog(settings.servers)
    await log.start()
    try:
        yield DeadLetters(settings, counts, log)
    finally:
        await log.close()


def _runs(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    run: list[Letter] = []
    for letter in sorted(letters, key=lambda letter: (letter.lies_in, letter.at)):
        if run and (run[-1].lies_in != letter.lies_in or letter.at - run[-1].at > NEAR):
            yield run
            run = []
        run.append(letter)
    if run:
        yield run


async def _chunks(
    pairs: AsyncIterator[tuple[Letter, Sequence[Out]]],
) -> AsyncIterator[list[tuple[Letter, Sequence[Out]]]]:
    chunk: list[tuple[Letter, Sequence[Out]]] = []
    size = 0
    async for pair in pairs:
        chunk.append(pair)
        size += pair[0].size
        if len(chunk) >= CHUNK_RECORDS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
