"""The measurements by name."""

from bench.measures import async_modes, boards, calls, history, papers, readings, start, tickets, visits
from bench.measures.base import Measure

MEASURES: dict[str, Measure] = {
    "tickets": tickets.measure,
    "calls": calls.measure,
    "visits": visits.measure,
    "boards": boards.measure,
    "history": history.measure,
    "async_modes": async_modes.measure,
    "papers": papers.measure,
    "start": start.measure,
    "readings": readings.measure,
}

LIMITS = {
    "tickets": 1800,
    "calls": 3600,
    "visits": 1800,
    "boards": 420,
    "history": 14400,
    "async_modes": 1200,
    "papers": 120,
    "start": 180,
    "readings": 120,
}
"""Seconds after which a measurement is given up."""
