"""Ids are UUIDv5 of content, so that a replay repeats them; hashes are SHA-256, cut."""

import hashlib
import unicodedata
from collections.abc import Sequence
from uuid import UUID, uuid5

import orjson

NAMESPACE = UUID("6f1b1c9e-0d0e-5f0a-9d1c-3a5f0c7f5e11")
Part = str | int | bool | None | Sequence["Part"]


def _canonical(part: Part) -> Part:
    if isinstance(part, str):
        return unicodedata.normalize("NFC", part)
    if isinstance(part, Sequence):
        return [_canonical(item) for item in part]
    return part


def content_id(kind: str, *parts: Part) -> str:
    """The id of a record: UUIDv5 over the canonical JSON array [kind, *parts], strings in NFC."""
    return str(uuid5(NAMESPACE, orjson.dumps([_canonical(part) for part in (kind, *parts)]).decode()))


def text_hash(*texts: str) -> str:
    """32 hex digits over the texts as they are; a length in front of each keeps the borders."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]
