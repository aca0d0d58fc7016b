"""Puts the house together: the server's API and, in the same process, the pages that boards, counters and visitors open."""

from flask import Flask

from tinghao import phone
from tinghao.basics.clock import Clock, system_clock
from tinghao.counter.pages import blueprint as counter
from tinghao.desk.pages import blueprint as desk
from tinghao.display.pages import blueprint as display
from tinghao.front import pages as front
from tinghao.server.app import create_app
from tinghao.server.config import ServerConfig
from tinghao.web import pages


def assemble(config: ServerConfig, clock: Clock = system_clock, async_mode: str = "gevent") -> Flask:
    """The whole server application with all its pages."""
    app = create_app(config, clock, async_mode)
    pages.install(app)
    for blueprint in (counter, desk, display, phone.blueprint, front.make(config)):
        app.register_blueprint(blueprint)
    return app
