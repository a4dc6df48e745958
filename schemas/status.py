"""How sure a fact is, and how a speaker stands to it."""

from typing import Annotated, Literal

from schemas.base import OpenEnum

FactStatus = Annotated[
    Literal["claimed", "reported", "corroborated", "confirmed", "disputed", "denied", "retracted"], OpenEnum()
]
RelationCode = Annotated[Literal["A", "G", "N", "D", "O", "P", "W"], OpenEnum()]
