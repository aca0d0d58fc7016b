"""Starts a kiosk from its file."""

import sys
from collections.abc import Callable
from pathlib import Path

from tinghao.basics.settings import ConfigError
from tinghao.kiosk.agent import Agent
from tinghao.kiosk.config import load
from tinghao.kiosk.pages import make_app
from tinghao.kiosk.remote import RemoteServer
from tinghao.web import runner


def run(config_path: str | Path, ready: Callable[[], None] | None = None) -> None:
    """Serves the kiosk until it is told to stop; leaves with a clear sentence when the file cannot be used."""
    try:
        config = load(Path(config_path))
    except ConfigError as error:
        sys.exit(f"tinghao kiosk: {error}")
    agent = Agent(config, RemoteServer(config.kiosk.server, config.kiosk.token))
    app, _socketio = make_app(config, agent)
    agent.start()
    try:
        runner.run(app, config.kiosk.host, config.kiosk.port, ready)
    finally:
        agent.close()
