"""Dead letters for people and for programs. Whatever a stranger wrote is made harmless for a terminal. Pure."""

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import orjson

from services.cli.dlq_letters import MOST_ATTEMPTS, SHORT_ID, Letter
from services.cli.render_layout import Line, Span, clipped, filled, hanging, line, paint
from services.cli.render_text import ELLIPSIS, columns, neutral, wrap
from services.cli.render_words import plural

WIDTHS = (10, 6, 12, 18, 22)
LABEL = 12
HEADERS_SHOWN = 40
KEY_SHOWN = 30
SUMMARY = 80
DUMP = 16
ESCAPED = 6
"""Characters that one may become: \\u202e."""
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\r]")
STEERING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
AGES = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def table(letters: Sequence[Letter], now: datetime, width: int, prefix: str, colour: bool) -> str:
    """Two lines a letter: which, how old, where it failed and why, where it lay, how often retried; key and error."""
    head = (*_row(("ID", "AGE", "STAGE", "REASON", "FROM")), Span("RETRIED"))
    lines: list[Line] = [tuple(Span(span.text, "dim") for span in head)]
    short = short_id(letters)
    for letter in letters:
        place = letter.place.removeprefix(prefix)
        cells = (letter.id[:short], age(letter, now), letter.stage or "-", letter.reason or "-", place)
        row = (*_row([neutral(cell, 40) for cell in cells]), Span(str(letter.attempt) if letter.attempt else "-"))
        below = line(" " * WIDTHS[0], Span(f"{_key(letter)}  {neutral(letter.error, 300)}", "dim"))
        lines += [clipped(row, width), clipped(below, width)]
    return paint(lines, colour)


def _row(cells: Sequence[str]) -> Line:
    spans: list[Span] = []
    for number, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True)):
        spans += (*filled(line(Span(cell, "strong" if number == 0 else "")), width - 1), Span(" "))
    return tuple(spans)


def short_id(letters: Iterable[Letter]) -> int:
    """How much of an id tells each letter from the others; at least eight characters."""
    ids = sorted(letter.id for letter in letters)
    same = (_common(a, b) for a, b in pairwise(ids))
    return max([SHORT_ID, *(length + 1 for length in same)])


def _common(a: str, b: str) -> int:
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def age(letter: Letter, now: datetime) -> str:
    """ "12m": since the record failed."""
    seconds = max(0, int(now.timestamp() - letter.failed_ms / 1000))
    return next((f"{seconds // unit}{name}" for unit, name in AGES if seconds >= unit), "0s")


def _key(letter: Letter, most: int = KEY_SHOWN) -> str:
    if letter.left_out is not None:
        return "(left out)"
    if letter.key is None:
        return "no key"
    return neutral(letter.key.decode("utf-8", "backslashreplace"), most) or "empty key"


def summary(letters: Sequence[Letter], shown: int) -> str:
    """ "12 open dead letters: 9 not_json, 3 timeout", in 80 columns; below it how to see those that are not shown."""
    if not letters:
        return "no open dead letters"
    told = f"{len(letters):,} open dead {'letter' if len(letters) == 1 else 'letters'}: "
    reasons = Counter(neutral(letter.reason, 30) or "(no reason)" for letter in letters).most_common()
    parts = [f"{count:,} {reason}" for reason, count in reasons]
    while columns(told + ", ".join(parts)) > SUMMARY:
        parts = [*parts[: -2 if parts[-1] == ELLIPSIS else -1], ELLIPSIS]
    rest = f"\nshown are the latest {shown:,}; --limit 0 for all" if shown < len(letters) else ""
    return told + ", ".join(parts) + rest


def row_for_pipe(letter: Letter) -> str:
    """Tabs between id, time, stage, reason, place, attempts, key, error."""
    key = "" if letter.key is None else letter.key.decode("utf-8", "backslashreplace")
    cells = (letter.id, moment(letter.failed_ms), letter.stage, letter.reason, letter.place, str(letter.attempt), key)
    return "\t".join(neutral(cell, 500) for cell in (*cells, letter.error))


