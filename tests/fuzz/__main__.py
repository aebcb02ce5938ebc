"""Fuzz a target with atheris, which is not among the course's dependencies.

    python -m venv .venv-fuzz
    .venv-fuzz/bin/pip install atheris -e '.[test]'
    .venv-fuzz/bin/python -m tests.fuzz wire --seconds 3600

Inputs that reached new code are kept in a folder under build/; `--keep` copies them to
tests/fuzz/corpus, which `pytest tests/fuzz` replays. An input that breaks a promise, hangs for 10
seconds or takes 1 GiB ends the run and is written to the same folder.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["autograder"]):
    from tests.fuzz.seeds import seeds
    from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
BUILD = Path(__file__).parents[2] / "build" / "fuzz"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", action="store_true", help="keep what was found, fuzz nothing")
    arguments = parser.parse_args()

    found = BUILD / arguments.target
    corpus = CORPUS / arguments.target
    for folder in (found, corpus):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(arguments.target)):
        (found / f"seed-{number}").write_bytes(seed)
    if arguments.keep:
        for path in found.glob("[0-9a-f]" * 40):
            shutil.copy(path, corpus)
        return
    flags = [str(found), str(corpus), f"-max_total_time={arguments.seconds}"]
    limits = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=8192", f"-artifact_prefix={found}/"]
    atheris.Setup([sys.argv[0], *flags, *limits], TARGETS[arguments.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
