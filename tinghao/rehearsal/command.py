"""The command `tinghao rehearse`: what can be typed. What it does is imported when it runs."""

from enum import StrEnum
from typing import Annotated

import typer


class Scenario(StrEnum):
    """What can be rehearsed."""

    ZONES = "zones"
    PRIORITY = "priority"
    DAY = "day"


def rehearse(
    scenario: Annotated[
        Scenario, typer.Option(help="zones 分区与无差别, priority 优先办法, day 县级大厅的一天.")
    ] = Scenario.ZONES,
    seed: Annotated[int, typer.Option(help="The same seed brings the same visitors.")] = 1,
    days: Annotated[int, typer.Option(help="So many days, each with visitors of its own.", min=1)] = 1,
) -> None:
    """Play through a hall's day: made-up visitors and clerks, the real rules, services and database.

    Ends with 1 when something was seen that must not be. 彩排大厅的一天.
    """
    from tinghao.rehearsal.report import SCENARIOS

    if not SCENARIOS[scenario](seed, days, typer.echo):
        raise typer.Exit(1)
