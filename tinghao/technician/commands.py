"""`tinghao devices …` and `tinghao emulate …`: what can be typed.  What they do is imported when one runs.

Exit codes: 0 good, 1 nothing answered or it failed, 2 a wrong address or option, 130 ended by Ctrl-C.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Never

import typer

if TYPE_CHECKING:
    from tinghao.drivers.address import Address
    from tinghao.drivers.families import Family

NOTHING = 1
WRONG = 2
INTERRUPTED = 130
WIDTHS = (48, 32)

devices = typer.Typer(
    help="外设：查找、询问、试用、监听。Devices: find, ask, try, watch.", no_args_is_help=True
)

papers = typer.Typer(help="打印纸面：预览、检查。Papers: preview, check.", no_args_is_help=True)

Where = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="例如 serial:/dev/ttyUSB0、tcp://10.0.0.8:9100")
]
OfFamily = Annotated[str | None, typer.Option("--family", help="设备种类，见 tinghao devices families")]
ThisFamily = Annotated[str, typer.Option("--family", help="设备种类，见 tinghao devices families")]
Columns = Annotated[int | None, typer.Option(help="48（80 毫米纸）或 32（58 毫米纸）。")]
Folder = Annotated[Path | None, typer.Option("--templates", help="大厅自己的纸面文件夹。")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="这里的接法，可重复，如 boards=1:24,2:12。As installed here."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")]
Seconds = Annotated[float | None, typer.Option("--timeout", help="最多等多少秒。Seconds at most.", min=0)]
Whole = Annotated[
    bool, typer.Option("--whole", help="完整显示每个字节（可能含姓名、证件号）。Show every byte.")
]


@devices.command("list")
def list_devices(
    probe: Annotated[bool, typer.Option("--probe", help="逐个询问是什么设备。Ask each one.")] = False,
    as_json: AsJson = False,
) -> None:
    """列出接在这台机器上的设备。List what is attached to this machine."""
    from tinghao.technician import listing

    with _quietly():
        listing.list_all(typer.echo, ask=probe, as_json=as_json)


@devices.command("families")
def list_families() -> None:
    """列出会用的设备种类。List the families of devices."""
    from tinghao.technician import listing

    for row in listing.family_table():
        typer.echo(row)


@devices.command()
def probe(
    address: Where,
    family: OfFamily = None,
    frames: Annotated[
        bool, typer.Option("-v", "--frames", help="显示来往的字节和含义。Show the bytes and their meaning.")
    ] = False,
    whole: Whole = False,
    as_json: AsJson = False,
) -> None:
    """询问一个地址上是什么设备，不打印、不开门、不发短信。Ask what is at an address; harmless."""
    from tinghao.technician import probing

    with _quietly():
        where, only = _address(address), _family(family) if family else None
        _end(probing.probe(where, only, typer.echo, frames=frames or whole, whole=whole, as_json=as_json))


@devices.command()
def read(
    address: Where,
    family: OfFamily = None,
    count: Annotated[int | None, typer.Option(help="读到几条后结束。Readings to wait for.", min=1)] = None,
    timeout: Seconds = None,
    settings: Set = None,
) -> None:
    """等待读数并显示（姓名、证件号遮盖）。Wait for readings and show them, masked."""
    from tinghao.technician import probing, running

    with _quietly():
        where = _address(address)
        chosen = _family(family) if family else probing.answering_or_scanner(where, typer.echo)
        if chosen is None:
            _leave("没有设备应答，请用 --family 指定种类", NOTHING)
        _end(running.read(_set(chosen, settings), where, typer.echo, count, timeout))


@devices.command("try")
def try_device(
    address: Where,
    family: ThisFamily,
    text: Annotated[
        str | None, typer.Option(help="要它显示、播报或发送的内容。What it shall show, speak or send.")
    ] = None,
    settings: Set = None,
) -> None:
    """让设备做一件看得见、听得到而无害的事。Let the device do something harmless."""
    from tinghao.technician import running

    with _quietly():
        chosen, where = _set(_family(family), settings), _address(address)
        trial = chosen.trial if text is None else running.told(chosen, text)
        if not trial:
            _leave(f"{chosen.title}没有可试的动作，请用 tinghao devices read 或 monitor", NOTHING)
        try:
            _end(running.try_out(partial(chosen.listening, where), trial, typer.echo))
        except running.NotUnderstood as refusal:
            _leave(str(refusal), WRONG)


@devices.command("print-test")
def print_test(
    address: Where,
    columns: Columns = None,
    profile: Annotated[str, typer.Option(help="打印机的型式，见 docs/devices/printer.md。")] = "80mm",
    paper: Annotated[str | None, typer.Option(help="不打印测试页，而打印一种纸面的样张。")] = None,
    templates: Folder = None,
) -> None:
    """打印测试页并说明是否出纸。Print the test page and tell what became of it."""
    from dataclasses import replace

    from tinghao.drivers.printer import PROFILES
    from tinghao.technician import running

    if profile not in PROFILES:
        _leave(f"没有 {profile} 这种型式，可用：{'、'.join(PROFILES)}", WRONG)
    chosen = replace(PROFILES[profile], columns=_columns(columns) or PROFILES[profile].columns)
    name = _paper(paper) if paper else None
    with _quietly():
        _end(running.print_test(_address(address), chosen, name, _folder(templates), typer.echo))


@papers.command()
def preview(
    paper: Annotated[str, typer.Argument(help="ticket、receipt、report 或 list")],
    out: Annotated[Path, typer.Option(help="图片文件（PNG）。")],
    columns: Columns = None,
    templates: Folder = None,
) -> None:
    """把一种纸面画成图片，不用打印机。Draw a paper as a picture, without a printer."""
    from tinghao.drivers.printer import TemplateError, preview_png

    try:
        out.write_bytes(preview_png(_paper(paper), _columns(columns) or WIDTHS[0], _folder(templates)))
    except TemplateError as error:
        _leave(str(error), NOTHING)
    except OSError as error:
        _leave(f"写不了 {out}：{error.strerror}", NOTHING)
    typer.echo(out)


@papers.command()
def check(templates: Annotated[Path, typer.Argument(help="大厅自己的纸面文件夹。")]) -> None:
    """检查大厅自己的纸面文件。Check a hall's own templates."""
    from tinghao.drivers.printer import read_templates

    with _quietly():
        errors = read_templates(_folder(templates)).errors
        for error in errors:
            typer.echo(str(error))
        _end(not errors)
        typer.echo("没有错误")


