"""Certainty of every annotated event, -3 (certainly not) … 3 (certainly so), as the scorer reads it."""

from collections.abc import Iterator
from typing import Any

from bench.adapters.factuality_texts import annotated, scenes_of
from bench.adapters.task import Task
from services.parser.factuality import factuality
from services.parser.parse import load

CLASSES = {"MEANTIME": ((1.4, 3.0), (0.5, 0.75), (-0.5, 0.0), (-3.0, -3.0))}
"""Sets whose annotators chose among classes: the least score of each class and what it counts there."""


def predictions(task: Task) -> Iterator[dict[str, Any]]:
    """A line an event."""
    parser = load()
    for part in task.parts or ("dev",):
        texts = list(annotated(task.data / (task.set or "UW") / f"{part}.jsonl"))
        for text, scene in zip(texts, scenes_of(parser, texts), strict=True):
            for token, _ in text.events:
                score = factuality(scene, scene.sentence.tokens[token])
                yield {"sentence": text.number, "token": token, "score": counted(score, task.set or "UW")}


def counted(score: float, name: str) -> float:
    """The score as the set of that name counts: as it is, or the middle of its class."""
    classes = CLASSES.get(name, ())
    return next((value for least, value in classes if score >= least), round(score, 3))
