"""Each paper with its shipped template: as text, as a picture, scanned, and with any values."""

from dataclasses import fields, replace
from random import Random

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFont

from tests.drivers.papers import SIZES, printed
from tinghao.drivers.printer.emulated_paper import MARGIN, Paper, Raster
from tinghao.drivers.printer.paper import FOLDER, compose
from tinghao.drivers.printer.samples import RECEIPT, REPORT, TICKET, WAITING
from tinghao.drivers.printer.template import TemplateError, read_template
from tinghao.drivers.printer.text import clean, columns_of, to_gbk
from tinghao.drivers.printer.typeset import typeset
from tinghao.drivers.printer.values import (
    Figure,
    ListPaper,
    ListRow,
    Material,
    ReceiptPaper,
    ReportLine,
    ReportPaper,
    TicketPaper,
    Values,
)

FUZZ_CASES = 5000
RARE = replace(TICKET, visitor="王𬭊")


def ink(paper: Paper) -> list[int]:
    """Black dots in bands of a centimetre, in hundreds."""
    image = paper.image()
    bands = (
        image.crop((0, top, image.width, min(top + 80, image.height))) for top in range(0, image.height, 80)
    )
    return [sum(band.histogram()[:128]) // 100 for band in bands]


def drawn(text: str) -> Image.Image:
    """The same characters by the font alone, on the grid of 24 dots."""
    face = ImageFont.truetype(str(FONT_PATH), 24, index=7)
    image = Image.new("L", (24 * len(text), 28), 255)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for at, character in enumerate(text):
        draw.text((24 * at, 21), character, fill=0, font=face, anchor="ls")
    return image


# -------------------------------------------------------------------------------------------- the ticket's reference

LINES_80 = (
    "衡南县政务服务大厅",
    "Hengnan County Government Service Hall",
    "您的号码 Your number",
    "A012",
    "无差别综合受理",
    "General services",
    "请到 Please go to",
    "1楼 无差别综合受理区",
    "General service zone, floor 1",
    "1-12号窗口",
    "办理事项 Matter    内资公司设立登记（含分支机",
    "                   构）",
    "前面等候 Ahead     5 人",
    "预计等候 Wait      约10-20分钟  10-20 min",
    "取号时间 Issued    2026-11-23 09:12",
    "扫码查看排队进度",
    "Scan to follow your turn",
    "·请留意叫号屏与语音，过号请联系窗口或咨询台。",
)
LINES_58 = (
    "衡南县政务服务大厅",
    "Hengnan County",
    "Government Service Hall",
    "您的号码 Your number",
    "A012",
    "无差别综合受理",
    "General services",
    "请到 Please go to",
    "1楼",
    "无差别综合受理区",
    "General service zone, floor 1",
    "1-12号窗口",
    "办理事项  内资公司设立登记（含分",
    "          支机构）",
    "前面等候  5 人",
    "预计等候  约10-20分钟",
    "          10-20 min",
    "取号时间  2026-11-23 09:12",
    "扫码查看排队进度",
    "Scan to follow your turn",
    "·请留意叫号屏与语音，过号请联系",
    "  窗口或咨询台。",
)
INK_80 = [79, 28, 31, 111, 64, 44, 30, 81, 32, 39, 36, 30, 37, 78, 82, 36, 42, 0, 0]
INK_58 = [25, 21, 20, 96, 60, 26, 20, 75, 30, 36, 22, 20, 23, 38, 78, 82, 35, 34, 5, 0]


@pytest.mark.parametrize(
    ("columns", "width", "lines", "dots"), [(48, 576, LINES_80, INK_80), (32, 384, LINES_58, INK_58)]
)
def test_the_ticket_is_as_it_was_looked_at(
    columns: int, width: int, lines: tuple[str, ...], dots: list[int]
) -> None:
    paper = printed(compose(RARE, columns), width)
    assert paper.lines == lines
    assert ink(paper) == pytest.approx(dots, abs=3)


@pytest.mark.parametrize(("columns", "width", "left"), [(48, 576, 19), (32, 384, 10)])
@pytest.mark.parametrize("visitor", ["王𬭊", "㐂𠮷"])
def test_a_rare_name_is_on_the_paper(visitor: str, columns: int, width: int, left: int) -> None:
    paper = printed(compose(replace(TICKET, visitor=visitor), columns), width)
    top = 0
    for block in paper.blocks:
        if isinstance(block, Raster) and block.rows > 3:
            break
        top += block.rows
    at = MARGIN + left * 12
    box = (at, MARGIN + top, at + 24 * len(visitor), MARGIN + top + 28)
    assert paper.image().crop(box).tobytes() == drawn(visitor).tobytes()


# -------------------------------------------------------------------------------------------- the others


@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_the_receipt(columns: int, width: int) -> None:
    paper = printed(compose(RECEIPT, columns), width)
    for text in ("受理回执", "2026-11-26", "3号窗口", "0317", "公司登记（备案）", "复印件"):
        assert text in paper.text
    found = {code.format: code.text for code in zxingcpp.read_barcodes(paper.image())}
    assert found == {
        zxingcpp.BarcodeFormat.Code128: RECEIPT.case_number,
        zxingcpp.BarcodeFormat.QRCode: RECEIPT.qr,
    }


@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_the_report(columns: int, width: int) -> None:
    paper = printed(compose(REPORT, columns), width)
    rows = [line.split() for line in paper.lines]
    assert ["无差别综合受理", "186", "179", "7"] in rows
    assert ["合计", "380", "368", "12"] in rows
    assert ["平均等候", "11", "分钟"] in rows
    assert ["交班人：_______________"] in rows


@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_a_list_of_three_hundred(columns: int, width: int) -> None:
    rows = tuple(ListRow(f"A{number:03d}", "个体工商户变更登记", "5分") for number in range(300))
    lines = printed(compose(replace(WAITING, rows=rows), columns), width).lines
    assert [line.split()[1] for line in lines if "个体" in line] == [row.name for row in rows]
    assert sum(line.split() == ["序", "号码", "事项", "已等"] for line in lines) == 8


# -------------------------------------------------------------------------------------------- any characters


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("王𬭊㐂𠮷", "王𬭊㐂𠮷"),
        ("￥15，《一》“二”", "￥15，《一》“二”"),
        ("¥15", "￥15"),
        ("e\u0301 x\u0301", "é x"),
        ("葛\U000e0100城\ufe0f", "葛城"),
        ("👨\u200d👩", "□□"),
        ("سلام", "□□□□"),
        ("张\u202e三\u2067\u200b\ufeff\u00ad", "张三"),
        ("a\tb\r\nc\u2028d\u00a0e", "a b c d e"),
        ("\ud800甲\ue000", "甲□"),
        ("1\u200b–2", "1-2"),
    ],
)
def test_characters(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


NAMES = [
    "阿卜杜热合曼·买买提明·艾力",
    "欧阳上官诸葛司马夏侯令狐公孙某",
    "𠮷" * 15,
    "Maximilian Alexander von Hohenzollern-Sigmaringen",
    "Wolfeschlegelsteinhausenbergerdorff",
]


@pytest.mark.parametrize(("columns", "width"), SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_long_names_are_whole(name: str, columns: int, width: int) -> None:
    paper = printed(compose(replace(RECEIPT, applicant=name), columns), width)
    assert not paper.overflowed
    if to_gbk(name):
        assert name.replace(" ", "") in "".join(paper.lines).replace(" ", "")


# -------------------------------------------------------------------------------------------- any values

any_text = st.text(max_size=40) | st.sampled_from(
    ["", "𬭊", "| 切", "{qr}", "\x1b@", "😀", "一" * 60, "W" * 99]
)
counts = st.integers(0, 10**7)
codes = st.sampled_from(["", TICKET.qr, "430422202611230042", "办件", "A" * 70, "1" * 200])


def values_of(paper: type[Values]) -> st.SearchStrategy[Values]:
    kinds: dict[str, st.SearchStrategy[object]] = {
        "str": any_text,
        "str | None": st.none() | any_text,
        "int": counts,
        "int | None": st.none() | counts,
        "tuple[str, ...]": st.lists(any_text, max_size=3).map(tuple),
        "tuple[Material, ...]": tuples_of(Material),
        "tuple[Figure, ...]": tuples_of(Figure),
        "tuple[ReportLine, ...]": tuples_of(ReportLine),
        "tuple[ListRow, ...]": tuples_of(ListRow),
    }
    chosen = {field.name: kinds[str(field.type)] for field in fields(paper)}
    return st.builds(paper, **chosen | {name: codes for name in ("qr", "case_number") if name in chosen})


def tuples_of(row: type) -> st.SearchStrategy[object]:
    kinds = {"str": any_text, "int": counts}
    built = st.builds(row, **{field.name: kinds[str(field.type)] for field in fields(row)})
    return st.lists(built, max_size=4).map(tuple)


@pytest.mark.parametrize("paper", [TicketPaper, ReceiptPaper, ReportPaper, ListPaper])
def test_no_value_overflows_or_commands(paper: type[Values]) -> None:
    @settings(max_examples=40, deadline=None)
    @given(values_of(paper), st.sampled_from(SIZES))
    def holds(values: Values, size: tuple[int, int]) -> None:
        sheet = printed(compose(values, size[0]), size[1])
        assert not sheet.overflowed
        assert all(columns_of(line) <= size[0] for line in sheet.lines)

    holds()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(SIZES))
def test_a_value_prints_as_itself_or_cleaned(text: str, size: tuple[int, int]) -> None:
    template = read_template("t", "左 | {name}", Figure)
    sheet = printed(typeset(template, Figure(text, ""), size[0]), size[1])
    seen = "".join(sheet.lines).replace(" ", "")
    wanted = clean(text).replace(" ", "")
    pictures = [block for block in sheet.blocks if isinstance(block, Raster)]
    assert clean(clean(text)) == clean(text)
    if to_gbk(wanted) is not None:
        assert (seen, pictures) == (wanted, [])
    else:
        assert pictures
        assert set(seen) <= set(wanted)


# -------------------------------------------------------------------------------------------- rubbish

PIECES = (
    "|", "｜", "{name}", "{it}", "{n}", "{", "}", "\\", "粗", "2倍", "8x", "3行", "左", "空", "2", "横线", "行", "项", "列",
    "4", "*", "6右", "表头", "格", "二维码", "条形码", "图", "a.png", "切", "每个", "rows", "notes", "如果", "没有", "wide",
    "否则", "完", "end", "\n", "\n", "\n", "甲", "\x1b@", "𬭊", "😀", "{amount}", "{total}", "#", "999", "-1", "qr", "if",
)  # fmt: skip


def rubbish(chance: Random, shipped: str) -> str:
    """Words of the language in any order, or a right template with a few places spoilt."""
    if chance.random() < 0.6:
        return "".join(chance.choice(PIECES) + chance.choice(" \n ") for _ in range(chance.randrange(30)))
    lines = shipped.splitlines()
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(lines))
        line = lines[at]
        cut = chance.randrange(len(line) + 1)
        lines[at] = chance.choice(["", line[:cut], line[:cut] + chance.choice(PIECES) + line[cut:], "完"])
    return "\n".join(lines)


def values(chance: Random) -> ListPaper:
    def text() -> str:
        return "".join(
            chr(chance.choice((27, 16, 65, 0x4E00, 0x3402, 0x1F600, 124)))
            for _ in range(chance.randrange(20))
        )

    rows = tuple(ListRow(text(), text(), text()) for _ in range(chance.randrange(3)))
    return ListPaper(text(), text(), text(), text(), text(), text(), rows, total=text(), notes=(text(),))


def test_any_template_is_refused_with_its_line_or_prints() -> None:
    shipped = (FOLDER / "list.paper").read_text("utf-8")
    chance = Random(5)
    refused = 0
    for case in range(FUZZ_CASES):
        columns, width = SIZES[case % 2]
        text = rubbish(chance, shipped)
        try:
            job = typeset(read_template("t", text, ListPaper), values(chance), columns)
        except TemplateError as error:
            line = error.line
            refused += 1
        else:
            line = 1
            assert not printed(job, width, job.count(bytes.fromhex("1D 56 42 00"))).overflowed
        assert 1 <= line <= len(text.split("\n"))
    assert FUZZ_CASES // 10 < refused < FUZZ_CASES * 9 // 10
