"""Places measured on two texts of our own in the layout of the corpora."""

from pathlib import Path

import pytest

from bench import geo
from bench.geo_corpora import Toponym, corpus
from services.parser.parse import Parser, load

LGL = """<articles><article docid="1"><title>x</title><domain>example.no</domain><dltime>2030-01-02 10:00</dltime>
<text>Officials in Oslo met in Norway on Monday. A fire broke out in Bergen, Norway.</text><toponyms>
<toponym><start>13</start><end>17</end><phrase>Oslo</phrase><gaztag><lat>59.91</lat><lon>10.75</lon></gaztag></toponym>
<toponym><start>25</start><end>31</end><phrase>Norway</phrase><gaztag><lat>62.0</lat><lon>10.0</lon></gaztag></toponym>
<toponym><start>63</start><end>69</end><phrase>Bergen</phrase><gaztag><lat>60.39</lat><lon>5.32</lon></gaztag></toponym>
<toponym><start>71</start><end>77</end><phrase>Norway</phrase></toponym>
</toponyms></article></articles>"""
GEOVIRUS = """<articles><article><source>s</source><text>Doctors in Lyon said so.</text><locations><location>
<name>Lyon</name><start>12</start><end>16</end><lat>45.75</lat><lon>4.85</lon><page>p</page></location></locations>
</article></articles>"""


@pytest.fixture(scope="module")
def parser() -> Parser:
    return load()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "Corpora"
    folder.mkdir()
    (folder / "lgl.xml").write_text(LGL, encoding="utf-8")
    (folder / "GeoVirus.xml").write_text(GEOVIRUS, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["LGL", "GeoVirus"])
def test_offsets_quote_the_text(data: Path, name: str) -> None:
    for text in corpus(data, name):
        assert [text.text[t.start : t.end] for t in text.toponyms] == [t.phrase for t in text.toponyms]


def test_all_found_and_near(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert geo.main(["--data", str(data)]) == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert "LGL recognition F1 100.0 | LGL within 161 km 100.0" in last
    assert "GeoVirus within 161 km 100.0" in last


def test_far_points_and_other_countries_are_wrong(parser: Parser) -> None:
    towns = geo.Towns(parser.lexicon.places.gazetteer)
    oslo = Toponym(0, 4, "Oslo", 59.91, 10.75)
    assert geo.is_near(geo.Point(59.0, 11.0), oslo, towns)
    assert not geo.is_near(geo.Point(55.0, 11.0), oslo, towns)
    assert geo.is_near(geo.Point(None, None, "c:NO"), oslo, towns)
    assert not geo.is_near(geo.Point(None, None, "c:SE"), oslo, towns)
    assert not geo.is_near(None, oslo, towns)


def test_distance() -> None:
    assert geo.km(0, 0, 0, 1) == pytest.approx(111.19, abs=0.01)


def test_each_span_counts_once() -> None:
    gold = [Toponym(0, 4, "Oslo"), Toponym(2, 6, "loXY")]
    place = geo.point_of  # the pairs need any object as a place
    assert len(list(geo.pairs([(0, 4, place)], gold))) == 1  # type: ignore[list-item]
