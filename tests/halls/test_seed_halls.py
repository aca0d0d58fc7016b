"""The two halls we ship say what their counties' notices say."""

from __future__ import annotations

import re
from collections import Counter
from datetime import time
from pathlib import Path

import pytest

from tinghao.server.hall.definition import HallDefinition, Matter, read_definition

HALLS = Path(__file__).parents[2] / "halls"

UNIFIED_DEPARTMENTS = [
    "发改局", "自然资源局", "住建局", "城管局", "水利局", "林业局", "生态环境局", "应急管理局", "商务局",
    "交通运输局", "市场监管局", "教育局", "民政局", "文旅广体局", "新闻出版局", "农业农村局", "卫健局",
    "科工信局", "财政局", "司法局", "烟草专卖局", "气象局", "残联", "消防救援大队", "统计局", "档案局",
    "民宗局",
]  # fmt: skip

OTHER_DEPARTMENTS = {
    "税务局": "tax",
    "人社局": "hr",
    "医保局": "medical",
    "不动产登记中心": "property",
    "公积金中心": "property",
    "水电气网服务": "property",
    "公安局": "police",
}

# Annex 1 of 舒城's notice: department, place, matters.
WEEKEND_MATTERS = """\
税务局 政务服务中心 城乡居民社会保险费申报
税务局 政务服务中心 单位社会保险费申报
税务局 政务服务中心 灵活就业人员社会保险费申报
市场监管局 政务服务中心 有限责任公司变更登记
市场监管局 政务服务中心 有限责任公司注销登记
市场监管局 政务服务中心 分公司变更登记
市场监管局 政务服务中心 分公司注销登记
市场监管局 政务服务中心 个人独资企业变更登记
市场监管局 政务服务中心 个人独资企业注销登记
市场监管局 政务服务中心 合伙企业变更登记
市场监管局 政务服务中心 合伙企业注销登记
交通局 政务服务中心 道路客运企业分立
交通局 政务服务中心 道路货运企业分立
交通局 政务服务中心 道路货运企业注销
交通局 政务服务中心 道路客运经营者、货运经营者设立分公司备案
公安局 城区户政中心 身份证遗失补证
公安局 城区户政中心 身份证期满换证
公安局 城区户政中心 身份证损坏换发
公安局 城区户政中心 临时身份证办理
公安局 城区户政中心 身份证发放
公安局 城区户政中心 身份证拍照
公安局 政务服务中心 企业开办公章刻制
人社局 人社局 企业社会保险登记
人社局 人社局 企业职工参保登记
人社局 人社局 企业社会保险增减员
人社局 人社局 灵活就业人员参保登记
人社局 人社局 社保查询打印
医保局 医保局 城镇职工医疗保险单位人员变更办理
医保局 医保局 城镇职工单位医疗保险参保缴费办理
医保局 医保局 城镇职工个体医疗保险参保缴费办理
医保局 医保局 城镇职工医疗保险关系转移办理
医保局 医保局 城镇职工医疗保险参保人员在职转退休办理
""".splitlines()

# Annex 2 of 舒城's notice.
BOOKING_PHONES = {
    "城管局": "8674546",
    "公安局": "8680633",
    "水利局": "8670646",
    "应急局": "8670040",
    "农业农村局": "8674467",
    "教育局": "8671321",
    "税务局": "8675000",
    "卫健委": "8678720",
    "生态环境局": "8677519",
    "消防大队": "8671253",
    "发改委": "8677120",
    "林业局": "8679571",
    "市场监管局": "8674545",
    "自然资源局": "8677004",
    "住建局": "8670444",
    "烟草专卖": "8688025",
    "交通局": "8674747",
    "商务局": "8670572",
    "人社局": "8671545",
    "文旅体局": "8679748",
    "民政局": "8666959；婚姻窗口：8679749",
    "财政局": "8679202",
    "编办": "8679202",
}


@pytest.fixture(scope="module")
def hengnan() -> HallDefinition:
    return read_definition(HALLS / "hengnan.toml")


@pytest.fixture(scope="module")
def shucheng() -> HallDefinition:
    return read_definition(HALLS / "shucheng.toml")


@pytest.fixture(scope="module", params=["hengnan", "shucheng"])
def hall(request: pytest.FixtureRequest) -> HallDefinition:
    return read_definition(HALLS / f"{request.param}.toml")


def named(definition: HallDefinition, name: str) -> Matter:
    return next(matter for matter in definition.matters if matter.name == name)


def zones(definition: HallDefinition, kind: str) -> dict[str, int]:
    return {zone.name: zone.floor for zone in definition.zones if zone.kind == kind}


# --- both halls -----------------------------------------------------------------------------------------


def test_every_shipped_hall_is_tested_here() -> None:
    assert sorted(path.name for path in HALLS.glob("*.toml")) == ["hengnan.toml", "shucheng.toml"]


