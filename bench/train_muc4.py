"""Trains the MUC-4 adapter's classifiers: python -m bench.train_muc4 --data DIR [--eval DIR] [--out FILE].

Reads part dev only. `--eval` is the folder of the scorers, whose reader of keys is used. The same data and the same
parser give the same file.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.adapters.muc4_documents import article, messages
from bench.adapters.muc4_features import read_text
from bench.adapters.muc4_incidents import Limits
from bench.adapters.muc4_models import FILE, write_models
from bench.muc4_training import Sample, sample, train
from bench.scorer import scorer
from services.parser.parse import analyse, load

PART = "dev"


def samples(data: Path, folder: Path | None, part: str = PART) -> list[Sample]:
    """The messages of a part, read by the parser, with their keys."""
    keys = scorer("muc4", data, folder).load(data, (part,)).keys
    parser = load()
    common = parser.lexicon.case.common
    texts = ((m.doc, read_text(analyse(article(m), parser), m.published, common)) for m in messages(data, (part,)))
    return [sample(text, keys[doc]) for doc, text in texts]


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--eval", type=Path)
    arguments.add_argument("--out", type=Path, default=FILE)
    asked = arguments.parse_args(argv)
    write_models(
        train(samples(asked.data, asked.eval), scorer("muc4", asked.data, asked.eval), Limits()).by_name, asked.out
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
