"""Logs are one JSON object a line, whoever writes them."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from services.runtime import logging as ours
from services.runtime.logging import append_to, configure


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What is logged; the logging of the test run is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure("parser", "info", stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_has_its_name_fields_service_level_and_time(out: io.StringIO) -> None:
    structlog.get_logger().info("article_parsed", article="a-1", ms=7)
    line = lines(out)[0]
    assert str(line.pop("at")).endswith("Z")
    assert line == {"event": "article_parsed", "article": "a-1", "ms": 7, "service": "parser", "level": "info"}


def test_libraries_come_out_alike_and_noisy_ones_only_when_it_matters(out: io.StringIO) -> None:
    logging.getLogger("some.library").info("said %s", "so")
    logging.getLogger("aiokafka.client").info("chatter")
    logging.getLogger("aiokafka.client").error("lost")
    assert [(line["event"], line["level"]) for line in lines(out)] == [("said so", "info"), ("lost", "error")]


def test_less_than_the_level_is_left_out_and_a_trace_is_one_line(out: io.StringIO) -> None:
    log = structlog.get_logger()
    log.debug("detail")
    try:
        raise ValueError("what")
    except ValueError:
        log.exception("stopped", code=70)
    assert [line["event"] for line in lines(out)] == ["stopped"]
    assert "ValueError: what" in str(lines(out)[0]["exception"])


def test_a_full_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "FULL_BYTES", 3)
    path = tmp_path / "logs" / "a.log"
    for text in (b"four", b"five", b"six"):
        with append_to(path) as file:
            file.write(text)
    assert (path.read_bytes(), (tmp_path / "logs" / "a.log.1").read_bytes()) == (b"six", b"five")
