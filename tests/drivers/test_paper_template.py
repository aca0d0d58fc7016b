"""The language of the paper templates: what it can say, and how it answers mistakes."""

import re
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from tests.drivers.papers import SIZES, printed
from tinghao.drivers.printer.emulated_code128 import Barcode
from tinghao.drivers.printer.emulated_paper import Feed, Paper, QrCode, Raster, Span, TextLine
from tinghao.drivers.printer.emulated_state import RealTimeEar
from tinghao.drivers.printer.markup import LOOKS, THINGS
from tinghao.drivers.printer.paper import SHIPPED, compose, preview_png, read_named, read_templates
from tinghao.drivers.printer.samples import SAMPLES, TICKET
from tinghao.drivers.printer.template import TemplateError, read_template
from tinghao.drivers.printer.typeset import typeset
from tinghao.drivers.printer.values import PAPERS, TicketPaper


@dataclass(frozen=True)
class Row:
    name: str
    count: int


@dataclass(frozen=True)
class Sheet:
    title: str = "标题"
    empty: str = ""
    nothing: str | None = None
    urgent: bool = True
    notes: tuple[str, ...] = ("甲", "乙")
    rows: tuple[Row, ...] = (Row("一", 1), Row("二", 22))


def paper(text: str, columns: int = 48, values: Sheet | None = None, cuts: int = 1) -> Paper:
    template = read_template("t.paper", text, Sheet)
    return printed(typeset(template, values or Sheet(), columns), columns * 12, cuts)


def spans(text: str, columns: int = 48, values: Sheet | None = None) -> list[tuple[Span, int]]:
    blocks = paper(text, columns, values).blocks
    return [(block.spans[0], block.align) for block in blocks if isinstance(block, TextLine) and block.spans]


def error(text: str, folder: Path | None = None, columns: int = 48) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        typeset(read_template("t.paper", text, Sheet, (folder,) if folder else ()), Sheet(title="x"), columns)
    assert str(caught.value) == f"t.paper 第 {caught.value.line} 行：{caught.value.sentence}"
    return caught.value


# -------------------------------------------------------------------------------------------- what it can say


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("| 甲", (Span("甲", False, 1, 1), 1)),
        ("粗 左 | 甲", (Span("甲", True, 1, 1), 0)),
        ("right 3x | 甲", (Span("甲", False, 3, 3), 2)),
        ("bold｜{title}！", (Span("标题！", True, 1, 1), 1)),
        (r"| \| \{ \\ a", (Span(r"| { \ a", False, 1, 1), 1)),
    ],
)
def test_a_text_and_its_looks(text: str, wanted: tuple[Span, int]) -> None:
    assert spans(text) == [wanted]


def test_a_text_becomes_smaller_until_it_fits() -> None:
    def size(text: str, columns: int, looks: str) -> int:
        return spans(f"{looks} | {{title}}", columns, Sheet(title=text))[0][0].height

    assert size("A012", 48, "7倍") == 7
    assert size("A012", 32, "7倍") == 6
    assert size("ABCDEFGH", 32, "7倍") == 3
    assert size("大" * 12, 48, "2倍") == 2
    assert size("大" * 13, 48, "2倍") == 1
    assert size("大" * 13, 48, "2倍 2行") == 2
    assert size("Administration and something", 32, "3倍 4行") == 2
    assert size("Administrationandsomething", 32, "3倍 4行") == 1


def test_parts_stand_side_by_side_if_they_fit() -> None:
    assert paper("2倍 | 1楼 | {title}").lines == ("1楼 标题",)
    assert paper("2倍 | 1楼 | {title}", values=Sheet(title="大" * 12)).lines == ("1楼", "大" * 12)
    assert paper("| {empty} | {title}").lines == ("标题",)


def test_a_line_without_any_value_is_left_out() -> None:
    text = "| 人数 {empty}\n行 | 等候 | Wait | {nothing} | {empty}\n项 | {empty}\n二维码 | {nothing}\n| 有"
    assert paper(text).lines == ("有",)
    assert paper("行 | 等候 | Wait | {nothing} | {title}").lines


def test_rows_with_label_and_value() -> None:
    text = "行 | 事项 | Matter | {title} | in English\n行 | 平均等候的时间 | 五\n行 | 更长更长更长的标签 | English | 值"
    assert paper(text).lines == (
        "事项     Matter    标题  in English",
        "平均等候的时间     五",
        "更长更长更长的标签English",
        " " * 19 + "值",
    )
    assert paper("行 | 事项 | Matter | {title} | in English", 32).lines == (
        "事项      标题",
        "          in English",
    )


