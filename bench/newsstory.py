"""One invented incident as it is written, article by article, from the words and templates of newsgen.toml."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bench.newsplaces import Town

Kind = Literal["official", "died", "corrected", "reported", "withdrawn", "claimed", "denied"]
UNITS = (
    "no one", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Scene:
    """One kind of incident, as newsgen.toml words it."""

    type: str
    authority: str
    event: str
    noun: str
    alone: str
    rumour: str


@dataclass(frozen=True, slots=True)
class Line:
    """A record for news.articles and when it goes there."""

    at: datetime
    id: str
    record: dict[str, Any]


@dataclass(slots=True)
class Story:
    """One incident while it is being written: figures so far, lines so far."""

    number: int
    seed: int
    kind: Kind
    scene: Scene
    town: Town
    start: datetime
    gap: timedelta
    officer: str
    rng: random.Random
    killed: int = 0
    injured: int = 0
    lines: list[Line] = field(default_factory=list)

    @property
    def clock(self) -> datetime:
        return self.start + self.gap * len(self.lines)

    def day(self, at: datetime) -> str:
        """The weekday at the town."""
        return f"{at.astimezone(ZoneInfo(self.town.zone)):%A}"

    def write(self, template: str, *, outlet: str | None = None, killed: int | None = None) -> None:
        """A new article from a template; `killed` where it errs."""
        dead = self.killed if killed is None else killed
        text = self.rng.choice(words()["templates"][template]).format(**self._slots(self.clock, dead))
        self.publish(text, outlet or self.outlet())

    def _slots(self, at: datetime, killed: int) -> dict[str, str]:
        toll = toll_of(killed, self.injured)
        authority = self.scene.authority
        more, total = ("killed", killed) if killed else ("injured", self.injured)
        return {
            "town": self.town.name, "country": self.town.country_name, "hour": str(1 + self.number % 11),
            "day": self.day(at), "event_day": self.day(self.start), "officer": self.officer,
            "authority": authority, "Authority": capital(authority),
            "event": self.scene.event, "noun": self.scene.noun, "alone": self.scene.alone, "rumour": self.scene.rumour,
            "toll": capital(toll), "toll_in": toll, "more": more, "total": number(total), "channel": words()["channel"],
        }  # fmt: skip

    def outlet(self) -> str:
        return f"{self.rng.choice(words()['outlet_first'])} {self.rng.choice(words()['outlet_last'])}"

    def publish(self, body: str, outlet: str) -> None:
        name = f"newsgen-{self.seed}/{self.number:05d}/{len(self.lines):05d}"
        domain = f"{outlet.lower().replace(' ', '')}.example"
        record = {
            "type": "article", "v": 1, "id": name, "url": f"https://{domain}/{name}",
            "outlet": {"name": outlet, "domain": domain, "kind": "wire" if outlet == words()["wire"] else "national"},
            "title": f"{capital(self.scene.noun)} in {self.town.name}", "body": body, "language": "en",
            "published": stamp(self.clock),
        }  # fmt: skip
        self.lines.append(Line(self.clock, name, record))

    def copy(self) -> None:
        """Another outlet prints the last text, with the wire's credit."""
        body = self.lines[-1].record["body"].removesuffix(credit()) + credit()
        self.publish(body, self.outlet())

    def correct(self) -> None:
        """The last article again, with the right number and a notice."""
        last = self.lines[-1]
        wrong, right = toll_of(self.killed + 2, self.injured), toll_of(self.killed, self.injured)
        body = last.record["body"].replace(wrong, right).replace(capital(wrong), capital(right))
        body = f"{body}\n\n{words()['templates']['notice']}"
        record = {**last.record, "body": body, "modified": stamp(self.clock)}
        self.lines.append(Line(self.clock, last.id, record))

    def withdraw(self, line: Line) -> None:
        gone = {"type": "article", "v": 1, "id": line.id, "withdrawn": True, "modified": stamp(self.clock)}
        self.lines.append(Line(self.clock, line.id, gone))


@cache
def words() -> dict[str, Any]:
    """The word lists and templates of newsgen.toml."""
    return tomllib.loads((Path(__file__).parent / "newsgen.toml").read_text("utf-8"))


def credit() -> str:
    return f" ({words()['wire']})"


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def number(n: int) -> str:
    """Words up to ninety-nine, digits above."""
    if n < len(UNITS):
        return UNITS[n]
    if n >= 100:
        return str(n)
    return TENS[n // 10] + (f"-{UNITS[n % 10]}" if n % 10 else "")


def toll_of(killed: int, injured: int) -> str:
    """ "two people were killed and one injured"; without dead only the injured."""
    if killed:
        tail = f" and {number(injured)} injured" if injured else ""
        return f"{number(killed)} {'person was' if killed == 1 else 'people were'} killed{tail}"
    return f"{number(injured)} {'person was' if injured == 1 else 'people were'} injured"
