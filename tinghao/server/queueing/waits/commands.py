"""`tinghao waits …`: what can be typed. What the commands need is imported when one runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tinghao.server.hall.facts import HallFacts

waits = typer.Typer(
    help="等候时间：回放、导出、评分。Waiting times: replay, export, scores.", no_args_is_help=True
)

Config = Annotated[
    Path | None,
    typer.Option("--config", help="设置文件（TOML），缺的由 TINGHAO_… 环境变量补上。Settings file (TOML)."),
]
HallCode = Annotated[str, typer.Option("--hall", help="大厅代码，如 hengnan。The hall's code.")]
First = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="从这一天起。From this day on.")
]
Last = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="到这一天为止（含）。Up to this day.")
]
MOST_FAULTS = 10


@waits.command("replay")
def replay_log(
    file: Annotated[Path, typer.Argument(help="取号记录（CSV），见 docs/waits.md。A log of past tickets.")],
    hall: Annotated[
        str | None,
        typer.Option("--hall", help="按这个大厅的规则和平均办理时间。With this hall's rules and mean times."),
    ] = None,
    score_from: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="这一天之前只学习、不评分。Earlier days only teach."),
    ] = None,
    config: Config = None,
) -> None:
    """用过去的取号记录检验估时，并与几种简单算法比较。Score our estimates on past tickets beside simple ones."""
    from tinghao.server.queueing.waits import table
    from tinghao.server.queueing.waits.log import LogError, read_log
    from tinghao.server.queueing.waits.replay import OURS, replay

    try:
        log, faults = read_log(file)
    except LogError as error:
        _leave(str(error))
    for fault in faults[:MOST_FAULTS]:
        typer.echo(f"{file}:{fault.line_number}: {fault.reason}", err=True)
    if faults:
        typer.echo(f"{len(faults)} rows left out", err=True)
    rules, priors = None, None
    if hall is not None:
        with _hall(hall, config) as (_, facts):
            rules = facts.rules
            priors = {line.prefix: line.mean_minutes for line in facts.lines.values()}
    found = replay(log, rules, priors, score_from.date() if score_from else None)
    if (OURS, None) not in found.scores:
        _leave("nothing to compare: the log has too few tickets that were called")
    typer.echo(
        f"{len(log)} tickets; of {found.called} called ones we gave {found.told} an estimate; "
        f"{found.compared} are compared, of which every method could tell something"
    )
    for line in table.of_replay(found):
        typer.echo(line)


@waits.command("export")
def export(
    hall: HallCode,
    file: Annotated[Path, typer.Argument(help="写到这个文件，- 为屏幕。Where to write; - for the screen.")],
    first: First = None,
    last: Last = None,
    config: Config = None,
) -> None:
    """把取号记录导出为 CSV，不含任何个人信息。Export past tickets as CSV, without anything personal."""
    from tinghao.server.queueing.waits import history
    from tinghao.server.queueing.waits.log import write_log

    with _hall(hall, config) as (connection, facts):
        tickets = history.of_days(
            connection, facts, first.date() if first else None, last.date() if last else None
        )
        if str(file) == "-":
            write_log(sys.stdout, tickets)
            return
        try:
            with file.open("w", encoding="utf-8-sig", newline="") as stream:
                count = write_log(stream, tickets)
        except OSError as error:
            _leave(f"{file}: {error.strerror}")
    typer.echo(f"{count} tickets written to {file}")


@waits.command("scores")
def scores(hall: HallCode, first: First = None, last: Last = None, config: Config = None) -> None:
    """每天每条队列的估时成绩。How each day's estimates turned out, by line."""
    from tinghao.server.queueing.waits import table
    from tinghao.server.queueing.waits.service import scores_of

    with _hall(hall, config) as (connection, facts):
        rows = scores_of(connection, facts, first.date() if first else None, last.date() if last else None)
    if not rows:
        typer.echo(
            "no day has been scored yet: a day is scored after its end, when its tickets had estimates"
        )
        return
    for line in table.of_days(rows):
        typer.echo(line)


@contextmanager
def _hall(code: str, config: Path | None) -> "Iterator[tuple[Connection, HallFacts]]":
    from tinghao.basics.problem import Problem
    from tinghao.basics.settings import ConfigError
    from tinghao.server.config import read_config
    from tinghao.server.hall.reading import read_facts
    from tinghao.server.hall.views import hall_id_of
    from tinghao.server.store import Store
    from tinghao.server.store.migrate import WrongVersion, require_current

    try:
        database = read_config(config).database
        require_current(database)
    except (ConfigError, WrongVersion) as error:
        _leave(str(error))
    store = Store(database)
    try:
        with store.read() as connection:
            yield connection, read_facts(connection, hall_id_of(connection, code))
    except Problem as problem:
        _leave(problem.sentence_en)
    finally:
        store.close()


def _leave(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