def test_repeats_and_conditions() -> None:
    text = """
    # 注释
    每个 notes
      | {n}. {it}
    完
    each rows
      | {n}-{name}-{count}-{title}
    end
    如果 urgent
      | 急
      if not empty
        | 空
      end
    否则
      | 缓
    完
    """
    assert paper(text).lines == ("1. 甲", "2. 乙", "1-一-1-标题", "2-二-22-标题", "急", "空")
    assert paper(text, values=Sheet(urgent=False)).lines[-1] == "缓"
    wide = "如果 wide\n| 宽\n否则\n| 窄\n完"
    assert (paper(wide).lines, paper(wide, 32).lines) == (("宽",), ("窄",))


def test_tables_wrap_and_align() -> None:
    text = "列 4右 * 6右\n表头 粗 | 序 | 名 | 数\n每个 rows\n格 | {n} | {name} | {count}\n完"
    long = Sheet(rows=(Row("很长的名称" * 3, 7),))
    assert paper(text, 32, long).lines == (
        "  序 名                       数",
        "   1 很长的名称很长的名称      7",
        "     很长的名称",
    )


def test_the_head_is_repeated() -> None:
    text = "列 4 *\n表头 40行 | 序 | 名\n每个 notes\n格 | {n} | {it}\n完"
    lines = paper(text, values=Sheet(notes=("甲",) * 300)).lines
    assert len(lines) == 300 + 8
    assert [at for at, line in enumerate(lines) if "序" in line] == [41 * each for each in range(8)]


def test_feeds_rules_items_and_cuts() -> None:
    blocks = paper("空 2\n横线\n横线 粗\n切\n| 存根", cuts=2).blocks
    assert blocks[0] == Feed(16)
    rules = [block for block in blocks if isinstance(block, Raster)]
    assert [(rule.width, rule.rows) for rule in rules] == [(576, 2), (576, 3)]
    assert paper("空 100").blocks[:4] == (Feed(255), Feed(255), Feed(255), Feed(35))
    assert paper("| 一\n切\n").lines == ("一",)
    long = paper("项 | {title}\n项 | 12. | {title}", 32, Sheet(title="字" * 18)).lines
    assert long == ("·" + "字" * 15, "  字字字", "12. " + "字" * 14, "    字字字字")


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("text", ["430422202611230042", "A{12}b", "16161616160", "12345"])
def test_a_barcode_is_read_from_the_picture(text: str, columns: int) -> None:
    sheet = paper("空 4\n条形码 12 | {title}\n空 4", columns, Sheet(title=text))
    code = next(block for block in sheet.blocks if isinstance(block, Barcode))
    assert (code.text, code.height, code.shown) == (text, 96, 0)
    found = zxingcpp.read_barcodes(sheet.image())
    assert [(each.format, each.text) for each in found] == [(zxingcpp.BarcodeFormat.Code128, text)]


def test_the_bytes_of_a_barcode() -> None:
    job = typeset(read_template("t", "条形码 10 | A{title}", Sheet), Sheet(title="120456"), 48)
    wanted = "1D 68 50 1D 77 03 1D 48 00 1D 6B 49 08 7B 42 41 7B 43 0C 04 38"
    assert bytes.fromhex(wanted) in job


@pytest.mark.parametrize(
    ("text", "recorded"),
    [
        ("左 | 无差别综合受理", "CE DE B2 EE B1 F0 D7 DB BA CF CA DC C0 ED 0A"),
        ("条形码 | A120456", "1D 48 00 1D 6B 49 08 7B 42 41 7B 43 0C 04 38"),
        ("条形码 | 430422202611230042", "1D 48 00 1D 6B 49 0B 7B 43 2B 04 16 14 1A 0B 17 00 2A"),
    ],
)
def test_another_writer_sends_the_same(text: str, recorded: str) -> None:
    """Recorded from npm's receiptline 4, command `escpos`, encoding `gb18030`."""
    assert bytes.fromhex(recorded) in typeset(read_template("t", text, Sheet), Sheet(), 48)


@pytest.mark.parametrize("text", ["办件430422", "A" * 60])
def test_what_is_no_barcode_becomes_a_qr_code(text: str) -> None:
    assert paper("条形码 | {title}", 32, Sheet(title=text)).qr == (text,)


