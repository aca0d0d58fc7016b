"""A visitor's phone: taking a number in the hall, and the ticket's place in the queue."""

from flask import Blueprint, render_template

blueprint = Blueprint("phone", __name__, template_folder="templates")


@blueprint.get("/t/<slug>")
def ticket(slug: str) -> str:
    """The page of one ticket; it asks the API for what it shows."""
    return render_template("phone/ticket.html", slug=slug)


@blueprint.get("/take/<hall>")
def take(hall: str) -> str:
    """Taking a number; the code that says the visitor is in the hall stands in the address's fragment."""
    return render_template("phone/take.html", hall_code=hall)
