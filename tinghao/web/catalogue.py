"""Every text the public reads goes through here.

The Chinese sentence is the key; `locale/en.po` of each room gives the English beside it.
"""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask
from markupsafe import Markup, escape

ROOMS = Path(__file__).parents[1]


@cache
def english_messages() -> dict[str, str]:
    """All English messages of all rooms, keyed by their Chinese."""
    messages: dict[str, str] = {}
    for path in sorted(ROOMS.glob("**/locale/en.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="en")
        messages |= {str(m.id): str(m.string) for m in catalogue if m.id and m.string}
    return messages


def _(text: str, **fields: object) -> str:
    """The Chinese sentence with its `{fields}` filled in."""
    return text.format(**fields) if fields else text


def english(text: str, **fields: object) -> str:
    """The English of a Chinese message; empty where the catalogue has none."""
    return _(english_messages().get(text, ""), **fields)


def both(text: str, **fields: object) -> Markup:
    """Chinese and, beside it, English, as two marked spans."""
    spans = Markup('<span class="zh" lang="zh-CN">{}</span>').format(_(text, **fields))
    translated = english(text, **fields)
    return (
        spans + Markup(' <span class="en" lang="en">{}</span>').format(escape(translated))
        if translated
        else spans
    )


def install(app: Flask) -> None:
    """Gives the templates of `app` the three functions."""
    app.jinja_env.globals.update({"_": _, "english": english, "both": both})
