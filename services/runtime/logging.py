"""Logs: an event's name and its fields, one JSON object a line; for people where a terminal shows them.

Libraries that use the standard logging module come out the same way.
"""

import logging
import sys
from pathlib import Path
from typing import BinaryIO, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FULL_BYTES = 10 << 20
NOISY = {"aiokafka": logging.WARNING, "faust": logging.WARNING, "mode": logging.WARNING, "aiohttp": logging.WARNING}


def configure(service: str, level: str = "info", stream: TextIO | None = None) -> None:
    """Set up both kinds of logs on `stream` (standard error). Call once, at the edge."""
    out = stream or sys.stderr
    least = getattr(logging, level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _named(service),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(out.isatty()))
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(least)
    for name, floor in NOISY.items():
        logging.getLogger(name).setLevel(max(least, floor))


def _named(service: str) -> Processor:
    def add(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        return event

    return add


def _rendering(looked_at: bool) -> list[Processor]:
    first: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if looked_at:
        return [*first, structlog.dev.ConsoleRenderer(colors=True)]
    return [*first, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(sort_keys=False)]


def append_to(path: Path) -> BinaryIO:
    """A log file to append to; a full one is put aside first, the one before it is dropped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > FULL_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    return path.open("ab")
