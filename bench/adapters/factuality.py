"""Certainty of every annotated event, -3 (certainly not) … 3 (certainly so), as the scorer reads it."""

from collections.abc import Iterator
from typing import Any

from bench.adapters.factuality_texts import annotated, scenes_of
from bench.adapters.task import Task
from services.parser.certainty import Modality, modality
from services.parser.parse import load

SCORES = {"certain": 3.0, "probable": 1.8, "possible": 0.8, "unknown": 0.0}
OPEN = {"planned": 0.8, "possible": 0.5, "attempted": 1.0}


def predictions(task: Task) -> Iterator[dict[str, Any]]:
    """A line an event."""
    parser = load()
    for part in task.parts or ("dev",):
        texts = list(annotated(task.data / (task.set or "UW") / f"{part}.jsonl"))
        for text, scene in zip(texts, scenes_of(parser, texts), strict=True):
            for token, _ in text.events:
                told = modality(scene, scene.sentence.tokens[token], frozenset(), None)
                yield {"sentence": text.number, "token": token, "score": score(told)}


def score(told: Modality) -> float:
    """The middle of a class."""
    size = SCORES[told.certainty]
    if told.realis in OPEN:
        size = min(size, OPEN[told.realis])
    return -size if told.polarity == "-" else size
