"""Frames resolved to voices: the chain of speakers behind a token, with stance, certainty, cue and evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.report import Certainty, Evidence, Span, Speaker, Stance
from services.parser.frames import Frame, certainty_of, weakest
from services.parser.scene import Scene
from services.parser.speakers import Discourse, resolve

REACTIONS = frozenset({"confirms", "denies", "doubts", "withholds", "admits"})


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says a token's clause. `chain` is without the outlet; empty = the outlet itself.

    `stop`: tokens at which reading upwards ends (the cues). `realis`: what the innermost cue demands of its content.
    """

    chain: tuple[Speaker, ...] = ()
    stance: Stance = "reports"
    certainty: Certainty = "certain"
    hedges: tuple[str, ...] = ()
    evidence: Evidence = "none"
    cue: Span | None = None
    realis: str | None = None
    stop: frozenset[int] = frozenset()
    target: int | None = None
    quote: tuple[tuple[int, int], ...] = ()
    continues: str | None = None
    owner: Speaker | None = None  # whose words these were first: "A denied B's claim that it had ..."

    @property
    def speaker(self) -> Speaker | None:
        return self.chain[-1] if self.chain else None


@dataclass(frozen=True, slots=True)
class Said:
    """A frame with its speakers."""

    frame: Frame
    speakers: tuple[Speaker, ...]


def hear(scene: Scene, found: Sequence[Frame], discourse: Discourse) -> tuple[Said, ...]:
    """Resolve the speakers of a sentence's frames; what they are called is remembered for the next sentences."""
    heard = []
    for frame in found:
        speakers = () if frame.evidence and not frame.speakers else resolve(scene, frame.speakers, discourse)
        heard.append(Said(frame, speakers))
    for said in sorted(heard, key=lambda h: h.frame.at):
        discourse.heard((scene.sentence.number, scene.sentence.tokens[said.frame.at].start), said.speakers)
    return tuple(heard)


def voices(scene: Scene, heard: Sequence[Said], token: int, outer: Voice) -> tuple[Voice, ...]:
    """Every voice that says the clause of a token; several for joint speakers and for claims that are reacted to.

    `outer` speaks where no frame of the sentence reaches: the outlet, or who is quoted over several sentences.
    """
    mine = [h for h in heard if token in h.frame.content]
    if not mine:
        return (outer,)
    told: list[Voice] = []
    for said in [h for h in mine if h.frame.apart]:
        told += _joint(scene, [], said, outer, [h for h in mine if h is not said])
        mine = [h for h in mine if h is not said]
    if not mine:
        return (*told, outer)
    for at, said in enumerate(mine):
        inner = mine[at + 1 :]
        reacts = said.frame.stance in REACTIONS and any(i.speakers for i in inner)
        if reacts:  # "A denied B's claim that ...": A's word on it is one thing, B's claim another
            told += _joint(scene, [*_outside(mine[:at])], said, outer, inner)
            mine = [h for h in mine if h is not said]
    last = next((h for h in reversed(mine) if h.speakers), None)
    if last is None and mine:
        return (*told, _seen(outer, [h.frame for h in mine]))
    if last is not None:
        rest = [h for h in mine if h is not last and h.speakers]
        seen = [h for h in mine if not h.speakers]
        told += [_seen(v, [h.frame for h in seen]) for v in _joint(scene, rest, last, outer, [])]
    return tuple(told)


def _outside(frames: Sequence[Said]) -> list[Said]:
    return [h for h in frames if h.speakers]


def _joint(scene: Scene, rest: Sequence[Said], last: Said, outer: Voice, inner: Sequence[Said]) -> list[Voice]:
    links: list[Speaker] = list(outer.chain)
    for said in rest:
        links.append(said.speakers[0])
    chain = [h.frame for h in (*rest, last)]
    stops = frozenset(i for f in chain for i in range(f.cue[0], f.cue[1] + 1))
    stops |= frozenset(i for h in inner for i in range(h.frame.cue[0], h.frame.cue[1] + 1))
    level = weakest((outer.certainty, certainty_of(chain)))
    hedges = (*outer.hedges, *(h for f in chain for h in f.hedges))
    return [
        Voice(
            chain=_without_repeats((*links, speaker)), stance=_stance(last.frame, speaker), certainty=level,
            hedges=tuple(dict.fromkeys(hedges)), 
            evidence=last.frame.evidence or _kept(outer.evidence),
            cue=_cue_span(scene, last.frame), realis=last.frame.realis, stop=stops, target=last.frame.target,
            owner=next((h.speakers[0] for h in inner if h.speakers), None),
        )
        for speaker in last.speakers
    ]  # fmt: skip


def _kept(evidence: Evidence) -> Evidence:
    return evidence if evidence != "none" else "statement"


def _stance(frame: Frame, speaker: Speaker) -> Stance:
    return frame.media if frame.media and speaker.kind == "media" else frame.stance


def _without_repeats(chain: Sequence[Speaker]) -> tuple[Speaker, ...]:
    kept: list[Speaker] = []
    for speaker in chain:
        if not kept or (kept[-1].id or kept[-1].name) != (speaker.id or speaker.name):
            kept.append(speaker)
    return tuple(kept)


def _seen(voice: Voice, shown: Sequence[Frame]) -> Voice:
    """A voice whose words rest on what something shows."""
    if not shown:
        return voice
    frame = shown[-1]
    stop = voice.stop | {i for f in shown for i in range(f.cue[0], f.cue[1] + 1)}
    return replace(
        voice, evidence=frame.evidence or voice.evidence, stop=stop,
        certainty=weakest((voice.certainty, *(f.certainty for f in shown))),
        hedges=tuple(dict.fromkeys((*voice.hedges, *(h for f in shown for h in f.hedges)))),
    )  # fmt: skip


def _cue_span(scene: Scene, frame: Frame) -> Span:
    s = scene.sentence
    start, end = s.tokens[frame.cue[0]].start, s.tokens[frame.cue[1]].end
    return Span(field=scene.field, start=start, end=end, text=scene.words(start, end), rule=frame.rule)
