"""Kafka and every service in containers: an article goes in at one end, an event and a view come out at the other."""

import json
import urllib.request
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from schemas.codec import EVENTS
from tests.compose.stack import Stack
from tests.eventually import eventually

pytestmark = [pytest.mark.compose, pytest.mark.slow]

SERVICES = ("kafka", "postgres", "ingest", "parser", "correlator", "projector")
OURS = SERVICES[2:]
SCALED = {"parser": 2, "correlator": 2, "projector": 2}
Record = tuple[str, str]


async def test_every_service_becomes_healthy_and_the_topics_are_created(stack: Stack) -> None:
    def all_healthy() -> bool:
        return all(stack.states()[service].health == "healthy" for service in SERVICES)

    await eventually(all_healthy, within=120, what="every service healthy")
    assert (stack.states()["topics"].status, stack.states()["topics"].exit_code) == ("exited", 0)
    assert "all topics are as the table says" in stack.exec("ingest", "sitrep", "topics", "check")


def test_an_article_of_the_console_producer_becomes_an_event(
    stack: Stack, first_event: Record, dispatches: Sequence[str]
) -> None:
    key, value = first_event
    record = json.loads(value)
    assert (record["type"], record["v"], record["seq"]) == ("report_recorded", 1, 1)
    assert record["incident"] == key
    assert record["cause"]["topic"] == "news.reports"
    assert record["report"]["article"]["id"] == json.loads(dispatches[0])["id"]
    EVENTS.decode(value.encode())  # raises if it is not what the schema says


async def test_the_projector_has_the_incident(stack: Stack, first_event: Record) -> None:
    incident, _ = first_event
    await eventually(lambda: _views(stack).get(incident), within=60, what=f"sitrep incidents lists {incident}")
    key, view = stack.consume("news.incidents", count=1)[0]
    assert (key, json.loads(view)["id"]) == (incident, incident)


def _views(stack: Stack) -> dict[str, int]:
    """What `sitrep incidents` says: the seq of each incident; nothing before there is a store."""
    told = stack.attempt("exec", "-T", "projector", "sitrep", "incidents", "--json")
    views = [json.loads(line) for line in told.stdout.splitlines() if told.returncode == 0]
    return {view["id"]: view["seq"] for view in views}


async def test_clients_on_this_machine_reach_kafka_and_ingest(stack: Stack) -> None:
    answer = _post(f"http://127.0.0.1:{stack.ingest_port}/articles", "Nothing happened at the mill today.")
    (position,) = answer["articles"]
    consumer = AIOKafkaConsumer(
        position["topic"], bootstrap_servers=f"127.0.0.1:{stack.kafka_port}", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        async for message in consumer:
            if message.key == position["id"].encode():
                break
    finally:
        await consumer.stop()
    assert (message.partition, message.offset) == (position["partition"], position["offset"])
    assert json.loads(message.value)["body"] == "Nothing happened at the mill today."


def _post(url: str, text: str) -> dict[str, list[dict[str, Any]]]:
    request = urllib.request.Request(url, text.encode(), {"Content-Type": "text/plain"})
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 202
        answer: dict[str, list[dict[str, Any]]] = json.load(response)
        return answer


def test_ports_are_published_on_loopback_only(stack: Stack) -> None:
    assert stack.published() == {"127.0.0.1"}


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_is_root(stack: Stack, service: str) -> None:
    assert stack.exec(service, "id", "-u").strip() != "0"


@pytest.mark.parametrize("service", OURS)
def test_our_root_file_system_is_read_only(stack: Stack, service: str) -> None:
    told = stack.attempt("exec", "-T", service, "touch", "/var/lib/sitrep/x")
    assert "Read-only file system" in told.stdout + told.stderr


def test_an_exit_that_no_restart_cures_leaves_the_service_stopped_and_says_what_to_do(stack: Stack) -> None:
    wrong = ("run", "--rm", "--no-deps", "-e", "SITREP_LOG_LEVEL=loud", "ingest")
    told = stack.attempt(*wrong)
    assert told.returncode == 0  # `restart: on-failure` leaves it alone
    assert "exit code 64 and is not restarted" in told.stdout + told.stderr


async def test_a_killed_worker_comes_back(stack: Stack) -> None:
    before = stack.states()["projector"].restarts
    stack.exec("projector", "sh", "-c", "kill -KILL $(cat /tmp/worker.pid)")

    def back() -> bool:
        now = stack.states()["projector"]
        return now.restarts == before + 1 and now.health == "healthy"

    await eventually(back, within=60, what="projector restarted and healthy")


async def test_data_survive_down_and_up(stack: Stack, first_event: Record, dispatches: Sequence[str]) -> None:
    incident, _ = first_event
    before = await eventually(lambda: _views(stack).get(incident), within=60, what=f"sitrep incidents lists {incident}")
    stack.down()
    stack.up()
    assert stack.consume("news.events", count=1)[0] == first_event
    assert _views(stack)[incident] == before

    stack.produce("news.articles", dispatches[1])

    def went_on() -> bool:
        return _views(stack).get(incident, 0) > before

    await eventually(went_on, within=60, what="the next article joins the incident that was there before")


async def test_several_instances_share_the_work_and_one_of_them_may_die(
    stack: Stack, dispatches: Sequence[str]
) -> None:
    """All articles of the story are in its incident, whoever worked on them."""
    stack.scale(SCALED)
    assert {service: len(stack.containers(service)) for service in SCALED} == SCALED
    stack.kill(stack.containers("correlator")[0])
    stack.produce("news.articles", "\n".join(dispatches))
    ids = {json.loads(line)["id"] for line in dispatches}

    def all_there() -> bool:
        told = stack.attempt("exec", "-T", "projector", "sitrep", "incidents", "--json")
        views = [json.loads(line) for line in told.stdout.splitlines()]
        return ids <= {report["article"] for view in views for report in view["reports"]}

    try:
        await eventually(all_there, within=120, what="every dispatch is in a view")
    finally:
        stack.scale(dict.fromkeys(SCALED, 1))
