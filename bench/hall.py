"""The hall that is measured: the county's own, with as many windows as there are clerks."""

from dataclasses import replace
from itertools import cycle

from tinghao.demo.make import HALLS
from tinghao.server.hall.definition import HallDefinition, Window, read_definition

HALL = "hengnan"


def measured_hall(windows: int) -> HallDefinition:
    """The hall with at least so many windows, the further ones spread over its zones; it gives numbers at all hours.

    Without its plans: what a window serves must not change because a measurement lasts, or falls on a Friday.
    """
    hall = read_definition(HALLS / f"{HALL}.toml").at_all_hours()
    last = len(hall.windows)
    first_of_zone = {window.zone: window for window in reversed(hall.windows)}
    alike = cycle(reversed(list(first_of_zone.values())))
    further = [
        Window(number, like.zone, like.lines, wheelchair=False)
        for number, like in zip(range(last + 1, windows + 1), alike, strict=False)
    ]
    return replace(hall, windows=(*hall.windows, *further), rules=hall.rules.model_copy(update={"plans": ()}))
