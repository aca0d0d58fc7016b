"""The PDU alone: recorded frames, limits, and round trips to a decoder that was written apart from the encoder."""

from random import Random

import pytest

from tinghao.drivers.sms.emulated_phone import BadPdu, Phone, read_submit
from tinghao.drivers.sms.pdu import (
    MOST_PARTS,
    Part,
    StatusReport,
    parse_status_report,
    recipient_of,
    split_text,
    submit_parts,
    validity_octet,
)
from tinghao.drivers.sms.phone import MessageError, mask_phone, normal_number

FUZZ_CASES = 3000

SAMPLE = "0011000D91683186613767F20018010400410042"
REPORT = "0006110D91683118000831F0621180611400236211806114102300"


def test_the_sample_of_the_vendor() -> None:
    parts = submit_parts("+8613681673762", "AB", coding=0x18, validity=0x01)
    assert parts == [Part(SAMPLE, 19)]
    assert read_submit(SAMPLE, 19).text == "AB"
    assert recipient_of(SAMPLE) == "+8613681673762"


def test_two_parts_stand_behind_headers() -> None:
    first, second = submit_parts("+8613800138000", "听" * 71, concatenation=0xA7)
    assert first.hex.startswith("0051000D91683108108300F0" + "0008AA" + "8C" + "050003A70201" + "542C542C")
    assert second.hex == "0051000D91683108108300F0" + "0008AA" + "0E" + "050003A70202" + "542C" * 4
    assert (first.length, second.length) == (155, 29)


def test_a_report_is_wanted_by_one_bit() -> None:
    assert (
        submit_parts("10086", "听", wants_report=True)[0].hex
        == "0031000581" + "0180F6" + "0008AA" + "02" + "542C"
    )


def test_the_report_that_comes_back() -> None:
    assert parse_status_report(REPORT) == StatusReport(0x11, 0x00)
    assert parse_status_report(REPORT[:-2] + "46").result == "failed"  # type: ignore[union-attr]
    assert parse_status_report(REPORT[:-2] + "30").result == "trying"  # type: ignore[union-attr]


@pytest.mark.parametrize("broken", ["", "0", "zz", "00", REPORT[:-2], SAMPLE, "FF" + REPORT])
def test_what_is_no_report(broken: str) -> None:
    assert parse_status_report(broken) is None


@pytest.mark.parametrize(
    ("typed", "normal", "masked"),
    [
        ("13800138000", "+8613800138000", "138****8000"),
        (" 138-0013 8000", "+8613800138000", "138****8000"),
        ("8613800138000", "+8613800138000", "138****8000"),
        ("+86 13800138000", "+8613800138000", "138****8000"),
        ("008613800138000", "+8613800138000", "138****8000"),
        ("+85261234567", "+85261234567", "852****4567"),
        ("10086", "10086", "***86"),
        ("106573012345", "106573012345", "106****2345"),
    ],
)
def test_numbers(typed: str, normal: str, masked: str) -> None:
    assert normal_number(typed) == normal
    assert mask_phone(normal) == masked


@pytest.mark.parametrize(
    "typed", ["", "12", "1380013800a", "+", "1" * 21, "１３８００１３８０００", "138;AT+CMGD=1"]
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(MessageError) as refused:
        normal_number(typed)
    assert not typed or typed not in refused.value.reason


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("听" * 70, [70]),
        ("听" * 71, [67, 4]),
        ("听" * 134, [67, 67]),
        ("听" * 135, [67, 67, 1]),
        ("😀" * 35, [35]),
        ("😀" * 36, [33, 3]),
        ("听" * 66 + "😀" * 3, [66, 3]),
        ("plain", [5]),
    ],
)
def test_where_a_text_is_cut(text: str, lengths: list[int]) -> None:
    pieces = split_text(text)
    assert [len(piece) for piece in pieces] == lengths
    assert "".join(pieces) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "为空"), (" \n", "为空"), ("\ud83d", "无法发送"), ("听" * (67 * MOST_PARTS + 1), "过长")],
)
def test_what_can_not_be_sent(text: str, reason: str) -> None:
    with pytest.raises(MessageError, match=reason):
        split_text(text)


@pytest.mark.parametrize(
    ("minutes", "octet"),
    [
        (0, 0x00),
        (5, 0x00),
        (6, 0x01),
        (12 * 60, 143),
        (12 * 60 + 1, 144),
        (24 * 60, 167),
        (24 * 60 + 1, 168),
        (4 * 24 * 60, 0xAA),
        (30 * 24 * 60, 196),
        (5 * 7 * 24 * 60, 197),
        (63 * 7 * 24 * 60, 255),
        (10**7, 255),
    ],
)
def test_validity(minutes: int, octet: int) -> None:
    assert validity_octet(minutes) == octet


def test_a_modem_refuses_what_is_no_pdu() -> None:
    for digits, stated in [
        (SAMPLE, 18),
        (SAMPLE[:-2], 18),
        (SAMPLE + "00", 20),
        ("0G" + SAMPLE, 20),
        (SAMPLE.replace("0018", "0000", 1), 19),
        (SAMPLE.replace("F2", "A2"), 19),
        ("001000" + SAMPLE[6:], 19),
    ]:
        with pytest.raises(BadPdu):
            read_submit(digits, stated)


ALPHABET = "听号窗口请到一二三四五，。0123456789ABCabc 𬭊😀👩\u200d🦰\n\u0301阿依古丽·"


def test_whatever_is_written_arrives() -> None:
    chance = Random(23040)
    for _ in range(FUZZ_CASES):
        text = "号" + "".join(chance.choices(ALPHABET, k=chance.choice((1, 30, 68, 69, 70, 140, 300))))
        number = chance.choice(("+86", "+852", "")) + "".join(
            chance.choices("0123456789", k=chance.randrange(3, 18))
        )
        parts = submit_parts(
            number,
            text,
            concatenation=chance.randrange(256),
            validity=chance.randrange(256),
            wants_report=chance.random() < 0.5,
        )
        chance.shuffle(parts)
        phone = Phone()
        for part in parts:
            assert part.length <= 176
            phone.receive(read_submit(part.hex, part.length))
        assert [(message.number, message.text, message.whole) for message in phone.messages] == [
            (number, text, True)
        ]
        assert recipient_of(parts[0].hex) == number
