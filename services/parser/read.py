"""Stages 5 to 9 in their order: a parsed article becomes drafts of assertions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.parser import causes, control, counts, deeds, measures, occurrences, withheld
from services.parser.attribution import frames
from services.parser.corrections import noticed, states_old
from services.parser.events import Draft, Event
from services.parser.frames import Frame
from services.parser.learned_frames import Ear, Listened, goes_on
from services.parser.mentions import Layout
from services.parser.quotes import Heard, quoted
from services.parser.said import Sayings
from services.parser.scene import Scene
from services.parser.speakers import Discourse
from services.parser.voices import Said, Voice, hear
from services.parser.where import learn

MAX_DRAFTS = 800
Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that an article says, in order of the text; `events` are also those that nobody asserts."""

    drafts: tuple[Draft, ...]
    events: tuple[Event, ...]
    heard: tuple[Heard, ...]


def read(scenes: Sequence[Scene], layout: Layout, ear: Ear, warn: Warn) -> Reading:
    """A sentence that fails is left out with a warning; the article lives."""
    discourse = Discourse()
    for scene in scenes:
        learn(scene, discourse)
    framed = [_framed(scene, warn) for scene in scenes]
    listened = _listened(scenes, framed, layout, ear, warn)
    heard = [
        _heard(scene, listened.frames(scene, known), discourse, warn)
        for scene, known in zip(scenes, framed, strict=True)
    ]
    carried = quoted(layout, heard, goes_on(scenes, listened, discourse))
    sayings = Sayings(layout)
    drafts: list[Draft] = []
    events: list[Event] = []
    for scene, said in heard:
        outer = carried.get(scene.sentence.number) or Voice(continues=_before(heard, scene))
        if not scene.sentence.tokens:
            continue
        if len(drafts) > MAX_DRAFTS:
            warn(f"only the first {MAX_DRAFTS} statements were taken")
            break
        try:
            if noticed(scene):
                found, told = _taken_back(scene, discourse)
            else:
                found, told = _sentence(scene, said, outer, discourse, drafts)
        except Exception as error:  # noqa: BLE001  one odd sentence must not cost the report
            warn(f"sentence {scene.sentence.number}: {type(error).__name__}: {error}")
            continue
        found = [sayings.dated(scene, draft) for draft in found]
        if scene.sentence.piece.kind == "headline":
            found = [replace(draft, event=replace(draft.event, head=True)) for draft in found]
            told = [replace(event, head=True) for event in told]
        drafts += found
        events += [*told, *(draft.event for draft in found)]
    return Reading(tuple(drafts), tuple(events), tuple(heard))


def _before(heard: Sequence[Heard], scene: Scene) -> str | None:
    """Trap 2: who spoke in the sentence before, in the same paragraph; the outlet may still be reporting him."""
    at = scene.sentence.number
    if at == 0 or scene.sentence.piece.field == "title" or heard[at - 1][0].sentence.piece is not scene.sentence.piece:
        return None
    before = [
        s for said in heard[at - 1][1] if said.frame.clause for s in said.speakers if s.kind not in ("media", "unnamed")
    ]
    return (before[-1].id or before[-1].name) if before else None


def _framed(scene: Scene, warn: Warn) -> tuple[Frame, ...]:
    if not scene.sentence.tokens:
        return ()
    try:
        return frames(scene)
    except Exception as error:  # noqa: BLE001  as above
        warn(f"sentence {scene.sentence.number}: {type(error).__name__}: {error}")
        return ()


def _listened(
    scenes: Sequence[Scene], framed: Sequence[tuple[Frame, ...]], layout: Layout, ear: Ear, warn: Warn
) -> Listened:
    try:
        return ear.listen(scenes, framed, layout)
    except Exception as error:  # noqa: BLE001  the lexicon's frames are there without it
        warn(f"attributions: {type(error).__name__}: {error}")
        return Listened({}, {})


def _heard(scene: Scene, found: Sequence[Frame], discourse: Discourse, warn: Warn) -> Heard:
    try:
        return scene, hear(scene, found, discourse)
    except Exception as error:  # noqa: BLE001  as above
        warn(f"sentence {scene.sentence.number}: {type(error).__name__}: {error}")
        return scene, ()


def _sentence(
    scene: Scene, heard: tuple[Said, ...], outer: Voice, discourse: Discourse, before: Sequence[Draft]
) -> tuple[list[Draft], list[Event]]:
    told = occurrences.events(scene, heard, outer, discourse)
    found = [
        *deeds.happenings(scene, told, discourse),
        *causes.causes(scene, told),
        *deeds.responsibility(scene, heard, outer, discourse),
        *counts.counts(scene, heard, outer, discourse, told),
        *measures.measures(scene, heard, outer, discourse),
        *control.taken(scene, told),
        *control.held(scene, heard, outer, discourse),
        *withheld.withheld(scene, heard, discourse, before),
    ]
    return found, [t.event for t in told]


def _taken_back(scene: Scene, discourse: Discourse) -> tuple[list[Draft], list[Event]]:
    """A correction notice retracts what it says the article said; its other sentences are told elsewhere."""
    if not states_old(scene):
        return [], []
    outer = Voice(stance="retracts")
    told = occurrences.events(scene, (), outer, discourse)
    found = [
        *deeds.happenings(scene, told, discourse),
        *counts.counts(scene, (), outer, discourse, told),
        *control.taken(scene, told),
    ]  # fmt: skip
    return found, [t.event for t in told]
