"""MUC-4: messages in, incident templates out. The parser reads, classifiers trained on dev choose and fill."""

from collections.abc import Iterator
from typing import Any

from bench.adapters.muc4_documents import Message, article, messages
from bench.adapters.muc4_features import read_text
from bench.adapters.muc4_incidents import Limits
from bench.adapters.muc4_models import Models, read_models
from bench.adapters.muc4_templates import templates
from bench.adapters.muc4_where import Atlas, atlas
from bench.adapters.task import Task
from services.parser.parse import Parser, analyse, load
from services.parser.tables import rows


def predictions(task: Task) -> Iterator[dict[str, Any]]:
    """One line a message: its templates, none where nothing is to be reported."""
    parser, models, places = load(), read_models(), atlas(task.data, country_names())
    for message in messages(task.data, task.parts):
        yield {"doc": message.doc, "templates": _templates(message, parser, models, places)}


def _templates(message: Message, parser: Parser, models: Models, places: Atlas) -> list[dict[str, Any]]:
    analysis = analyse(article(message), parser)
    text = read_text(analysis, message.published, parser.lexicon.case.common)
    return templates(text, models, Limits(), places, message.dateline)


def country_names() -> dict[str, str]:
    """Code -> name."""
    return {code: names.split(";")[0] for code, names, *_ in rows("countries.tsv", 4)}
