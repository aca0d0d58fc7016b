"""Modbus RTU frames as the specification and its best known examples have them, and our register map."""

import pytest
from pymodbus.framer import FramerRTU

from tinghao.drivers.keys import Key
from tinghao.drivers.links import Direction
from tinghao.drivers.modbus_pad import registers, rtu
from tinghao.drivers.modbus_pad.explain import ModbusPadExplainer
from tinghao.drivers.modbus_pad.presses import Presses
from tinghao.drivers.modbus_pad.registers import Shown
from tinghao.drivers.modbus_pad.rtu import Answer

READ_HOLDING = "11 03 00 6B 00 03 76 87"
READ_INPUT = "11 04 00 08 00 01 B2 98"
WRITE = "11 10 00 01 00 02 04 00 0A 01 02 C6 F0"


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


def test_the_check_value_of_crc_16_modbus() -> None:
    assert rtu.crc(b"123456789") == 0x4B37.to_bytes(2, "little")


@pytest.mark.parametrize("size", [1, 7, 250])
def test_the_crc_is_that_of_pymodbus(size: int) -> None:
    data = bytes(range(size))
    assert rtu.crc(data) == FramerRTU.compute_CRC(data).to_bytes(2, "big")


def test_requests() -> None:
    assert rtu.read_request(0x11, 3, 0x6B, 3) == hexed(READ_HOLDING)
    assert rtu.read_request(0x11, 4, 0x08, 1) == hexed(READ_INPUT)
    assert rtu.write_request(0x11, 1, [0x000A, 0x0102]) == hexed(WRITE)


@pytest.mark.parametrize(
    ("request_", "came", "answer"),
    [
        (READ_HOLDING, "11 03 06 AE 41 56 52 43 40 49 AD", Answer((0xAE41, 0x5652, 0x4340))),
        (READ_INPUT, "11 04 02 00 0A F8 F4", Answer((10,))),
        (READ_INPUT, READ_INPUT + "11 04 02 00 0A F8 F4", Answer((10,))),  # behind its echo
        (READ_INPUT, "00 11 04 11 04 02 00 0A F8 F4 FF", Answer((10,))),  # in noise
        (READ_INPUT, "11 84 02 C3 04", Answer(refused="没有这个寄存器（异常码 02）")),
        (READ_INPUT, "11 04 02 00 0A F8 F5", None),  # CRC
        (READ_INPUT, "11 04 02 00 0A F8", None),
        (READ_INPUT, "12 04 02 00 0A BC F4", None),  # another unit
        (READ_INPUT, "11 03 06 AE 41 56 52 43 40 49 AD", None),  # the answer to something else
        (READ_HOLDING, "11 04 02 00 0A F8 F4", None),
        (READ_INPUT, READ_INPUT, None),
    ],
)
def test_answers_to_reading(request_: str, came: str, answer: Answer | None) -> None:
    assert rtu.read_answer(hexed(came), hexed(request_)) == answer


@pytest.mark.parametrize(
    ("came", "answer"),
    [
        ("11 10 00 01 00 02 12 98", Answer()),
        (WRITE + "11 10 00 01 00 02 12 98", Answer()),
        ("11 90 03 0D C4", Answer(refused="数值不允许（异常码 03）")),
        ("11 10 00 02 00 02 E2 98", None),  # another register was written
        (WRITE, None),
    ],
)
def test_answers_to_writing(came: str, answer: Answer | None) -> None:
    assert rtu.write_answer(hexed(came), hexed(WRITE)) == answer


@pytest.mark.parametrize(
    ("number", "text"), [("A012", "A012"), ("b7", "B7"), ("VIP012", "P012"), ("", ""), ("Ａ号1", "1")]
)
def test_a_ticket_has_four_characters(number: str, text: str) -> None:
    assert registers.ticket_text(number) == text


def test_the_display_as_registers() -> None:
    assert Shown().registers() == [0x2020, 0x2020, 0xFFFF, 0, 0]
    assert Shown("A012", 5, "blinking", True).registers() == [0x4130, 0x3132, 5, 2, 1]


@pytest.mark.parametrize("values", [(0x5449, 0x0100, 0, 0), (0x5448, 0x0200, 0, 0), (0, 0, 0, 0)])
def test_a_device_that_is_not_ours(values: tuple[int, ...]) -> None:
    assert registers.identity(values) is None


