"""What every source must do: the same tests on memory, bare aiokafka and Faust."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from services.runtime.exits import Fenced
from services.runtime.records import Out, TopicPartition
from services.runtime.sources import MAX_BATCH, record_at
from tests.eventually import eventually
from tests.runtime.worlds import Reading, World, fixed, outs


async def test_it_reads_everything_in_order_and_begins_with_the_assignment(log: World) -> None:
    topic = await log.create(2)
    await log.publisher.send(outs(topic, 900, 2))
    async with Reading(log.wiring.source([topic], f"g-{topic}"), fixed(0)) as reading:
        await eventually(lambda: len(reading.records()) >= 900)
    assert [batch.records for batch in reading.batches[:2]] == [(), ()]
    assert reading.assigned() == [TopicPartition(topic, 0), TopicPartition(topic, 1)]
    for part in (0, 1):
        records = reading.records(TopicPartition(topic, part))
        assert [record.offset for record in records] == list(range(450))
        assert [record.value for record in records] == [b"%d" % n for n in range(part, 900, 2)]


async def test_a_batch_is_of_one_partition_and_generation_and_not_too_large(log: World) -> None:
    topic = await log.create(2)
    await log.publisher.send(outs(topic, 900, 2))
    async with Reading(log.wiring.source([topic], f"g-{topic}"), fixed(0)) as reading:
        await eventually(lambda: len(reading.records()) >= 900)
    assert {batch.generation for batch in reading.batches} == {reading.batches[0].generation}
    for batch in reading.batches:
        assert len(batch.records) <= MAX_BATCH
        assert {record.tp for record in batch.records} <= {batch.tp}


async def test_the_positions_decide_and_not_what_was_committed(log: World) -> None:
    topic = await log.create(1)
    await log.publisher.send(outs(topic, 20, 1))
    tp, group = TopicPartition(topic, 0), f"g-{topic}"
    for start in (0, 7, 3):
        async with Reading(log.wiring.source([topic], group), fixed(start)) as reading:
            reading.finished = lambda batch: reading.source.done(tp, 20)
            await eventually(lambda: reading.records() and reading.records()[-1].offset == 19)
        assert [record.offset for record in reading.records()] == list(range(start, 20))


async def test_without_positions_it_goes_on_where_it_was_done(log: World) -> None:
    topic = await log.create(1)
    await log.publisher.send(outs(topic, 10, 1))
    tp, group = TopicPartition(topic, 0), f"g-{topic}"
    async with Reading(log.wiring.source([topic], group)) as first:
        await eventually(lambda: len(first.records()) == 10)
        first.source.done(tp, 4)
    assert first.records()[0].offset == 0
    async with Reading(log.wiring.source([topic], group)) as second:
        await eventually(lambda: second.records())
    assert second.records()[0].offset == 4


async def test_nothing_done_is_nothing_committed(log: World) -> None:
    topic = await log.create(1)
    await log.publisher.send(outs(topic, 10, 1))
    for _ in range(2):
        async with Reading(log.wiring.source([topic], f"g-{topic}")) as reading:
            await eventually(lambda: len(reading.records()) == 10)
        assert reading.records()[0].offset == 0


async def test_a_second_member_begins_a_new_generation(log: World) -> None:
    topic, asked = await log.create(4), list[list[TopicPartition]]()

    async def positions(tps: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        asked.append(sorted(tps))
        return dict.fromkeys(tps, 0)

    async with Reading(log.wiring.source([topic], f"g-{topic}"), positions) as first:
        await eventually(lambda: len(first.assigned()) == 4)
        old = first.batches[-1].generation
        assert first.source.current(old)
        async with Reading(log.wiring.source([topic], f"g-{topic}"), positions) as second:
            await eventually(lambda: len(first.assigned()) == 2 and len(second.assigned()) == 2)
            assert not first.source.current(old)
            assert sorted(first.assigned() + second.assigned()) == [TopicPartition(topic, part) for part in range(4)]
            assert first.assigned() in asked
            assert second.assigned() in asked
        await eventually(lambda: len(first.assigned()) == 4)


async def test_it_goes_on_after_a_rebalance_where_the_positions_say(log: World) -> None:
    """The pump's ledger is what counts: after each assignment reading begins at it, nothing is left out."""
    topic, done = await log.create(2), dict[TopicPartition, int]()

    async def positions(tps: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        return {tp: done.get(tp, 0) for tp in tps}

    def note(reading: Reading) -> None:
        def finished(batch: object) -> None:
            last = reading.batches[-1]
            if last.records and reading.source.current(last.generation):
                assert last.records[0].offset == done.get(last.tp, 0)
                done[last.tp] = last.records[-1].offset + 1
                reading.source.done(last.tp, done[last.tp])

        reading.finished = finished

    async with Reading(log.wiring.source([topic], f"g-{topic}"), positions) as first:
        note(first)
        await log.publisher.send(outs(topic, 400, 2))
        await eventually(lambda: sum(done.values()) > 0)
        async with Reading(log.wiring.source([topic], f"g-{topic}"), positions) as second:
            note(second)
            await log.publisher.send(outs(topic, 400, 2))
            await eventually(lambda: sum(done.values()) == 800)
        await log.publisher.send(outs(topic, 400, 2))
        await eventually(lambda: sum(done.values()) == 1200)


async def test_stop_ends_an_idle_source_and_may_be_repeated(log: World) -> None:
    topic = await log.create(1)
    async with Reading(log.wiring.source([topic], f"g-{topic}"), fixed(0)) as reading:
        await eventually(lambda: reading.batches)
        reading.source.stop()
        reading.source.stop()
    assert reading.records() == []


async def test_keys_values_headers_and_times_come_as_they_are(log: World) -> None:
    topic = await log.create(1, {"message.timestamp.type": "CreateTime"})
    headers = (("a", b"\xff\x00"), ("a", b"2"), ("empty", b""))
    sent = [
        Out(topic, b"k", b"\x00\xff", headers, 0, 1_684_832_400_123),
        Out(topic, b"k", None, (), 0, 1_684_832_400_124),
        Out(topic, None, b"v", (), 0, 1_684_832_400_125),
    ]
    await log.publisher.send(sent)
    async with Reading(log.wiring.source([topic], f"g-{topic}"), fixed(0)) as reading:
        await eventually(lambda: len(reading.records()) == 3)
    assert [
        Out(record.topic, record.key, record.value, record.headers, record.partition, record.timestamp_ms)
        for record in reading.records()
    ] == sent
    assert await record_at(log.log, TopicPartition(topic, 0), 1) == reading.records()[1]


async def test_the_log_reader_knows_its_bounds_and_what_is_not_there(log: World) -> None:
    topic = await log.create(2)
    tp, empty = TopicPartition(topic, 0), TopicPartition(topic, 1)
    await log.publisher.send([Out(topic, b"k", b"%d" % n, partition=0) for n in range(700)])
    assert await log.log.bounds(tp) == (0, 700)
    assert await log.log.bounds(empty) == (0, 0)
    assert [record.offset async for record in log.log.read(tp, 100, 650)] == list(range(100, 650))
    assert [record.offset async for record in log.log.read(tp, 690, 9999)] == list(range(690, 700))
    assert await record_at(log.log, tp, 700) is None
    assert await record_at(log.log, empty, 0) is None


async def test_the_log_reader_passes_the_marks_of_transactions(log: World) -> None:
    topic = await log.create(1)
    sender = log.wiring.view_sender(f"tx-{topic}")
    await sender.start()
    for n in range(3):
        await sender.send([Out(topic, b"k", b"%d" % n, partition=0)])
    await sender.close()
    tp = TopicPartition(topic, 0)
    async with asyncio.timeout(10):
        _, end = await log.log.bounds(tp)
        assert [record.value async for record in log.log.read(tp, 0, end)] == [b"0", b"1", b"2"]
        assert [record.value async for record in log.log.read(tp, end - 1, end)] in ([], [b"2"])


async def test_who_starts_last_sends_the_views(log: World) -> None:
    topic = await log.create(1)
    former, owner = (log.wiring.view_sender(f"tx-{topic}") for _ in range(2))
    out = [Out(topic, b"k", b"old", partition=0)]
    await former.start()
    await former.send(out)
    await owner.start()
    with pytest.raises(Fenced):
        await former.send(out)
    await owner.send([Out(topic, b"k", b"new", partition=0)])
    tp = TopicPartition(topic, 0)
    assert [r.value async for r in log.log.read(tp, 0, 99)] == [b"old", b"new"]
    await former.close()
    await owner.close()
