"""POST /articles: 202 with positions once the broker has them; 400, 413, 422 say what is wrong with the input."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from schemas.article import MAX_ARTICLE_BYTES
from schemas.errors import InvalidRecord
from services.ingest.prepare import Form, prepare_all
from services.ingest.producer import Publish
from services.runtime.broker import check_port
from services.runtime.exits import TryAgain

MAX_REQUEST_BYTES = 32_000_000
FORMS: dict[str, Form] = {
    "application/json": "json", "application/ld+json": "json", "application/x-ndjson": "ndjson",
    "application/jsonl": "ndjson", "text/plain": "text", "application/octet-stream": "any",
}  # fmt: skip
STATUS = {"too_large": 413, "not_json": 400, "not_utf8": 400}
log = structlog.get_logger()


def create_app(publish: Publish, token: str | None) -> web.Application:
    """`token`: what the Authorization header must bear; None: nobody is asked."""

    async def post(request: web.Request) -> web.Response:
        _admit(request, token)
        form = FORMS.get(request.content_type)
        if form is None:
            return _refusal(415, "content_type", f"{request.content_type}: send one of {', '.join(FORMS)}")
        try:
            articles = prepare_all(await request.read(), form, via="http")
        except InvalidRecord as error:
            return _refusal(STATUS.get(error.reason, 422), error.reason, error.detail)
        try:
            positions = await publish(articles)
        except TryAgain as error:
            return _refusal(503, "broker", error.why)
        log.info("articles_published", via="http", count=len(positions))
        return web.json_response({"articles": [asdict(position) for position in positions]}, status=202)

    async def health(request: web.Request) -> web.Response:
        return web.json_response({"status": "up"})

    app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[_too_large])
    app.add_routes([web.post("/articles", post), web.get("/health", health)])
    return app


def _admit(request: web.Request, token: str | None) -> None:
    """Whoever bears the token, or, where none is set, everybody but web pages in somebody's browser."""
    if token is None:
        if "Origin" in request.headers:
            raise web.HTTPForbidden(text="no web page may post here unless SITREP_TOKEN is set\n")
        return
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise web.HTTPUnauthorized(text="Authorization: Bearer TOKEN\n", headers={"WWW-Authenticate": "Bearer"})


@web.middleware
async def _too_large(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        detail = f"a request may have {MAX_REQUEST_BYTES} bytes, an article {MAX_ARTICLE_BYTES}"
        return _refusal(413, "too_large", detail)


def _refusal(status: int, reason: str, detail: str) -> web.Response:
    return web.json_response({"reason": reason, "detail": detail}, status=status)


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """The app answers inside. Raises Unavailable if the port is taken."""
    check_port(host, port, "SITREP_INGEST_PORT")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()
