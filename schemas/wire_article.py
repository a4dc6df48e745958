"""The published shape of an article on the wire: what a producer may write. `from_wire` is more forgiving."""

from dataclasses import dataclass
from typing import Literal

from schemas.article import Outlet
from schemas.base import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class WireArticle:
    """Only `body` is required; unknown fields are kept. A withdrawal has `id` and `withdrawn` and no body."""

    body: str
    type: Literal["article"] | None = None
    v: Literal[1] | None = None
    id: str | None = None
    url: str | None = None
    outlet: Outlet | str | None = None
    title: str | None = None
    language: str | None = None
    published: Instant | str | None = None
    modified: Instant | str | None = None
    fetched: Instant | str | None = None
    desk: str | None = None
    via: str | None = None
    incident: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireWithdrawal:
    id: str
    withdrawn: Literal[True]
    desk: str | None = None
    modified: Instant | str | None = None


WireRecord = WireArticle | WireWithdrawal
