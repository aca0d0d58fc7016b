"""What the page about the rules of queueing shows can be written into a hall's definition."""

import re
import tomllib
from pathlib import Path

from tinghao.server.hall.definition import read_definition
from tinghao.server.hall.queue_rules import (
    ArrivalThen,
    ArrivalWhen,
    CallingWhen,
    PlanWhen,
    QueueRules,
    QueueSettings,
)

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "queue-rules.md").read_text(encoding="utf-8")
TABLES = ("queue", "priority", "arrival", "calling", "profile", "plan", "limit")


def without_rules(definition: str) -> str:
    """A definition's text with its tables of queueing taken out."""
    tables = re.split(r"^(?=\[)", definition, flags=re.MULTILINE)
    return "".join(table for table in tables if not re.match(rf"\[+({'|'.join(TABLES)})\]", table))


def test_the_examples_are_good(tmp_path: Path) -> None:
    examples = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert [next(iter(tomllib.loads(example))) for example in examples] == list(TABLES)
    hall = without_rules((ROOT / "halls" / "hengnan.toml").read_text(encoding="utf-8"))
    file = tmp_path / "hall.toml"
    file.write_text(hall + "\n" + "\n".join(examples), encoding="utf-8")

    rules = read_definition(file).rules

    assert all(getattr(rules, name) for name in QueueRules.model_fields)


def test_every_key_is_explained() -> None:
    for model in (QueueSettings, ArrivalWhen, ArrivalThen, CallingWhen, PlanWhen):
        for key in model.model_fields:
            assert re.search(rf"`{key}\b", PAGE), key


def test_the_defaults_are_told_as_they_are() -> None:
    told = {}
    for keys, defaults in re.findall(r"^\| (`[^|]*) \| ([^|]*) \|", PAGE, re.MULTILINE):
        names = re.findall(r"`(\w+)`", keys)
        if names and set(names) <= QueueSettings.model_fields.keys():
            told |= dict(zip(names, defaults.replace("`", "").replace('"', "").split(", "), strict=True))
    assert told == {name: str(value) for name, value in QueueSettings().model_dump().items()}
