"""The parser's process: reads news.articles, parses in child processes, writes news.reports."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from services.parser.extractors.handler import offered
from services.parser.step import FUNCTION, answer, pack
from services.runtime.exits import WrongSetting
from services.runtime.records import Out, Record
from services.runtime.run import StatelessService, run_stateless
from services.runtime.settings import Settings
from services.runtime.slots import Slots


class ParserStep:
    """A record in, a report out. The slots start with the first record, inside the running loop."""

    def __init__(self, slots: Slots, topic: str) -> None:
        self._slots = slots
        self._topic = topic
        self._stack = AsyncExitStack()
        self._starting = asyncio.Lock()
        self._started = False

    async def __call__(self, record: Record) -> Sequence[Out]:
        """Raises InvalidRecord and SlotFailure as Slots.run does."""
        async with self._starting:
            if not self._started:
                await self._stack.enter_async_context(self._slots)
                self._started = True
        return [answer(await self._slots.run(pack(record)), self._topic)]

    async def close(self) -> None:
        """Ends the children."""
        await self._stack.aclose()


def main(settings: Settings) -> int:
    """Until SIGTERM; the exit code. Raises WrongSetting for an extractor that is not there."""
    if settings.extractor and settings.extractor not in (known := offered()):
        raise WrongSetting(f"SITREP_EXTRACTOR: no extractor {settings.extractor!r}; there are: {', '.join(known)}")
    step = ParserStep(Slots(FUNCTION, settings.parser_slots), settings.topic("reports"))
    service = StatelessService("parser", [settings.topic("articles")], step, max(1, settings.parser_slots))
    try:
        return run_stateless(service, settings)
    finally:
        asyncio.run(step.close())
