"""The one command line. Each command imports what it needs when it runs, so that `gevent` can come first where it must."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from tinghao.rehearsal.command import rehearse
from tinghao.server.queueing.waits.commands import waits
from tinghao.technician import commands as technician

if TYPE_CHECKING:
    from tinghao.server.access.callers import StaffRole
    from tinghao.server.store import Store

app = typer.Typer(
    name="tinghao",
    help="听号: queue and kiosk system of a government service hall. 政务服务大厅排队叫号与自助终端系统。",
    no_args_is_help=True,
    add_completion=False,
)
hall = typer.Typer(help="Halls and their definitions.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
station = typer.Typer(help="Stations and their tokens.", no_args_is_help=True)
staff = typer.Typer(help="Accounts of the hall's staff.", no_args_is_help=True)
for group, name in ((hall, "hall"), (db, "db"), (station, "station"), (staff, "staff")):
    app.add_typer(group, name=name)
app.add_typer(technician.devices, name="devices")
app.add_typer(technician.papers, name="papers")
app.add_typer(waits, name="waits")
app.command("emulate")(technician.emulate)
app.command("rehearse")(rehearse)

Config = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file (TOML); TINGHAO_… environment variables fill in the rest."),
]
StationConfig = Annotated[Path, typer.Option("--config", help="Settings file (TOML).")]
HallCode = Annotated[str, typer.Option("--hall", help="The hall's code, such as hengnan.")]
Role = Annotated[str, typer.Option(help="clerk (窗口人员), guide (导办) or manager (管理人员).")]
Skills = Annotated[list[str] | None, typer.Option("--skill", help="Code of a skill; may be given again.")]


def main() -> None:
    """Entry of the command `tinghao`."""
    app()


# Processes


@app.command()
def serve(config: Config = None) -> None:
    """Run the server: API, live events, and the pages of boards, counters and visitors."""
    _patch()
    from tinghao.assembly import assemble
    from tinghao.server.queueing.clockwork import Clockwork
    from tinghao.server.store.migrate import WrongVersion
    from tinghao.web import runner

    settings = _settings(config)
    try:
        application = assemble(settings)
    except WrongVersion as error:
        _leave(str(error))
    Clockwork(*(application.extensions[name] for name in ("store", "book", "clock"))).start()
    runner.run(application, settings.host, settings.port, _say_ready)


@app.command()
def kiosk(config: StationConfig) -> None:
    """Run a kiosk: its devices and its touch screens."""
    _patch()
    from tinghao.kiosk import run

    run(config, _say_ready)


@app.command()
def workbench(config: StationConfig) -> None:
    """Run the workbench of emulated devices."""
    _patch()
    from tinghao.workbench import run

    run(config, _say_ready)


@app.command()
def demo(
    port: Annotated[
        int,
        typer.Option(help="The server's port; the kiosk, the workbench and the printer take the next three."),
    ] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    data: Annotated[
        Path | None, typer.Option(help="Folder of the demo's data; var/demo-PORT if not given.")
    ] = None,
) -> None:
    """Make the demo hall and run it: server, kiosk and workbench together."""
    from tinghao.demo import make
    from tinghao.demo.run import run

    folder = (data or Path("var") / f"demo-{port}").resolve()
    make.prepare(folder, host, port)
    sys.exit(run(folder, host, port))


# Administration


@db.command("upgrade")
def db_upgrade(config: Config = None) -> None:
    """Create the database or bring it to the current version."""
    from tinghao.server.store.migrate import WrongVersion, upgrade

    settings = _settings(config)
    try:
        upgrade(settings.database)
    except WrongVersion as error:
        _leave(str(error))
    typer.echo(f"{settings.database} is current")


@hall.command("check")
def hall_check(files: list[Path]) -> None:
    """Check hall definitions without importing them."""
    for file in files:
        _definition(file)
        typer.echo(f"{file}: good")


@hall.command("import")
def hall_import(file: Path, config: Config = None) -> None:
    """Take a hall definition into the database; importing again changes only what changed."""
    from tinghao.basics.clock import system_clock
    from tinghao.server.hall.service import import_hall

    definition = _definition(file)
    with _store(config) as store:
        changes = store.write(lambda work: import_hall(work, definition, system_clock()))
    for what in ("added", "changed", "retired"):
        for table, keys in getattr(changes, what).items():
            typer.echo(f"{what} {len(keys)} {table}: {', '.join(keys[:8])}{' …' if len(keys) > 8 else ''}")
    if not changes:
        typer.echo("nothing has changed")


@station.command("add")
def station_add(
    name: str,
    hall_code: HallCode,
    kind: Annotated[str, typer.Option(help="kiosk, board, window_screen, counter or desk.")],
    config: Config = None,
) -> None:
    """Add a station and print its token, which is shown only now."""
    from tinghao.basics.clock import system_clock
    from tinghao.server.access import STATIONS
    from tinghao.server.devices import service
    from tinghao.server.hall.views import hall_id_of

    if kind not in STATIONS:
        _leave(f"{kind!r} is no kind of station; choose one of {', '.join(STATIONS)}")
    with _store(config) as store:
        token = store.write(
            lambda work: service.add(work, hall_id_of(work.connection, hall_code), kind, name, system_clock())
        )
    typer.echo(token)


@station.command("list")
def station_list(config: Config = None) -> None:
    """List the stations of all halls."""
    from tinghao.server.devices import service

    with _store(config) as store, store.read() as connection:
        for row in service.everywhere(connection):
            state = (
                "revoked"
                if row.revoked_at
                else f"seen {row.seen_at:%Y-%m-%d %H:%M:%S}Z"
                if row.seen_at
                else "never seen"
            )
            typer.echo(f"{row.id}\t{row.hall}\t{row.kind}\t{row.name}\t{state}")


@station.command("revoke")
def station_revoke(station_id: int, config: Config = None) -> None:
    """Revoke a station's token; it is sent away within seconds."""
    from tinghao.basics.clock import system_clock
    from tinghao.server.devices import service

    with _store(config) as store:
        if not store.write(lambda work: service.revoke(work, station_id, system_clock())):
            _leave(f"there is no station {station_id} with a token in force")
    typer.echo(f"station {station_id} is revoked")


