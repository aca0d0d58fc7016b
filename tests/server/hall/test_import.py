"""Taking a definition into the database, and again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from tinghao.server.hall.book import HallBook
from tinghao.server.hall.definition import HallDefinition
from tinghao.server.hall.models import QueueRulesRow
from tinghao.server.hall.reading import read_rules
from tinghao.server.hall.service import Changes, import_hall
from tinghao.server.hall.views import describe_hall, describe_matters, hall_id_of
from tinghao.server.store import Store, events

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def take_in(store: Store, definition: HallDefinition) -> Changes:
    return store.write(lambda work: import_hall(work, definition, NOW))


def with_settings(definition: HallDefinition, **settings: Any) -> HallDefinition:
    changed = definition.rules.settings.model_copy(update=settings)
    return replace(definition, rules=definition.rules.model_copy(update={"settings": changed}))


def test_a_hall_comes_in_whole(store: Store, definitions: dict[str, HallDefinition]) -> None:
    definition = definitions["hengnan"]
    changes = take_in(store, definition)
    assert len(changes.added["matter"]) == len(definition.matters)
    with store.read() as connection:
        hall_id = hall_id_of(connection, "hengnan")
        hall, matters = describe_hall(connection, hall_id), describe_matters(connection, hall_id)
    assert [zone["code"] for zone in hall["zones"]] == [zone.code for zone in definition.zones]
    assert [window["number"] for window in hall["windows"]] == [
        window.number for window in definition.windows
    ]
    assert [matter["code"] for matter in matters["matters"]] == [matter.code for matter in definition.matters]
    assert sum(department["matters"] for department in matters["departments"]) == len(definition.matters)
    first = matters["matters"][0]
    assert first["materials"] == list(definition.matters[0].materials)
    assert first["initials"] == definition.matters[0].initials


def test_importing_again_changes_nothing(store: Store, definitions: dict[str, HallDefinition]) -> None:
    take_in(store, definitions["hengnan"])
    with store.read() as connection:
        before = events.last_number(connection, hall_id_of(connection, "hengnan"))
    assert not take_in(store, definitions["hengnan"])
    with store.read() as connection:
        assert events.last_number(connection, hall_id_of(connection, "hengnan")) == before


def test_only_what_changed_is_changed(store: Store, definitions: dict[str, HallDefinition]) -> None:
    definition = definitions["hengnan"]
    take_in(store, definition)
    dearer = definition.matters[5].model_copy(update={"fee": "20元"})
    window = replace(definition.windows[0], lines=("A", "B"))
    changed = replace(
        definition,
        matters=(*definition.matters[:5], dearer, *definition.matters[6:-1]),
        windows=(window, *definition.windows[1:]),
    )
    changes = take_in(store, changed)
    assert changes.added == {}
    assert changes.changed == {"window_line": ["1"], "matter": [dearer.code]}
    assert changes.retired == {"matter": [definition.matters[-1].code]}
    with store.read() as connection:
        found = describe_matters(connection, hall_id_of(connection, "hengnan"))["matters"]
    assert {matter["code"]: matter["fee"] for matter in found}[dearer.code] == "20元"
    assert definition.matters[-1].code not in {matter["code"] for matter in found}
    assert take_in(store, definition).changed["matter"] == [dearer.code, definition.matters[-1].code]


def test_rules_come_in_with_the_hall(store: Store, definitions: dict[str, HallDefinition]) -> None:
    definition = definitions["hengnan"]
    assert take_in(store, definition).added["rules"] == ["hengnan"]
    with store.read() as connection:
        assert read_rules(connection, hall_id_of(connection, "hengnan")) == definition.rules


def test_changed_rules_are_a_new_version_beside_the_old(
    store: Store, definitions: dict[str, HallDefinition]
) -> None:
    definition = definitions["hengnan"]
    take_in(store, definition)
    assert take_in(store, with_settings(definition, undo_seconds=30)).changed == {"rules": ["hengnan"]}
    book = HallBook()
    with store.read() as connection:
        hall_id = hall_id_of(connection, "hengnan")
        assert book.at(connection, hall_id).version == 2
        assert book.rules(connection, hall_id).settings.undo_seconds == 30
        assert book.rules_at(connection, hall_id, 1) == definition.rules
        assert book.rules_at(connection, hall_id, 2).settings.undo_seconds == 30


def test_rules_stand_until_the_next_that_differ(store: Store, definitions: dict[str, HallDefinition]) -> None:
    definition = definitions["hengnan"]
    take_in(store, definition)
    dearer = definition.matters[0].model_copy(update={"fee": "20元"})
    take_in(store, replace(definition, matters=(dearer, *definition.matters[1:])))
    with store.read() as connection:
        hall_id = hall_id_of(connection, "hengnan")
        kept = connection.execute(select(QueueRulesRow.version).where(QueueRulesRow.hall_id == hall_id))
        assert list(kept.scalars()) == [1]
        assert HallBook().rules_at(connection, hall_id, 2) == definition.rules


def test_skills_and_steps_come_in(store: Store, definitions: dict[str, HallDefinition]) -> None:
    definition = definitions["hengnan"]
    take_in(store, definition)
    with store.read() as connection:
        facts = HallBook().at(connection, hall_id_of(connection, "hengnan"))
    skills = {matter.code: matter.skill for matter in definition.matters}
    assert {code: each.skill for code, each in facts.subjects.items() if not each.is_theme} == skills
    assert any(skills.values())
    steps = {theme.code: (theme.steps, theme.together) for theme in definition.themes}
    assert {
        code: (each.steps, each.together) for code, each in facts.subjects.items() if each.is_theme
    } == steps
    assert {together for _, together in steps.values()} == {True, False}


def test_two_halls_live_side_by_side(store: Store, definitions: dict[str, HallDefinition]) -> None:
    for definition in definitions.values():
        take_in(store, definition)
    with store.read() as connection:
        ids = [hall_id_of(connection, code) for code in ("hengnan", "shucheng")]
        names = [describe_hall(connection, hall_id)["name"] for hall_id in ids]
    assert names == ["衡南县政务服务大厅", "舒城县政务服务中心"]
