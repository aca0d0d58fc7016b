"""What is inside one emulated pad: its registers, its display, its keys."""

from __future__ import annotations

from collections import deque

MARK, VERSION, FIRMWARE, FEATURES = 0x5448, 0x0100, 0x0102, 0b111111
COUNTER_END = 0x10000
LAMPS = ("灭", "亮", "闪")
KEY_LABELS = {
    1: ("呼叫", "Next"),
    2: ("重呼", "Recall"),
    3: ("评价", "Ask for a rating"),
    4: ("弃号", "Abandon"),
    5: ("挂起", "Hang up"),
    6: ("回呼", "Call back"),
    7: ("暂停", "Pause"),
    8: ("转移", "Transfer"),
    9: ("取消", "Cancel"),
}


class ModbusError(Exception):
    """What the pad answers instead: an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


BAD_FUNCTION, BAD_REGISTER, BAD_VALUE = 1, 2, 3


class EmulatedUnit:
    def __init__(self) -> None:
        self.power_ons = 0
        self.switch_on()

    def switch_on(self) -> None:
        """Nothing is remembered but how often this happened."""
        self.power_ons = (self.power_ons + 1) % COUNTER_END
        self.pressed = 0
        self.rated = 0
        self.keys: deque[int] = deque([0] * 4, maxlen=4)
        self.rating = 0
        self.beeps = 0
        self.holding = [0x2020, 0x2020, 0xFFFF, 0, 0, 0]

    # ------------------------------------------------------------------------------------ what is seen

    @property
    def ticket(self) -> str:
        return b"".join(value.to_bytes(2, "big") for value in self.holding[:2]).decode("ascii")

    @property
    def waiting(self) -> str:
        return "   " if self.holding[2] == 0xFFFF else f"{self.holding[2]:03}"

    @property
    def lamp(self) -> str:
        return LAMPS[self.holding[3]]

    @property
    def lets_rate(self) -> bool:
        return self.holding[4] == 1

    # ------------------------------------------------------------------------------------ what is pressed

    def press(self, code: int) -> None:
        self.keys.appendleft(code)
        self.pressed = (self.pressed + 1) % COUNTER_END

    def rate(self, level: int) -> None:
        """Keys that are dark do nothing."""
        if self.lets_rate:
            self.rating = level
            self.rated = (self.rated + 1) % COUNTER_END

    # ------------------------------------------------------------------------------------ registers

    def input_registers(self, address: int, count: int) -> list[int]:
        known = dict(enumerate((MARK, VERSION, FIRMWARE, FEATURES)))
        live = (self.power_ons, self.pressed, self.rated, *self.keys, self.rating)
        known |= dict(enumerate(live, start=0x10))
        return [_at(known, each) for each in range(address, address + count)]

    def holding_registers(self, address: int, count: int) -> list[int]:
        known = dict(enumerate(self.holding))
        return [_at(known, each) for each in range(address, address + count)]

    def write(self, address: int, values: list[int]) -> None:
        """All or nothing."""
        written = dict(enumerate(values, start=address))
        if any(each >= len(self.holding) for each in written):
            raise ModbusError(BAD_REGISTER)
        if not all(_is_allowed(each, value) for each, value in written.items()):
            raise ModbusError(BAD_VALUE)
        for each, value in written.items():
            self.holding[each] = value
        self.beeps += self.holding[5]
        self.holding[5] = 0


def _at(known: dict[int, int], address: int) -> int:
    if address not in known:
        raise ModbusError(BAD_REGISTER)
    return known[address]


def _is_allowed(address: int, value: int) -> bool:
    if address < 2:
        return all(0x20 <= half < 0x7F for half in value.to_bytes(2, "big"))
    if address == 2:
        return value <= 999 or value == 0xFFFF
    return value <= {3: 2, 4: 1, 5: 9}[address]
