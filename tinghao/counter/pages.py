"""The clerk's terminal. It holds no state: wishes go to the API, everything shown comes from it and from the stream."""

from flask import Blueprint, render_template

blueprint = Blueprint("counter", __name__, url_prefix="/counter", template_folder="templates")


@blueprint.get("/")
def terminal() -> str:
    """Log in, open a window, call visitors."""
    return render_template("counter/terminal.html")
