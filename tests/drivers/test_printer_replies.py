"""The bytes of the page, both ways: what is asked, what the answers mean, and how they are told apart and put into words."""

import threading

import pytest

from tests.drivers.fuzz import PlayedLink
from tests.drivers.printers import TICKET
from tinghao.drivers.address import Address
from tinghao.drivers.links import WRITE_TIMEOUT
from tinghao.drivers.printer import Printer
from tinghao.drivers.printer.commands import dot_rows, length_at, pieces, split
from tinghao.drivers.printer.explain import PrinterExplainer
from tinghao.drivers.printer.family import probe
from tinghao.drivers.printer.paper import compose
from tinghao.drivers.printer.profiles import PROFILES, profile
from tinghao.drivers.printer.samples import SAMPLES
from tinghao.drivers.printer.status import Mouth, Replies, read_answers, read_mouth
from tinghao.drivers.printer.wire import PIECE, ROWS_PER_SECOND, Wire

USB = Address.parse("usb:0416:5011")


def of(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("n", "byte", "field", "value", "trouble"),
    [
        (1, 0x12, "online", True, ""),
        (1, 0x16, "online", True, ""),
        (1, 0x1A, "online", False, "脱机"),
        (1, 0x3A, "waiting_for_recovery", True, "等待恢复，请按走纸键"),
        (1, 0x5A, "feeding", True, "正在按走纸键走纸"),
        (2, 0x12, "cover_open", False, ""),
        (2, 0x16, "cover_open", True, "机盖打开"),
        (2, 0x1A, "feeding", True, "正在按走纸键走纸"),
        (2, 0x32, "paper", "out", "缺纸"),
        (2, 0x52, "error", True, "打印机报错，请看指示灯"),
        (3, 0x12, "cutter_error", False, ""),
        (3, 0x16, "mechanical_error", True, "机械故障，请检查是否卡纸"),
        (3, 0x1A, "cutter_error", True, "切刀故障"),
        (3, 0x32, "unrecoverable", True, "打印机故障，请断电重启"),
        (3, 0x52, "overheated", True, "打印头过热，冷却后会自行恢复"),
        (4, 0x12, "paper", "ok", ""),
        (4, 0x1E, "paper", "near_end", ""),
        (4, 0x72, "paper", "out", "缺纸"),
        (4, 0x7E, "paper", "out", "缺纸"),
    ],
)
def test_real_time_status(n: int, byte: int, field: str, value: object, trouble: str) -> None:
    status = read_answers({n: byte})
    assert getattr(status, field) == value
    assert status.trouble == trouble
    assert status.passes == (trouble.startswith(("打印头", "正在按")))


def test_silence_is_unknown() -> None:
    status = read_answers({})
    assert (status.online, status.cover_open, status.paper, status.error) == (None, None, "unknown", None)
    assert not status.complete


@pytest.mark.parametrize(
    ("byte", "mouth"),
    [
        (0x00, Mouth(ticket=False)),
        (0x01, Mouth(ticket=False)),
        (0x08, Mouth(ticket=True)),
        (0x48, Mouth(ticket=True, jam=True)),
        (0x80, Mouth(ticket=False, jam=True)),
        (0x12, None),
        (0x02, None),
    ],
)
def test_presenter_status(byte: int, mouth: Mouth | None) -> None:
    assert read_mouth(byte) == mouth


@pytest.mark.parametrize(
    ("heard", "kinds"),
    [
        ("12", ["real-time"]),
        ("00", ["plain"]),
        ("0F", ["plain"]),
        ("11 13", ["xon", "xoff"]),
        ("18 00 0C 00", ["automatic"]),
        ("10 00 00 00 00", ["automatic", "plain"]),
        ("10 12 00 00 00", ["real-time", "automatic"]),
        ("18 00 13 03 00", ["xoff", "automatic"]),
        ("10 0F 20 00 00 00", ["full"]),
        ("10 0F 24 FF FF FF 00", ["full", "plain"]),
        ("37 25 00", ["block"]),
        ("37 22 41 42 43 44 00 12", ["block", "real-time"]),
        ("5F 45 4D 55 2D 38 30 00", ["block"]),
        ("AA 00", ["rubbish", "plain"]),
        ("37 12", ["rubbish", "real-time"]),
        ("14 FF 00", ["rubbish", "rubbish", "plain"]),
    ],
)
@pytest.mark.parametrize("one_by_one", [False, True])
def test_replies_are_told_apart(heard: str, kinds: list[str], one_by_one: bool) -> None:
    replies = Replies()
    data = of(heard)
    chunks = [bytes([byte]) for byte in data] if one_by_one else [data]
    assert [reply.kind for chunk in chunks for reply in replies.feed(chunk, 0.0)] == kinds


