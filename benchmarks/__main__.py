"""``python -m benchmarks``: take the measures named, or all; ``profile``: where a briefing's time goes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.commands import BenchmarkError
from benchmarks.measures import MEASURES
from benchmarks.options import Options
from benchmarks.results import complain, keep_result, make_table
from benchmarks.stages import profile

PROFILE = "profile"
NAMES = (*MEASURES, PROFILE)


def main() -> None:
    """Take the measures, print each, and keep it; exit with 1 if one could not be taken."""
    arguments = vars(_make_parser().parse_args())
    names, keep = arguments.pop("measures") or NAMES, arguments.pop("keep")
    options, failed = Options(**arguments), False
    for name in names:
        complain(f"{name} ...")
        try:
            with TemporaryDirectory(prefix="benchmark-") as folder:
                _take(name, Path(folder), options, keep)
        except BenchmarkError as error:
            complain(f"{name} could not be measured: {error}")
            failed = True
    sys.exit(1 if failed else 0)


def _take(name: str, folder: Path, options: Options, keep: bool) -> None:
    if name == PROFILE:
        profile(folder, options, keep)
        return
    result = MEASURES[name](folder, options)
    print(make_table(result.lines), flush=True)
    if keep:
        keep_result(name, result, tuple(MEASURES))


def _make_parser() -> argparse.ArgumentParser:
    usual = Options()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", type=_read_name, metavar="MEASURE", help=", ".join(NAMES))
    numbers = {
        "repeat": "how often each side is run",
        "every": "the slow sides press every so-many-th briefing of a family",
        "activities": "size of the generated dataset",
        "briefings": "briefings built from it",
    }
    for name, words in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name), metavar="N", help=words)
    parser.add_argument(
        "--full", action="store_true", help="the slow sides press whole editions: half an hour"
    )
    parser.add_argument("--keep", action="store_true", help="write results.json and the tables in the README")
    return parser


def _read_name(word: str) -> str:
    if word not in NAMES:
        raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(NAMES)}")
    return word


if __name__ == "__main__":
    main()