def test_every_key_has_a_code() -> None:
    assert set(registers.KEYS.values()) == set(Key) - {Key.ONE_METRE}


# ---------------------------------------------------------------------------------------- counting


def presses() -> Presses:
    counted = Presses(stale_after=3.0)
    assert counted.take(1, 10, [9, 9, 9, 9], 0.0) == []  # what was pressed before we came
    return counted


@pytest.mark.parametrize(
    ("power_ons", "count", "now", "told"),
    [
        (1, 10, 0.1, []),
        (1, 11, 0.1, [1]),
        (1, 13, 0.1, [3, 2, 1]),
        (1, 30, 0.1, [4, 3, 2, 1]),  # only four are kept
        (1, 9, 0.1, []),  # went back
        (1, 500, 0.1, []),  # leapt
        (2, 1, 0.1, []),  # another power-on
        (1, 11, 3.1, []),  # stale
    ],
)
def test_new_presses(power_ons: int, count: int, now: float, told: list[int]) -> None:
    counted = presses()
    assert counted.take(power_ons, count, [1, 2, 3, 4], now) == told
    assert counted.take(power_ons, count, [1, 2, 3, 4], now) == []


def test_a_late_answer_doubles_no_press() -> None:
    counted = presses()
    assert counted.take(1, 11, [1, 0, 0, 0], 0.1) == [1]
    assert counted.take(1, 10, [9, 9, 9, 9], 0.2) == []
    assert counted.take(1, 11, [1, 0, 0, 0], 0.3) == []
    assert counted.take(1, 12, [2, 1, 0, 0], 0.4) == [2]


def test_a_counter_that_stays_back_counts_from_there() -> None:
    counted = presses()
    for now in (0.1, 0.2):
        assert counted.take(1, 3, [1, 2, 3, 4], now) == []
    assert counted.take(1, 4, [5, 1, 2, 3], 0.3) == [5]


def test_presses_over_the_end_of_the_counter() -> None:
    counted = Presses(stale_after=3.0)
    counted.take(1, 0xFFFF, [0] * 4, 0.0)
    assert counted.take(1, 1, [7, 8, 0, 0], 0.1) == [8, 7]


# ---------------------------------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("direction", "body", "words"),
    [
        ("out", "01 04 00 00 00 04", "面板 1：询问身份"),
        ("out", "01 04 00 10 00 03", "面板 1：询问按键计数"),
        ("out", "01 03 00 00 00 02", "面板 1：读取 2 个寄存器，从 0000"),
        (
            "out",
            "01 10 00 00 00 05 0A 41 30 31 32 00 05 00 02 00 01",
            "面板 1：显示 票号 A012 等候 5 灯 闪，请评价",
        ),
        ("out", "01 10 00 00 00 05 0A 20 20 20 20 FF FF 00 00 00 00", "面板 1：显示 票号 – 等候 – 灯 灭"),
        ("out", "00 10 00 05 00 01 02 00 03", "全部面板：蜂鸣 3 次"),
        ("in", "01 10 00 00 00 05", "面板 1：已写入"),
        ("in", "01 84 02", "面板 1：拒绝，没有这个寄存器（异常码 02）"),
        ("in", "01 03 02 AB CD", "面板 1：寄存器 AB CD"),
    ],
)
def test_frames_in_words(direction: Direction, body: str, words: str) -> None:
    assert ModbusPadExplainer().feed(direction, rtu.with_crc(hexed(body))) == [words]


def test_answers_in_words() -> None:
    explainer = ModbusPadExplainer()
    explainer.feed("out", rtu.with_crc(hexed("01 04 00 10 00 08")))
    answer = rtu.with_crc(hexed("01 04 10 00 01 00 02 00 01 00 01 00 02 00 00 00 00 00 05"))
    said = explainer.feed("in", b"\xff" + answer[:7])
    said += explainer.feed("in", answer[7:])
    assert said == [
        "无法识别 FF",
        "面板 1：第 1 次上电，按键 2 次，评价 1 次；最近的键 呼叫下一位、重呼；最近的评价 非常满意",
    ]
    explainer.feed("out", rtu.with_crc(hexed("01 04 00 00 00 04")))
    identity = rtu.with_crc(hexed("01 04 08 54 48 01 00 01 02 00 05"))
    assert explainer.feed("in", identity) == ["面板 1：固件 1.2，按键、票号"]
