"""A slot's function whose module takes longer to load than one input may."""

import time

BURN_S = 0.5
_loaded: list[str] = []


def prepare() -> None:
    """Burns CPU, as loading a language model does."""
    end = time.process_time() + BURN_S
    while time.process_time() < end:
        pass
    _loaded.append("ready")


def work(data: bytes) -> bytes:
    return f"{_loaded[0]}: {data.decode()}".encode()
