"""What comes out of the printer: the typed values of a paper, set by its template.

The templates are text files (`templates/ticket.paper`, …; `markup.py` and `template.py` teach their
language).  A hall puts its own beside a logo into a folder of its own; one that can't be read there is
reported and the shipped one is used, so that a slip of the pen doesn't stop the kiosk.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from tinghao.drivers.printer.roll import FEED_AND_PARTIAL_CUT
from tinghao.drivers.printer.samples import SAMPLES
from tinghao.drivers.printer.template import Template, TemplateError, read_template
from tinghao.drivers.printer.text import CELL
from tinghao.drivers.printer.typeset import typeset
from tinghao.drivers.printer.values import PAPERS, TicketPaper, Values

__all__ = [
    "SHIPPED",
    "Templates",
    "TicketPaper",
    "compose",
    "preview",
    "preview_png",
    "read_named",
    "read_templates",
]

FOLDER = Path(__file__).parent / "templates"
SUFFIX = ".paper"
WIDTHS = (48, 32)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Templates:
    """Those of a hall, and what was wrong with those of it that can't be used."""

    by_values: dict[type, Template]
    errors: tuple[TemplateError, ...] = ()

    def of(self, paper: Values) -> Template:
        return self.by_values[type(paper)]


def read_templates(folder: Path | None = None) -> Templates:
    """The hall's where it has one that can be used, else the shipped one."""
    found, errors = {}, []
    for name, values in PAPERS.items():
        try:
            found[values] = read_named(name, folder)
            _try_out(name, found[values])
        except TemplateError as error:
            log.warning("%s", error)
            errors.append(error)
            found[values] = read_named(name)
    return Templates(found, tuple(errors))


def _try_out(name: str, template: Template) -> None:
    for columns in WIDTHS:
        typeset(template, SAMPLES[name], columns)


def read_named(name: str, folder: Path | None = None) -> Template:
    """Raises `TemplateError`."""
    own = folder / f"{name}{SUFFIX}" if folder else None
    path = own if own and own.is_file() else FOLDER / f"{name}{SUFFIX}"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise TemplateError(path.name, 1, "文件打不开，或者不是 UTF-8 编码") from None
    return read_template(path.name, text, PAPERS[name], (folder, FOLDER) if folder else (FOLDER,))


SHIPPED = Templates({values: read_named(name) for name, values in PAPERS.items()})


def compose(
    paper: Values, columns: int = 48, templates: Templates = SHIPPED, *, cut: bytes = FEED_AND_PARTIAL_CUT
) -> bytes:
    """The whole job, from initialising to the cut; raises `TemplateError`, which is a `ValueError`."""
    return typeset(templates.of(paper), paper, columns, cut)


def preview_png(name: str, columns: int = 48, folder: Path | None = None) -> bytes:
    """The picture of a paper with sample values, for those who edit its template; raises `TemplateError`."""
    return preview(read_named(name, folder), SAMPLES[name], columns)


def preview(template: Template, values: Values, columns: int = 48) -> bytes:
    """Drawn by the emulated printer from the same bytes that a real one would be sent."""
    from tinghao.drivers.printer.emulated_escpos import Interpreter
    from tinghao.drivers.printer.emulated_paper import Block, Paper

    blocks: list[Block] = []
    reader = Interpreter(
        columns * CELL,
        put=blocks.append,
        cut=lambda: None,
        answer=lambda _: None,
        paper_status=lambda: 0,
    )
    reader.buffer += typeset(template, values, columns)
    while reader.step():
        pass
    return Paper(tuple(blocks), columns * CELL, cut=True).png()