def test_what_stays_unfinished_is_rubbish() -> None:
    replies = Replies()
    assert replies.feed(of("18 00"), 0.0) == []
    assert [reply.kind for reply in replies.feed(of("00"), 1.0)] == ["rubbish", "plain"]


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        (["00"], "printed"),
        (["03"], "printed"),
        (["0C"], "failed"),
        (["0F"], "failed"),
        (["12"], "unknown"),
        (["11", "13"], "unknown"),
        (["18 00 00 00"], "unknown"),
        (["18 00 00 00 00"], "printed"),
        (["10 0F 00 00 00 00"], "unknown"),
        (["AA 00 55 FF 7E 00"], "unknown"),
        (["AA", "00"], "unknown"),
    ],
)
def test_what_confirms(answers: list[str], result: str) -> None:
    """Behind a job `1D 72 01`; nothing else than its answer is taken for it."""
    link = _Answering(answers)
    printer = Printer(USB, profile=PROFILES["80mm-clone"], confirm_budget=0.15)
    printer.opener = lambda: link
    printer._delivery._owed = 0
    assert printer.print_job(b"\x1b@A\n\x1d\x56\x42\x00").result == result
    assert link.written[:5] == [*map(of, ("10 04 01", "10 04 04", "10 04 02", "10 04 03")), link.written[4]]
    assert link.written[4] == b"\x1b@A\n\x1d\x56\x42\x00\x1d\x72\x01"


class _Answering(PlayedLink):
    """Says 12 to real-time questions, and the given things once the job is out; then it is silent."""

    def __init__(self, answers: list[str]) -> None:
        super().__init__(())
        self._after = [of(answer) for answer in answers]
        self._now: list[bytes] = []

    def write(self, data: bytes) -> None:
        super().write(data)
        if data.startswith(b"\x10\x04"):
            self._now.append(b"\x12")
        elif data.endswith(of("1D 72 01")):
            self._now += self._after

    def read(self, timeout: float) -> bytes:
        if self._now:
            return self._now.pop(0)
        threading.Event().wait(timeout)
        return b""


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("80mm", "1D 56 42 00 1D 72 01"),
        ("kiosk-80mm", "1B 4A 60 1B 69 1D 72 01"),
        ("kiosk-58mm", "1B 4A 60 1B 6D 1D 72 01"),
        ("pyramid", "1B 4A 60 1B 69 1D 65 03 0C 1D 72 01"),
        ("80mm-mute", "1D 56 42 00"),
    ],
)
def test_a_profile_ends_the_job(name: str, tail: str) -> None:
    link = _Answering(["00"])
    printer = Printer(USB, profile=profile(name, present_steps=12), confirm_budget=0.15)
    printer.opener = lambda: link
    printer._delivery._owed = 0
    printer.print_ticket(TICKET)
    sent = b"".join(data for data in link.written if not data.startswith(b"\x10\x04"))
    assert sent == compose(TICKET, printer.profile.columns).removesuffix(of("1D 56 42 00")) + of(tail)


def test_a_process_id_is_asked_for() -> None:
    link = _Answering([])
    printer = Printer(USB, profile=PROFILES["epson"], confirm_budget=0.15)
    printer.opener = lambda: link
    printer.print_job(b"A\n")
    question = link.written[4].removeprefix(b"A\n")
    assert question.startswith(of("1D 28 48 06 00 30 30"))
    assert len(question) == 11


def test_mouth_questions() -> None:
    link = PlayedLink([b"", b"\x08", b"", of("10 0F 20"), of("00 00 00")])
    wire = Wire(link, threading.Event())
    assert wire.mouth() == Mouth(ticket=True)
    assert wire.full_mouth() == Mouth(ticket=True)
    assert link.written == [of("1D 65 06"), of("10 04 14")]


