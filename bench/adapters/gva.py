"""Which reports of shootings are about one incident, and what is known of each: the desk, run over all of them."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.adapters.gva_articles import told
from bench.adapters.gva_status import status
from bench.adapters.task import Task
from services.cli.dry_run import DryDesk
from services.parser.parse import load, parse


def predictions(task: Task) -> Iterator[dict[str, Any]]:
    """A line an article, after the last of them: an incident may still take in another."""
    parser, articles = load(), [each.article for each in told(task.data)]
    desk = DryDesk(lambda article: parse(article, parser))
    for article in articles:
        desk.take(article)
    incident_of = homes(desk)
    yield from ({"article": a.id, "incident": incident_of.get(a.id, f"alone-{a.id}")} for a in articles)
    if task.status:
        alone = [f"alone-{a.id}" for a in articles if a.id not in incident_of]
        lines = [status(view) for view in desk.views()] + [unknown(name) for name in alone]
        task.status.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def homes(desk: DryDesk) -> dict[str, str]:
    """Article -> the incident of its main group, else of most of its groups."""
    found: dict[str, Counter[tuple[bool, str]]] = {}
    for view in desk.views():
        if view.state == "merged":
            continue
        for ref in view.reports:
            found.setdefault(ref.article, Counter())[ref.role == "main", view.id] += 1
    return {article: max(sorted(counts), key=lambda key: (key[0], counts[key]))[1] for article, counts in found.items()}


def unknown(incident: str) -> dict[str, Any]:
    """The line of an article that the desk put nowhere."""
    return {"incident": incident, "killed": None, "injured": None, "date": None, "city": None}
