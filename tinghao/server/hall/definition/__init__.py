"""A hall definition, the TOML file in ``halls/`` that describes one hall: its rows, and how it is read and checked."""

from tinghao.server.hall.definition.reading import read_definition
from tinghao.server.hall.definition.report import DefinitionError, Problem
from tinghao.server.hall.definition.rows import (
    Department,
    HallDefinition,
    Line,
    Matter,
    Theme,
    Window,
    Zone,
)

__all__ = [
    "DefinitionError",
    "Department",
    "HallDefinition",
    "Line",
    "Matter",
    "Problem",
    "Theme",
    "Window",
    "Zone",
    "read_definition",
]
