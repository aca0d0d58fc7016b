"""`python -m bench [NAME…] [--quick] [--json FILE] [--folder FOLDER] …`: measures the running server and prints tables.

Everything runs on this machine's loopback; what a measurement starts, it stops, also when it fails or takes too long.
"""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from bench.ground import KINDS, POSTGRESQL, Disk, Ground
from bench.measures import LIMITS, MEASURES
from bench.measures.base import FULL, QUICK, Bench


class TooLong(Exception):
    """A measurement was given up."""


def main() -> int:
    """Runs the named measurements, all if none is named; 1 if one of them failed."""
    wanted = _arguments()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGALRM, _give_up)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    disk = Disk(wanted.folder.resolve())
    amount = QUICK if wanted.quick else FULL
    history = tuple(tickets for tickets in amount.history if tickets <= wanted.most)
    bench = Bench(disk, replace(amount, history=history), _grounds(wanted.databases, wanted.processes))
    try:
        return _measure(bench, wanted)
    finally:
        disk.close()


def _measure(bench: Bench, wanted: argparse.Namespace) -> int:
    machine = (
        f"{os.cpu_count()} processors, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {machine}\n", flush=True)
    found: dict[str, Any] = {"machine": machine, "quick": wanted.quick, "tables": {}}
    failed = False
    for name in wanted.names or MEASURES:
        signal.alarm(LIMITS[name])
        try:
            for table in MEASURES[name](bench):
                print(table, flush=True)
                found["tables"].setdefault(name, []).append(table.as_json())
        except Exception:
            # The others are still worth having.
            print(f"{name} failed:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
            failed = True
        finally:
            signal.alarm(0)
    if wanted.json:
        wanted.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the running server.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"what to measure: {', '.join(MEASURES)}; all if none is named",
    )
    parser.add_argument(
        "--quick", action="store_true", help="small amounts: to see that it works, not how fast"
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where the databases are made; it must be on a real disk, not in memory",
    )
    parser.add_argument(
        "--databases",
        type=_kinds,
        default=list(KINDS),
        help="what tickets, calls, visits and history are measured on: sqlite,postgresql if not said otherwise",
    )
    parser.add_argument(
        "--processes",
        type=_counts,
        default=[1],
        help="with PostgreSQL: how many server processes, like 1,4; one if not said otherwise",
    )
    parser.add_argument(
        "--most",
        type=int,
        default=max(FULL.history),
        help="history: at most so many old tickets",
    )
    wanted = parser.parse_args()
    for name in wanted.names:
        if name not in MEASURES:
            parser.error(f"there is no measurement {name!r}; choose from {', '.join(MEASURES)}")
    return wanted


def _kinds(words: str) -> list[str]:
    kinds = words.split(",")
    for kind in kinds:
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"{kind!r} is no database; choose from {', '.join(KINDS)}")
    return kinds


def _counts(words: str) -> list[int]:
    return [int(word) for word in words.split(",")]


def _grounds(kinds: list[str], processes: list[int]) -> tuple[Ground, ...]:
    return tuple(
        Ground(kind, count) for kind in kinds for count in (processes if kind == POSTGRESQL else [1])
    )


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _give_up(number: int, frame: FrameType | None) -> None:
    raise TooLong("took longer than it may")


if __name__ == "__main__":
    sys.exit(main())