def test_every_department_has_a_matter(hall: HallDefinition) -> None:
    assert {matter.department for matter in hall.matters} == {row.code for row in hall.departments}


def test_every_matter_tells_what_to_bring_how_long_and_how_much(hall: HallDefinition) -> None:
    assert len(hall.matters) > 80
    for matter in hall.matters:
        assert 2 <= len(matter.materials) <= 6, matter.code
        assert len(set(matter.materials)) == len(matter.materials), matter.code
        assert re.search(r"日|当场|当天", matter.time), matter.code
        assert re.search(r"\bdays?\b|[Oo]n the spot", matter.time_en), matter.code
        assert re.search(r"不收费|\d元|标准|规定", matter.fee), matter.code


def test_times_in_chinese_and_english_agree(hall: HallDefinition) -> None:
    for matter in hall.matters:
        assert re.findall(r"\d+", matter.time) == re.findall(r"\d+", matter.time_en), matter.code


def test_every_matter_is_found_by_other_words_than_its_name(hall: HallDefinition) -> None:
    for matter in hall.matters:
        assert len(matter.keywords) >= 2, matter.code
        assert len(set(matter.keywords)) == len(matter.keywords), matter.code
        assert set(matter.keywords) - {matter.name}, matter.code


def test_english_is_english_and_chinese_is_simplified_chinese(hall: HallDefinition) -> None:
    names = [(hall.hall.name, hall.hall.name_en)]
    names += [(row.name, row.name_en) for row in hall.zones]
    names += [(row.name, row.name_en) for row in hall.lines]
    names += [(row.name, row.name_en) for row in (*hall.departments, *hall.matters, *hall.themes)]
    for name, name_en in names:
        assert re.fullmatch(r"[A-Za-zé0-9 ,'()-]+", name_en), name_en
        assert re.search(r"[\u4e00-\u9fff]", name), name
        # GB 2312 has no traditional characters.
        name.encode("gb2312")


def test_names_fit_the_screen(hall: HallDefinition) -> None:
    assert [matter.name for matter in hall.matters if len(matter.name) > 30] == []


def test_no_two_matters_of_a_department_share_a_name(hall: HallDefinition) -> None:
    names = Counter((matter.department, matter.name) for matter in hall.matters)
    assert [name for name, times in names.items() if times > 1] == []


def test_first_screen_has_a_handful_of_common_matters(hall: HallDefinition) -> None:
    assert 8 <= sum(matter.hot for matter in hall.matters) <= 11


def test_themes_cross_departments(hall: HallDefinition) -> None:
    department = {matter.code: matter.department for matter in hall.matters}
    for theme in hall.themes:
        assert theme.name.endswith("一件事")
        assert len({department[code] for code in theme.matters}) >= 2, theme.code


def test_every_line_has_a_wheelchair_window_in_its_zone(hall: HallDefinition) -> None:
    windows = [window for window in hall.windows if window.wheelchair]
    accessible = {(window.zone, line) for window in windows for line in window.lines}
    assert accessible == {(line.zone, line.prefix) for line in hall.lines}


# --- 衡南 -----------------------------------------------------------------------------------------------


def test_hengnan_unified_departments(hengnan: HallDefinition) -> None:
    unified = [department.name for department in hengnan.departments if department.zone == "unified"]
    assert len(UNIFIED_DEPARTMENTS) == 27
    assert unified == UNIFIED_DEPARTMENTS


def test_hengnan_departments_of_the_department_zones(hengnan: HallDefinition) -> None:
    others = {row.name: row.zone for row in hengnan.departments if row.zone != "unified"}
    assert others == OTHER_DEPARTMENTS


def test_hengnan_unified_windows(hengnan: HallDefinition) -> None:
    windows = [window for window in hengnan.windows if window.zone == "unified"]
    assert [window.number for window in windows] == list(range(1, 13))
    assert {window.lines for window in windows} == {("A",)}


def test_hengnan_zones_and_floors(hengnan: HallDefinition) -> None:
    assert zones(hengnan, "unified") == {"无差别综合受理区": 1}
    assert zones(hengnan, "department") == {
        "税务综合服务区": 1,
        "人社综合服务区": 2,
        "医保综合服务区": 2,
        "不动产综合服务区": 2,
        "公安综合服务区": 2,
    }
    assert zones(hengnan, "functional") == {
        "综合导办咨询服务台": 1,
        "政务公开专区": 1,
        "24小时自助服务区": 1,
        "后台审批服务区": 3,
    }


def test_hengnan_lines(hengnan: HallDefinition) -> None:
    assert {line.prefix: line.zone for line in hengnan.lines} == {
        "A": "unified",
        "B": "tax",
        "C": "hr",
        "D": "medical",
        "E": "property",
        "F": "police",
    }


def test_hengnan_matters_wait_in_their_departments_zone(hengnan: HallDefinition) -> None:
    zone_of_line = {line.prefix: line.zone for line in hengnan.lines}
    zone_of_department = {department.code: department.zone for department in hengnan.departments}
    for matter in hengnan.matters:
        assert zone_of_line[matter.line] == zone_of_department[matter.department], matter.code


