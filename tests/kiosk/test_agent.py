"""The agent with emulated devices over a pseudo-terminal and TCP, before a stand-in of the server."""

import json
import logging
import shutil
import threading

import pytest

from tests.kiosk.conftest import Kiosk, State, started
from tests.kiosk.stand_in import SLUG
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.kiosk.agent import VisitOver
from tinghao.kiosk.store import Store

MATTER = "fagai-touzi-beian"


def screen(name: str):  # type: ignore[no-untyped-def]
    return lambda state: state["screen"] == name


def chosen(kiosk: Kiosk) -> int:
    """A visit without a card that stands before its choice."""
    kiosk.agent.without(kiosk.serial)
    return kiosk.serial


def printed(state: State) -> bool:
    return state["paper"] in ("printed", "failed", "unknown")


def test_card_to_paper(kiosk: Kiosk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    card = DEMO_CARDS[1]
    kiosk.devices.reader.lay(card)
    state = kiosk.until(screen("choosing"))
    assert state["visitor"] == {"name": "欧阳**", "source": "card"}
    kiosk.agent.take(state["visit"], MATTER)
    state = kiosk.until(printed)
    assert (state["screen"], state["paper"], state["ticket"]["number"]) == ("ticket", "printed", "A001")
    assert state["ticket"]["wait"] == {"zh": "2 小时以上", "en": "over 2 hours"}
    kiosk.hall.until(lambda: kiosk.hall.prints == [(1, "printed", None)])
    assert kiosk.hall.identities == [{"source": "card", "number": card.number, "name": card.name}]
    paper = kiosk.devices.printer.papers[-1]
    assert "A001" in paper.text
    assert "2 小时以上" in paper.text
    assert "欧阳**" in paper.text
    assert "综合受理" in paper.lines
    assert "1楼" in paper.text
    assert paper.qr == (f"http://hall.test/t/{SLUG}",)
    kiosk.agent.leave(state["visit"])
    after = kiosk.until(screen("attract"))
    assert (after["visitor"], after["ticket"]) == (None, None)
    shown = json.dumps(kiosk.watch.states, ensure_ascii=False) + caplog.text + paper.text
    assert card.number not in shown
    assert card.name not in shown


def test_phones_find_a_code_on_the_first_screen_while_it_is_good(kiosk: Kiosk) -> None:
    state = kiosk.until(lambda state: state["phones"] is not None)
    assert state["phones"].startswith("data:image/svg")
    serial = chosen(kiosk)
    assert kiosk.agent.state()["phones"] is None
    kiosk.agent.leave(serial)
    assert kiosk.agent.state()["phones"] is not None
    kiosk.hall.presence_ends = "2026-01-01T00:00:00.000Z"
    kiosk.until(lambda state: state["phones"] is None)


def test_many_taps_one_ticket(kiosk: Kiosk) -> None:
    serial = chosen(kiosk)
    for _ in range(5):
        kiosk.agent.take(serial, MATTER)
    kiosk.until(printed)
    kiosk.agent.take(serial, MATTER)
    assert len(kiosk.hall.asked) == len(kiosk.devices.printer.papers) == 1


def test_a_touch_of_a_former_visit_is_refused(kiosk: Kiosk) -> None:
    serial = chosen(kiosk)
    kiosk.agent.leave(serial)
    with pytest.raises(VisitOver):
        kiosk.agent.take(serial, MATTER)
    assert kiosk.hall.asked == []


def test_paper_out_is_known_and_told(kiosk: Kiosk) -> None:
    kiosk.devices.printer.paper_out()
    kiosk.agent.take(chosen(kiosk), MATTER)
    state = kiosk.until(printed)
    assert (state["paper"], state["paper_reason"]["zh"]) == ("failed", "缺纸")
    assert state["ticket"]["number"] == "A001"
    kiosk.hall.until(lambda: kiosk.hall.prints == [(1, "failed", "缺纸")])


def test_a_lost_answer_is_asked_for_with_the_same_key(kiosk: Kiosk) -> None:
    kiosk.hall.hear_only = True
    kiosk.agent.take(chosen(kiosk), MATTER)
    state = kiosk.until(lambda state: state["notice"] is not None)
    assert (state["screen"], state["notice"]["code"]) == ("taking", "unreachable")
    kiosk.hall.hear_only = False
    kiosk.until(screen("ticket"))
    assert len(set(kiosk.hall.asked)) == 1
    assert len(kiosk.hall.tickets) == 1


def test_a_refusal_is_said_in_the_servers_words(kiosk: Kiosk) -> None:
    kiosk.hall.refusal = {"code": "done-elsewhere", "detail": "请到二楼。", "detail_en": "Upstairs, please."}
    kiosk.agent.take(chosen(kiosk), MATTER)
    state = kiosk.until(lambda state: state["notice"] is not None)
    assert (state["screen"], state["notice"]["zh"]) == ("choosing", "请到二楼。")


def test_scanned_codes(kiosk: Kiosk) -> None:
    kiosk.devices.scanner.scan("https://example.org/")
    assert kiosk.until(lambda state: state["notice"] is not None)["notice"]["code"] == "unknown-code"
    kiosk.devices.scanner.scan(f"http://hall.test/t/{SLUG}")
    state = kiosk.until(screen("place"))
    assert (state["place"]["number"], state["place"]["ahead"], state["notice"]) == ("A031", 3, None)
    kiosk.devices.scanner.scan(DEMO_CARDS[0].number)
    assert kiosk.until(screen("choosing"))["visitor"] == {"name": None, "source": "code"}


def test_a_card_that_cannot_be_read_is_said(kiosk: Kiosk) -> None:
    kiosk.devices.reader.fail_next_read()
    kiosk.devices.reader.lay(DEMO_CARDS[0])
    assert kiosk.until(lambda state: state["notice"] is not None)["notice"]["code"] == "card-unread"


def test_devices_and_their_absence_are_reported(kiosk: Kiosk) -> None:
    kiosk.devices.reader.unplug()
    kiosk.until(lambda state: state["devices"]["card_reader"]["state"] == "absent")
    kiosk.hall.until(
        lambda: any(
            each["family"] == "card_reader" and each["state"] == "absent" for each in kiosk.hall.beats[-1]
        )
    )


def test_without_the_server_the_screens_come_up_from_memory(kiosk: Kiosk) -> None:
    kiosk.agent.close()
    kiosk.hall.away = True
    again = started(kiosk.file, kiosk.devices, kiosk.hall)
    try:
        again.until(lambda state: not state["server"])
        definition = again.agent.definition()
        assert definition is not None
        assert definition["hall"]["name"] == "衡南县政务服务大厅"
        again.hall.away = False
        again.until(lambda state: bool(state["server"]))
    finally:
        again.agent.close()


def test_an_unfinished_wish_is_said_and_not_repeated_after_a_restart(kiosk: Kiosk) -> None:
    kiosk.hall.away = True
    kiosk.agent.take(chosen(kiosk), MATTER)
    kiosk.until(lambda state: state["notice"] is not None)
    kiosk.agent.close()
    Store(kiosk.file.parent / "memory").mark_unfinished()  # as if the power had gone in the middle
    kiosk.hall.away, before = False, len(kiosk.hall.asked)
    again = started(kiosk.file, kiosk.devices, kiosk.hall)
    try:
        state = again.ready()
        assert (state["screen"], state["notice"]["code"]) == ("attract", "interrupted")
        assert len(again.hall.asked) == before
    finally:
        again.agent.close()


def test_a_number_is_unfinished_until_its_paper_is_out(kiosk: Kiosk) -> None:
    mark = kiosk.file.parent / "memory" / "unfinished"
    kiosk.devices.printer.stall()
    kiosk.agent.take(chosen(kiosk), MATTER)
    kiosk.until(lambda state: state["paper"] == "printing")
    assert mark.exists()
    kiosk.devices.printer.stall(False)
    kiosk.until(lambda state: state["paper"] == "printed")
    assert not mark.exists()


def test_a_place_that_is_not_understood_is_said(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer_oddly(_: str) -> None:
        raise KeyError("zone")

    monkeypatch.setattr(kiosk.agent._server, "ticket_by_slug", answer_oddly)
    kiosk.devices.scanner.scan(f"http://hall.test/t/{SLUG}")
    assert kiosk.until(lambda state: state["notice"] is not None)["notice"]["code"] == "unreachable"


def test_a_paper_that_cannot_be_composed_is_a_failed_one(kiosk: Kiosk) -> None:
    definition = kiosk.agent.definition()
    assert definition is not None
    definition["hall"]["timezone"] = kiosk.hall.hall["timezone"] = "Nowhere/At all"
    kiosk.agent.take(chosen(kiosk), MATTER)
    state = kiosk.until(printed)
    assert (state["paper"], state["paper_reason"]["zh"]) == ("failed", "号票内容无法排版")
    assert state["paper_reason"]["en"]
    kiosk.hall.until(lambda: kiosk.hall.prints == [(1, "failed", "号票内容无法排版")])


def test_a_lost_memory_stops_no_visit(kiosk: Kiosk) -> None:
    shutil.rmtree(kiosk.file.parent / "memory")
    kiosk.hall.away = True
    kiosk.agent.take(chosen(kiosk), MATTER)
    kiosk.until(lambda state: state["notice"] is not None)
    kiosk.hall.away = False
    assert kiosk.until(printed)["paper"] == "printed"


def test_time_goes_on_after_a_failure(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    failed, went_on = threading.Event(), threading.Event()

    def tick() -> None:
        if failed.is_set():
            went_on.set()
        else:
            failed.set()
            raise OSError("the screen is gone")

    monkeypatch.setattr(kiosk.agent, "tick", tick)
    assert went_on.wait(5)


def test_an_older_state_is_never_shown_after_a_newer_one(kiosk: Kiosk) -> None:
    shown: list[State] = []
    showing, go_on = threading.Event(), threading.Event()
    device = threading.Thread(target=kiosk.agent.device_changed)
    touch = threading.Thread(target=kiosk.agent.without, args=(kiosk.serial,))

    def show(state: State) -> None:
        if threading.current_thread() is device:
            showing.set()
            go_on.wait(5)
        shown.append(state)

    kiosk.agent.show = show
    device.start()
    assert showing.wait(5)
    touch.start()
    touch.join(0.3)  # as long as it takes where nothing holds it back
    go_on.set()
    for each in (device, touch):
        each.join(5)
    assert shown[-1]["screen"] == "choosing"
