"""POST /articles over a real socket; the topic is a list."""

import io

import orjson
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

from schemas.article import MAX_ARTICLE_BYTES
from services.ingest.http import MAX_REQUEST_BYTES, create_app, serving
from services.ingest.prepare import Prepared
from services.ingest.producer import Position
from services.runtime.exits import TryAgain, Unavailable

HOST = "127.0.0.1"
JSON = {"Content-Type": "application/json"}


class Topic:
    """Keeps what is published."""

    def __init__(self, down: bool = False) -> None:
        self.kept: list[Prepared] = []
        self.down = down

    async def publish(self, articles: object) -> list[Position]:
        assert isinstance(articles, list)
        if self.down:
            raise TryAgain("no answer")
        self.kept += articles
        return [Position(each.id, each.version, "t", 0, offset) for offset, each in enumerate(articles)]


async def post(topic: Topic, data: bytes, headers: dict[str, str], token: str | None = None) -> tuple[int, bytes]:
    port = unused_port()
    async with (
        serving(create_app(topic.publish, token), HOST, port),
        ClientSession() as client,
        client.post(f"http://{HOST}:{port}/articles", data=io.BytesIO(data), headers=headers) as answer,
    ):
        return answer.status, await answer.read()


async def test_an_article_is_accepted_with_its_position() -> None:
    topic = Topic()
    status, answer = await post(topic, b'{"id": "a", "body": "Words."}', JSON)
    assert status == 202
    assert orjson.loads(answer)["articles"][0] | {"version": ""} == {
        "id": "a", "version": "", "topic": "t", "partition": 0, "offset": 0,
    }  # fmt: skip
    assert [each.id for each in topic.kept] == ["a"]


@pytest.mark.parametrize(
    ("data", "kind", "count"),
    [(b"Words.", "text/plain", 1), (b'{"body": "1"}\n{"body": "2"}', "application/x-ndjson", 2)],
)
async def test_text_and_lines_are_taken_too(data: bytes, kind: str, count: int) -> None:
    topic = Topic()
    assert (await post(topic, data, {"Content-Type": kind}))[0] == 202
    assert len(topic.kept) == count


@pytest.mark.parametrize(
    ("data", "headers", "status", "reason"),
    [
        (b"{", JSON, 400, "not_json"),
        (b'{"title": "x"}', JSON, 422, "no_body"),
        (b'[{"body": "x"}, {"body": ""}]', JSON, 422, "empty_body"),
        (b"x", {"Content-Type": "image/png"}, 415, "content_type"),
        (orjson.dumps({"body": "x" * MAX_ARTICLE_BYTES}), JSON, 413, "too_large"),
        (b" " * (MAX_REQUEST_BYTES + 1), JSON, 413, "too_large"),
    ],
)
async def test_what_is_refused_says_why_and_nothing_is_published(
    data: bytes, headers: dict[str, str], status: int, reason: str
) -> None:
    topic = Topic()
    answered, answer = await post(topic, data, headers)
    assert (answered, orjson.loads(answer)["reason"]) == (status, reason)
    assert topic.kept == []


async def test_a_silent_broker_is_a_503_so_that_the_client_tries_again() -> None:
    assert (await post(Topic(down=True), b'{"body": "x"}', JSON))[0] == 503


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({"Authorization": "Bearer s3"}, "s3", 202),
        ({"Authorization": "Bearer s4"}, "s3", 401),
        ({}, "s3", 401),
        ({"Origin": "https://page.example"}, None, 403),
        ({"Origin": "https://page.example", "Authorization": "Bearer s3"}, "s3", 202),
    ],
)
async def test_who_may_post(headers: dict[str, str], token: str | None, status: int) -> None:
    assert (await post(Topic(), b'{"body": "x"}', {**JSON, **headers}, token))[0] == status


async def test_a_taken_port_is_named_with_the_setting_that_moves_it() -> None:
    port = unused_port()
    app = create_app(Topic().publish, None)
    async with serving(app, HOST, port):
        with pytest.raises(Unavailable, match=rf"port {port} .*SITREP_INGEST_PORT"):
            async with serving(create_app(Topic().publish, None), HOST, port):
                pass
