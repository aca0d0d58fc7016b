"""Starts the workbench from its file."""

import sys
from collections.abc import Callable
from pathlib import Path

from tinghao.basics.settings import ConfigError
from tinghao.web import runner
from tinghao.workbench.bench import Bench
from tinghao.workbench.config import load
from tinghao.workbench.pages import make_app


def run(config_path: str | Path, ready: Callable[[], None] | None = None) -> None:
    """Serves until it is told to stop; leaves with a clear sentence when the file or the printer's port cannot be used."""
    try:
        config = load(Path(config_path))
    except ConfigError as error:
        sys.exit(f"tinghao workbench: {error}")
    bench = Bench(config.devices)
    app, _socketio = make_app(config, bench)
    try:
        bench.start()
    except OSError as error:
        bench.close()
        sys.exit(f"tinghao workbench: cannot set up the emulated devices: {error.strerror or error}")
    try:
        runner.run(app, config.workbench.host, config.workbench.port, ready)
    finally:
        bench.close()
