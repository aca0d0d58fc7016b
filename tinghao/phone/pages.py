"""One page: a ticket's place in the queue."""

from flask import Blueprint, render_template

blueprint = Blueprint("phone", __name__, template_folder="templates")


@blueprint.get("/t/<slug>")
def ticket(slug: str) -> str:
    """The page of one ticket; it asks the API for what it shows."""
    return render_template("phone/ticket.html", slug=slug)
