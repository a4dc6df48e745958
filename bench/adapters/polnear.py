"""Every attribution of a document, as the parser's stage finds them, in the scorer's format."""

from collections.abc import Iterator, Sequence
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
            found = outermost(attributions(text.sentences, learned))
            yield {"doc": text.doc, "attributions": [line(text, a) for a in found]}


def outermost(found: Sequence[Attribution]) -> list[Attribution]:
    """Without those whose cue is inside the content of another: nobody annotated what is said within what is said."""
    likely = [a for a in found if a.odds > 0]
    return [a for a in found if not any(_holds(other, a) for other in likely if other is not a)]


def _holds(outer: Attribution, inner: Attribution) -> bool:
    if outer.sentence == inner.sentence:
        return inner.head in outer.content and outer.head not in inner.content
    return any(at == inner.sentence and inner.head in tokens for at, tokens in outer.beyond)


def line(text: Text, a: Attribution) -> dict[str, list[list[int]]]:
    beyond = [(at, i) for at, tokens in a.beyond for i in tokens]
    return {
        "source": text.spans((a.sentence, i) for i in a.source),
        "cue": text.spans((a.sentence, i) for i in a.cue),
        "content": text.spans([*((a.sentence, i) for i in a.content), *beyond]),
    }
