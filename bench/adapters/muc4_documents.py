"""Messages of MUC-4 as articles: the files of a folder, their datelines, and which places the task lists."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from schemas.article import Article, Outlet, Revision

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
PARTS = ("dev", "tst1", "tst2", "tst3", "tst4")
NOON = 12

_MESSAGE = re.compile(r"^((?:DEV|TST\d)-MUC\d-\d{4})[^\n]*\n", re.MULTILINE)
_FILE = re.compile(r"[a-z0-9]+-muc\d(-\d{4}-\d{4})?")
_DATE = re.compile(r"(\d{1,2}) ([A-Z]{3})[A-Z]*\.?(?: (\d{2}))?(?!\d)")
_TAGS = re.compile(r"\[(?:TEXT|REPORT|BEGIN RECORDING|END RECORDING|PASSAGE OMITTED|WORDS INDISTINCT)\]")
_CUT = re.compile(r"(?<=\n)[ \t]+")
_WRAP = re.compile(r"(?<=\S)\n(?=\S)")  # messages have blank lines between paragraphs


@dataclass(frozen=True, slots=True)
class Message:
    """`dateline`: place, date and agency; `text`: all that follows the dashes."""

    doc: str
    dateline: str
    text: str

    @property
    def published(self) -> datetime:
        """Noon of the dateline's day; the eighties' last day where it has none."""
        found = _DATE.search(self.dateline)
        if found is None or found[2] not in MONTHS:
            return datetime(1989, 12, 31, NOON, tzinfo=UTC)
        month = MONTHS.index(found[2]) + 1
        year = int(found[3]) if found[3] else 90 if month < 6 else 89
        return datetime(1900 + year, month, int(found[1]), NOON, tzinfo=UTC)


def messages(data: Path, parts: Sequence[str] = ()) -> Iterator[Message]:
    """The messages of some parts of a folder, of all parts present if none is named."""
    for part in parts or [name for name in PARTS if (data / name).is_dir()]:
        for path in sorted((data / part).iterdir()):
            if _FILE.fullmatch(path.name):
                yield from _messages(path.read_text(encoding="latin-1"))


def _messages(raw: str) -> Iterator[Message]:
    heads = list(_MESSAGE.finditer(raw))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = raw[head.end() : following.start() if following else len(raw)]
        dateline, _, text = body.partition("--")
        yield Message(head[1], " ".join(dateline.split()), text.strip())


def article(message: Message) -> Article:
    """Marks of the agency ("[TEXT]") are blanks; indents and the ends of lines inside a paragraph go."""
    body = _TAGS.sub(lambda found: " " * len(found[0]), message.text)
    body = _WRAP.sub(" ", _CUT.sub("", body))
    return Article(
        id=message.doc, version="1", revision=Revision(ms=0, hash=""), title="", body=body,
        outlet=Outlet(name="the agency"), published=message.published, published_precision="day",
        received_at=message.published, desk="bench", language="en",
    )  # fmt: skip
