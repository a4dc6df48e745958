"""Names of outlets as ids: an outlet has one id whether it speaks itself or is cited by others."""

from services.parser.actor_lexicon import ActorLexicon, Institution
from services.parser.fold import slug, strict


def outlet_id(name: str, known: ActorLexicon) -> str:
    """As the lexical stage names an outlet that a text cites: by its first name in the list, else without "The"."""
    found = known.entries.entries.get(strict(name))
    if isinstance(found, Institution):
        return f"o:{slug(found.name)}"
    return f"o:{slug(name.removeprefix('The ').removeprefix('the '))}"
