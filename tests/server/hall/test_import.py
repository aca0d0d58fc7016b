"""Taking a definition into the database, and again."""

from dataclasses import replace
from datetime import UTC, datetime

from tinghao.server.hall.definition import HallDefinition
from tinghao.server.hall.service import Changes, import_hall
from tinghao.server.hall.views import describe_hall, describe_matters, hall_id_of
from tinghao.server.store import Store, events

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def take_in(store: Store, definition: HallDefinition) -> Changes:
    return store.write(lambda work: import_hall(work, definition, NOW))


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


def test_two_halls_live_side_by_side(store: Store, definitions: dict[str, HallDefinition]) -> None:
    for definition in definitions.values():
        take_in(store, definition)
    with store.read() as connection:
        ids = [hall_id_of(connection, code) for code in ("hengnan", "shucheng")]
        names = [describe_hall(connection, hall_id)["name"] for hall_id in ids]
    assert names == ["衡南县政务服务大厅", "舒城县政务服务中心"]
