"""Sending: outbox rows in order by a plain producer, current views in transactions that fence a former owner."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from services.runtime.failpoints import failpoint
from services.runtime.lanes import InThread
from services.runtime.records import Out, TopicPartition
from services.runtime.store import Claim, OutRow, Store

OUTBOX_CHUNK = 500
VIEW_CHUNK = 200
VIEW_PAUSE_S = 0.03

Mark = tuple[str, int]
"""A view's id and its seq."""
Acked = list[tuple[TopicPartition, int]]
"""The last acknowledged offset by output partition."""


class Publisher(Protocol):
    """Sends records, at least once."""

    async def start(self) -> None: ...

    async def send(self, outs: Sequence[Out]) -> Acked:
        """Send in order and await every acknowledgement. Raises TryAgain if one fails: then none may be marked."""
        ...

    async def close(self) -> None: ...


class ViewSender(Protocol):
    """Sends in transactions under one id, of which the last one started is the only one the broker accepts."""

    async def start(self) -> None:
        """Fence every other sender of this id."""
        ...

    async def send(self, outs: Sequence[Out]) -> None:
        """One transaction. Raises Fenced if somebody else started later, TryAgain if it is not committed."""
        ...

    async def close(self) -> None: ...


class Outbox:
    """Sends the rows of a lane in order. A chunk is marked when all of it is acknowledged, so never past a hole."""

    def __init__(self, store: Store, publisher: Publisher, in_thread: InThread, service: str) -> None:
        self._store = store
        self._publisher = publisher
        self._in_thread = in_thread
        self._service = service

    async def publish(self, claim: Claim) -> None:
        while rows := await self._in_thread(lambda: self._store.pending(claim.tp, OUTBOX_CHUNK)):
            await self._send(claim, rows)

    async def _send(self, claim: Claim, rows: Sequence[OutRow]) -> None:
        acked = await self._publisher.send([row.out for row in rows])
        failpoint(f"{self._service}.after_publish")
        await self._in_thread(lambda: self._store.mark_sent(claim, rows[-1].n, acked))
        failpoint(f"{self._service}.after_mark")


class Views(Protocol):
    """What a service with a compacted topic tells the runtime.

    There is no outbox for views: what is sent is read after every former sender was fenced, so an old one never
    comes last.
    """

    def dirty(self, store: Store, tp: TopicPartition, limit: int) -> Sequence[tuple[str, int, Out]]:
        """(id, seq, record) of the lane's views whose published seq lies behind, as they are now."""
        ...

    def published(self, store: Store, claim: Claim, marks: Sequence[Mark]) -> None:
        """They are in the log: raise their published seq, never lower it."""
        ...


class ViewLoop:
    """Publishes the views of one lane off the commit path: one transaction for what changed in a pause."""

    def __init__(self, sender: ViewSender, views: Views, store: Store, claim: Claim, service: str) -> None:
        self._sender = sender
        self._views = views
        self._store = store
        self._claim = claim
        self._service = service
        self._wake = asyncio.Event()

    async def start(self) -> None:
        """After the claim and before the first read of a view: that order is what the fence rests on."""
        await self._sender.start()
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    async def run(self, in_thread: InThread) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self.drain(in_thread)
            await asyncio.sleep(VIEW_PAUSE_S)

    async def drain(self, in_thread: InThread) -> None:
        """Publish until nothing is dirty."""
        while rows := await in_thread(lambda: self._views.dirty(self._store, self._claim.tp, VIEW_CHUNK)):
            await self._send(rows, in_thread)

    async def _send(self, rows: Sequence[tuple[str, int, Out]], in_thread: InThread) -> None:
        await self._sender.send([out for _, _, out in rows])
        failpoint(f"{self._service}.after_view")
        await in_thread(lambda: self._views.published(self._store, self._claim, [row[:2] for row in rows]))

    async def close(self) -> None:
        await self._sender.close()
