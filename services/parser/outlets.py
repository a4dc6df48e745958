"""Names of outlets as ids: an outlet has one id whether it speaks itself or is cited by others."""

from services.parser.fold import slug


def outlet_id(name: str) -> str:
    """As the lexical stage names an outlet that a text cites."""
    return f"o:{slug(name)}"
