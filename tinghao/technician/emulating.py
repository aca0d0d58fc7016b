"""An emulator in the terminal: its face is printed when it changes, its controls are typed.

Commands come from standard input as long as there is one; without (a service) it runs on until it is told
to end by Ctrl-C or SIGTERM, and takes its link away.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import SimpleQueue
from typing import NoReturn

from tinghao.drivers.address import Address
from tinghao.drivers.emulated import Emulator
from tinghao.drivers.families import Family
from tinghao.drivers.faults import FAULTS, Fault
from tinghao.drivers.ports import EmulatedPort, PtyPort, TcpPort
from tinghao.drivers.wires import left_over
from tinghao.technician.faces import control_text, face_text

HELP = "help"
FACE = "face"
QUIT = "quit"

Print = Callable[[str], None]


class CannotEmulate(Exception):
    """Why not, in Chinese; `wrong` if something else has to be typed."""

    def __init__(self, reason: str, *, wrong: bool = True) -> None:
        super().__init__(reason)
        self.wrong = wrong


def folder() -> Path:
    """Where emulators stand when nobody says otherwise: a folder of this account's own."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "tinghao" if runtime else Path(f"/tmp/tinghao-{os.getuid()}")


def emulated_ports(where: Path) -> list[Path]:
    """Links of emulators that are running."""
    links = sorted(where.glob("*.pty")) if where.is_dir() else []
    return [link for link in links if _in_use(link)]


def port_for(family: Family, pty: Path | None, tcp: str | None) -> EmulatedPort:
    """The port that was asked for, or the family's own."""
    if pty and tcp:
        raise CannotEmulate("--pty 和 --tcp 只能选一个")
    if tcp:
        at = Address.parse(f"tcp://{tcp}")
        _require(family, "tcp")
        return TcpPort(at.host, at.port)
    if pty:
        _require(family, "serial")
        return PtyPort(_free(pty.absolute()))
    port = family.port_in(_own(folder()))
    if isinstance(port, PtyPort):
        _free(port.link)
    return port


def faults_of(names: Iterable[str]) -> list[Fault]:
    wanted = list(names)
    for name in wanted:
        if name not in FAULTS:
            raise CannotEmulate(f"没有 {name} 这种故障，可选：{'、'.join(FAULTS)}")
    return [fault for fault in FAULTS if fault in wanted]


def emulate(family: Family, port: EmulatedPort, faults: Iterable[Fault], line: Print) -> None:
    """Runs until told to end."""
    news: SimpleQueue[str | None] = SimpleQueue()
    emulator = family.emulator(port, lambda: news.put(None))
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        _plug(emulator)
        for fault in faults:
            emulator.set_fault(fault)
        line(f"{family.title}模拟器  {emulator.address}")
        line(f"输入 {HELP} 查看可用的命令，按 Ctrl-C 结束")
        threading.Thread(target=_listen, args=(news,), name="commands", daemon=True).start()
        _serve(emulator, news, line)
    except KeyboardInterrupt:
        line("已结束")
    finally:
        emulator.close()
        signal.signal(signal.SIGTERM, before)


def _plug(emulator: Emulator) -> None:
    try:
        emulator.plug()
    except OSError as error:
        raise CannotEmulate(_refusal(emulator.address, error), wrong=False) from None


def _refusal(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {address.port} 已被其他程序占用，请换一个"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"无权使用 {address}"
    return f"不能使用 {address}：{error.strerror or error}"


def _serve(emulator: Emulator, news: SimpleQueue[str | None], line: Print) -> None:
    shown: list[str] = []
    while True:
        face = face_text(emulator)
        if face != shown:
            for row in [row for row in face if row not in shown] or face:
                line(f"| {row}")
            shown = face
        command = news.get()
        if command == QUIT:
            return
        if command is not None:
            obey(emulator, command, line)


def obey(emulator: Emulator, command: str, line: Print) -> None:
    """One typed line: the name of a control and its text, `face` or `help`."""
    name, _, text = command.partition(" ")
    controls = {control.name: control for control in emulator.all_controls()}
    if name == HELP:
        for row in control_text(controls.values()):
            line(row)
        line(f"{FACE}、{HELP}、{QUIT}")
    elif name == FACE:
        for row in face_text(emulator):
            line(f"| {row}")
    elif name in controls:
        try:
            controls[name].do(text.strip())
        except OSError as error:
            line(_refusal(emulator.address, error))
        except Exception as error:  # a slip of the finger is no reason to lose the device
            line(f"{name} 没有做成：{error or type(error).__name__}")
    else:
        line(f"没有 {name} 这个命令，输入 {HELP} 查看")


def _listen(news: SimpleQueue[str | None]) -> None:
    """Reads a copy of standard input: at the end of the process its own lock must be free."""
    try:
        with open(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace") as commands:
            for command in commands:
                if command.strip():
                    news.put(command.strip())
    except (AttributeError, OSError, ValueError):  # closed, as a service's is
        return


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _own(place: Path) -> Path:
    """Nobody else may put links where this account follows them."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise CannotEmulate(f"{place} 属于其他账号，请用 --pty 指定路径")
    return place


def _require(family: Family, kind: str) -> None:
    if kind not in family.driver.kinds:
        raise CannotEmulate(f"{family.title}不接 {kind} 地址，可用：{'、'.join(family.driver.kinds)}")


def _free(link: Path) -> Path:
    """Only the link of an emulator that is gone may be replaced."""
    if _in_use(link):
        raise CannotEmulate(f"{link} 上已有一台模拟设备在运行", wrong=False)
    if link.exists() and not left_over(str(link)):
        raise CannotEmulate(f"{link} 已存在，而且不是模拟设备，请换一个路径")
    return link


def _in_use(link: Path) -> bool:
    is_emulated = link.is_symlink() and str(link.resolve()).startswith("/dev/pts/")
    return is_emulated and link.exists() and not left_over(str(link))
