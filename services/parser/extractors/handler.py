"""Finding an extractor by its entry point, and running it: within its time, checked, the rules as fallback."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points

from schemas.article import Article
from schemas.report import Report
from services.parser.extractors.chat import handler as chat
from services.parser.extractors.contract import GROUP, RANK, Extractor, Factory, Failed, Options
from services.parser.extractors.verify import faults
from services.parser.parse import MAX_WARNINGS, Analysis, Parser, analyse

MAX_HANGING = 3  # threads that did not end in time; while so many hang, nothing more is asked


def offered() -> dict[str, Callable[[], Factory]]:
    """Our own, and those of installed packages, which may take the place of ours; each is loaded when called."""
    others = {point.name: point.load for point in entry_points(group=GROUP)}
    return {"chat": lambda: chat.create} | others


def find(name: str, options: Options, parser: Parser) -> Extractor:
    """Raises LookupError for a name that no package offers, ValueError for a rank below that of extractors."""
    known = offered()
    if name not in known:
        raise LookupError(f"no extractor {name!r}; there are: {', '.join(sorted(known))}")
    made = known[name]()(options, parser)
    if made.info.rank < RANK:
        raise ValueError(f"extractor {name!r} has rank {made.info.rank}; it must be {RANK} or more")
    return made


@dataclass
class Reader:
    """Reads articles with an extractor, if there is one: a report always comes out."""

    parser: Parser
    extractor: Extractor | None = None
    timeout_s: float = 8.0
    hanging: list[threading.Thread] = field(default_factory=list)

    def __call__(self, article: Article) -> Report:
        """The extractor's report; the rules' with a warning that says why, where that one fails."""
        rules = analyse(article, self.parser)
        if self.extractor is None or rules.context is None:  # withdrawn, or in another language
            return rules.report
        try:
            return self._extracted(self.extractor, article, rules)
        except Exception as error:  # noqa: BLE001  whatever a plug-in raises, the article lives
            reason = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
            return _warned(rules.report, f"extractor {self.extractor.info.name}: {reason[:300]}; read by the rules")

    def _extracted(self, extractor: Extractor, article: Article, rules: Analysis) -> Report:
        self.hanging = [thread for thread in self.hanging if thread.is_alive()]
        if len(self.hanging) >= MAX_HANGING:
            raise Failed(f"{MAX_HANGING} calls have not ended")
        report = self._within_time(lambda: extractor.extract(article, rules))
        wrong = faults(report, article, rules.report, extractor.info)
        if wrong:
            raise Failed(f"its report is wrong: {'; '.join(wrong)}")
        return report

    def _within_time(self, call: Callable[[], Report]) -> Report:
        """In a thread, which is left behind when the time is over: nothing of it is used."""
        reports: list[Report] = []
        errors: list[BaseException] = []

        def work() -> None:
            try:
                reports.append(call())
            except BaseException as error:  # noqa: BLE001  raised again in the caller's thread
                errors.append(error)

        thread = threading.Thread(target=work, name="extractor", daemon=True)
        thread.start()
        thread.join(self.timeout_s)
        if thread.is_alive():
            self.hanging.append(thread)
            raise Failed(f"no answer within {self.timeout_s:g} s")
        if errors:
            raise errors[0]
        return reports[0]


def _warned(report: Report, warning: str) -> Report:
    return replace(report, warnings=(warning, *report.warnings)[:MAX_WARNINGS])
