"""Whom a short phrase means: "the governor", "the ministry", "the group", "X, a militia", "a militia ... X"."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.report import Speaker
from services.parser.actor_lexicon import Body, ClassWord, Institution, Office
from services.parser.drafts import Draft
from services.parser.reading import Reading
from services.parser.tables import word_set

REACH_CHARS = 1500
LOOK_BACK = 200
SPOKESMAN_REACH = 400
SINGULAR = frozenset({
    "militia", "armed group", "rebel group", "militant group", "insurgent group", "separatist group", "jihadist group",
    "paramilitary group", "guerrilla group", "terrorist group", "partisan group", "mercenary group", "volunteer unit",
    "paramilitary force", "volunteer battalion", "Telegram channel",
})  # fmt: skip
SHARED_OFFICES = frozenset({"governor", "mayor", "president", "prime-minister", "police", "coastguard", "prosecutors"})
CLOSED = (",", ".", ";", " –", " —", "!", "?", "\n", ")", '"', "”")
GO_ON = word_set("after_apposition")


@dataclass(frozen=True, slots=True)
class Told:
    """A draft with the speaker it stands for by itself. `pair`: two speakers in one phrase; `served`: whom an office
    serves."""

    draft: Draft
    speaker: Speaker
    pair: tuple[Speaker, ...] = ()
    served: Speaker | None = None


def holder(told: Sequence[Told], at: int, mine: Draft) -> Speaker | None:
    """ "the governor": the last one named before, else the first one named behind."""
    entry = mine.entry
    for other in [*reversed(told[max(0, at - LOOK_BACK) : at]), *told[at + 1 : at + LOOK_BACK]]:
        same = (
            isinstance(other.draft.entry, Office)
            and isinstance(entry, Office)
            and _same_office(other.draft.entry, entry)
        )
        if same and (other.draft.person or not other.draft.bare):
            return other.speaker
    return None


def _same_office(a: Office, b: Office) -> bool:
    """ "the minister" may mean the defence minister; offices of one key are alike where there is one in a place."""
    return (
        a.name == b.name
        or (a.key is not None and a.key == b.key and a.key in SHARED_OFFICES)
        or a.name.endswith(f" {b.name}")
    )


def same_body(told: Sequence[Told], at: int, mine: Draft) -> Speaker | None:
    """ "the ministry", "the army", "the hospital": the last one that was named."""
    for other in reversed(told[max(0, at - LOOK_BACK) : at]):
        draft = other.draft
        if draft.bare or draft.person or isinstance(draft.entry, Office) or not other.speaker.named:
            continue
        if _is_that(other, mine):
            return other.speaker
    return None


def _is_that(other: Told, mine: Draft) -> bool:
    name = (other.speaker.org or other.speaker.name).lower()
    if mine.generic:
        of_lexicon = (
            isinstance(other.draft.entry, Body | Institution) and mine.generic in other.draft.entry.name.lower()
        )
        return name.split()[-1] == mine.generic or of_lexicon
    if not isinstance(mine.entry, Body):
        return False
    if isinstance(other.draft.entry, Body):
        return other.draft.entry.key == mine.entry.key
    return other.draft.name is not None and name.split()[-1] == mine.entry.name


def speaks_for(reading: Reading, told: Sequence[Told], draft: Draft) -> Speaker | None:
    """ "a spokesman said": of the organisation named last."""
    entry = draft.entry
    if not isinstance(entry, Office) or entry.key != "spokesman" or draft.places:
        return None
    start = reading.words[draft.first].start
    for other in reversed(told[-6:]):
        speaker = other.speaker
        if start - reading.words[other.draft.last - 1].end > SPOKESMAN_REACH:
            return None
        body = (
            not (other.draft.person or isinstance(other.draft.entry, Office))
            and speaker.named
            and (speaker.org_id or "").startswith("o:")
        )
        if body and speaker.kind not in ("media", "social_channel"):
            return speaker
    return None


def apposed(reading: Reading, told: Sequence[Told], at: int) -> Speaker | None:
    """ "X, a militia" and "a militia, X": the named one beside it."""
    for other in (at - 1, at + 1):
        if 0 <= other < len(told) and _are_one(reading, told[min(at, other)].draft, told[max(at, other)].draft):
            named = told[other]
            if named.draft.name or isinstance(named.draft.entry, Institution):
                return named.speaker
    return None


def _are_one(reading: Reading, a: Draft, b: Draft) -> bool:
    """Side by side with a comma between, and closed behind."""
    if b.first != a.last or reading.words[b.first].gap != ", ":
        return False
    if b.last >= len(reading.words):
        return True
    return reading.words[b.last].gap.startswith(CLOSED) or reading.lower(b.last) in GO_ON


def group_before(told: Sequence[Told], at: int) -> Speaker | None:
    """ "the group", "the channel": the last one of that kind."""
    draft = told[at].draft
    if not isinstance(draft.entry, ClassWord) or not draft.definite or draft.places or draft.entry.name.endswith("s"):
        return None
    for other in reversed(told[max(0, at - LOOK_BACK) : at]):
        office = other.draft.person or isinstance(other.draft.entry, Office)
        if other.speaker.kind == draft.entry.kind and other.speaker.id and not office:
            return other.speaker
    return None


def group_behind(reading: Reading, told: Sequence[Told], at: int) -> Speaker | None:
    """ "A militia said ...": the one that the text goes on to name for the first time."""
    draft = told[at].draft
    if not isinstance(draft.entry, ClassWord) or not draft.indefinite or draft.entry.name not in SINGULAR:
        return None
    met = {one.speaker.id for one in told[max(0, at - LOOK_BACK) : at]}
    limit = reading.words[draft.last - 1].end + REACH_CHARS
    for other in told[at + 1 : at + LOOK_BACK]:
        if reading.words[other.draft.first].start > limit:
            return None
        if other.draft.name and other.speaker.kind == draft.entry.kind and other.speaker.id not in met:
            return other.speaker
    return None
