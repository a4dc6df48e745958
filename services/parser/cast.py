"""From drafts to speakers: who somebody is, by the whole article. Ids: a person "p:<slug>", else "o:<slug>"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from schemas.report import Place, Speaker
from schemas.vocabulary import SpeakerKind
from services.parser.actor_lexicon import ActorLexicon, Body, ClassWord, Institution, Office
from services.parser.drafts import Draft
from services.parser.fold import slug
from services.parser.tables import word_set
from services.parser.toponyms import Toponym

Where = Callable[[Toponym], Place | None]
OFFICIAL = frozenset({"government", "military", "police_rescue", "health", "judiciary"})
STATE_UNITS = word_set("state_units")
REBEL_WORDS = word_set("rebel_names")


@dataclass(frozen=True, slots=True)
class Setting:
    """The story's main place, for those who are named without one. `policed`: police in it and no soldiers."""

    country: str | None = None
    only_country: bool = False
    admin1: str | None = None
    town: Place | None = None
    policed: bool = False


@dataclass(frozen=True)
class Casting:
    """Makes the speaker of one draft, by itself. `where` resolves the places in its title."""

    lexicon: ActorLexicon
    countries: Mapping[str, str]
    where: Where
    setting: Setting

    def speaker(self, draft: Draft, surface: str, served: Speaker | None = None, near: str | None = None) -> Speaker:
        """`surface`: the phrase without its article. `served`: the organisation of an office. `near`: a country named
        shortly before, for offices of state without one."""
        if isinstance(draft.entry, Office):
            held = self._office(draft, draft.entry, served, near)
            return replace(held, name=draft.person, id=_person_id(draft.person), named=True) if draft.person else held
        if draft.person:
            return Speaker(
                name=draft.person, kind="witness", id=_person_id(draft.person), descriptors=draft.descriptors
            )
        return self._thing(draft, surface)

    def pair(self, draft: Draft, surface: str) -> tuple[Speaker, ...]:
        """One speaker for each of two nationalities or places."""
        singles = [replace(draft, pair=(), places=(place,)) for place in draft.pair]
        return tuple(self._thing(single, f"{_head_of(draft)} of {single.places[0].name}") for single in singles)

    def government(self, code: str, name: str) -> Speaker:
        id_ = f"o:{code.lower()}-government"
        return Speaker(
            name=name,
            kind="government",
            id=id_,
            org_id=id_,
            org=self.countries[code],
            country=code,
            jurisdiction=f"c:{code}",
        )

    def _thing(self, draft: Draft, surface: str) -> Speaker:
        entry = draft.entry
        if isinstance(entry, Institution):
            return self._institution(entry, draft)
        if isinstance(entry, Body):
            return self._body(entry, draft, surface)
        if isinstance(entry, Office):
            return self._office(draft, entry, self.served(draft.org) if draft.org else None)
        if isinstance(entry, ClassWord):
            return self._class(entry, draft, surface)
        return self._organisation(draft, surface)

    def _institution(self, entry: Institution, draft: Draft) -> Speaker:
        stated = self._country(draft)
        foreign = stated is not None and entry.country is not None and stated != entry.country
        id_ = f"o:{stated.lower()}-{slug(entry.name)}" if stated and foreign else f"o:{slug(entry.name)}"
        country = stated if foreign else entry.country or stated
        official = entry.kind in OFFICIAL
        return Speaker(
            name=entry.name, kind=entry.kind, id=id_, org_id=id_, org=entry.name,
            country=None if entry.kind == "armed_group" else country,
            jurisdiction=f"c:{country}" if official and country else None, descriptors=draft.descriptors,
        )  # fmt: skip

    def _organisation(self, draft: Draft, surface: str) -> Speaker:
        name = _without_article(draft.name or surface)
        kind, id_ = draft.kind or "company", f"o:{slug(name)}"
        country = self._country(draft)
        if kind == "armed_group" and self._is_state_unit(draft, name):
            kind = "military"
        place = self._place(draft)
        return Speaker(
            name=name, kind=kind, id=id_ if draft.name else None, org_id=id_ if draft.name else None,
            org=name if draft.name else None, named=draft.name is not None,
            country=None if kind == "armed_group" else country or self._official_country(kind),
            jurisdiction=place.id if place and kind in OFFICIAL else None, descriptors=draft.descriptors,
        )  # fmt: skip

    def _official_country(self, kind: SpeakerKind) -> str | None:
        return self._default_country(kind) if kind in OFFICIAL else None

    def _is_state_unit(self, draft: Draft, name: str) -> bool:
        words = name.split()
        national = bool(draft.places) or words[0] in self.lexicon.national
        return words[-1] in STATE_UNITS and national and not any(word in REBEL_WORDS for word in words)

    def _body(self, entry: Body, draft: Draft, surface: str) -> Speaker:
        place, country = self._place(draft), self._country(draft)
        if draft.seated and not country and entry.kind != "military":
            found = self.where(draft.seated)
            country = found.country if found else None
        institution = self.lexicon.of_class.get((country or "", entry.key))
        if institution and not (place and place.precision < 5):
            return self._institution(institution, draft)
        country = country or self._default_country(entry.kind)
        org = f"o:{country.lower()}-{entry.key}" if country else f"o:{entry.key}"
        stated = self._stated(entry, place, country if self._country(draft) else None)
        nobody = entry.people and not (draft.places or draft.pair)
        own = org.replace("-officials", "-government").replace("-authorities", "-government")
        return Speaker(
            name=surface, kind=entry.kind, id=None if nobody else org, org_id=None if nobody else own,
            org=surface, named=not nobody, country=country, jurisdiction=stated, descriptors=draft.descriptors,
        )  # fmt: skip

    def _stated(self, entry: Body, place: Place | None, country: str | None) -> str | None:
        if place and entry.level != "country":
            return place.id
        return f"c:{country}" if country else None

    def _class(self, entry: ClassWord, draft: Draft, surface: str) -> Speaker:
        country = None if entry.kind == "armed_group" else self._country(draft)
        return Speaker(name=surface, kind=entry.kind, named=False, country=country, descriptors=draft.descriptors)

    def _office(self, draft: Draft, entry: Office, org: Speaker | None, near: str | None = None) -> Speaker:
        """An office by itself: its name is the office's."""
        kind: SpeakerKind = entry.kind or (org.kind if org else None) or entry.default or "government"
        if entry.key == "rank" and self.setting.policed and org is None:
            kind, entry = "police_rescue", replace(entry, key="police", level="town")
        if org and entry.kind in (None, "government") and entry.level in ("org", "country") and not org.office:
            kind = org.kind if entry.level == "org" else kind
        place, country = self._place(draft), self._country(draft) or (org.country if org else None)
        if org is None and entry.level == "org" and not (place or country):
            return Speaker(name=entry.name, kind=kind, named=False, office=entry.name, descriptors=draft.descriptors)
        official = kind in OFFICIAL and entry.level != "none"
        if official and country is None:
            country = (near if entry.level == "country" else None) or self._default_country(kind)
        jurisdiction = self._jurisdiction(entry, place, country, org) if official else None
        org_id, org_name = self._roll_up(entry, org, country, jurisdiction)
        named = bool(place or org or self._country(draft))
        if kind == "armed_group" or (kind == "witness"):
            country = None
        return Speaker(
            name=_title(entry, draft, org, self.where), kind=kind, named=named, id=org_id if named else None,
            org_id=org_id, org=org_name, office=entry.name, country=country, jurisdiction=jurisdiction,
            descriptors=draft.descriptors,
        )  # fmt: skip

    def served(self, inner: Draft) -> Speaker:
        """The organisation that an office belongs to."""
        named = inner.name or (inner.entry.name if inner.entry else inner.generic) or ""
        return self._thing(inner, named)

    def _jurisdiction(self, entry: Office, place: Place | None, country: str | None, org: Speaker | None) -> str | None:
        if entry.level == "admin":
            inside = place.admin1 or place.id if place else None
            return inside or self.setting.admin1
        if entry.level == "town":
            if place:
                return place.id
            return self.setting.town.id if self.setting.town and entry.key == "mayor" else None
        if entry.level == "org" and org:
            return org.jurisdiction
        if place and entry.level == "org":
            return place.id
        return f"c:{country}" if country else None

    def _roll_up(
        self, entry: Office, org: Speaker | None, country: str | None, jurisdiction: str | None
    ) -> tuple[str | None, str | None]:
        if org:
            return org.org_id, org.org
        if entry.key in ("governor", "mayor"):
            return (f"o:{entry.key}-{slug(jurisdiction.split(':')[1])}" if jurisdiction else None), None
        if entry.key is None or country is None:
            return (f"o:{entry.key}" if entry.key and entry.key != "rank" else None), None
        key = "military" if entry.key == "rank" else entry.key
        institution = self.lexicon.of_class.get((country, key))
        if institution:
            return f"o:{slug(institution.name)}", institution.name
        return f"o:{country.lower()}-{key}", None

    def _country(self, draft: Draft) -> str | None:
        """The country named in the phrase."""
        for place in draft.places:
            if place.country:
                return place.country.code
        for place in draft.places:
            found = self.where(place)
            if found and found.country:
                return found.country
        return None

    def _place(self, draft: Draft) -> Place | None:
        """The narrowest place named in the phrase that is more than a country."""
        for place in reversed(draft.places):
            if place.kind not in ("country", "adjective"):
                return self.where(place)
        return None

    def _default_country(self, kind: SpeakerKind) -> str | None:
        if kind == "military" and not self.setting.only_country:
            return None
        return self.setting.country


def _head_of(draft: Draft) -> str:
    return draft.entry.name if draft.entry else "officials"


def _title(entry: Office, draft: Draft, org: Speaker | None, where: Where) -> str:
    if org:
        return f"{entry.name} of {org.name}"
    place = next((p for p in reversed(draft.places) if p.kind != "adjective" and where(p)), None)
    return f"{entry.name} of {place.name}" if place else entry.name


def _without_article(name: str) -> str:
    return name[4:] if name.startswith(("The ", "the ")) else name


def _person_id(name: str) -> str:
    return f"p:{slug(name)}"
