"""Made-up people for tests and demonstrations: six with resident cards, and one with each of the other cards.

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
    new_address: str = "",
    fingerprint: bytes = b"",
) -> IdCard:
    """A resident card as the machine would read it."""
    return IdCard(
        kind="resident",
        name=name,
        sex=sex,
        ethnicity=ethnicity,
        birth=birth,
        address=address,
        number=numbered(f"{DIVISION}{birth:%Y%m%d}{sequence:03}"),
        issuer="衡南县公安局",
        valid_from=date(2019, 5, 1),
        valid_to=valid_to,
        new_address=new_address,
        fingerprint=fingerprint,
    )


def numbered(body: str) -> str:
    """An ID number with its check digit."""
    return body + check_digit(body)


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

OTHER_CARDS: tuple[IdCard, ...] = (
    IdCard(
        kind="permanent_resident_2017",
        name="安样例",
        sex="女",
        ethnicity="",
        birth=date(1985, 1, 1),
        address="",
        number="XXA430085010199",
        issuer="1500",
        valid_from=date(2018, 1, 1),
        valid_to=date(2028, 1, 1),
        name_en="EXAMPLE, ANNA",
        nationality="XXA",
    ),
    IdCard(
        kind="permanent_resident",
        name="马样例",
        sex="男",
        ethnicity="",
        birth=date(1988, 6, 15),
        address="",
        number=numbered("94304219880615991"),
        issuer="",
        valid_from=date(2023, 12, 1),
        valid_to=date(2033, 12, 1),
        name_en="EXAMPLE, MAXIMILIAN ALEXANDER CHRISTOPHER",
        nationality="XXA",
    ),
    IdCard(
        kind="residence_permit",
        name="林样例",
        sex="女",
        ethnicity="",
        birth=date(1994, 8, 23),
        address="湖南省衡南县听号镇样例路3号",
        number=numbered("83000019940823992"),
        issuer="衡南县公安局",
        valid_from=date(2020, 1, 1),
        valid_to=date(2045, 1, 1),
        pass_number="00000000",
    ),
    made_up(
        "赵迁居",
        "男",
        date(1969, 10, 1),
        995,
        new_address="湖南省衡南县听号镇新样例路8号",
        fingerprint=bytes(range(256)) * 4,
    ),
)
