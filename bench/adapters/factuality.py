"""Certainty of every annotated event, -3 (certainly not) … 3 (certainly so), as the scorer reads it."""

from collections.abc import Iterator
from typing import Any

from bench.adapters.factuality_texts import annotated, scenes_of
from bench.adapters.task import Task
from services.parser.factuality import factuality
from services.parser.parse import load


def predictions(task: Task) -> Iterator[dict[str, Any]]:
    """A line an event."""
    parser = load()
    for part in task.parts or ("dev",):
        texts = list(annotated(task.data / (task.set or "UW") / f"{part}.jsonl"))
        for text, scene in zip(texts, scenes_of(parser, texts), strict=True):
            for token, _ in text.events:
                score = factuality(scene, scene.sentence.tokens[token])
                yield {"sentence": text.number, "token": token, "score": round(score, 3)}
