"""The emulated printer by itself, against the bytes of the page; the driver has no part in it."""

import time

import pytest
import zxingcpp
from escpos.printer import Dummy
from PIL import Image

from tinghao.drivers.ports import EmulatedPort, TcpPort
from tinghao.drivers.printer.emulated_paper import Raster
from tinghao.drivers.printer.emulator import PrinterEmulator

CUT = bytes.fromhex("1D 56 00")


class Ear(TcpPort):
    """A port that keeps what the printer says."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""

    def write(self, data: bytes) -> None:
        self.said += data


@pytest.fixture
def ear() -> Ear:
    return Ear()


def made(ear: EmulatedPort, **options: object) -> PrinterEmulator:
    printer = PrinterEmulator(ear, **options)  # type: ignore[arg-type]
    printer.plug()
    return printer


def asked(printer: PrinterEmulator, ear: Ear, text: str) -> str:
    ear.said = b""
    printer._take(bytes.fromhex(text))
    return ear.said.hex(" ").upper()


def printed(job: bytes) -> PrinterEmulator:
    with PrinterEmulator() as printer:
        printer._take(job)
        return printer


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        (None, ("12", "12", "12", "12")),
        ("cover", ("1A", "16", "12", "12")),
        ("cutter", ("1A", "52", "1A", "12")),
        ("hot", ("1A", "52", "52", "12")),
        ("mechanical", ("1A", "52", "16", "12")),
        ("unrecoverable", ("1A", "52", "32", "12")),
        ("feed", ("5A", "1A", "12", "12")),
        ("recovery", ("3A", "12", "12", "12")),
    ],
)
def test_real_time_answers(ear: Ear, condition: str | None, answers: tuple[str, ...]) -> None:
    with made(ear) as printer:
        if condition:
            printer.set_condition(condition)  # type: ignore[arg-type]
        assert tuple(asked(printer, ear, f"10 04 0{n}") for n in (1, 2, 3, 4)) == answers
        assert asked(printer, ear, "10 04 09") == ""


def test_the_roll_in_real_time(ear: Ear) -> None:
    with made(ear) as printer:
        printer.paper_near_end()
        assert [asked(printer, ear, each) for each in ("10 04 04", "1D 72 01")] == ["1E", "03"]
        printer.paper_out()
        assert [asked(printer, ear, f"10 04 0{n}") for n in (1, 2, 4)] == ["1A", "32", "7E"]
        assert asked(printer, ear, "1D 72 01") == ""
        printer.load_paper()
        assert ear.said == b"\x00"


def test_questions_and_their_answers(ear: Ear) -> None:
    with made(ear) as printer:
        assert asked(printer, ear, "1D 72 02") == "00"
        assert asked(printer, ear, "1D 49 01") == "20"
        assert asked(printer, ear, "1D 49 43") == "5F 45 4D 55 2D 38 30 00"
        assert asked(printer, ear, "1D 28 48 06 00 30 30 41 42 43 44") == "37 22 41 42 43 44 00"
        assert asked(printer, ear, "10 14 08 01 03 14 01 06 02 08") == "37 25 00"
        assert asked(printer, ear, "10 04") + asked(printer, ear, "01") == "12"
        assert printer.malformed == ()
        assert (printer.buffered, printer.papers) == (0, [])


def test_automatic_status(ear: Ear) -> None:
    with made(ear) as printer:
        assert asked(printer, ear, "1D 61 0E") == "10 00 00 00"
        ear.said = b""
        printer.open_cover()
        printer.paper_near_end()
        printer.close_cover()
        assert ear.said.hex(" ").upper() == "38 00 00 00 38 00 03 00 10 00 03 00"
        assert asked(printer, ear, "1D 61 00") == ""
        printer.jam_cutter()
        assert ear.said == b""


def test_the_mouth(ear: Ear) -> None:
    with made(ear, presenter=True) as printer:
        assert asked(printer, ear, "1D 65 06") == "00"
        printer._take(b"A001\n" + CUT + bytes.fromhex("1D 65 03 0C"))
        assert asked(printer, ear, "1D 65 06") == "08"
        assert asked(printer, ear, "10 04 14") == "10 0F 20 00 00 00"
        printer.take_ticket()
        assert asked(printer, ear, "10 04 14") == "10 0F 00 00 00 00"
        for action, counts in (("1D 65 02", (1, 1)), ("1D 65 05", (1, 2))):
            printer._take(b"A001\n" + CUT + bytes.fromhex("1D 65 20 0C 1E" + action))
            assert (printer.retracted, printer.taken) == counts
        printer.jam_mouth()
        assert asked(printer, ear, "1D 65 06") == "80"
        assert printer.malformed == ()


def test_without_a_presenter(ear: Ear) -> None:
    with made(ear) as printer:
        assert asked(printer, ear, "1D 65 06") == ""
        assert asked(printer, ear, "10 04 14") == ""
        assert printer.malformed == ("no presenter: 1D 65 06",)


@pytest.mark.parametrize("cut", ["1D 56 00", "1D 56 01", "1D 56 31", "1D 56 42 00", "1B 69", "1B 6D"])
def test_cuts(cut: str) -> None:
    printer = printed(b"A001\n" + bytes.fromhex(cut))
    assert [paper.text for paper in printer.papers] == ["A001"]
    assert printer.malformed == ()


def test_a_blank_strip_is_no_ticket() -> None:
    printer = printed(bytes.fromhex("1D 56 42 00"))
    assert (printer.papers, printer.strips) == ([], 1)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("7B 42 41 30 30 31", "A001"),
        ("7B 42 41 7B 43 0C 22", "A1234"),
        ("7B 41 54 48 7B 42 61 7B 7B", "THa{"),
    ],
)
@pytest.mark.parametrize("text_place", [0, 2, 3])
def test_a_barcode_can_be_scanned(data: str, text: str, text_place: int) -> None:
    code = bytes.fromhex(data)
    job = bytes.fromhex("1B 61 01 1D 68 50 1D 77 02 1D 48") + bytes([text_place])
    printer = printed(job + b"\x1d\x6b\x49" + bytes([len(code)]) + code + CUT)
    assert printer.malformed == ()
    assert printer.papers[0].barcodes == (text,)
    assert zxingcpp.read_barcodes(printer.papers[0].image())[0].text == text


def test_graphics_are_drawn_like_raster() -> None:
    dots = bytes.fromhex("F0 0F AA 55")
    one = printed(bytes.fromhex("1D 28 4C 0E 00 30 70 30 01 01 31 10 00 02 00") + dots
                  + bytes.fromhex("1D 28 4C 02 00 30 32") + CUT)  # fmt: skip
    other = printed(bytes.fromhex("1D 76 30 00 02 00 02 00") + dots + CUT)
    assert (one.malformed, other.malformed) == ((), ())
    assert _same(one.papers[0].image(), other.papers[0].image())


def test_another_writer_is_understood() -> None:
    """python-escpos' own pictures and barcode, of which we compose none."""
    job = Dummy()
    for way in ("bitImageRaster", "graphics"):
        job.image(Image.new("1", (100, 30), 0), impl=way)
    job.barcode("{BA001", "CODE128", function_type="B", height=80, width=3, pos="BELOW")
    job.cut()
    printer = printed(job.output)
    assert printer.malformed == ()
    one, other, *_ = printer.papers[0].blocks
    assert isinstance(one, Raster)
    assert isinstance(other, Raster)
    assert (one.width, one.rows, one.data) == (other.width, other.rows, other.data)
    assert printer.papers[0].barcodes == ("A001",)


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.tobytes() == other.tobytes()


