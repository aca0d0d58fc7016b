"""What a technician is told: on the monitor, by `read` and by `probe`.  Nobody's name or number in full."""

from pathlib import Path
from typing import Any

import pytest

from bench.direct import DirectLink, DirectPort
from tests.drivers.fuzz import PlayedLink
from tinghao.drivers.card_reader.cards import DEMO_CARDS, OTHER_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.explain import CardReaderExplainer
from tinghao.drivers.card_reader.family import FAMILY
from tinghao.drivers.card_reader.protocol import IdCard, build_frame
from tinghao.drivers.links import Link, LinkError

START = "AA AA AA 96 69 "
FIND = bytes.fromhex(START + "00 03 20 01 22")
NO_CARD = bytes.fromhex(START + "00 04 00 00 80 84")
ZHANG = DEMO_CARDS[0]
MOVED = OTHER_CARDS[-1]


def conversation(card: IdCard | None, *requests: str) -> list[str]:
    """What the explainer says of these requests and of the emulator's answers."""
    port, explainer = DirectPort(), CardReaderExplainer()
    said = []
    with CardReaderEmulator(port) as emulator:
        if card:
            emulator.lay(card)
        for request in requests:
            frame = build_frame(bytes.fromhex(request))
            said += explainer.feed("out", frame)
            port.hear(frame)
            said += explainer.feed("in", port.fetch())
    return said


def test_a_reading_in_words() -> None:
    assert conversation(ZHANG, "11 FF", "12 FF", "20 01", "20 02", "30 01", "30 03", "20 01") == [
        "请求：查安全模块状态",
        "应答：成功（90）",
        "请求：读安全模块编号",
        "应答：成功（90），安全模块 05.01-20101129-0001228293-0296863149",
        "请求：寻卡",
        "应答：找到卡（9F）",
        "请求：选卡",
        "应答：成功（90）",
        "请求：读文字和照片",
        "应答：成功（90），居民身份证 张*例 4304************16",
        "请求：读追加住址",
        "应答：卡中无此内容（91）",
        "请求：寻卡",
        "应答：寻卡失败（80）",
    ]


def test_the_rarer_ones() -> None:
    assert conversation(
        MOVED, "10 FF", "60 04", "61 FF 50", "20 01", "20 02", "30 10", "30 03", "30 05", "77 77"
    ) == [
        "请求：复位安全模块",
        "应答：成功（90）",
        "请求：设置波特率 9600",
        "应答：成功（90）",
        "请求：设置射频帧长 50",
        "应答：成功（90）",
        "请求：寻卡",
        "应答：找到卡（9F）",
        "请求：选卡",
        "应答：成功（90）",
        "请求：读文字、照片和指纹",
        f"应答：成功（90），居民身份证 赵*居 4304************{MOVED.number[-2:]}，指纹 1024 字节",
        "请求：读追加住址",
        "应答：成功（90），有追加住址",
        "请求：读卡体管理号",
        "应答：成功（90）",
        "请求：未知命令 77 77",
        "应答：请求命令错误（21）",
    ]


@pytest.mark.parametrize("card", [*DEMO_CARDS, *OTHER_CARDS])
def test_nobody_is_named(card: IdCard) -> None:
    said = "".join(conversation(card, "20 01", "20 02", "30 10", "30 03"))
    for secret in (card.name, card.name_en, card.number, card.address, card.new_address, card.pass_number):
        assert not secret or secret not in said


def test_what_is_no_frame() -> None:
    explainer = CardReaderExplainer()
    assert explainer.feed("in", bytes.fromhex("AA 00") + NO_CARD) == [
        "无法识别 aa 00",
        "应答：寻卡失败（80）",
    ]
    assert explainer.feed("in", NO_CARD[:8]) == []
    assert explainer.feed("out", FIND) == ["无法识别 aa aa aa 96 69 00 04 00", "请求：寻卡"]
    half = ZHANG.number.encode("utf-16-le") * 2
    explainer.feed("in", half)
    (unknown, _) = explainer.feed("out", FIND)
    assert unknown == "无法识别 34 00 33 00 …（共 72 字节）"


def test_hearing_a_card_says_so_masked(tmp_path: Path, hear: Any) -> None:
    said, states = hear(), hear()
    with CardReaderEmulator(tmp_path / "port") as emulator:
        driver = FAMILY.listening(emulator.address, said)
        driver._on_state = states
        with driver:
            states.until_state("ready")
            emulator.lay(ZHANG)
            assert said.next() == "读到 居民身份证 张*例 4304************16"
            assert FAMILY.trial
            FAMILY.trial(driver, said)
            assert said.next() == "安全模块 05.01-20101129-0001228293-0296863149；放上身份证即可试读"
            emulator.lift()
            assert said.next() == "卡已拿开"
            emulator.fail_next_read()
            emulator.lay(ZHANG)
            assert said.next() == "请将身份证拿开后重新放置"


def probed(link: Link) -> str | None:
    assert FAMILY.probe
    return FAMILY.probe(link)


def test_a_probe_names_the_module() -> None:
    port = DirectPort()
    with CardReaderEmulator(port) as emulator:
        assert probed(DirectLink(port)) == "身份证阅读器，安全模块 05.01-20101129-0001228293-0296863149"
        emulator.fall_ill()
        assert probed(DirectLink(port)) == "身份证阅读器，安全模块自检失败"


class Echo(PlayedLink):
    """Gives back what it is given, as a line with its two wires joined does."""

    def __init__(self) -> None:
        super().__init__([])

    def read(self, timeout: float) -> bytes:
        return self.written.pop(0) if self.written else b""


@pytest.mark.parametrize("link", [Echo(), PlayedLink([NO_CARD] * 4, 10**6), PlayedLink([b"OK\r\n"], 10**6)])
def test_a_probe_is_not_fooled(link: Link) -> None:
    assert probed(link) is None


def test_a_probe_of_a_broken_wire() -> None:
    with pytest.raises(LinkError):
        probed(PlayedLink([]))
