"""The closed lists of words that records use: open on the wire, checked in code. They are storage: only add."""

from typing import Annotated, Literal

from schemas.base import OpenEnum

SpeakerKind = Annotated[
    Literal[
        "government", "military", "police_rescue", "health", "judiciary", "armed_group", "party_or_movement",
        "international", "ngo_monitor", "expert", "company", "witness", "media", "social_channel", "unnamed",
    ],
    OpenEnum(),
]  # fmt: skip
ParticipantKind = Annotated[
    Literal[
        "government", "military", "police_rescue", "health", "judiciary", "armed_group", "party_or_movement",
        "international", "ngo_monitor", "expert", "company", "witness", "media", "social_channel", "unnamed",
        "civilians",
    ],
    OpenEnum(),
]  # fmt: skip
PlaceRelation = Annotated[Literal["in", "near", "toward", "from", "at_sea"], OpenEnum()]
TimePrecision = Annotated[Literal["minute", "hour", "day", "range", "week", "month", "year", "unknown"], OpenEnum()]
TimeAnchor = Annotated[Literal["dateline", "explicit", "published"], OpenEnum()]
Role = Annotated[
    Literal["actor", "actor2", "target", "victim", "responder", "authority", "instrument_owner"], OpenEnum()
]
Realis = Annotated[Literal["actual", "attempted", "ongoing", "planned", "possible"], OpenEnum()]
Means = Annotated[
    Literal[
        "firearm", "artillery", "rocket_missile", "drone", "aircraft", "explosive", "vehicle", "blade", "fire",
        "crowd_weapon", "other",
    ],
    OpenEnum(),
]  # fmt: skip
Aspect = Annotated[Literal["happened", "actor", "cause", "count", "control", "measure"], OpenEnum()]
Stance = Annotated[
    Literal["reports", "claims", "confirms", "admits", "accuses", "denies", "doubts", "withholds", "retracts"],
    OpenEnum(),
]
Polarity = Literal["+", "-"]
Certainty = Annotated[Literal["certain", "probable", "possible", "unknown"], OpenEnum()]
Evidence = Annotated[
    Literal[
        "none", "statement", "document", "official_data", "photo", "video", "satellite", "reporter_on_scene",
        "witness",
    ],
    OpenEnum(),
]  # fmt: skip
Cause = Annotated[Literal["attack", "accident", "natural", "self_inflicted", "unknown"], OpenEnum()]
MeasureAct = Annotated[Literal["introduced", "extended", "eased", "lifted", "authorised"], OpenEnum()]
Outcome = Annotated[
    Literal[
        "killed", "injured", "missing", "captured", "arrested", "displaced", "rescued", "participants",
        "damaged", "destroyed",
    ],
    OpenEnum(),
]  # fmt: skip
Comparator = Annotated[Literal["=", ">=", ">", "<=", "<", "~", "range", "vague"], OpenEnum()]
CountKind = Annotated[Literal["total", "subset", "additional"], OpenEnum()]
Concern = Annotated[Literal["civilians", "services", "forces"], OpenEnum()]
Genre = Annotated[
    Literal["news", "live_blog", "roundup", "explainer", "opinion", "correction", "caption_only"], OpenEnum()
]
SegmentKind = Annotated[
    Literal["headline", "lead", "body", "quote", "caption", "background", "boilerplate", "correction"],
    OpenEnum(),
]
GroupRole = Annotated[Literal["main", "other", "background"], OpenEnum()]
Family = Annotated[
    Literal["conflict", "political_violence", "crime", "protest", "disaster", "accident", "measures", "statements"],
    OpenEnum(),
]
Field = Literal["title", "body"]
