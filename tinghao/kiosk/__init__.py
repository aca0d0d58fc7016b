"""The visitor's machine: an agent that owns the devices of one kiosk, and the touch screens for its own browser.

    config.py       the TOML file            visit.py        one visit, decided without clock or I/O
    agent.py        leads the visits         devices.py      opens the drivers, knows their states
    hall_server.py  what it needs of the server (a protocol), and `remote.py`, the same over HTTP
    pages.py        one page, its touches    view.py         what that page may see
    store.py        the little it keeps on disk              codes.py, notices.py, ticket_paper.py

`run(config_path)` starts it; the process has to be patched by gevent before its other imports.
"""

from tinghao.kiosk.run import run

__all__ = ["run"]
