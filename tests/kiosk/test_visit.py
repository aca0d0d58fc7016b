"""One visit, by properties: whatever happens in whatever order, it gives one ticket at most and leaves nothing behind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinghao.kiosk.hall_server import QueuePlace, Ticket
from tinghao.kiosk.visit import Identity, Limits, Notice, Rules, Stage, Visit

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMITS = Limits(
    choosing=90 * SECOND,
    taking=60 * SECOND,
    ticket=20 * SECOND,
    place=20 * SECOND,
    notice=20 * SECOND,
    retry=3 * SECOND,
)
RULES = Rules(LIMITS)
WANG = Identity("card", "430422197807159932", "王𬭊")
LI = Identity("card", "430422195202299948", "李演示")
AWAY = Notice("unreachable", "连接中断", "down")
NO = Notice("closed", "已停止取号", "closed", "bad")
PLACE = QueuePlace("A007", "waiting", "区", "Zone", "1", (), 2, None, None)


def ticket(number: int) -> Ticket:
    return Ticket(
        number,
        f"A{number:03}",
        1,
        "事项",
        "区",
        "Zone",
        "1",
        (),
        3,
        (5, 10),
        "http://hall/t/1-a",
        "2026-03-02T01:00:00Z",
    )


def choosing(identity: Identity | None = WANG) -> Visit:
    visit = Visit(1)
    return RULES.identified(visit, identity, NOW) if identity else RULES.without(visit, NOW)


def taking() -> Visit:
    return RULES.take(choosing(), "m", "key-1", NOW)


def test_the_whole_way() -> None:
    visit = RULES.issued(taking(), "key-1", ticket(1), NOW)
    assert (visit.stage, visit.paper, visit.serial) == (Stage.TICKET, "printing", 1)
    visit = RULES.printed(visit, 1, "failed", "缺纸")
    assert (visit.paper, visit.paper_reason) == ("failed", "缺纸")
    assert RULES.ticked(visit, NOW + 19 * SECOND) == visit
    assert RULES.ticked(visit, NOW + 20 * SECOND) == Visit(2)


def test_a_second_tap_changes_nothing() -> None:
    visit = taking()
    assert RULES.take(visit, "other", "key-2", NOW) == visit
    held = RULES.issued(visit, "key-1", ticket(1), NOW)
    assert RULES.take(held, "other", "key-3", NOW) == held
    assert RULES.issued(held, "key-1", ticket(2), NOW) == held


def test_an_unanswered_wish_is_asked_again_with_its_key() -> None:
    visit = RULES.unanswered(taking(), "key-1", AWAY, NOW)
    assert visit.notice == AWAY
    assert not visit.busy
    assert RULES.ticked(visit, NOW + 2 * SECOND) == visit
    again = RULES.ticked(visit, NOW + 3 * SECOND)
    assert again.busy
    assert again.wish is not None
    assert again.wish.key == "key-1"


def test_tries_of_ours_do_not_prolong_the_visit() -> None:
    visit, now = taking(), NOW
    for _ in range(40):
        visit = RULES.ticked(RULES.unanswered(visit, "key-1", AWAY, now), now + 2 * SECOND)
        now += 2 * SECOND
        visit = RULES.retry(visit, now)
        if visit.stage is Stage.ATTRACT:
            break
    assert visit.stage is Stage.ATTRACT
    assert now <= NOW + 64 * SECOND


def test_a_refusal_leads_back_to_choosing_and_another_key() -> None:
    visit = RULES.refused(taking(), "key-1", NO, NOW)
    assert (visit.stage, visit.notice, visit.wish, visit.identity) == (Stage.CHOOSING, NO, None, WANG)
    again = RULES.take(visit, "m", "key-2", NOW)
    assert again.wish is not None
    assert again.wish.key == "key-2"


def test_nobody_leaves_while_the_answer_is_on_its_way() -> None:
    visit = taking()
    assert RULES.left(visit) == visit
    assert RULES.ticked(visit, NOW + timedelta(hours=1)) == visit
    assert RULES.left(RULES.unanswered(visit, "key-1", AWAY, NOW)).stage is Stage.ATTRACT


@pytest.mark.parametrize("begin", [choosing(), RULES.issued(taking(), "key-1", ticket(1), NOW)])
def test_another_card_begins_another_visit(begin: Visit) -> None:
    visit = RULES.identified(begin, LI, NOW)
    assert visit == replace(Visit(2), stage=Stage.CHOOSING, identity=LI, deadline=NOW + LIMITS.choosing)


def test_the_same_card_laid_again_changes_only_the_time() -> None:
    held = RULES.issued(taking(), "key-1", ticket(1), NOW)
    assert RULES.identified(held, WANG, NOW + SECOND) == RULES.touched(held, NOW + SECOND)


def test_a_card_during_taking_waits() -> None:
    assert RULES.identified(taking(), LI, NOW) == taking()


def test_a_card_joins_a_visit_without_one() -> None:
    visit = RULES.identified(choosing(None), WANG, NOW)
    assert (visit.serial, visit.identity) == (1, WANG)


def test_a_scanned_ticket_does_not_disturb_who_is_choosing() -> None:
    assert RULES.placed(choosing(), PLACE, NOW) == choosing()
    assert RULES.placed(Visit(1), PLACE, NOW).place == PLACE


LOOKED_UP = Identity("code", "430422199003079911", "张样例")


@pytest.mark.parametrize("asking", [Visit(1), choosing(None), choosing()])
def test_a_looked_up_code_identifies_who_waits_for_it(asking: Visit) -> None:
    asked = RULES.asked(asking, AWAY, NOW)
    visit = RULES.resolved(asked, asked, LOOKED_UP, NOW + SECOND)
    assert (visit.stage, visit.identity, visit.notice) == (Stage.CHOOSING, LOOKED_UP, None)
    assert RULES.unresolved(asked, asked, NO, NOW).notice == NO


def test_a_late_answer_to_a_code_changes_nothing() -> None:
    asked = RULES.asked(Visit(1), AWAY, NOW)
    since = [
        Visit(2),
        RULES.identified(asked, WANG, NOW),
        RULES.placed(asked, PLACE, NOW),
        RULES.take(RULES.without(asked, NOW), "m", "key-1", NOW),
        RULES.issued(RULES.take(RULES.without(asked, NOW), "m", "k", NOW), "k", ticket(1), NOW),
    ]
    for visit in since:
        assert RULES.resolved(visit, asked, LOOKED_UP, NOW) == visit
        assert RULES.unresolved(visit, asked, NO, NOW) == visit


def test_who_waits_for_an_answer_has_time_for_it() -> None:
    held = RULES.issued(taking(), "key-1", ticket(1), NOW)
    asked = RULES.asked(held, AWAY, NOW + 19 * SECOND)
    assert RULES.ticked(asked, NOW + 38 * SECOND) == asked


def test_large_type_goes_with_the_visitor() -> None:
    visit = RULES.sized(Visit(1), True, NOW)
    assert RULES.ticked(visit, NOW + LIMITS.choosing) == Visit(2)


def test_no_representation_shows_who_it_is() -> None:
    assert "王" not in repr(choosing())
    assert "4304" not in repr(choosing())


HAPPENING = st.one_of(
    st.tuples(st.just("card"), st.sampled_from([WANG, LI])),
    st.tuples(st.sampled_from(["without", "take", "retry", "leave", "place", "touch", "notice", "elder"])),
    st.tuples(st.sampled_from(["issued", "refused", "unanswered"]), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.integers(0, 100)),
)


@given(st.lists(HAPPENING, max_size=60))
def test_one_ticket_a_visit_and_nothing_left_behind(happenings: list[tuple[object, ...]]) -> None:
    visit, now, keys = Visit(1), NOW, ["key-0"]
    tickets: dict[int, set[int]] = {}
    laid: dict[int, Identity] = {}
    for happening in happenings:
        before = visit
        visit, now = _happen(visit, now, keys, happening)
        assert visit.serial in (before.serial, before.serial + 1)
        if happening[0] == "card" and visit.identity not in (None, before.identity):
            assert isinstance(happening[1], Identity)
            laid[visit.serial] = happening[1]
        if visit.ticket is not None:
            tickets.setdefault(visit.serial, set()).add(visit.ticket.id)
            assert len(tickets[visit.serial]) == 1
        if visit.identity is not None:
            assert visit.identity == laid[visit.serial]
        if visit.stage is Stage.ATTRACT:
            assert (visit.identity, visit.wish, visit.ticket, visit.place) == (None, None, None, None)
        if before.busy and visit.serial != before.serial:
            raise AssertionError("a visit ended while its answer was on the way")


def _happen(
    visit: Visit, now: datetime, keys: list[str], happening: tuple[object, ...]
) -> tuple[Visit, datetime]:
    what, *more = happening
    if what == "wait":
        now += more[0] * SECOND  # type: ignore[operator]
        return RULES.ticked(visit, now), now
    if what == "card":
        return RULES.identified(visit, more[0], now), now  # type: ignore[arg-type]
    if what == "take":
        keys.append(f"key-{len(keys)}")
        return RULES.take(visit, "m", keys[-1], now), now
    if what in ("issued", "refused", "unanswered"):
        at = more[0]
        assert isinstance(at, int)
        key = keys[-1 - at % len(keys)]
        number = keys.index(key)
        return {
            "issued": lambda: RULES.issued(visit, key, ticket(number), now),
            "refused": lambda: RULES.refused(visit, key, NO, now),
            "unanswered": lambda: RULES.unanswered(visit, key, AWAY, now),
        }[str(what)](), now
    return {
        "without": lambda: RULES.without(visit, now),
        "retry": lambda: RULES.retry(visit, now),
        "leave": lambda: RULES.left(visit),
        "place": lambda: RULES.placed(visit, PLACE, now),
        "touch": lambda: RULES.touched(visit, now),
        "notice": lambda: RULES.noticed(visit, NO, now),
        "elder": lambda: RULES.sized(visit, True, now),
    }[str(what)](), now
