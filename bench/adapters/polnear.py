"""Every attribution of a document, as the parser's stage finds them, in the scorer's format."""

from collections.abc import Iterator
from typing import Any

from bench.adapters.polnear_texts import Text, texts
from bench.adapters.task import Task
from services.parser.attributions import Attribution, attributions
from services.parser.learned import load_learned
from services.parser.parse import load


def predictions(task: Task) -> Iterator[dict[str, Any]]:
    """A line a document."""
    parser, learned = load(), load_learned()
    for part in task.parts or ("dev",):
        for text in texts(task.data / part, parser):
            found = attributions(text.sentences, learned)
            yield {"doc": text.doc, "attributions": [line(text, a) for a in found]}


def line(text: Text, a: Attribution) -> dict[str, list[list[int]]]:
    beyond = [(at, i) for at, tokens in a.beyond for i in tokens]
    return {
        "source": text.spans((a.sentence, i) for i in a.source),
        "cue": text.spans((a.sentence, i) for i in a.cue),
        "content": text.spans([*((a.sentence, i) for i in a.content), *beyond]),
    }