def moment(ms: int) -> str:
    """ISO 8601, UTC; a number that is no moment stays one."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return str(ms)


def as_json(letter: Letter) -> dict[str, Any]:
    """What a letter says of itself. Bytes that are no UTF-8 stand as base64 under NAME_base64."""
    return {
        "id": letter.id, "stage": letter.stage, "reason": letter.reason, "error": letter.error,
        "topic": letter.topic, "partition": letter.partition, "offset": letter.offset, "attempt": letter.attempt,
        "failed_at": moment(letter.failed_ms), "first_at": moment(letter.first_ms), **_bytes("key", letter.key),
        "null": letter.null, "left_out": letter.left_out, "size": letter.size,
    }  # fmt: skip


def whole_as_json(letter: Letter, value: bytes | None) -> bytes:
    """One line: the letter, the original headers, the value."""
    headers = [{"name": name, **_bytes("value", data)} for name, data in letter.headers]
    content = {"value": None} if letter.null else _bytes("value", value)
    return in_json(as_json(letter) | {"headers": headers} | content)


def in_json(record: dict[str, Any]) -> bytes:
    """One line of JSON that steers no terminal: what orjson leaves as it is and should not is escaped."""
    text = orjson.dumps(record).decode()
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _bytes(name: str, data: bytes | None) -> dict[str, str | None]:
    try:
        return {name: None if data is None else data.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(data or b"").decode()}


def whole(letter: Letter, value: bytes | None, now: datetime, width: int, most: int, colour: bool) -> str:
    """Everything about one letter; of the value `most` bytes."""
    since = f"{moment(letter.failed_ms)}, {age(letter, now)} ago"
    facts = [
        ("reason", letter.reason or "-"), ("error", letter.error or "-"), ("stage", letter.stage or "-"),
        ("from", letter.place), ("key", _key(letter, 500)), ("failed", since), ("first came", moment(letter.first_ms)),
        ("retried", f"{letter.attempt} of {MOST_ATTEMPTS} times"),
    ]  # fmt: skip
    lines = [line(Span(f"dead letter {neutral(letter.id, 60)}", "title"))]
    lines += [row for name, text in facts for row in _field(name, neutral(text, 2000), width)]
    lines += _headers(letter, width)
    lines += [line(""), line(Span(_heading(letter), "heading")), *_value(letter, value or b"", width, most)]
    return paint(lines, colour)


def _field(name: str, text: str, width: int, label: int = LABEL) -> list[Line]:
    return hanging(line("  ", Span(name, "dim")), text, width, label + 2)


def _headers(letter: Letter, width: int) -> Iterator[Line]:
    yield from (line(""), line(Span(f"headers of the record: {len(letter.headers)}", "heading")))
    label = max([LABEL, *(min(len(name), KEY_SHOWN) + 2 for name, _ in letter.headers[:HEADERS_SHOWN])])
    for name, data in letter.headers[:HEADERS_SHOWN]:
        text = neutral((data or b"").decode("utf-8", "backslashreplace"), 300)
        yield from _field(neutral(name, KEY_SHOWN), text, width, label)
    if len(letter.headers) > HEADERS_SHOWN:
        yield line(Span(f"  … and {len(letter.headers) - HEADERS_SHOWN} more; --json has them", "dim"))


def _heading(letter: Letter) -> str:
    if letter.left_out is not None:
        return f"left out: {letter.left_out:,} bytes are too many for this topic; `from` says where they lie"
    return "value: null" if letter.null else f"value: {plural(letter.size, 'byte')}"


def _value(letter: Letter, value: bytes, width: int, most: int) -> Iterator[Line]:
    head = value[:most]
    text = _decoded(value, head)
    rows = _dump(head) if text is None else _text_rows(text, width - 2)
    yield from (line(f"  {row}") for row in rows)
    if len(value) > most:
        more = f"  … and {len(value) - most:,} more bytes: --bytes N, or --raw -o FILE for all"
        yield line(Span(more, "dim"))


def _decoded(value: bytes, head: bytes) -> str | None:
    """The head as text, if all of the value is text; a character that the cut tears is left out."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return None
    return head.decode("utf-8", "ignore")


def _text_rows(text: str, width: int) -> Iterator[str]:
    """Its lines, wrapped, spaces as they are; what is invisible or steers a terminal is shown as an escape."""
    for given in text.removesuffix("\n").split("\n") if text else ():
        seen = INVISIBLE.sub(_escaped, given.expandtabs(4))
        words = (neutral(word, ESCAPED * len(word) + 1) for word in seen.split(" "))
        yield from _broken(" ".join(words), width)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _broken(text: str, width: int) -> list[str]:
    indent = len(text) - len(text.lstrip(" "))
    if indent >= width // 2:
        return wrap(text, width)
    return [" " * indent + row for row in wrap(text[indent:], width - indent)]


def _dump(data: bytes) -> Iterator[str]:
    """As `hexdump -C` shows it."""
    for at in range(0, len(data), DUMP):
        row = data[at : at + DUMP]
        seen = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield f"{at:08x}  {row.hex(' '):<47}  |{seen}|"