def test_hengnan_is_a_full_hall(hengnan: HallDefinition) -> None:
    assert len(hengnan.matters) >= 160
    assert len(hengnan.themes) >= 14
    matters = Counter(matter.department for matter in hengnan.matters)
    assert min(matters.values()) >= 3


def test_hengnan_hours(hengnan: HallDefinition) -> None:
    week = ("mon", "tue", "wed", "thu", "fri")
    assert [(row.days, row.opens, row.closes) for row in hengnan.hours] == [
        (week, time(8, 30), time(12, 0)),
        (week, time(14, 30), time(17, 30)),
    ]


@pytest.mark.parametrize(
    ("name", "fee"),
    [
        ("居民身份证首次申领", "不收费"),
        ("居民身份证到期换领", "20元"),
        ("居民身份证遗失补领", "40元"),
        ("临时居民身份证申领", "10元"),
        ("普通护照首次申请、换发、补发", "120元/本"),
        ("二手房转移登记", "住宅80元/件，非住宅550元/件"),
        ("不动产变更登记", "不收费"),
        ("不动产权证书遗失补发、换发", "工本费每本10元"),
        ("公司设立登记", "不收费"),
    ],
)
def test_hengnan_fees(hengnan: HallDefinition, name: str, fee: str) -> None:
    assert named(hengnan, name).fee == fee


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("企业投资项目备案", "qytzxmba"),
        ("个体工商户设立登记", "gtgshsldj"),
        ("二手房转移登记", "esfzydj"),
        ("药品经营许可证（零售）核发", "ypjyxkzlshf"),
        ("会计人员信息采集", "kjryxxcj"),
        ("旅馆业特种行业许可证核发", "lgytzhyxkzhf"),
        ("困难残疾人生活补贴和重度残疾人护理补贴", "kncjrshbthzdcjrhlbt"),
    ],
)
def test_hengnan_initials(hengnan: HallDefinition, name: str, initials: str) -> None:
    assert named(hengnan, name).initials == initials


@pytest.mark.parametrize(
    "name",
    [
        "企业开办一件事",
        "企业注销一件事",
        "企业信息变更一件事",
        "开办餐饮店一件事",
        "新生儿出生一件事",
        "教育入学一件事",
        "灵活就业一件事",
        "公民婚育一件事",
        "扶残助困一件事",
        "军人退役一件事",
        "二手房转移登记及水电气联动过户一件事",
        "公民身后一件事",
        "退休一件事",
        "社会保障卡居民服务一件事",
    ],
)
def test_hengnan_has_the_key_themes(hengnan: HallDefinition, name: str) -> None:
    assert name in [theme.name for theme in hengnan.themes]


def test_hengnan_branch_halls_are_told(hengnan: HallDefinition) -> None:
    assert named(hengnan, "结婚登记").place == "婚姻登记处（婚登分厅）"
    assert named(hengnan, "机动车注册登记（新车上牌）").place == "交警分大厅"


# --- 舒城 -----------------------------------------------------------------------------------------------


def test_shucheng_weekend_matters(shucheng: HallDefinition) -> None:
    department = {row.code: row.name for row in shucheng.departments}
    matters = [row for row in shucheng.matters if row.weekend]
    weekend = [f"{department[row.department]} {row.place} {row.name}" for row in matters]
    assert len(WEEKEND_MATTERS) == 32
    assert weekend == WEEKEND_MATTERS


def test_shucheng_booking_phones(shucheng: HallDefinition) -> None:
    assert {row.name: row.phone for row in shucheng.departments if row.phone is not None} == BOOKING_PHONES


def test_shucheng_functional_zones(shucheng: HallDefinition) -> None:
    assert zones(shucheng, "functional") == {
        "涉企服务窗口": 1,
        "“办不成事”反映窗口": 1,
        "领导带班办公室": 1,
    }


def test_shucheng_duty_windows_are_staffed_by_their_own_lines(shucheng: HallDefinition) -> None:
    lines = {line.prefix: line.zone for line in shucheng.lines}
    assert lines[named(shucheng, "“办不成事”反映").line] == "help"
    assert lines[named(shucheng, "涉企诉求受理（不涉及审批的诉求）").line] == "business"
    assert {window.zone for window in shucheng.windows if "Q" in window.lines or "T" in window.lines} == {
        "business",
        "help",
    }


def test_shucheng_hours(shucheng: HallDefinition) -> None:
    week = ("mon", "tue", "wed", "thu", "fri")
    assert [(row.days, row.opens, row.closes) for row in shucheng.hours] == [
        (week, time(8, 0), time(12, 0)),
        (week, time(14, 30), time(17, 30)),
        (("sat", "sun"), time(8, 0), time(11, 30)),
        (("sat", "sun"), time(14, 30), time(17, 30)),
    ]
