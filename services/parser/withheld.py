"""Trap 10: who could not verify what. "X could not verify the ministry's figures" touches the ministry's counts."""

from collections.abc import Iterator, Sequence

from schemas.ontology import ontology
from schemas.report import Span, Speaker
from services.parser.events import Draft
from services.parser.scene import Scene
from services.parser.speakers import Discourse, speakers_at
from services.parser.tree import Token
from services.parser.voices import Said, Voice

GENERIC = frozenset({"attack"})
OFFICES = frozenset({"government", "military", "police_rescue", "judiciary"})  # "the mayor", though nobody names him


def withheld(scene: Scene, heard: Sequence[Said], discourse: Discourse, before: Sequence[Draft]) -> Iterator[Draft]:
    """A draft for each earlier one that the words withhold support from."""
    s = scene.sentence
    for said in heard:
        if said.frame.stance != "withholds":
            continue
        verb = s.tokens[said.frame.at]
        own = _meant(scene, said) is None  # of an occurrence; what claims "we" could not verify, the outlet could not
        chain = tuple(x for x in said.speakers if x.named or (own and x.kind in OFFICES))
        if any(k.lower == "we" for k in s.kids(verb.i, "nsubj")):
            chain = ()
        if own and not chain:
            continue
        start, end = s.stretch(s.subtree(verb.i))
        span = Span(field=scene.field, start=start, end=end, text=scene.words(start, end), rule=said.frame.rule)
        voice = Voice(chain=chain, stance="withholds", evidence="none", cue=span)
        for draft in _touched(scene, said, discourse, before):
            yield Draft(
                draft.event, draft.aspect, voice, span, said.frame.rule, draft.modality, draft.value, draft.concerns
            )


def _touched(scene: Scene, said: Said, discourse: Discourse, before: Sequence[Draft]) -> list[Draft]:
    """The drafts that the words are about: somebody's figures or claims, or an occurrence told before."""
    meant = _meant(scene, said)
    if meant is None:
        return _occurrence(scene, said, before)
    noun, aspects = meant
    return _claims(before, _owners(scene, noun, discourse), aspects)


def _occurrence(scene: Scene, said: Said, before: Sequence[Draft]) -> list[Draft]:
    """ "declined to comment on the shelling": the last one told of; "the attack" is any use of force."""
    nouns = [scene.sentence.tokens[i] for i in sorted(said.frame.content) if scene.sentence.tokens[i].noun]
    types = {trigger.type for noun in nouns for trigger in scene.rules.noun_triggers.get(noun.lemma, ())}
    families = {ontology().of(kind).family for kind in types & GENERIC}
    told = [
        d for d in before
        if d.aspect == "happened" and d.voice.stance not in ("withholds", "denies") and d.modality.polarity == "+"
        and (d.event.type in types or ontology().of(d.event.type).family in families)
    ]  # fmt: skip
    return told[-1:]


def _meant(scene: Scene, said: Said) -> tuple[Token, frozenset[str]] | None:
    """The noun for what is not verified, with the aspects it stands for."""
    s, words = scene.sentence, scene.rules.actors["withhold"]
    for i in sorted(said.frame.content):
        token = s.tokens[i]
        if token.lemma in words["figures"]:
            return token, frozenset({"count"})
        if token.lemma in words["claims"] and token.dep in {"dobj", "nsubjpass", "nsubj", "pobj"}:
            return token, frozenset({"count", "happened", "actor", "control"})
    return None


def _owners(scene: Scene, noun: Token, discourse: Discourse) -> list[Speaker]:
    s = scene.sentence
    named = [*s.kids(noun.i, "poss"), *s.prepositional(noun.i, "by", "from", "of")]
    return [x for token in named for x in speakers_at(scene, token, discourse)]


def _claims(before: Sequence[Draft], owners: Sequence[Speaker], aspects: frozenset[str]) -> list[Draft]:
    """The claims of the owners; without an owner those of the last speaker."""
    told = [
        d for d in before if d.voice.chain and d.aspect in aspects and d.voice.stance not in ("withholds", "denies")
    ]
    names = {_name(x) for x in owners}
    if names:
        return [d for d in told if _name(d.voice.chain[-1]) in names or d.voice.chain[-1].org_id in names]
    if not told:
        return []
    last = _name(told[-1].voice.chain[-1])
    return [d for d in told if _name(d.voice.chain[-1]) == last and d.event.sentence >= told[-1].event.sentence - 1]


def _name(speaker: Speaker) -> str:
    return speaker.org_id or speaker.id or speaker.name
