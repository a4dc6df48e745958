"""What goes wrong in templates: paired as the scorer pairs them, slot by slot."""

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from bench.errors import Asked, Slip
from bench.scorer import scorer

TYPE = "INCIDENT: TYPE"


def kinds(asked: Asked) -> Iterator[Slip]:
    """Missing and spurious templates with the likely reason, then misses, slips and spurious fills of paired ones."""
    module = scorer("muc4", asked.data, asked.folder)
    gold = module.load(asked.data, asked.parts)
    predicted = module.read_predictions(asked.pred, gold)
    for doc, keys in gold.keys.items():
        yield from _document(doc, predicted[doc], keys, module)


def _document(doc: str, ours: Sequence[Any], keys: Sequence[Any], module: ModuleType) -> Iterator[Slip]:
    pairs = paired(ours, keys, module)
    for at, key in enumerate(keys):
        if at not in pairs.values() and not key.optional:
            yield Slip(f"template missing: {_why_missing(key, ours, pairs)}", doc, _brief(key, module))
    for at, template in enumerate(ours):
        if at in pairs:
            yield from _slots(doc, template, keys[pairs[at]], keys, module)
        else:
            where = "a message with others" if keys else "a message without any"
            yield Slip(f"template spurious: in {where}", doc, _brief(template, module))


def paired(ours: Sequence[Any], keys: Sequence[Any], module: ModuleType) -> dict[int, int]:
    """Ours to the key's, best first."""
    worth = [
        (-module._whole(module.compare_templates(r, k)).correct, i, j)
        for i, r in enumerate(ours)
        for j, k in enumerate(keys)
        if module.may_pair(r, k)
    ]
    found: dict[int, int] = {}
    for _, i, j in sorted(worth):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def _why_missing(key: Any, ours: Sequence[Any], pairs: dict[int, int]) -> str:
    if not ours:
        return "nothing found in the message"
    if len(pairs) == len(ours):
        return "all of ours are other incidents"
    if key.of(TYPE)[0].names[0] not in {t.of(TYPE)[0].names[0] for t in ours}:
        return "none of ours has its type"
    return "no target or perpetrator agrees"


def _brief(template: Any, module: ModuleType) -> str:
    names = [f.names[0] for slot in module.PAIRING_SLOTS for f in template.of(slot) if slot in module.STRING_SLOTS]
    return f"{template.of(TYPE)[0].names[0]}: {', '.join(names)}"


def _slots(doc: str, ours: Any, key: Any, keys: Sequence[Any], module: ModuleType) -> Iterator[Slip]:
    for slot in module.SLOTS:
        left = list(key.of(slot))
        for fill in ours.of(slot):
            best = max(left, key=lambda k: module.credit(slot, fill, k), default=None)
            credit = module.credit(slot, fill, best) if best is not None else 0
            if best is not None and credit > 0:
                left.remove(best)
            if credit < 1:
                shown = f"{fill.names[0]} for {' / '.join(best.names) if best else '-'}"
                yield Slip(f"{slot}: {_how(slot, fill, credit, key, keys, module)}", doc, shown)
        for fill in left:
            if not fill.optional:
                yield Slip(f"{slot}: missing", doc, " / ".join(fill.names))


def _how(slot: str, fill: Any, credit: float, key: Any, keys: Sequence[Any], module: ModuleType) -> str:
    if credit > 0:
        return "half right"
    if any(module.credit(slot, fill, k) > 0 for k in key.of(slot)):
        return "said twice"
    if any(module.credit(slot, fill, k) > 0 for other in keys for k in other.of(slot)):
        return "of another incident"
    if slot in module.STRING_SLOTS and _elsewhere(fill, key, module):
        return "in the wrong slot"
    return "wrong" if key.of(slot) else "spurious, the key has none"


def _elsewhere(fill: Any, key: Any, module: ModuleType) -> bool:
    return any(module.credit(other, fill, k) > 0 for other in module.STRING_SLOTS for k in key.of(other))
