"""The screens' pages. They hold no state: everything they show comes from the server's stream."""

from flask import Blueprint, render_template

blueprint = Blueprint("display", __name__, url_prefix="/display", template_folder="templates")


@blueprint.get("/board")
def board() -> str:
    """The hall board: calls, windows, waiting counts."""
    return render_template("display/board.html")


@blueprint.get("/window")
def window() -> str:
    """The screen above one window; `?window=` names it by number or id."""
    return render_template("display/window.html")
