"""From the tokens of a speaking noun phrase to speakers; pronouns and bare offices look back a few sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.report import Place, Speaker
from services.parser.grammar import named_head
from services.parser.mentions import ActorMention
from services.parser.scene import Scene
from services.parser.tree import Token

PERSONAL = frozenset({"he", "she", "him", "her", "his", "i"})
PLURAL = frozenset({"they", "them", "their", "we", "us", "our", "both"})
NEUTRAL = frozenset({"it", "its"})
PRONOUNS = PERSONAL | PLURAL | NEUTRAL
REACH = 3
COLLECTIVE = frozenset(
    {"armed_group", "military", "government", "police_rescue", "company", "media", "international", "ngo_monitor",
     "party_or_movement", "health", "judiciary", "social_channel"}
)  # fmt: skip
NOBODY = Speaker(name="unnamed sources", kind="unnamed", named=False)


Where = tuple[int, int]  # number of the sentence, offset


@dataclass
class Discourse:
    """What an article speaks of, in order of the text; a look back never sees what comes later."""

    said: list[tuple[Where, tuple[Speaker, ...]]] = field(default_factory=list)
    named: list[tuple[Where, Speaker]] = field(default_factory=list)
    places: list[tuple[Where, Place]] = field(default_factory=list)
    seats: list[tuple[Where, Place]] = field(default_factory=list)  # of offices: "the mayor of X"

    def heard(self, at: Where, speakers: tuple[Speaker, ...]) -> None:
        if speakers and speakers[0].kind != "unnamed":
            self.said.append((at, speakers))

    def back(self, before: Where, fits: Sequence[str]) -> Speaker | None:
        """The last speaker, else the last one mentioned, of some kind of reference within reach."""
        spoke = [s for at, group in self.said if self._near(at, before) for s in group]
        seen = [s for at, s in self.named if self._near(at, before)]
        for pool in (spoke, seen):
            for speaker in reversed(pool):
                if _class_of(speaker) in fits:
                    return speaker
        return None

    def last_named(self, before: Where, kinds: Sequence[str]) -> Speaker | None:
        """The last body of some kinds that was named before, spoken or not."""
        pool = [(at, s) for at, group in self.said for s in group] + self.named
        fits = [
            (at, s) for at, s in pool if self._near(at, before) and s.kind in kinds and s.named and not is_person(s)
        ]
        return max(fits, key=lambda item: item[0])[1] if fits else None

    def last_group(self, before: Where) -> tuple[Speaker, ...]:
        return next((g for at, g in reversed(self.said) if self._near(at, before) and len(g) > 1), ())

    def last_place(self, before: Where, precisions: Sequence[int]) -> Place | None:
        pools = (self.places, self.seats)
        found = (p for pool in pools for at, p in reversed(pool) if at < before and p.precision in precisions)
        return next((p for p in found if not (p.precision == 1 and (p.id or "").startswith("x:"))), None)  # no street

    @staticmethod
    def _near(at: Where, before: Where) -> bool:
        return at < before and at[0] >= before[0] - REACH


def _class_of(speaker: Speaker) -> str:
    if speaker.kind in COLLECTIVE and not is_person(speaker):
        return "body"
    return "person"


def is_person(speaker: Speaker) -> bool:
    """A person, by name or by office."""
    return bool(speaker.office) or (speaker.id or "").startswith("p:") or speaker.kind in {"witness", "expert"}


def resolve(scene: Scene, tokens: Iterable[int], discourse: Discourse, wordless: bool = True) -> tuple[Speaker, ...]:
    """The speakers of a noun phrase, in order, each once. Nobody at all gives the unnamed speaker if `wordless`."""
    s = scene.sentence
    found: list[Speaker] = []
    for i in tokens:
        found += speakers_at(scene, s.tokens[i], discourse)
    unique = list({(x.id or x.name, x.named): x for x in found}.values())
    return tuple(unique) if unique or not wordless else (NOBODY,)


def speakers_at(scene: Scene, token: Token, discourse: Discourse) -> list[Speaker]:
    if token.lower in PRONOUNS:
        return _pronoun(scene, token, discourse)
    mention = best_mention(scene, token)
    if mention is None:
        return [_body(scene, token, discourse) or _described(scene, token)]
    if mention.plural_of:
        return list(mention.plural_of)
    again = _again(scene, token, mention.speaker, discourse)
    if again is not None:
        return [again]
    return [remembered(_with_descriptors(scene, token, mention.speaker), discourse)]


BODIES: Mapping[str, tuple[str, ...]] = {
    "group": ("armed_group", "party_or_movement", "ngo_monitor"), "militia": ("armed_group",),
    "movement": ("party_or_movement", "armed_group"), "ministry": ("government", "military", "health"),
    "company": ("company",), "organisation": ("ngo_monitor", "international"), "institute": ("expert", "ngo_monitor"),
    "organization": ("ngo_monitor", "international"), "agency": ("government", "media", "international"),
    "channel": ("social_channel", "media"), "newspaper": ("media",), "hospital": ("health",),
}  # fmt: skip


def _body(scene: Scene, token: Token, discourse: Discourse) -> Speaker | None:
    """ "the group": the last body of such a kind that was named."""
    kinds = BODIES.get(token.lemma)
    if kinds is None or not any(k.lower in {"the", "this"} for k in scene.sentence.kids(token.i, "det")):
        return None
    return discourse.last_named((scene.sentence.number, token.start), kinds)


def _again(scene: Scene, token: Token, speaker: Speaker, discourse: Discourse) -> Speaker | None:
    """ "the group said": the last body of that kind that was named, if the words name none."""
    if speaker.named or speaker.id or speaker.kind not in COLLECTIVE or speaker.office:
        return None
    if not any(k.lower in {"the", "this"} for k in scene.sentence.kids(token.i, "det")):
        return None
    return discourse.last_named((scene.sentence.number, token.start), (speaker.kind,))


def _pronoun(scene: Scene, token: Token, discourse: Discourse) -> list[Speaker]:
    here = scene.sentence.number, token.start
    if token.lower in PLURAL:
        group = discourse.last_group(here)
        if group:
            return list(group)
    fits = ("person",) if token.lower in PERSONAL else ("body",)
    found = discourse.back(here, fits)
    return [found] if found else [Speaker(name=token.lower, kind="unnamed", named=False)]


def best_mention(scene: Scene, token: Token) -> ActorMention | None:
    """The mention of a noun phrase: its own, or a better one in apposition ("a militia, the River Corps")."""
    s = scene.sentence
    token = named_head(s, token)
    found = [scene.actor_at(token)]
    for kid in s.kids(token.i, "appos", "compound", "nmod", "poss", "flat"):
        found.append(scene.actor_at(kid) if kid.dep != "poss" else None)
        found += [scene.actor_at(k) for k in s.kids(kid.i, "appos") if kid.dep == "appos"]
    if token.dep == "appos":
        found.append(scene.actor_at(s.tokens[token.head]))
    known = [m for m in found if m is not None]
    return max(known, key=_weight, default=None)


def _weight(mention: ActorMention) -> tuple[bool, bool, int]:
    return mention.speaker.named, mention.speaker.id is not None, -mention.start


def _with_descriptors(scene: Scene, token: Token, speaker: Speaker) -> Speaker:
    """What the noun phrase calls the speaker's allegiance."""
    own = scene.sentence.subtree(token.i)
    inside = [d for a, b, d in scene.descriptors if any(t.i in own for t in scene.sentence.inside(a, b))]
    merged = tuple(sorted({*speaker.descriptors, *inside}))
    return speaker if merged == speaker.descriptors else replace(speaker, descriptors=merged)


def remembered(speaker: Speaker, discourse: Discourse) -> Speaker:
    """ "the governor" is the last named holder of that office; without one the office speaks, unnamed."""
    if speaker.named and speaker.id and speaker.id.startswith("p:"):
        return speaker
    if speaker.office:
        pool = [s for _, group in discourse.said for s in group] + [s for _, s in discourse.named]
        for other in reversed(pool):
            if other.named and other.office == speaker.office and _same_country(other, speaker) and is_person(other):
                return other
    return speaker


def _same_country(a: Speaker, b: Speaker) -> bool:
    return a.country is None or b.country is None or a.country == b.country


def _described(scene: Scene, token: Token) -> Speaker:
    """People without a name or institution: a witness, or nobody known."""
    s = scene.sentence
    own = sorted(s.subtree(token.i, without=[k.i for k in s.kids(token.i, "relcl", "acl", "appos", "punct")]))
    start, end = s.stretch(own)
    name = scene.words(start, end)[:80] or token.text
    witness = scene.rules.evidence.get(token.lemma) == "witness"
    named = token.tag in {"NNP", "NNPS"} and token.text[:1].isupper()
    return Speaker(name=name, kind="witness" if witness or named else "unnamed", named=named)
