"""The scanner's bytes: frames as they stand on the makers' pages, the cutting of the stream, and what `monitor` says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinghao.drivers.scanner.explain import ScannerExplainer, masked
from tinghao.drivers.scanner.protocol import (
    CODE_LIMIT,
    GAP,
    GM65_ASK_BAUD,
    GM65_CRC_WRONG,
    GM65_DONE,
    GM65_SAVE,
    GM65_UNKNOWN,
    GM65_WRITE,
    REPLIES,
    STOP,
    TRIGGER,
    ZONE_TRIGGER,
    Splitter,
    decode,
    gm65_command,
    gm65_crc,
    gm65_reply,
    tells_gm65_baud,
)

ACK = bytes.fromhex("02 00 00 01 00 33 31")
NEWLAND_DONE = bytes.fromhex("02 01 30 30 30 30 40 53 43 4E 54 52 47 31 06 3B 03")

# ---------------------------------------------------------------------------------------- frames


def test_triggers_are_those_of_the_pages() -> None:
    assert {model: command.hex(" ").upper() for model, command in TRIGGER.items()} == {
        "honeywell": "16 54 0D",
        "gm65": "7E 00 08 01 00 02 01 AB CD",
        "newland": "7E 01 30 30 30 30 40 53 43 4E 54 52 47 31 3B 03",
    }
    assert {model: command.hex(" ").upper() for model, command in STOP.items()} == {
        "honeywell": "16 55 0D",
        "gm65": "7E 00 08 01 00 02 00 AB CD",
        "newland": "7E 01 30 30 30 30 40 53 43 4E 54 52 47 30 3B 03",
    }


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (gm65_command(GM65_SAVE, 0, b"\0"), "7E 00 09 01 00 00 00 DE C8"),
        (gm65_command(GM65_WRITE, ZONE_TRIGGER, b"\1"), "7E 00 08 01 00 02 01 02 DA"),
        (GM65_ASK_BAUD, "7E 00 07 01 00 2A 02 D8 0F"),
        (gm65_reply(GM65_DONE), "02 00 00 01 00 33 31"),
        (gm65_reply(GM65_CRC_WRONG), "02 00 01 01 00 04 01"),
        (gm65_reply(GM65_UNKNOWN), "02 00 03 01 00 6A 61"),
        (gm65_reply(GM65_DONE, b"\x39\x01"), "02 00 00 02 39 01 C1 4C"),
    ],
)
def test_gm65_frames(frame: bytes, expected: str) -> None:
    assert frame.hex(" ").upper() == expected


@given(st.binary(max_size=40))
def test_the_crc_is_that_of_polynomial_1021_from_zero(data: bytes) -> None:
    register = 0
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ (0x1021 if register & 0x8000 else 0)) & 0xFFFF
    assert gm65_crc(data) == register.to_bytes(2, "big")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("02 00 00 02 39 01 C1 4C", True),
        ("AA 00 02 00 02 00 00 02 39 01 C1 4C 41", True),
        ("02 00 00 02 39 01 C1 4D", False),
        ("02 00 00 02 39 01 C1", False),
        ("02 00 00 01 00 33 31", False),
        ("7E 00 07 01 00 2A 02 D8 0F", False),
    ],
)
def test_the_answer_to_the_probe(data: str, told: bool) -> None:
    assert tells_gm65_baud(bytes.fromhex(data)) is told


# ---------------------------------------------------------------------------------------- the stream


@pytest.mark.parametrize("reply", ["02 00 00 01 00 33 31", "02 00 01 01 00 04 01", "02 00 03 01 00 6A 61"])
@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("cut", range(1, 7))
def test_a_reply_is_taken_out_wherever_it_stands(reply: str, at: int, cut: int) -> None:
    splitter = Splitter(b"\r", REPLIES)
    code = b"A0004\r"
    stream = code[:at] + bytes.fromhex(reply) + code[at:]
    codes = splitter.feed(stream[: at + cut], 0)
    assert codes + splitter.feed(stream[at + cut :], 0.01) == [b"A0004"]


def test_a_newland_reply_is_taken_out() -> None:
    splitter = Splitter(b"\r", REPLIES)
    assert splitter.feed(b"A0" + NEWLAND_DONE + b"05\r", 0) == [b"A005"]


def test_without_a_model_nothing_is_taken_out() -> None:
    assert Splitter(b"\r").feed(ACK + b"A\r", 0) == [ACK + b"A"]


def test_a_suffix_of_two_bytes_may_come_in_two_pieces() -> None:
    splitter = Splitter(b"\r\n")
    assert splitter.feed(b"A1\r", 0) == []
    assert splitter.feed(b"\nA2", 0) == [b"A1"]
    assert splitter.feed(b"\r" + b"\n", 0) == [b"A2"]


def test_without_a_suffix_silence_ends_a_code() -> None:
    splitter = Splitter(b"")
    assert splitter.feed(b"A0", 0.0) == []
    assert splitter.feed(b"05", 0.05) == []
    assert splitter.feed(b"", 0.12) == []
    assert splitter.feed(b"", 0.131) == [b"A005"]
    assert splitter.feed(b"", 0.3) == []


def test_an_unfinished_code_does_not_stick_to_the_next() -> None:
    splitter = Splitter(b"\r")
    splitter.feed(b"\x00\x13noise", 0.0)
    splitter.feed(b"", 1.1)
    assert splitter.feed(b"A006\r", 5.0) == [b"A006"]


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b""])
@pytest.mark.parametrize("length", [CODE_LIMIT + 1, CODE_LIMIT + 300, 3 * CODE_LIMIT])
@pytest.mark.parametrize("step", [1, 500, CODE_LIMIT])
def test_nothing_of_a_code_that_is_too_long_is_given(suffix: bytes, length: int, step: int) -> None:
    splitter, codes = Splitter(suffix), []
    for code in (b"9" * length + suffix, b"A001" + suffix):
        for at in range(0, len(code), step):
            codes += splitter.feed(code[at : at + step], 0.0)
        if not suffix:
            codes += splitter.feed(b"", GAP + 0.01)
    assert codes == [b"A001"]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=3000), max_size=8), st.sampled_from([b"\r", b"\n", b"\r\n", b""]))
def test_random_bytes_never_raise_and_never_pile_up(pieces: list[bytes], suffix: bytes) -> None:
    splitter = Splitter(suffix, REPLIES)
    for number, piece in enumerate(pieces):
        for code in splitter.feed(piece, number * 0.05):
            decode(code)
            assert len(code) <= CODE_LIMIT
        assert len(splitter._buffer) <= CODE_LIMIT


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("张样例".encode(), "张样例"),
        ("张样例".encode("gb18030"), "张样例"),
        ("王𬭊".encode("gb18030"), "王𬭊"),
        (b"\xff\xff\x80", ""),
        (b"A\xff", ""),
        (b"\r\n A1 \t", "A1"),
    ],
)
def test_text_of_bytes(code: bytes, text: str) -> None:
    assert decode(code) == text


# ---------------------------------------------------------------------------------------- explained


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        ("16 54 0D", "开始扫码（Honeywell）"),
        ("7E 00 08 01 00 02 00 AB CD", "停止扫码（GM65）"),
        ("7E 00 09 01 00 00 00 DE C8", "保存设置到闪存，地址0000（GM65）"),
        ("7E 00 07 01 00 2A 02 D8 0F", "读取设置，地址002A（GM65）"),
        ("7E 01 30 30 30 30 40 53 43 4E 54 52 47 31 3B 03", "开始扫码（Newland）"),
        ("7E 01 30 30 30 30 23 53 43 4E 4D 4F 44 30 3B 03", "设置命令 SCNMOD0（Newland）"),
        ("7E 00 09 01 00 00 00 DE C9", "无法识别 7E 00 09 01 00 00 00 DE C9"),
        ("00 FF", "无法识别 00 FF"),
    ],
)
def test_commands_in_words(frame: str, line: str) -> None:
    assert ScannerExplainer().feed("out", bytes.fromhex(frame)) == [line]


def test_what_comes_in_words() -> None:
    explainer = ScannerExplainer()
    assert explainer.feed("in", ACK[:4]) == []
    assert explainer.feed("in", ACK[4:] + b"A0") == ["应答（GM65）：已执行"]
    assert explainer.feed("in", b"01\r\n") == ["读到：A001"]
    assert explainer.feed("in", NEWLAND_DONE) == ["应答（Newland）：已执行"]
    assert explainer.feed("in", bytes.fromhex("02 00 03 01 00 6A 61")) == ["应答（GM65）：不支持的命令"]
    assert explainer.feed("in", b"\xff\xff\r") == ["无法识别的内容（共2个字节）"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("11010519491231002x", "身份证号码 …002x"),
        ("张样例", "含中文的内容（共3个字符）"),
        ("A001", "A001"),
        ("13800138000", "1380…（共11个字符）"),
        ("https://hall.example/t/7Hq2LmX9", "http…（共31个字符）"),
    ],
)
def test_what_was_read_is_never_shown_in_full(text: str, shown: str) -> None:
    assert masked(text) == shown
