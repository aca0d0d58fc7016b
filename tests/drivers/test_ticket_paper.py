"""What the composer writes, as another decoder reads it and as it looks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.drivers.papers import SIZES, printed
from tinghao.drivers.printer import samples
from tinghao.drivers.printer.emulated_escpos import Interpreter
from tinghao.drivers.printer.emulated_paper import QrCode, Raster, TextLine
from tinghao.drivers.printer.paper import TicketPaper, compose
from tinghao.drivers.printer.text import clean, columns_of, to_gbk, wrap, wrap_evenly

TICKET = replace(samples.TICKET, number="A001", visitor="张*", notes=("过号请到导办台重新排队。",))


def ink(image: Image.Image) -> float:
    return image.convert("1").histogram()[0] / (image.width * image.height)


@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_everything_stands_on_the_paper(columns: int, width: int) -> None:
    paper = printed(compose(TICKET, columns), width)
    for text in (
        "A001",
        "1楼",
        "无差别综合受理区",
        "1-12号窗口",
        "5 人",
        "约10-20分钟",
        "2026-11-23 09:12",
        "张*",
    ):
        assert text in paper.text
    assert TICKET.matter in "".join(line.strip() for line in paper.lines).replace(" ", "")
    assert paper.qr == (TICKET.qr,)
    assert not paper.overflowed


@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_it_can_be_looked_at_and_scanned(columns: int, width: int) -> None:
    paper = printed(compose(TICKET, columns), width)
    image = paper.image()
    assert paper.png().startswith(b"\x89PNG")
    assert 0.03 < ink(image) < 0.3
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [TICKET.qr]


@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_the_number_is_the_largest(columns: int, width: int) -> None:
    spans = [
        span
        for block in printed(compose(TICKET, columns), width).blocks
        if isinstance(block, TextLine)
        for span in block.spans
    ]
    largest = max(spans, key=lambda span: span.height)
    assert largest.text == "A001"
    assert largest.dots > width // 2
    assert [span.height for span in spans].count(largest.height) == 1


@pytest.mark.parametrize("visitor", ["王𬭊", "㐂*", "𠮷田*"])
def test_a_rare_character_is_drawn_in_its_place(visitor: str) -> None:
    common = printed(compose(replace(TICKET, visitor="王中"), 48), 576)
    rare = printed(compose(replace(TICKET, visitor=visitor), 48), 576)
    assert visitor not in rare.text
    pictures = [block for block in rare.blocks if isinstance(block, Raster) and block.rows > 2]
    assert len(pictures) == 1
    assert any(pictures[0].data)
    assert rare.image().size == common.image().size


def test_a_drawn_line_looks_as_the_printer_would_print_it() -> None:
    """The same line by the printer and by us: the label before the rare character falls on the same dots."""
    text = printed(compose(replace(TICKET, visitor="王中"), 48), 576).image()
    drawn = printed(compose(replace(TICKET, visitor="王𬭊"), 48), 576).image()
    assert text.size == drawn.size
    box = ImageChops.difference(text, drawn).getbbox()
    assert box
    assert box[2] - box[0] <= 24
    assert box[3] - box[1] <= 30


@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_long_texts_are_wrapped_by_us(columns: int, width: int) -> None:
    ticket = replace(
        TICKET,
        hall="新疆维吾尔自治区样例市听号区政务服务大厅（第二分厅）行政审批服务中心",
        matter="建设工程规划类许可证核发（含变更、延期、补正）及建设项目配套绿化工程设计方案审查",
        zone="不动产登记、水电气网、公积金专区",
        windows="21–28号窗口、31号窗口、35号窗口（无障碍）",
        visitor="阿***·买*****·样*",
        number="ABCDEF0123456789",
        notes=("Supercalifragilisticexpialidocious" * 3, "第一，" * 40),
    )
    paper = printed(compose(ticket, columns), width)
    assert not paper.overflowed
    assert all(columns_of(line) <= columns for line in paper.lines)


texts = st.text(max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        TicketPaper,
        hall=texts,
        number=texts,
        line=texts,
        matter=texts,
        zone=texts,
        floor=texts,
        windows=texts,
        ahead=st.integers(0, 9999),
        wait=st.none() | texts,
        issued_at=texts,
        visitor=st.none() | texts,
        qr=st.sampled_from(["", TICKET.qr]),
        notes=st.lists(texts, max_size=2).map(tuple),
    ),
    st.sampled_from(SIZES),
)
def test_no_text_can_command_the_printer(ticket: TicketPaper, size: tuple[int, int]) -> None:
    paper = printed(compose(ticket, size[0]), size[1])
    assert not paper.overflowed
    assert paper.qr == ((ticket.qr,) if ticket.qr else ())


def test_the_bytes_of_a_ticket() -> None:
    job = compose(TICKET, 48)
    assert job.startswith(bytes.fromhex("1B 40"))
    assert bytes.fromhex("1C 26") in job[:16]
    assert "无差别综合受理".encode("gbk") in job
    assert bytes.fromhex("1D 21 66") in job
    assert job.endswith(bytes.fromhex("1D 56 42 00"))


def test_the_bytes_of_the_qr_code() -> None:
    job = compose(TICKET, 48)
    head = bytes.fromhex("1D 28 6B 04 00 31 41 32 00 1D 28 6B 03 00 31 43")
    data = TICKET.qr.encode()
    tail = bytes.fromhex("1D 28 6B 03 00 31 45 31 1D 28 6B") + (len(data) + 3).to_bytes(2, "little")
    at = job.index(head)
    assert job[at + len(head) + 1 :].startswith(
        tail + b"1P0" + data + bytes.fromhex("1D 28 6B 03 00 31 51 30")
    )


@pytest.mark.parametrize(
    ("text", "encoded"), [("〇", "A9 96"), ("镕", "E9 46"), ("￥", "A3 A4"), ("A", "41")]
)
def test_gbk(text: str, encoded: str) -> None:
    assert to_gbk(text) == bytes.fromhex(encoded)


@pytest.mark.parametrize("text", ["𬭊", "㐂", "𠮷", "₻"])
def test_not_gbk(text: str) -> None:
    assert to_gbk(text) is None


def test_clean() -> None:
    assert clean("a\x1b@b\r\n\x1dV\x00c\u202ed") == "a @b V cd"
    assert clean("\u00a515 1–12") == "￥15 1-12"


def test_wrap() -> None:
    assert wrap("一二三四五，六", 10) == ["一二三四", "五，六"]
    assert wrap("ab cdef gh", 7) == ["ab cdef", "gh"]
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrap("von Hohenzollern-Sigmaringen", 18) == ["von Hohenzollern-", "Sigmaringen"]
    assert wrap("至 2026-11-23", 10) == ["至", "2026-11-23"]
    assert wrap("（一二）三四五（六七）", 14) == ["（一二）三四五", "（六七）"]
    assert wrap("买买提明·艾力", 9) == ["买买提", "明·艾力"]
    assert wrap("1号窗口、2号窗口、31号窗口", 20) == ["1号窗口、2号窗口、", "31号窗口"]
    assert wrap("请到8号楼", 6) == ["请到", "8号楼"]
    assert wrap("", 3) == [""]
    assert wrap_evenly("一二三四五六", 10) == ["一二三", "四五六"]
    assert wrap_evenly("一二三", 6) == ["一二三"]


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(2, 48), st.sampled_from([wrap, wrap_evenly]))
def test_wrap_loses_nothing_and_never_overflows(
    text: str, columns: int, how: Callable[[str, int], list[str]]
) -> None:
    lines = how(clean(text), columns)
    assert all(columns_of(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=10))
def test_the_decoder_takes_any_bytes(pieces: list[bytes]) -> None:
    got: list[Any] = []
    reader = Interpreter(576, put=got.append, cut=lambda: None, answer=got.append, paper_status=lambda: 0)
    for piece in pieces:
        reader.buffer += piece
        while reader.step():
            pass
    blocks = tuple(block for block in got if not isinstance(block, bytes))
    assert all(block.rows >= 0 for block in blocks)
    assert not any(isinstance(block, QrCode) and not block.text for block in blocks)
