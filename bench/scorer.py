"""The scorer of a data set as a module: its keys, credits and figures, for training and error reports."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def scorer(name: str, data: Path, folder: Path | None = None) -> ModuleType:
    """`folder` holds the scorers; by default "eval" beside the folder that holds `data`. Raises FileNotFoundError."""
    home = (folder or data.resolve().parent.parent / "eval").resolve()
    path = home / f"{name}.py"
    if not path.is_file():
        raise FileNotFoundError(f"no scorer {path}")
    sys.path.insert(0, str(home))
    try:
        spec = importlib.util.spec_from_file_location(f"scorer_{name}", path)
        if spec is None or spec.loader is None:
            raise FileNotFoundError(f"no scorer {path}")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(home))
    return module
