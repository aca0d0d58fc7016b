"""Tickets printed again: one paper for an order, whatever happens to the kiosk, the printer or the link."""

from pathlib import Path

import pytest

from tests.kiosk.conftest import Kiosk, started
from tests.kiosk.stand_in import StandIn, describe
from tests.kiosk.test_agent import MATTER, chosen
from tinghao.drivers.printer import PrintOutcome
from tinghao.kiosk.hall_server import PrintOrder, Refused, Ticket, Unreachable
from tinghao.kiosk.remote import ticket_of
from tinghao.kiosk.reprints import INTERRUPTED, Reprints
from tinghao.kiosk.store import Store


def order(kiosk: Kiosk, number: int = 50) -> None:
    """Staff order a paper."""
    kiosk.hall.orders.append(number)


def test_an_order_is_printed_and_told(kiosk: Kiosk) -> None:
    order(kiosk)
    kiosk.hall.until(lambda: kiosk.hall.ended == [(50, "printed", None)])
    paper = kiosk.devices.printer.papers[-1]
    assert "补打 Reprint" in paper.text
    assert "A050" in paper.text
    assert "欧阳**" in paper.text
    assert kiosk.agent.state()["screen"] == "attract"
    assert len(kiosk.devices.printer.papers) == 1
    order(kiosk, 60)
    kiosk.hall.until(lambda: len(kiosk.hall.ended) == 2)
    assert "补打" not in kiosk.devices.printer.papers[-1].text


def test_a_failed_paper_is_told_and_may_be_ordered_again(kiosk: Kiosk) -> None:
    kiosk.devices.printer.paper_out()
    order(kiosk)
    kiosk.hall.until(lambda: kiosk.hall.ended == [(50, "failed", "缺纸")])
    kiosk.devices.printer.load_paper()
    order(kiosk, 51)
    kiosk.hall.until(lambda: kiosk.hall.ended[1:] == [(51, "printed", None)])


def test_who_has_a_number_sees_it_and_may_have_it_printed(kiosk: Kiosk) -> None:
    kiosk.hall.refusal = kiosk.hall.already(priority_name="优先", priority_name_en="Priority")
    kiosk.agent.take(chosen(kiosk), MATTER)
    state = kiosk.until(lambda state: state["screen"] == "ticket")
    assert (state["paper"], state["ticket"]["already"], state["ticket"]["ahead"]) == ("none", True, 7)
    assert state["ticket"]["priority"] == {"zh": "优先", "en": "Priority"}
    assert kiosk.devices.printer.papers == []
    for _ in range(3):
        kiosk.agent.print_again(state["visit"])
    kiosk.until(lambda state: state["paper"] == "printed")
    kiosk.agent.print_again(state["visit"])
    kiosk.hall.until(lambda: bool(kiosk.hall.ended))
    assert (kiosk.hall.ordered, len(kiosk.devices.printer.papers)) == ([50], 1)


def test_a_reprint_that_cannot_be_ordered_is_said(kiosk: Kiosk) -> None:
    kiosk.hall.refusal = kiosk.hall.already()
    kiosk.agent.take(chosen(kiosk), MATTER)
    state = kiosk.until(lambda state: state["screen"] == "ticket")
    kiosk.hall.away = True
    kiosk.agent.print_again(state["visit"])
    state = kiosk.until(lambda state: state["paper"] == "failed")
    assert state["paper_reason"]["en"]


def test_a_priority_stands_on_screen_and_paper(kiosk: Kiosk) -> None:
    kiosk.hall.more = {"priority": "priority", "priority_name": "优先", "priority_name_en": "Priority"}
    kiosk.agent.take(chosen(kiosk), MATTER)
    state = kiosk.until(lambda state: state["paper"] == "printed")
    assert state["ticket"]["priority"] == {"zh": "优先", "en": "Priority"}
    assert "优先 Priority" in " ".join(kiosk.devices.printer.papers[-1].text.split())


def test_a_restarted_kiosk_prints_no_order_twice(kiosk: Kiosk) -> None:
    kiosk.agent.close()
    Store(kiosk.file.parent / "memory").keep_reprint({"order": 50, "outcome": None, "reason": None})
    order(kiosk)  # the server has not heard what became of it
    again = started(kiosk.file, kiosk.devices, kiosk.hall)
    try:
        again.hall.until(lambda: again.hall.ended == [(50, "unknown", INTERRUPTED)])
        assert again.devices.printer.papers == []
    finally:
        again.agent.close()


class Printer:
    """Counts what it prints; may fall over in the middle."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.ended: list[tuple[str, str]] = []
        self.breaks = False

    def print_paper(self, ticket: Ticket, _again: bool) -> PrintOutcome:
        self.printed.append(ticket.number)
        if self.breaks:
            raise KeyboardInterrupt
        return PrintOutcome("printed", "")

    def heard(self, ticket: Ticket, outcome: PrintOutcome) -> None:
        self.ended.append((ticket.number, outcome.result))


class Orders:
    """The server's part of the orders, without a network."""

    def __init__(self) -> None:
        self.open = [7]
        self.ended: list[tuple[int, str]] = []
        self.away = False
        self.ticket = ticket_of(StandIn(*describe()).already()["ticket"])

    def print_orders(self) -> list[PrintOrder]:
        return [PrintOrder(number, self.ticket) for number in self.open]

    def end_print_order(self, order_id: int, outcome: str, reason: str | None) -> None:
        if self.away:
            raise Unreachable
        if order_id not in self.open:
            raise Refused(404, {"code": "no-such-print-order"})
        self.open.remove(order_id)
        self.ended.append((order_id, outcome))


def reprints(orders: Orders, folder: Path, printer: Printer) -> Reprints:
    """A kiosk's orders after a start."""
    return Reprints(orders, Store(folder), printer.print_paper, printer.heard)  # type: ignore[arg-type]


def test_an_outcome_that_did_not_arrive_is_told_later_and_nothing_printed_twice(tmp_path: Path) -> None:
    orders, printer = Orders(), Printer()
    orders.away = True
    kiosk = reprints(orders, tmp_path, printer)
    for _ in range(3):
        with pytest.raises(Unreachable):
            kiosk.look()
    again = reprints(orders, tmp_path, printer)
    with pytest.raises(Unreachable):
        again.look()
    orders.away = False
    again.look()
    assert (printer.printed, orders.ended) == (["A050"], [(7, "printed")])
    assert not reprints(orders, tmp_path, printer).interrupted


def test_a_crash_in_the_middle_is_told_as_unknown(tmp_path: Path) -> None:
    orders, printer = Orders(), Printer()
    printer.breaks = True
    with pytest.raises(KeyboardInterrupt):
        reprints(orders, tmp_path, printer).look()
    again = reprints(orders, tmp_path, printer)
    assert again.interrupted
    again.look()
    assert (printer.printed, orders.ended, printer.ended) == (["A050"], [(7, "unknown")], [])


def test_an_order_the_server_has_given_up_is_forgotten(tmp_path: Path) -> None:
    orders, printer = Orders(), Printer()
    Store(tmp_path).keep_reprint({"order": 3, "outcome": "printed", "reason": None})
    reprints(orders, tmp_path, printer).look()
    assert orders.ended == [(7, "printed")]
    assert Store(tmp_path).load_reprint() is None
