"""Plays a day."""

from dataclasses import dataclass

from tinghao.rehearsal.clerks import works
from tinghao.rehearsal.day import HOUR, Day, moment
from tinghao.rehearsal.floor import Floor
from tinghao.rehearsal.record import Record, read_record
from tinghao.rehearsal.stage import Stage, stage
from tinghao.rehearsal.visiting import visits
from tinghao.rehearsal.visitors import visitors

AFTER_MIDNIGHT = 24 * HOUR + 60_000


@dataclass(frozen=True)
class Rehearsal:
    """A day that was played: the database's record of it, who got no number, what the watch saw that must not be."""

    day: Day
    record: Record
    refused: dict[str, int]
    broken: tuple[str, ...]
    steps: int


def rehearse(day: Day) -> Rehearsal:
    """Plays one day in a hall of its own."""
    with stage(day.hall) as place:
        return play(day, place)


def play(day: Day, place: Stage) -> Rehearsal:
    """Plays a day in a hall that may have had days before."""
    floor = Floor(day, place)
    people = [
        *(floor.clock.process(works(floor, clerk)) for clerk in day.clerks),
        *(floor.clock.process(visits(floor, visitor)) for visitor in visitors(day)),
    ]
    floor.clock.process(
        floor.tick_on(moment(min(begins for clerk in day.clerks for begins, _ in clerk.shifts)))
    )
    floor.clock.run(until=floor.clock.all_of(people))
    floor.end_day(AFTER_MIDNIGHT)
    with place.store.read() as connection:
        record = read_record(connection, place.hall, day.date)
    floor.watch.went_through(record)
    return Rehearsal(day, record, floor.refused, tuple(floor.watch.broken), floor.steps)
