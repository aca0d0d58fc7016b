"""The start page. In a demo it shows all doors of the house; otherwise only what anybody may know."""

from flask import Blueprint, render_template

from tinghao.server.config import ServerConfig


def make(config: ServerConfig) -> Blueprint:
    """The blueprint of the start page for these settings."""
    blueprint = Blueprint("front", __name__, template_folder="templates")

    @blueprint.get("/")
    def start() -> str:
        """The doors of the house."""
        return render_template("front/start.html", demo=config.demo)

    return blueprint
