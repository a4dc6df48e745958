"""The recorded screens. `python -m tests.cli.golden` records them anew: look at the difference before committing it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from schemas.change import ChangeItem
from services.cli.brief_text import Since, brief
from services.cli.changed import changed_since
from services.cli.explain import Explanation, explain
from services.cli.render import Changed, render
from tests.cli import views
from tests.seeds.perfect import perfect_view
from tests.seeds.records import seed

FOLDER = Path(__file__).parent / "golden"
CHANGES = (
    Changed(views.at(36.5), ChangeItem(kind="report_added", text="report: Daily Ledger: …")),
    Changed(views.at(38), ChangeItem(kind="count_revised", text="injured civilians 8 → 12, says Ana Dorn")),
    Changed(views.at(39), ChangeItem(kind="measure", text="special regime: lifted")),
    Changed(views.at(30), ChangeItem(kind="count_claimed", text="claimed: > 70 killed attackers, says Northland")),
)
WOULD_CHANGE = (
    ("somebody against own interest affirms it", "confirmed", "R2b"),
    ("a neutral voice affirms it", "confirmed", "R2e"),
    ("a party of side c:NO denies it", "disputed", "R4"),
    ("a neutral voice denies it", "disputed", "R4"),
)


def _why(fact: int) -> str:
    view = views.border_raid()
    return explain(Explanation(view.facts[fact], WOULD_CHANGE if fact == 3 else ()), view, views.AS_OF)


SCREENS: Mapping[str, Callable[[], str]] = {
    **{name: lambda make=make: render(make(), views.AS_OF) for name, make in views.ALL.items()},  # type: ignore[misc]
    "border_raid_changes": lambda: render(views.border_raid(), views.AS_OF, changes=CHANGES),
    "border_raid_wide": lambda: render(views.border_raid(), views.AS_OF, width=120),
    "border_raid_colour": lambda: render(views.border_raid(), views.AS_OF, colour=True),
    "explain_confirmed": lambda: _why(0),
    "explain_claimed": lambda: _why(3),
    "explain_retracted": lambda: _why(5),
}


def _brief_of_a_seed(name: str, incident: str, lines: int, of: int) -> str:
    """The page on a seed, read perfectly, once `lines` are in, and what changed since the first `of` of them."""
    dispatches = seed(name).dispatches
    earlier, later = (perfect_view(seed(name), incident, number) for number in (of, lines))
    since, at = (dispatches[number - 1].article.published for number in (of, lines))
    return brief(later, at, Since(since, changed_since(earlier, later)))


BRIEFS: Mapping[str, Callable[[], str]] = {
    "brief_border_raid": lambda: brief(views.border_raid(), views.AS_OF),
    "brief_held_town": lambda: brief(views.held_town(), views.AS_OF, known_at=views.at(45)),
    "brief_seed_ferry": lambda: _brief_of_a_seed("ferry", "ferry", 4, 2),
}


def recorded(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text("utf-8")


if __name__ == "__main__":
    for name, screen in SCREENS.items():
        (FOLDER / f"{name}.txt").write_text(screen(), "utf-8")
    for name, page in BRIEFS.items():
        (FOLDER / f"{name}.md").write_text(page(), "utf-8")
