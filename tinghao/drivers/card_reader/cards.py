"""Six made-up people for tests and demonstrations.

Their numbers are right by the check digit and have sequences no registry is likely to reach in one day;
names and addresses are invented.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from tinghao.basics.id_number import check_digit
from tinghao.drivers.card_reader.protocol import IdCard

DIVISION = "430422"


def made_up(
    name: str,
    sex: Literal["男", "女"],
    birth: date,
    sequence: int,
    *,
    ethnicity: str = "汉",
    address: str = "湖南省衡南县听号镇样例路1号",
    valid_to: date | None = date(2039, 5, 1),
) -> IdCard:
    """A resident card as the machine would read it."""
    body = f"{DIVISION}{birth:%Y%m%d}{sequence:03}"
    return IdCard(
        kind="resident",
        name=name,
        sex=sex,
        ethnicity=ethnicity,
        birth=birth,
        address=address,
        number=body + check_digit(body),
        issuer="衡南县公安局",
        valid_from=date(2019, 5, 1),
        valid_to=valid_to,
    )


DEMO_CARDS: tuple[IdCard, ...] = (
    made_up("张样例", "男", date(1990, 3, 7), 991),
    made_up("欧阳听听", "女", date(1985, 11, 20), 992, address="湖南省衡南县听号镇样例路22号3栋502室"),
    made_up("王𬭊", "男", date(1978, 7, 15), 993, address="湖南省衡南县听号镇罕字村4组"),
    made_up("李演示", "女", date(1952, 2, 29), 994, valid_to=None),
    made_up(
        "阿依古丽·买买提艾力·样例",
        "女",
        date(1996, 9, 9),
        996,
        ethnicity="维吾尔",
        address="新疆维吾尔自治区乌鲁木齐市天山区听号街样例社区幸福小区12号楼",
    ),
    made_up("陈试用", "男", date(2007, 5, 21), 997, ethnicity="土家"),
)
