"""The ingest worker: POST /articles and a watched folder, both onto news.articles."""

import asyncio
import signal

import structlog

from services.ingest.folder import Folder
from services.ingest.http import create_app, serving
from services.ingest.producer import ArticleProducer
from services.runtime.exits import OK
from services.runtime.settings import Settings

log = structlog.get_logger()


def main(settings: Settings) -> int:
    """Runs until SIGTERM. Raises an Exit for anything else."""
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    token = settings.token.get_secret_value() if settings.token else None
    async with ArticleProducer(settings.servers, settings.topic("articles")) as producer:
        app = create_app(producer.publish, token)
        async with serving(app, settings.host, settings.ingest_port):
            log.info("ready", port=settings.ingest_port, folder=str(settings.inbox_folder))
            await _until(stopped, Folder(settings.inbox_folder, producer.publish))
    return OK


async def _until(stopped: asyncio.Event, folder: Folder) -> None:
    """Watch the folder until told to stop; an error of the watch is ours."""
    watch = asyncio.create_task(folder.watch())
    stop = asyncio.create_task(stopped.wait())
    await asyncio.wait({watch, stop}, return_when=asyncio.FIRST_COMPLETED)
    for task in (watch, stop):
        task.cancel()
    if watch.done() and not watch.cancelled():
        watch.result()
