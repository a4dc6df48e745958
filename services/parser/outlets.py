"""Names of outlets as ids: an outlet has one id whether it speaks itself or is cited by others."""

from services.parser.fold import strict


def outlet_id(name: str) -> str:
    """ "The Northern Ledger" and "Northern Ledger" are one."""
    return "o:" + strict(name).removeprefix("the ").replace(" ", "-")
