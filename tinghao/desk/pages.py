"""The desk's page. It holds no state: wishes go to the API, everything shown comes from it and from the stream."""

from flask import Blueprint, render_template

blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")


@blueprint.get("/")
def desk() -> str:
    """Take numbers for others, find tickets, see every line."""
    return render_template("desk/desk.html")
