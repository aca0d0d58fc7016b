"""Emulated devices with a page to play on them: cards to lay, codes to scan, a printer's roll to look at.

    config.py   the TOML file          bench.py    the three emulators and what can be done to them
    pages.py    the page and its API   run.py      starts it all

`run(config_path)` starts it; the process has to be patched by gevent before its other imports.
"""

from tinghao.workbench.run import run

__all__ = ["run"]
