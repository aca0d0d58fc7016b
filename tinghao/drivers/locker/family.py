"""Locker boards among the families."""

from __future__ import annotations

from collections.abc import Mapping

from tinghao.drivers.address import Address
from tinghao.drivers.asking import Pacing, exchange
from tinghao.drivers.base import Driver
from tinghao.drivers.emulated import OnChange
from tinghao.drivers.families import Family, Order, Say
from tinghao.drivers.links import Link
from tinghao.drivers.locker.driver import GAP, PAUSE, LockerBoard
from tinghao.drivers.locker.emulator import LockerEmulator
from tinghao.drivers.locker.explain import LockerExplainer
from tinghao.drivers.locker.protocol import StatusOrder, open_doors, query_all, status_answer
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.settings import Setting, choice, counts, number

PROBED_BOARDS = (1, 2, 3)
PROBING = Pacing(answer=0.45, gap=GAP, pause=PAUSE)
DEMO_BOARDS = {1: 24}
RESULTS = {"opened": "门已打开", "not_opened": "门没有打开", "unknown": "不知道门是否打开"}


def probe(link: Link) -> str | None:
    """Asks the first boards; "open" supposes the common wiring."""
    told = []
    for board in PROBED_BOARDS:
        link.drain()
        status, _ = exchange(link, query_all(board), status_answer, PROBING)
        if status is not None:
            doors = open_doors(status, "last_first", inverted=False)
            told.append(f"柜锁板 {board}：{len(doors)} 门，{sum(doors.values())} 门开着")
    return "；".join(told) or None


def _listening(
    address: Address,
    say: Say,
    *,
    boards: Mapping[int, int] = DEMO_BOARDS,
    inverted: bool = False,
    order: StatusOrder = "last_first",
) -> Driver:
    def door(board: int, lock: int, is_open: bool) -> None:
        say(f"柜锁板 {board} 的 {lock} 号门{'打开' if is_open else '关上'}了")

    return LockerBoard(address, boards, door, feedback_inverted=inverted, status_order=order)


def _trial(driver: Driver, say: Say) -> bool:
    """Opens the first door of the first board."""
    assert isinstance(driver, LockerBoard)
    return _open(driver, *next(iter(driver.doors)), say)


def _open_typed(driver: Driver, text: str, say: Say) -> bool:
    """`1-3`: opens a lock of a board."""
    assert isinstance(driver, LockerBoard)
    board, _, lock = text.strip().partition("-")
    return _open(driver, int(board), int(lock), say)


def _open(driver: LockerBoard, board: int, lock: int, say: Say) -> bool:
    outcome = driver.open(board, lock)
    say(f"柜锁板 {board} 的 {lock} 号门：{RESULTS[outcome.result]}。{outcome.reason}")
    return outcome.result == "opened"


def _emulator(
    port: EmulatedPort,
    on_change: OnChange | None,
    *,
    boards: Mapping[int, int] = DEMO_BOARDS,
    inverted: bool = False,
    order: StatusOrder = "last_first",
) -> LockerEmulator:
    widest = -(-max(boards.values()) // 8)
    return LockerEmulator(
        port, on_change, boards=boards, inverted=inverted, order=order, status_bytes=max(3, widest)
    )


SETTINGS = {
    "boards": Setting("板号:锁数，如 1:24,2:12", counts(number(1, 32), number(1, 50))),
    "inverted": Setting(" yes 或 no（反馈触点接法相反）", choice(yes=True, no=False)),
    "order": Setting(
        " last_first 或 first_first（状态字节顺序）",
        choice(last_first="last_first", first_first="first_first"),
    ),
}


FAMILY = Family(
    name="locker",
    title="柜锁板",
    title_en="Locker boards",
    driver=LockerBoard,
    listening=_listening,
    probe=probe,
    explainer=LockerExplainer,
    emulator=_emulator,
    trial=_trial,
    settings=SETTINGS,
    order=Order("柜锁板-锁，如 1-3", "board-lock, as 1-3", _open_typed),
)
