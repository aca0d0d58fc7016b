"""What the book remembers of a hall is never older, nor newer, than what is committed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from tinghao.server.hall.book import HallBook
from tinghao.server.hall.definition import HallDefinition
from tinghao.server.hall.models import Hall
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.hall.service import import_hall
from tinghao.server.hall.views import hall_id_of
from tinghao.server.store import Store, Work

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class PowerCut(Exception):
    """The commit fails."""


@pytest.fixture
def hall_id(store: Store, definitions: dict[str, HallDefinition]) -> int:
    store.write(lambda work: import_hall(work, definitions["hengnan"], NOW))
    with store.read() as connection:
        return hall_id_of(connection, "hengnan")


def with_undo(definition: HallDefinition, seconds: int) -> HallDefinition:
    settings = definition.rules.settings.model_copy(update={"undo_seconds": seconds})
    return replace(definition, rules=definition.rules.model_copy(update={"settings": settings}))


def test_the_facts_are_those_of_the_definition(
    store: Store, hall_id: int, definitions: dict[str, HallDefinition]
) -> None:
    definition = definitions["hengnan"]
    with store.read() as connection:
        facts = HallBook().at(connection, hall_id)
    assert (facts.code, facts.timezone, facts.version) == ("hengnan", "Asia/Shanghai", 1)
    assert [row["opens"] for row in facts.hours] == ["08:30", "14:30"]
    assert facts.rules == definition.rules
    assert {window.number: window.lines for window in facts.windows.values()} == {
        window.number: window.lines for window in definition.windows
    }
    assert [(line.prefix, line.name_en) for line in facts.lines.values()] == [
        (line.prefix, line.name_en) for line in definition.lines
    ]
    for matter in definition.matters:
        subject = facts.subject(matter.code)
        assert subject is not None
        assert (subject.name, subject.prefix, subject.department, subject.place) == (
            matter.name,
            matter.line,
            matter.department,
            matter.place,
        )
        assert facts.lines[subject.line_id] is facts.lines_by_prefix[matter.line]
    assert facts.subject("nothing") is None


def test_facts_cost_one_query_after_the_first_time(store: Store, hall_id: int) -> None:
    book = HallBook()
    asked: list[str] = []
    with store.read() as connection:
        first = book.at(connection, hall_id)
        event.listen(connection, "before_cursor_execute", lambda *all: asked.append(all[2]))
        assert book.at(connection, hall_id) is first
    # The edition is asked for on the driver's own cursor, which this does not see.
    assert asked == []


def test_facts_cannot_be_changed(store: Store, hall_id: int) -> None:
    with store.read() as connection:
        facts: Any = HallBook().at(connection, hall_id)
    with pytest.raises(TypeError):
        facts.subjects["x"] = None
    with pytest.raises(AttributeError):
        facts.version = 7


def test_a_retired_line_is_still_known_but_no_matter_of_it(
    store: Store, hall_id: int, definitions: dict[str, HallDefinition]
) -> None:
    definition = definitions["hengnan"]
    smaller = replace(
        definition,
        lines=tuple(line for line in definition.lines if line.prefix != "F"),
        windows=tuple(window for window in definition.windows if window.lines != ("F",)),
        matters=tuple(matter for matter in definition.matters if matter.line != "F"),
    )
    store.write(lambda work: import_hall(work, smaller, NOW))
    with store.read() as connection:
        facts = HallBook().at(connection, hall_id)
    assert [line.prefix for line in facts.lines.values() if line.retired] == ["F"]
    assert "F" not in {subject.prefix for subject in facts.subjects.values()}
    assert all("F" not in window.lines for window in facts.windows.values())


def test_a_hall_without_rules_of_its_own_has_the_common_ones(store: Store) -> None:
    def bare(work: Work) -> int:
        hall = Hall(code="bare", name="厅", name_en="Hall", timezone="Asia/Shanghai", hours=[], version=1)
        values = {
            c.name: getattr(hall, c.name) for c in Hall.__table__.c if c.name not in ("id", "imported_at")
        }
        return int(
            work.connection.execute(
                Hall.__table__.insert().values(imported_at=NOW, **values).returning(Hall.id)
            ).scalar_one()
        )

    bare_id = store.write(bare)
    with store.read() as connection:
        assert HallBook().rules(connection, bare_id) == QueueRules()
        assert HallBook().rules_at(connection, bare_id, 1) == QueueRules()


def test_an_import_is_seen_by_the_next_who_asks(
    store: Store, hall_id: int, definitions: dict[str, HallDefinition]
) -> None:
    book = HallBook()
    with store.read() as connection:
        assert book.rules(connection, hall_id).settings.undo_seconds == 10
    store.write(lambda work: import_hall(work, with_undo(definitions["hengnan"], 30), NOW))
    with store.read() as connection:
        assert book.rules(connection, hall_id).settings.undo_seconds == 30


def test_what_a_failed_import_left_in_the_book_is_not_taken_for_the_next(
    store: Store, hall_id: int, definitions: dict[str, HallDefinition]
) -> None:
    book = HallBook()

    def seen_and_lost(work: Work) -> None:
        import_hall(work, with_undo(definitions["hengnan"], 30), NOW)
        assert book.rules(work.connection, hall_id).settings.undo_seconds == 30
        raise PowerCut

    with pytest.raises(PowerCut):
        store.write(seen_and_lost)
    with store.read() as connection:
        assert book.rules(connection, hall_id).settings.undo_seconds == 10

    with pytest.raises(PowerCut):
        store.write(seen_and_lost)
    later = NOW.replace(second=1)
    store.write(lambda work: import_hall(work, with_undo(definitions["hengnan"], 20), later))
    with store.read() as connection:
        assert book.at(connection, hall_id).version == 2
        assert book.rules(connection, hall_id).settings.undo_seconds == 20


def test_the_same_version_imported_at_another_time_is_read_again(store: Store, hall_id: int) -> None:
    book = HallBook()
    with store.read() as connection:
        first = book.at(connection, hall_id)
    store.write(lambda work: work.connection.execute(update(Hall).values(imported_at=NOW.replace(second=5))))
    with store.read() as connection:
        assert book.at(connection, hall_id) is not first
