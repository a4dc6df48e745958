"""What another extractor is: it reads an article in its own way and returns a report, which is checked before use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from schemas.article import Article
from schemas.report import ParserInfo, Report
from services.parser.parse import Analysis, Parser

GROUP = "sitrep.extractors"  # of entry points: name -> a Factory
RANK = 2  # the least rank of an extractor: the rules have 1, and the higher one supersedes


class Failed(Exception):
    """The extractor could not read this article: the rules' report is used, with these words as a warning."""


@dataclass(frozen=True, slots=True)
class Options:
    """The settings SITREP_EXTRACTOR…; `timeout_s` is the time for one article in all."""

    url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    timeout_s: float = 8.0


class Extractor(Protocol):
    """`info` names it in every report that it makes; its rank is RANK or more."""

    @property
    def info(self) -> ParserInfo: ...

    def extract(self, article: Article, rules: Analysis) -> Report:
        """`rules`: what the rules read in the article, with its layout, sentences and mentions: to be used or not.

        Runs in a thread of its own. Raises Failed, or anything else, where there is no report.
        """
        ...


Factory = Callable[[Options, Parser], Extractor]
