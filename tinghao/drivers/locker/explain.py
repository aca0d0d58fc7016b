"""What passes on a locker line, in words."""

from __future__ import annotations

from tinghao.drivers.links import Direction
from tinghao.drivers.locker.protocol import (
    ALL_LOCKS,
    CONTACT_CLOSED,
    CONTACT_OPEN,
    FUNC_FIRMWARE,
    FUNC_OPEN,
    FUNC_QUERY,
    HDR_FIRMWARE,
    HDR_HOLD_OFF,
    HDR_HOLD_ON,
    HDR_OPEN,
    HDR_OPEN_SEVERAL,
    HDR_PUSH,
    HDR_QUERY,
    LOCK_FRAME,
    STATUS_BYTES,
    is_right,
)

HEADERS = (HDR_OPEN, HDR_QUERY, HDR_OPEN_SEVERAL, HDR_HOLD_ON, HDR_HOLD_OFF, HDR_PUSH)
DONE = {HDR_OPEN: "开锁", HDR_HOLD_ON: "开始长通电", HDR_HOLD_OFF: "结束长通电"}
CONTACT = {CONTACT_CLOSED: "反馈触点闭合", CONTACT_OPEN: "反馈触点断开"}
REPLIES = {
    HDR_OPEN: "已给开锁脉冲",
    HDR_QUERY: "状态",
    HDR_PUSH: "主动上报",
    HDR_HOLD_ON: "长通电",
    HDR_HOLD_OFF: "长通电结束",
}


class LockerExplainer:
    """An answer's shape hangs on what was asked, so the last request is kept."""

    def __init__(self) -> None:
        self._waiting: dict[Direction, bytes] = {"in": b"", "out": b""}
        self._asked_all = False

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        rest = self._waiting[direction] + data
        lines: list[str] = []
        unknown = b""
        while rest:
            lengths = self._lengths(rest[0], direction)
            frame = _frame_at(rest, lengths)
            if frame is None and lengths and len(rest) < lengths[-1]:
                break
            if frame is None:
                unknown, rest = unknown + rest[:1], rest[1:]
                continue
            lines += [*_unknown(unknown), _meaning(frame, direction)]
            unknown, rest = b"", rest[len(frame) :]
            if direction == "out":
                self._asked_all = frame[0] == HDR_QUERY and frame[2] == ALL_LOCKS
        self._waiting[direction] = rest
        return lines + _unknown(unknown)

    def _lengths(self, header: int, direction: Direction) -> tuple[int, ...]:
        """How long a frame with this header may be, shortest first."""
        if header not in HEADERS:
            return ()
        if header == HDR_OPEN_SEVERAL:
            return (LOCK_FRAME + 1,)
        if header == HDR_OPEN and direction == "out":
            return (LOCK_FRAME, LOCK_FRAME + 1)
        if header == HDR_QUERY and direction == "in" and self._asked_all:
            return tuple(count + 4 for count in STATUS_BYTES)
        return (LOCK_FRAME,)


def _frame_at(rest: bytes, lengths: tuple[int, ...]) -> bytes | None:
    for length in lengths:
        frame = rest[:length]
        if len(frame) == length and is_right(frame) and (len(lengths) <= 2 or frame[-2] == FUNC_QUERY):
            return frame
    return None


def _meaning(frame: bytes, direction: Direction) -> str:
    header, board, lock, function = frame[:4]
    where = f"柜锁板 {board}" + (" 全部锁" if lock == ALL_LOCKS else f" 锁 {lock}")
    if header == HDR_OPEN_SEVERAL:
        return f"柜锁板 {board}：同时开几把锁（{frame[2:-1].hex(' ')}）"
    if header == HDR_QUERY and len(frame) > LOCK_FRAME:
        return f"柜锁板 {board}：状态 {frame[2:-2].hex(' ')}"
    if header == HDR_QUERY and function == FUNC_QUERY:
        return f"{where}：查询"
    if header == HDR_FIRMWARE and function == FUNC_FIRMWARE:
        return f"柜锁板 {board}：查询固件版本"
    if direction == "out" and function == FUNC_OPEN:
        seconds = f" {frame[4]} 秒" if len(frame) > LOCK_FRAME else ""
        return f"{where}：{DONE.get(header, '命令')}{seconds}"
    told = CONTACT.get(function, f"{function:02X}")
    return f"{where}：{REPLIES.get(header, '回复')}，{told}"


def _unknown(data: bytes) -> list[str]:
    return [f"无法识别 {data.hex(' ').upper()}"] if data else []