@pytest.mark.parametrize(
    "command",
    [
        "1B 40", "1B 61 01", "1B 64 03", "1B 4A 60", "1B 33 22", "1B 32", "1B 45 01", "1B 69", "1B 6D", "1B 42 02 03",
        "1C 26", "1C 2E", "1C 21 04", "1C 53 01 01", "1D 21 11", "1D 61 00", "1D 72 01", "1D 49 43", "1D 68 50",
        "1D 77 02", "1D 48 02", "1D 56 00", "1D 56 42 00", "1D 65 02", "1D 65 03 0C", "1D 65 05", "1D 65 06",
        "1D 65 20 0C 1E", "1D 28 6B 04 00 31 41 32 00", "1D 28 6B 03 00 31 51 30", "1D 28 48 06 00 30 30 41 42 43 44",
        "1D 6B 49 06 7B 42 41 30 30 31", "1D 6B 04 41 30 30 31 00", "1D 76 30 00 01 00 02 00 F0 F0",
        "1D 28 4C 0B 00 30 70 30 01 01 31 08 00 01 00 FF", "1D 28 4C 02 00 30 32", "10 04 01", "10 04 14",
        "10 14 08 01 03 14 01 06 02 08", "0A", "BA E2", "41 42 43 BA E2",
    ],
)  # fmt: skip
def test_a_command_is_known_by_its_length(command: str) -> None:
    data = of(command)
    assert length_at(data + b"\x0a") == len(data)
    for cut in range(1, len(data)):
        if data[0] < 0x20:
            assert length_at(data[:cut]) is None


def test_a_job_is_cut_between_commands() -> None:
    job = compose(TICKET)
    commands, rest = split(job)
    assert rest == b""
    ends = {sum(map(len, commands[:count])) for count in range(len(commands) + 1)}
    sent = 0
    for piece, boundary in pieces(job, 64):
        sent += len(piece)
        assert len(piece) <= 64
        assert boundary == (sent in ends)
    assert sent == len(job)


def test_everything_is_put_into_words() -> None:
    explainer = PrinterExplainer()
    spoken = explainer.feed("out", compose(TICKET) + of("1D 72 01 10 04 01 10 04 04 1D 65 06 1D 49 43"))
    assert not [line for line in spoken if "无法识别" in line]
    assert not [line for line in spoken if any(text in line for text in ("王", "B017", "hall.example"))]
    assert "二维码内容 30 字节" in spoken
    assert spoken[-5:] == [
        "询问纸张（确认打印完成） 01",
        "询问状态",
        "询问纸张传感器",
        "询问出纸口",
        "询问型号 43",
    ]
    assert explainer.feed("in", of("00 1A 1E 08")) == [
        "已处理完毕，有纸（00）",
        "状态：脱机（1A）",
        "纸张传感器：纸将用完（1E）",
        "出纸口：有票（08）",
    ]
    assert explainer.feed("in", of("5F 45 4D 55 00 37 25 00 37 22 41 41 41 41 00 11 AA")) == [
        "型号信息 EMU",
        "缓冲区已清空",
        "已打印完成，编号 41 41 41 41",
        "可以继续发送（XON）",
        "无法识别 AA",
    ]


def test_words_wait_for_whole_commands() -> None:
    explainer = PrinterExplainer()
    assert explainer.feed("out", of("1D 76 30 00 01 00 02")) == []
    assert explainer.feed("out", of("00 F0 F0 1B")) == ["图像 8×2 点"]
    assert explainer.feed("out", of("40")) == ["初始化"]
    assert explainer.feed("out", b"\x1d\x28\x7a\xff\xff" + bytes(70_000))[0].startswith("无法识别 1D 28 7A")


@pytest.mark.parametrize(
    "answers",
    [
        ["10 04 01", "10 04 04"],
        ["12 12"],
        ["12", "16"],
        ["12", "1A"],
        ["AA AA AA 96 69 00 04 00 00 90 94"],
        ["06"],
        ["41 30 30 31 0D"],
        [],
    ],
)
def test_a_probe_is_not_fooled(answers: list[str]) -> None:
    """An echo, two answers for one, sensors' bits that don't pair, a card reader, a call pad, a scanner, silence."""
    link = PlayedLink([of(answer) for answer in answers], silent_reads=1_000_000)
    assert probe(link) is None
    assert all(written.startswith(b"\x10\x04") for written in link.written)


@pytest.mark.parametrize(
    ("job", "rows"),
    [
        ("1B 40 41 0A 0A", 60),
        ("1B 33 22 41 0A 1B 4A FF 1B 4A 01", 34 + 256),
        ("1D 76 30 00 02 00 03 00 0A 0A 0A 0A 0A 0A 0A", 3 + 30),
        ("1B 40 1D 56 42 00", 0),
    ],
)
def test_the_paper_a_job_takes(job: str, rows: int) -> None:
    """Dots of a picture are no line ends."""
    assert dot_rows(of(job)) == rows


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_full_printer_takes_each_piece_before_its_write_is_given_up(name: str, columns: int) -> None:
    """Its buffer takes as much as it has printed; at 50 mm/s the slowest piece has a third of the time to spare."""
    written = pieces(compose(SAMPLES[name], columns), PIECE)
    slowest = max(dot_rows(piece) for piece, _ in written)
    assert slowest / ROWS_PER_SECOND < WRITE_TIMEOUT * 2 / 3