def test_no_value_brings_a_real_time_command_into_the_job() -> None:
    """Printers obey `10 14 08 …` wherever it stands, in the data of a code too."""
    job = typeset(
        read_template("t", "条形码 | {title}\n二维码 | {title}", Sheet),
        Sheet(title="16200801032001060208"),
        48,
    )
    assert b"\x10" not in job.removeprefix(b"\x1b@")
    job = typeset(read_template("t", "二维码 | {title}", Sheet), Sheet(title="\x10\x04\x01ok"), 48)
    assert b"\x10" not in job


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("length", [1, 100, 1000, 2331])
def test_a_qr_code_shrinks_until_it_fits(length: int, columns: int) -> None:
    sheet = paper("二维码 72 | {title}", columns, Sheet(title="a" * length))
    assert next(block for block in sheet.blocks if isinstance(block, QrCode)).rows <= columns * 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    logo = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(logo).rectangle((0, 0, 149, 99), fill=(120, 120, 120, 255))
    logo.save(tmp_path / "logo.png")
    Image.new("1", (100, 60), 0).save(tmp_path / "black.bmp")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    Image.new("1", (5000, 1000)).save(tmp_path / "wide.png")
    Image.new("1", (10, 500)).save(tmp_path / "tall.png")
    (tmp_path / "huge.png").write_bytes(bytes(3 * 1024 * 1024))
    return tmp_path


@pytest.mark.parametrize(
    ("looks", "width", "rows", "black"),
    [
        ("logo.png 30", 240, 80, 0.5),
        ("logo.png 30毫米 抖动", 240, 80, 0.27),
        ("logo.png", 304, 100, 0.49),
        ("black.bmp", 104, 60, 0.96),
        ("logo.png 72", 384, 128, 0.5),
    ],
)
def test_pictures(folder: Path, looks: str, width: int, rows: int, black: float) -> None:
    template = read_template("t", f"图 {looks}", Sheet, (folder,))
    sheet = printed(typeset(template, Sheet(), 32), 384)
    bands = [block for block in sheet.blocks if isinstance(block, Raster)]
    assert ({band.width for band in bands}, sum(band.rows for band in bands)) == ({width}, rows)
    dots = sum(byte.bit_count() for band in bands for byte in band.data)
    assert dots / (width * rows) == pytest.approx(black, abs=0.02)
    assert all(len(band.data) <= 4096 for band in bands)


@pytest.mark.parametrize("command", ["10 04 02", "10 05 02", "10 14 02"])
def test_no_dots_are_taken_for_a_real_time_command(tmp_path: Path, command: str) -> None:
    """Printers obey these wherever they stand: an answer nobody asked for, a drawer opened, the power off."""
    dots = bytes.fromhex(command) * 6
    white = bytes(byte ^ 0xFF for byte in dots)
    Image.frombytes("1", (24, 6), white).save(tmp_path / "dots.png")
    job = typeset(read_template("t", "图 dots.png", Sheet, (tmp_path,)), Sheet(), 48)
    asked: list[int] = []
    RealTimeEar(asked.append).hear(job)
    assert asked == []
    assert bytes.fromhex(command)[:2] not in job
    (band,) = [block for block in printed(job, 576).blocks if isinstance(block, Raster)]
    assert [ours & theirs for ours, theirs in zip(band.data, dots, strict=True)] == list(dots)
    assert sum(map(int.bit_count, band.data)) == sum(map(int.bit_count, dots)) + 6


# -------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("您的号码", 1, "不认识“您的号码”"),
        ("\n\n粗体 | 甲", 3, "“粗体”不能用在这里，是不是“粗”？"),
        ("barcod 10", 1, "是不是“barcode”？"),
        ("9倍 | 甲", 1, "“9倍”超出范围，应在 1 到 8 之间"),
        ("空 2 3倍", 1, "“3倍”不能用在这里"),
        ("空 500", 1, "应在 0.125 到 100 之间"),
        ("左 右 | 甲", 1, "只能选一个"),
        ("| {tittle}", 1, "没有叫“tittle”的内容，是不是“title”？"),
        ("| {Title}", 1, "不是名称"),
        ("| {title", 1, "“{”没有配对"),
        ("| {rows}", 1, "不是一段文字"),
        ("| {urgent}", 1, "不是一段文字"),
        ("| {title.__class__}", 1, "不是名称"),
        ("每个 title\n完", 1, "不是清单"),
        ("每个 nots\n完", 1, "是不是“notes”？"),
        ("如果 urgnt\n完", 1, "是不是“urgent”？"),
        ("每个 notes\n| {it}", 1, "少了“完”"),
        ("| 甲\n完", 2, "多了“完”"),
        ("否则", 1, "多了"),
        ("如果 urgent\n否则\n否则\n完", 3, "多了"),
        ("每个\n完", 1, "少了名称"),
        ("| {it}", 1, "没有叫“it”的内容"),
        ("行 | 甲", 1, "应有 2 到 4 格，这里有 1 格"),
        ("横线 | 甲", 1, "不带文字"),
        ("列", 1, "要写列宽"),
        ("列 4 x", 1, "列宽“x”不对"),
        ("列 30 30\n格 | 甲 | 乙", 2, "在 48 格宽的纸上放不下"),
        ("列 4 *\n\n格 | 甲", 3, "这里有 1 格，“列”定了 2 列"),
        ("格 | 甲", 1, "“列”定了 0 列"),
        ("图 none.png", 1, "找不到图片“none.png”"),
        ("图 ../logo.png", 1, "只写文件名"),
        ("图 broken.png", 1, "打不开"),
        ("图 huge.png", 1, "太大"),
        ("图 wide.png", 1, "太大"),
        ("图 tall.png 72", 1, "图片太高"),
        ("# " + "长" * 70000, 1, "模板太长"),
        ("如果 urgent\n" * 12 + "完\n" * 12, 9, "套得太深"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str, folder: Path) -> None:
    found = error(text, folder)
    assert words in found.sentence
    assert (found.file, found.line) == ("t.paper", line)


