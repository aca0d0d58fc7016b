"""Every piece of a face has a text."""

from dataclasses import dataclass

import pytest

from tinghao.drivers.face import (
    Control,
    Digits,
    Door,
    Doors,
    Facts,
    Heard,
    Lamp,
    LedArea,
    LedPanel,
    Message,
    Messages,
    Widget,
)
from tinghao.technician.faces import control_text, drawn


@dataclass(frozen=True)
class Dial(Widget):
    """A widget that came after this terminal was made."""

    kind = "dial"
    degrees: int


AREA = LedArea(0, 0, 64, 16, (("A012", "red"), ("请到3号窗口", "green")), moving=True)
ODD_DOORS = tuple(Door(f"1-{number}", number == 2, "") for number in range(1, 11))
MANY = Messages(tuple(Message("138…0000", f"第{number}条", "已发送", "Sent") for number in range(7)))


@pytest.mark.parametrize(
    ("widget", "lines"),
    [
        (Facts((("卡", "Card", "无"), ("SIM 卡", "SIM", "正常"))), ["卡      无", "SIM 卡  正常"]),
        (Facts(()), []),
        (
            LedPanel(96, 16, False, (AREA,)),
            ["屏 96×16（熄灭）", "  (0,0) 64×16  A012〔红〕请到3号窗口〔绿〕（滚动）"],
        ),
        (Digits("号码", "Ticket", " 12"), ["号码  [ 12]"]),
        (Lamp("蜂鸣", "Buzzer", True), ["蜂鸣  ●"]),
        (
            Doors(ODD_DOORS),
            [
                "1-1  关   1-2 [开]   1-3  关   1-4  关   1-5  关   1-6  关   1-7  关   1-8  关",
                "1-9  关   1-10  关",
            ],
        ),
        (Doors(()), []),
        (Heard("", 0, ()), []),
        (Heard("请A012号", 2.04, (0.0, 0.5, 1.0)), ["播报：请A012号（2.0 秒）", " ▄█"]),
        (Dial(90), ["degrees：90"]),
    ],
)
def test_is_drawn(widget: Widget, lines: list[str]) -> None:
    assert drawn(widget) == lines


def test_only_the_newest_messages_are_drawn() -> None:
    assert drawn(MANY)[0] == "138…0000  已发送：第0条"
    assert drawn(MANY)[-1] == "（另有 2 条）"


def test_a_command_shows_what_it_takes() -> None:
    controls = [
        Control("scan", "扫码", "Scan", print, takes="内容"),
        Control("lift", "拿开", "Lift", print),
    ]
    assert control_text(controls) == ["scan <内容>  扫码", "lift         拿开"]
