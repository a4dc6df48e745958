"""A model's answer becomes drafts, which are merged, grouped and checked as those of the rules are. Pure.

Nothing is taken that does not quote the article: offsets are looked up here, never believed.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from schemas.report import (
    Cause,
    Certainty,
    Comparator,
    Count,
    CountKind,
    Evidence,
    MeasureAct,
    MeasureValue,
    Outcome,
    Participant,
    Place,
    Polarity,
    Realis,
    Span,
    Speaker,
    SpeakerKind,
    Stance,
    Value,
)  # fmt: skip
from services.parser.certainty import Modality
from services.parser.events import Draft, Event
from services.parser.extractors.chat.schema import MAX_STATEMENTS, statement_schema, unlisted
from services.parser.extractors.contract import Failed
from services.parser.fold import slug, strict
from services.parser.mentions import Mentions
from services.parser.parse import Context
from services.parser.scene import Scene
from services.parser.voices import Voice

RULE = "X.chat"
LEAST_GOOD = 0.5  # of the statements: with fewer that quote the article, the answer is not about it
Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Who(_Answer):
    name: Text
    kind: SpeakerKind


class Figure(_Answer):
    outcome: Outcome
    group: Text
    comparator: Comparator
    kind: CountKind
    low: int | None
    best: int | None
    high: int | None


class Act(_Answer):
    act: MeasureAct
    name: Text


class Statement(_Answer):
    field: Literal["title", "body"]
    content: Text
    cue: Text | None
    speakers: Annotated[list[Who], Field(max_length=4)]
    type: Text
    aspect: Literal["happened", "count", "actor", "cause", "measure"]
    stance: Stance
    polarity: Polarity
    certainty: Certainty
    evidence: Evidence
    realis: Realis
    place: Text | None
    actor: Text | None
    count: Figure | None
    cause: Cause | None
    measure: Act | None


class Statements(_Answer):
    statements: Annotated[list[Statement], Field(max_length=MAX_STATEMENTS)]


ANSWER = TypeAdapter(Statements)


def drafts(answer: str, context: Context) -> tuple[list[Draft], list[str]]:
    """(drafts, a warning for each statement that was left out). Raises Failed for an answer that is of no use."""
    try:
        statements = ANSWER.validate_json(answer).statements
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Failed(f"the answer is not as asked: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    found: list[Draft] = []
    warnings: list[str] = []
    for statement in statements:
        try:
            found.append(_Reader(context, statement).draft())
        except ValueError as error:
            warnings.append(f"left out: {error}")
    if statements and len(found) < LEAST_GOOD * len(statements):
        raise Failed(f"{len(warnings)} of {len(statements)} statements are of no use, the first: {warnings[0]}")
    return found, warnings


class _Reader:
    """One statement against the article. Raises ValueError where they do not fit."""

    def __init__(self, context: Context, statement: Statement) -> None:
        self._context = context
        self._told = statement
        layout = context.layout
        self._text = layout.title.text if statement.field == "title" else layout.body.text
        self._mentions: Mentions = context.mentions[0 if statement.field == "title" else 1]

    def draft(self) -> Draft:
        told = self._told
        unknown = next(unlisted(told.model_dump(), statement_schema()), None)
        if unknown is not None:
            raise ValueError(f"no word of the schema: {unknown!r}")
        scene, start, end = self._where()
        how = Modality(told.realis, told.polarity, told.certainty, ())
        event = Event(
            sentence=scene.sentence.number, token=start - scene.sentence.start, type=told.type, rule=RULE, modality=how,
            start=start, end=end, place=self._place(), participants=self._participants(),
            history=scene.sentence.piece.kind == "background", head=scene.sentence.piece.kind == "headline",
        )  # fmt: skip
        content = Span(field=told.field, start=start, end=end, text=self._text[start:end], rule=RULE)
        return Draft(event, told.aspect, self._voice(scene), content, RULE, how, self._value())

    def _where(self) -> tuple[Scene, int, int]:
        """The sentence that holds the content."""
        wanted = self._told.content.strip()
        start = self._text.find(wanted) if wanted else -1
        for scene in self._context.scenes if start >= 0 else ():
            s = scene.sentence
            if s.piece.field == self._told.field and s.start <= start and start + len(wanted) <= s.end:
                return scene, start, start + len(wanted)
        raise ValueError(f"no sentence of the article has the words {wanted[:60]!r}")

    def _voice(self, scene: Scene) -> Voice:
        told = self._told
        if not told.speakers:
            return Voice(stance="reports" if told.stance == "claims" else told.stance, evidence=told.evidence)
        chain = tuple(self._speaker(who) for who in told.speakers)
        return Voice(chain, told.stance, told.certainty, evidence=told.evidence, cue=self._cue(scene))

    def _cue(self, scene: Scene) -> Span | None:
        s, cue = scene.sentence, (self._told.cue or "").strip()
        start = self._text.find(cue, s.start, s.end) if cue else -1
        if start < 0:
            return None
        return Span(field=self._told.field, start=start, end=start + len(cue), text=cue, rule=RULE)

    def _speaker(self, who: Who) -> Speaker:
        """As the lexical stage knows the speaker, so that ids are those of other articles; else by name alone."""
        if strict(who.name) not in strict(f"{self._context.layout.title.text} {self._context.layout.body.text}"):
            raise ValueError(f"the article does not name {who.name[:60]!r}")
        return self._known().get(strict(who.name)) or Speaker(name=who.name, kind=who.kind, named=who.kind != "unnamed")

    def _known(self) -> Mapping[str, Speaker]:
        actors = [actor for mentions in self._context.mentions for actor in mentions.actors]
        return {strict(name): a.speaker for a in reversed(actors) for name in (a.speaker.name, *a.aliases)}

    def _place(self) -> Place | None:
        """One that the gazetteer or the text has given a place to; of several the one in this field."""
        named = strict(self._told.place or "")
        known = [m.place for found in (*self._context.mentions, self._mentions) for m in found.places]
        return next((p for p in reversed(known) if named and named in (strict(p.name), strict(p.text))), None)

    def _actor(self) -> Speaker | None:
        known = self._known().get(strict(self._told.actor)) if self._told.actor else None
        return known if known and (known.org_id or known.id) else None

    def _participants(self) -> tuple[Participant, ...]:
        who = self._actor()
        if who is None:
            return ()
        return (Participant(role="actor", text=who.name, kind=who.kind, actor_id=who.org_id or who.id),)

    def _value(self) -> Value | None:
        found = next(self._values(), None)
        if found is None and self._told.aspect != "happened":
            raise ValueError(f"no {self._told.aspect} in a statement of one")
        return found

    def _values(self) -> Iterator[Value]:
        told, who = self._told, self._actor()
        if told.aspect == "count" and told.count:
            place = self._place()
            scope = (place.id if place else None) or "incident"
            yield Value(count=Count(**told.count.model_dump(), scope=scope))
        elif told.aspect == "actor" and who:
            yield Value(actor=who.org_id or who.id)
        elif told.aspect == "cause" and told.cause:
            yield Value(cause=told.cause)
        elif told.aspect == "measure" and told.measure:
            yield Value(measure=MeasureValue(act=told.measure.act, name=slug(told.measure.name)))
