"""Names of countries by ISO 3166-1 code (data: countries.tsv)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def country_names() -> Mapping[str, str]:
    """Loaded once: a packaged constant, not input."""
    lines = (Path(__file__).parent / "countries.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {code: name for code, name in pairs}