@pytest.mark.parametrize(
    "job",
    [
        "1D 6B 49 04 41 30 30 31",
        "1D 6B 49 03 7B 42 01",
        "1D 6B 49 02 7B 42",
        "1D 28 4C 02 00 30 32",
        "1D 28 4C 0B 00 30 70 30 01 01 31 10 00 01 00 FF",
        "1D 28 7A 01 00 00",
        "1D 56 07",
        "1D 21 88",
        "1D 72 05",
        "1D 77 09",
        "1B 01 00",
        "1D 65 07",
        "01",
        "FF",
    ],
)
def test_what_no_printer_understands_is_counted(job: str) -> None:
    printer = printed(bytes.fromhex(job))
    assert len(printer.malformed) >= 1
    assert printer.buffered == 0


def test_the_list_of_malformed_is_bounded() -> None:
    printer = printed(bytes.fromhex("01") * 5000)
    assert len(printer.malformed) == 100


def test_time_for_each_row() -> None:
    with PrinterEmulator(seconds_per_row=0.001) as printer:
        printer._take(b"A001\n" * 4 + CUT)
        assert printer.papers == []
        until = time.monotonic() + 5
        while not printer.papers:
            assert time.monotonic() < until
        assert printer.papers[0].lines == ("A001",) * 4
    assert not printer._head.is_alive()


def test_a_buffer_that_overflows_loses() -> None:
    with PrinterEmulator(buffer_size=100) as printer:
        printer.stall()
        printer._take(b"x" * 150)
        assert (printer.buffered, printer.lost) == (100, 50)


def test_every_control_does_something(ear: Ear) -> None:
    with made(ear, presenter=True) as printer:
        printer._take(b"A001\n" + CUT + bytes.fromhex("1D 65 03 0C"))
        for name in [control.name for control in printer.controls()]:
            before = _seen(printer)
            _pressed(printer, name)
            assert _seen(printer) != before, name


def _seen(printer: PrinterEmulator) -> object:
    switches = printer.muted, printer.stalled, printer.health.mouth_jam
    return [widget.as_json() for widget in printer.face()], switches


def _pressed(printer: PrinterEmulator, name: str) -> None:
    next(control for control in printer.controls() if control.name == name).do("")