@staff.command("add")
def staff_add(
    username: str,
    name: str,
    hall_code: HallCode,
    badge: Annotated[str, typer.Option(help="Badge number.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    role: Role = "clerk",
    skill: Skills = None,
    config: Config = None,
) -> None:
    """Add an account; asks for the password."""
    from tinghao.server.hall.views import hall_id_of
    from tinghao.server.staff import service

    known = _staff_role(role)
    with _store(config) as store:
        store.write(
            lambda work: service.add(
                work,
                hall_id_of(work.connection, hall_code),
                username,
                name,
                badge,
                password,
                known,
                skill or (),
            )
        )
    typer.echo(f"added {username}")


@staff.command("list")
def staff_list(config: Config = None) -> None:
    """List the accounts of all halls with their roles and skills."""
    from tinghao.server.staff import service

    with _store(config) as store, store.read() as connection:
        for row in service.everybody(connection):
            skills = " ".join(row.skills) or "-"
            typer.echo(f"{row.hall}\t{row.username}\t{row.name}\t{row.badge}\t{row.role}\t{skills}")


@staff.command("change")
def staff_change(
    username: str,
    hall_code: HallCode,
    role: Annotated[str | None, typer.Option(help="The new role: clerk, guide or manager.")] = None,
    skill: Skills = None,
    no_skills: Annotated[bool, typer.Option("--no-skills", help="Take all skills away.")] = False,
    config: Config = None,
) -> None:
    """Give an account another role, or other skills in place of those it has; in force at the next log-in or window."""
    from tinghao.server.hall.views import hall_id_of
    from tinghao.server.staff import service

    skills = [] if no_skills else skill
    if role is None and skills is None:
        _leave("nothing to change: give --role, --skill or --no-skills")
    known = _staff_role(role) if role is not None else None
    with _store(config) as store:
        if not store.write(
            lambda work: service.change(work, hall_id_of(work.connection, hall_code), username, known, skills)
        ):
            _leave(f"there is no account {username} in {hall_code}")
    typer.echo(f"changed {username}")


# What the commands share


def _patch() -> None:
    from gevent import monkey

    monkey.patch_all()


def _say_ready() -> None:
    from tinghao.demo.run import READY

    typer.echo(READY)


def _settings(config: Path | None):  # type: ignore[no-untyped-def]
    from tinghao.basics.settings import ConfigError
    from tinghao.server.config import read_config

    try:
        return read_config(config)
    except ConfigError as error:
        _leave(str(error))


@contextmanager
def _store(config: Path | None) -> "Iterator[Store]":
    from tinghao.basics.problem import Problem
    from tinghao.server.store import Store
    from tinghao.server.store.migrate import WrongVersion, require_current

    settings = _settings(config)
    try:
        require_current(settings.database)
        store = Store(settings.database)
        try:
            yield store
        finally:
            store.close()
    except WrongVersion as error:
        _leave(str(error))
    except Problem as problem:
        _leave(problem.sentence_en)


def _definition(file: Path):  # type: ignore[no-untyped-def]
    from tinghao.server.hall.definition import DefinitionError, read_definition

    try:
        return read_definition(file)
    except DefinitionError as error:
        _leave(str(error))


def _staff_role(role: str) -> "StaffRole":
    from tinghao.server.access import STAFF

    if role not in STAFF:
        _leave(f"{role!r} is no role; choose one of {', '.join(STAFF)}")
    return cast("StaffRole", role)


def _leave(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
