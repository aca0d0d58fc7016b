"""Halls built for a rehearsal: as many lines and windows as it needs, open every day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from tinghao.server.hall.definition import Department, HallDefinition, Line, Matter, Theme, Window, Zone
from tinghao.server.hall.definition.rows import Hall, Hours
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.hall.values import Day as Weekday


@dataclass(frozen=True)
class Service:
    """What a line is for; its one matter's code is the prefix in small letters."""

    prefix: str
    name: str
    name_en: str
    mean_minutes: int
    skill: str | None = None

    @property
    def matter(self) -> str:
        """The code of its matter."""
        return f"shixiang-{self.prefix.lower()}"


def built_hall(
    services: Sequence[Service],
    windows: Sequence[str],
    rules: QueueRules,
    hours: Sequence[tuple[str, str]] = (("09:00", "17:00"),),
    themes: Sequence[Theme] = (),
) -> HallDefinition:
    """A hall with these services and a window, numbered from 1, for each of `windows`, which tell the prefixes it serves."""
    everyday = get_args(Weekday)
    return HallDefinition(
        Hall(code="caipai", name="彩排大厅", name_en="Rehearsal Hall", timezone="Asia/Shanghai"),
        tuple(
            Hours.model_validate({"days": everyday, "opens": begins, "closes": ends})
            for begins, ends in hours
        ),
        tuple(_zone(service) for service in services),
        tuple(_line(service) for service in services),
        tuple(
            Window(number, _zone_code(lines[0]), tuple(lines), wheelchair=False)
            for number, lines in enumerate(windows, start=1)
        ),
        tuple(_department(service) for service in services),
        tuple(_matter(service) for service in services),
        tuple(themes),
        rules,
    )


def _zone_code(prefix: str) -> str:
    return f"qu-{prefix.lower()}"


def _zone(service: Service) -> Zone:
    return Zone(
        code=_zone_code(service.prefix),
        name=f"{service.name}区",
        name_en=f"{service.name_en} Zone",
        kind="department",
        floor=1,
    )


def _line(service: Service) -> Line:
    return Line(
        prefix=service.prefix,
        name=service.name,
        name_en=service.name_en,
        zone=_zone_code(service.prefix),
        mean_minutes=service.mean_minutes,
    )


def _department(service: Service) -> Department:
    return Department(
        code=f"bumen-{service.prefix.lower()}",
        name=service.name,
        name_en=service.name_en,
        full_name=service.name,
        zone=_zone_code(service.prefix),
    )


def _matter(service: Service) -> Matter:
    return Matter(
        code=service.matter,
        name=f"{service.name}业务",
        name_en=f"{service.name_en} Matter",
        department=f"bumen-{service.prefix.lower()}",
        line=service.prefix,
        keywords=(service.name,),
        materials=("身份证",),
        time="即办",
        time_en="at once",
        fee="不收费",
        skill=service.skill,
    )
