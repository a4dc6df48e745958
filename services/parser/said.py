"""When it was said: a live blog's stamp, the date at the cue ("said on Tuesday"), else the publication."""

from dataclasses import replace
from datetime import datetime, timedelta

from schemas.report import When
from services.parser.events import Draft
from services.parser.mentions import DateMention, Layout
from services.parser.scene import Scene
from services.parser.tree import Token
from services.parser.where import distance


class Sayings:
    """Dates the words of one article; who said something on a day goes on saying it on that day."""

    def __init__(self, layout: Layout) -> None:
        self._published = published(layout)
        self._day: dict[str, When] = {}

    def dated(self, scene: Scene, draft: Draft) -> Draft:
        piece = scene.sentence.piece
        if piece.at is not None:
            return replace(draft, said_at=stamped(piece.at))
        if not draft.voice.chain:
            return replace(draft, said_at=self._published)
        speaker = draft.voice.chain[-1].id or draft.voice.chain[-1].name
        own = self._own(scene, draft)
        if own is not None:
            self._day[speaker] = own
        return replace(draft, said_at=self._day.get(speaker, self._published))

    def _own(self, scene: Scene, draft: Draft) -> When | None:
        """The date that hangs on the cue itself."""
        cue = draft.voice.cue
        token = scene.sentence.at(cue.start) if cue is not None and cue.field == scene.field else None
        found = cue_date(scene, token) if token is not None else None
        if found is None or found.history or found.when.start is None:
            return None
        return self._published if self._covers(found.when) else found.when

    def _covers(self, when: When) -> bool:
        """A day that holds the hour of publication says no more than that hour."""
        at = self._published.start
        return at is not None and when.start is not None and when.start <= at < (when.end or when.start)


def cue_date(scene: Scene, cue: Token) -> DateMention | None:
    s = scene.sentence
    for mention in scene.dates:
        token = next(iter(s.inside(mention.start, mention.end)), None)
        if token is not None and distance(scene, token, cue).borders == 0 and cue.i in [t.i for t in s.up(token.i)]:
            return mention
    return None


def published(layout: Layout) -> When:
    at = layout.published
    if at is None:
        return When(precision="unknown", anchor="published")
    return When(precision="minute", anchor="published", start=at, end=at + timedelta(minutes=1))


def stamped(at: datetime) -> When:
    return When(precision="minute", anchor="explicit", start=at, end=at + timedelta(minutes=1))
