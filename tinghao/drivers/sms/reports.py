"""Which message a report belongs to: the modem numbers parts from 0 to 255, again and again."""

from __future__ import annotations

from dataclasses import dataclass

from tinghao.drivers.sms.pdu import StatusReport
from tinghao.drivers.sms.sender import SmsReport

GIVEN_UP = "网络未能送达"


@dataclass
class _Awaited:
    reference: str
    parts: int
    delivered: int = 0


class Reports:
    """Remembers the last 256 parts."""

    def __init__(self) -> None:
        self._by_number: dict[int, _Awaited] = {}
        self._message = _Awaited("", 0)

    def begin(self, reference: str, parts: int) -> None:
        self._message = _Awaited(reference, parts)

    def part_sent(self, number: int) -> None:
        self._by_number[number] = self._message

    def heard(self, report: StatusReport) -> tuple[str, SmsReport] | None:
        """The message whose fate is now known: delivered with its last part, failed with the first that failed."""
        awaited = self._by_number.get(report.reference)
        if not awaited or report.result == "trying":
            return None
        del self._by_number[report.reference]
        if report.result == "failed":
            self._forget(awaited)
            return awaited.reference, SmsReport("failed", f"{GIVEN_UP}（{report.status:02X}）")
        awaited.delivered += 1
        return (awaited.reference, SmsReport("delivered")) if awaited.delivered == awaited.parts else None

    def _forget(self, message: _Awaited) -> None:
        for number in [number for number, awaited in self._by_number.items() if awaited is message]:
            del self._by_number[number]
