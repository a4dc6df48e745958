"""Who is in an incident: actors with their side and how often they speak; the sides and how they stand."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from schemas.incident import Actor, Side
from services.projector.frame import Frame, speaker_id
from services.projector.state import Entry
from services.projector.text import name_of

MAX_ACTORS = 60
MAX_ALIASES = 6
MAX_MEMBERS = 15


def actor_names(entries: Sequence[Entry]) -> dict[str, str]:
    """How each actor id is called: the longest name that anybody used, ties by spelling."""
    seen: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for speaker in entry.assertion.chain:
            seen[speaker_id(speaker)].add(speaker.name)
            if speaker.org_id and speaker.org:
                seen[speaker.org_id].add(speaker.org)
        for who in entry.occurrence.participants:
            if who.actor_id:
                seen[who.actor_id].add(who.text)
    return {actor: max(names, key=lambda name: (len(name), name)) for actor, names in seen.items()}


def actor_count(entries: Sequence[Entry]) -> int:
    """How many actors there are, shown or not."""
    live = [entry for entry in entries if entry.withdrawn is None]
    spoke = {speaker_id(speaker) for entry in live for speaker in entry.assertion.chain[1:]}
    return len(spoke | {who.actor_id for entry in live for who in entry.occurrence.participants if who.actor_id})


def actors(entries: Sequence[Entry], frame: Frame, names: Mapping[str, str]) -> tuple[Actor, ...]:
    live = [entry for entry in entries if entry.withdrawn is None]
    says: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    kinds: dict[str, set[str]] = defaultdict(set)
    roles: dict[str, set[str]] = defaultdict(set)
    aliases: dict[str, set[str]] = defaultdict(set)
    for entry in live:
        for speaker in entry.assertion.chain[1:]:
            name = speaker_id(speaker)
            says[name] += 1
            last[name] = max(entry.said, last.get(name, entry.said))
            kinds[name].add(speaker.kind)
            roles[name].add("speaker")
            aliases[name].add(speaker.name)
        for who in entry.occurrence.participants:
            if who.actor_id:
                kinds[who.actor_id].add(who.kind)
                roles[who.actor_id].add(who.role)
                aliases[who.actor_id].add(who.text)
    ordered = sorted(kinds, key=lambda actor: (-says[actor], actor))[:MAX_ACTORS]
    return tuple(
        Actor(
            id=actor, name=names.get(actor, actor), kind=min(kinds[actor]), roles=tuple(sorted(roles[actor])),
            says=says[actor], aliases=tuple(sorted(aliases[actor] - {names.get(actor, actor)}))[:MAX_ALIASES],
            side=frame.actor_side(actor), last_said=last.get(actor),
        )
        for actor in ordered
    )  # fmt: skip


def sides(frame: Frame, names: Mapping[str, str]) -> tuple[Side, ...]:
    """The sides that stand against another; nobody else has one here."""
    taken = {side for pair in (*frame.sides.opposed_pairs, *frame.sides.allied_pairs) for side in pair}
    members: dict[str, set[str]] = {side: set() for side in taken}
    for actor in sorted(set(frame.side_of) | set(frame.home_of)):
        side = frame.actor_side(actor)
        if side in members:
            members[side].add(actor)
    return tuple(
        Side(
            id=side, name=side_name(side, names), members=tuple(sorted(members[side]))[:MAX_MEMBERS],
            allied_with=_others(side, frame.sides.allied_pairs), opposed_to=_others(side, frame.sides.opposed_pairs),
        )
        for side in sorted(members)
    )  # fmt: skip


def side_name(side: str, names: Mapping[str, str]) -> str:
    """ "anti-Northland" for "anti-c:NO"; a side is called after whom it is against or with."""
    for word in ("anti-", "pro-"):
        if side.startswith(word):
            return word + "+".join(name_of(camp, names) for camp in side.removeprefix(word).split("+"))
    return name_of(side, names)


def _others(side: str, pairs: frozenset[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(other for pair in pairs if side in pair for other in pair - {side}))
