"""How `sitrep lag` prints."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from services.cli.render_lag import lag_json, lag_screen, span, total
from services.cli.render_text import columns
from services.runtime.lag import Standing

NOW = datetime(2031, 3, 5, 12, tzinfo=UTC)


def ms(seconds_ago: float) -> int:
    return int((NOW.timestamp() - seconds_ago) * 1000)


AT_REST = Standing("parser", "news.articles", 0, 12, 12, "group", last_ms=ms(40))
NEVER_USED = Standing("correlator", "news.reports", 0, 0, 0, "store")
BEHIND = Standing("correlator", "news.reports", 3, 41, 38, "store", last_ms=ms(200), first_ms=ms(7200))


def test_a_line_a_partition_and_what_waits_in_all() -> None:
    screen = lag_screen([AT_REST, NEVER_USED, BEHIND], NOW, 80)
    rows = [line.split() for line in screen.splitlines()]
    assert rows[1] == ["parser", "news.articles/0", "12", "12", "0", "40", "s", "ago"]
    assert rows[2] == ["correlator", "news.reports/0", "0", "0", "0", "–"]
    assert rows[3] == ["news.reports/3", "41", "38", "3", "3", "min", "ago"]
    assert screen.splitlines()[-1] == "total: 3 records wait (correlator 3); the oldest came 2 h ago"
    assert total([AT_REST, BEHIND]) == 3
    assert max(columns(line) for line in screen.splitlines()) <= 80


def test_at_rest_nothing_waits() -> None:
    assert lag_screen([AT_REST, NEVER_USED], NOW, 80).splitlines()[-1] == "total: nothing waits"


def test_positions_that_only_the_group_tells_are_said_to_be_so() -> None:
    seen_from_afar = Standing("projector", "news.events", 0, 5, 5, "group", last_ms=ms(1))
    assert "projector: its store cannot be read from here" in lag_screen([seen_from_afar], NOW, 80)
    assert "cannot be read" not in lag_screen([AT_REST, BEHIND], NOW, 80)


def test_a_position_ahead_of_the_log_is_no_negative_lag() -> None:
    assert Standing("parser", "news.articles", 0, 3, 5, "group").lag == 0


def test_json_has_every_partition_and_ages_in_seconds() -> None:
    found = orjson.loads(orjson.dumps(lag_json([AT_REST, NEVER_USED, BEHIND], NOW)))
    assert found["total"] == 3
    assert found["partitions"][1]["last_age_s"] is None
    assert found["partitions"][2] == {
        "service": "correlator", "topic": "news.reports", "partition": 3, "end": 41, "position": 38, "from": "store",
        "lag": 3, "last_age_s": 200.0, "waiting_s": 7200.0,
    }  # fmt: skip


def test_a_topic_of_a_hostile_name_steers_no_terminal() -> None:
    hostile = Standing("parser", "\x1b[2Jnews", 0, 1, 0, "group")
    assert "\x1b" not in lag_screen([hostile], NOW, 80)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-5, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 d")],
)
def test_lengths_of_time(seconds: float, told: str) -> None:
    assert span(timedelta(seconds=seconds)) == told
