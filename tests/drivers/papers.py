"""What a job looks like on paper, as the emulated printer's decoder reads it; that one shares no table with the composer."""

from tinghao.drivers.printer.emulated_escpos import Interpreter
from tinghao.drivers.printer.emulated_paper import Block, Paper

SIZES = [(48, 576), (32, 384)]


def printed(job: bytes, width: int, cuts: int = 1) -> Paper:
    """All pieces as one; whatever the decoder doesn't know is a failure."""
    blocks: list[Block] = []
    cut: list[None] = []
    reader = Interpreter(
        width,
        put=blocks.append,
        cut=lambda: cut.append(None),
        answer=lambda _: None,
        paper_status=lambda: 0,
    )
    reader.buffer += job
    while reader.step():
        pass
    assert reader.malformed == []
    assert not reader.buffer
    assert len(cut) == cuts
    return Paper(tuple(blocks), width, cut=True)