@devices.command()
def monitor(
    address: Where, family: ThisFamily, timeout: Seconds = None, whole: Whole = False, settings: Set = None
) -> None:
    """运行驱动并显示每一帧的字节和含义。Run the driver and show each frame with its meaning."""
    from tinghao.technician import running

    with _quietly():
        chosen = _set(_family(family), settings)
        _end(running.monitor(chosen, _address(address), typer.echo, timeout, whole=whole))


def emulate(
    family: Annotated[str, typer.Argument(help="设备种类，见 tinghao devices families")],
    pty: Annotated[Path | None, typer.Option(help="模拟串口的路径。Link to the pseudo-terminal.")] = None,
    tcp: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="模拟网口。Listen on this port.")
    ] = None,
    fault: Annotated[list[str] | None, typer.Option(help="一开始就有的故障，可重复。A bad day.")] = None,
    settings: Set = None,
) -> None:
    """运行一台模拟设备，直到 Ctrl-C；可输入命令操作它。Run an emulated device until Ctrl-C."""
    from tinghao.technician import emulating

    with _quietly():
        chosen = _set(_family(family), settings)
        try:
            port = emulating.port_for(chosen, pty, tcp)
            emulating.emulate(chosen, port, emulating.faults_of(fault or []), typer.echo)
        except emulating.CannotEmulate as refusal:
            _leave(str(refusal), WRONG if refusal.wrong else NOTHING)


# What the commands share


@contextmanager
def _quietly() -> "Iterator[None]":
    """Wrong addresses are said in a sentence, warnings by the command itself; Ctrl-C ends without a word."""
    from tinghao.drivers.address import AddressError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows a question mark
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    except AddressError as error:
        _leave(f"{error.text}：{error.reason}", WRONG)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    finally:
        logging.disable(before)


def _address(text: str) -> "Address":
    from tinghao.drivers.address import Address

    return Address.parse(text)


def _family(name: str) -> "Family":
    from tinghao.drivers.families import families

    known = families()
    family = known.get(name.replace("_", "-"))
    if family is None:
        _leave(f"没有 {name} 这种设备，可用：{'、'.join(known)}", WRONG)
    return family


def _set(family: "Family", given: list[str] | None) -> "Family":
    """The family as it is installed here."""
    from tinghao.drivers.settings import SettingError

    pairs = [text.partition("=") for text in given or ()]
    try:
        return family.with_settings({name: value for name, _, value in pairs})
    except SettingError as refusal:
        _leave(refusal.reason, WRONG)


def _columns(given: int | None) -> int | None:
    if given not in (None, *WIDTHS):
        _leave("--columns 应为 48 或 32", WRONG)
    return given


def _folder(given: Path | None) -> Path | None:
    if given and not given.is_dir():
        _leave(f"没有 {given} 这个文件夹", WRONG)
    return given


def _paper(name: str) -> str:
    from tinghao.drivers.printer.samples import SAMPLES

    if name not in SAMPLES:
        _leave(f"没有 {name} 这种纸面，可用：{'、'.join(SAMPLES)}", WRONG)
    return name


def _end(good: bool) -> None:
    if not good:
        raise typer.Exit(NOTHING)


def _leave(sentence: str, code: int) -> Never:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
