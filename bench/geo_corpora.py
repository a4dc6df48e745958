"""LGL and GeoVirus: articles with the place names in them and where those lie."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = {"LGL": "lgl.xml", "GeoVirus": "GeoVirus.xml"}


@dataclass(frozen=True, slots=True)
class Toponym:
    """Offsets in the text; degrees, None where nobody wrote them down."""

    start: int
    end: int
    phrase: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """`site`: the outlet's host name; `day`: of publication, YYYY-MM-DD; empty where unknown."""

    id: str
    text: str
    toponyms: tuple[Toponym, ...]
    site: str = ""
    day: str = ""


def corpus(data: Path, name: str) -> Iterator[Text]:
    """The texts of a corpus, in order. Raises FileNotFoundError."""
    root = ET.parse(data / "Corpora" / FILES[name]).getroot()
    for number, article in enumerate(root.iter("article")):
        text = article.findtext("text") or ""
        found = sorted((*_of_lgl(article), *_of_geovirus(article)), key=lambda t: (t.start, -t.end))
        day = (article.findtext("dltime") or "")[:10]
        yield Text(f"{name}-{number}", text, tuple(found), article.findtext("domain") or "", day)


def _of_lgl(article: ET.Element) -> Iterator[Toponym]:
    for toponym in article.iter("toponym"):
        tag = toponym.find("gaztag")
        where = (None, None) if tag is None else (_number(tag, "lat"), _number(tag, "lon"))
        yield Toponym(_offset(toponym, "start"), _offset(toponym, "end"), toponym.findtext("phrase") or "", *where)


def _of_geovirus(article: ET.Element) -> Iterator[Toponym]:
    """Offsets there count from 1."""
    for location in article.iter("location"):
        where = (_number(location, "lat"), _number(location, "lon"))
        start, name = _offset(location, "start") - 1, location.findtext("name") or ""
        yield Toponym(start, start + len(name), name, *where)


def _offset(element: ET.Element, name: str) -> int:
    return int(element.findtext(name) or 0)


def _number(element: ET.Element, name: str) -> float | None:
    text = element.findtext(name)
    return float(text) if text else None