def test_a_paper_without_end_is_refused() -> None:
    values = Sheet(notes=("字",) * 300)
    template = read_template("t", "每个 notes\n每个 notes\n每个 notes\n完\n完\n完", Sheet)
    with pytest.raises(TemplateError, match="纸太长"):
        typeset(template, values, 48)


def test_a_text_without_end_is_refused() -> None:
    template = read_template("t", "| {title}", Sheet)
    assert typeset(template, Sheet(title="字" * 4000), 32)
    with pytest.raises(TemplateError, match="t 第 1 行：这里的文字太长"):
        typeset(template, Sheet(title="字" * 4001), 32)


def test_too_much_for_a_qr_code() -> None:
    template = read_template("t", "| 甲\n二维码 | {title}", Sheet)
    with pytest.raises(TemplateError, match="t 第 2 行：二维码的内容太长"):
        typeset(template, Sheet(title="a" * 2332), 48)


# -------------------------------------------------------------------------------------------- a hall's folder


def test_a_hall_has_its_own(folder: Path) -> None:
    (folder / "ticket.paper").write_text("\ufeff图 logo.png 20\r\n4倍 | {number}\r\n", "utf-8")
    templates = read_templates(folder)
    assert templates.errors == ()
    assert printed(compose(TICKET, 48, templates), 576).lines == (TICKET.number,)
    receipt = SAMPLES["receipt"]
    assert compose(receipt, 32, templates) == compose(receipt, 32)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"| {numbre}", "ticket.paper 第 1 行：没有叫“numbre”的内容，是不是“number”？"),
        (b"\n\xe5\x88\x97 20 20\n\xe6\xa0\xbc | a | b", "ticket.paper 第 3 行：这些列在 32 格宽的纸上放不下"),
        (b"| \xff", "ticket.paper 第 1 行：文件打不开，或者不是 UTF-8 编码"),
    ],
)
def test_a_slip_of_the_pen_does_not_stop_the_kiosk(folder: Path, text: bytes, words: str) -> None:
    (folder / "ticket.paper").write_bytes(text)
    templates = read_templates(folder)
    assert [str(each) for each in templates.errors] == [words]
    assert compose(TICKET, 48, templates) == compose(TICKET, 48)


def test_the_shipped_ones_can_be_used() -> None:
    assert read_templates().errors == ()
    assert {template.file for template in SHIPPED.by_values.values()} == {
        "ticket.paper",
        "receipt.paper",
        "report.paper",
        "list.paper",
    }


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(("columns", "width"), SIZES)
def test_a_preview_is_the_paper(name: str, columns: int, width: int, folder: Path) -> None:
    assert preview_png(name, columns) == printed(compose(SAMPLES[name], columns), width).png()
    (folder / f"{name}.paper").write_text("切", "utf-8")
    assert preview_png(name, columns, folder) != preview_png(name, columns)
    assert read_named(name, folder) != read_named(name)


def test_cutters_differ() -> None:
    assert compose(replace(TICKET, qr=""), 48, cut=b"\x1bi").endswith(b"\x1bi")


def test_the_page_for_technicians_leaves_nothing_out() -> None:
    page = (Path(__file__).parents[2] / "docs/devices/paper-templates.md").read_text("utf-8")
    example = page.split("```")[1]
    assert read_template("t", example, TicketPaper).steps
    for word in [*THINGS, *THINGS.values(), *LOOKS, *LOOKS.values()]:
        assert word in page
    values = page.split("## Values")[1].split("##")[0]
    for paper in PAPERS.values():
        assert {field.name for field in fields(paper)} <= set(re.findall(r"[a-z_]+", values))
