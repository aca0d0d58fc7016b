"""The stand-in's hall: as large as they come, with the longest names."""

from datetime import datetime
from typing import Any

Json = dict[str, Any]

HALL = {
    "id": 1,
    "code": "hengnan",
    "name": "衡南县人民政府政务服务中心综合服务大厅",
    "name_en": "Hengnan County Government Service Hall",
    "timezone": "Asia/Shanghai",
    "hours": [{"days": "1-5", "opens": "08:00", "closes": "17:30"}],
}
ZONES = [
    (
        "unified",
        "“无差别”综合受理区（跨省通办、高效办成一件事）",
        "Unified Reception (cross-province services, one-stop matters)",
        1,
    ),
    ("tax", "税务综合服务区", "Tax", 1),
    ("hr", "人力资源和社会保障综合服务区", "Human Resources and Social Security", 2),
    ("medical", "医疗保障综合服务区", "Medical Insurance", 2),
    ("realty", "不动产登记、水电气网、住房公积金综合服务区", "Real Estate, Utilities and Housing Fund", 2),
    ("police", "公安(户籍、出入境、网安、治安、交通安全)综合服务区", "Public Security", 2),
    ("desk", "综合导办咨询服务台", "Information Desk", 1),
]
PREFIXES = "ABCDEFG"
WINDOWS = [12, 8, 10, 8, 10, 10, 2]
"""How many windows each zone has: 60 in all."""

LONG_MATTER = "工程建设项目竣工联合验收(含规划、土地、消防、人防、档案等事项限时联合验收)"
LONG_MATERIAL = "建设工程竣工验收报告及由具有相应资质的单位出具的检测、测绘成果报告书(原件核验)"
MATTERS = [
    {
        "code": "birth-registration",
        "name": "新生儿落户登记",
        "name_en": "Register a newborn",
        "line": 1,
        "initials": "XSELHDJ",
        "pinyin": "xin sheng er luo hu deng ji",
        "keywords": ["出生", "户口"],
        "materials": ["出生医学证明", "父母双方居民户口簿", "父母双方居民身份证", "结婚证"],
        "time": "即办",
        "fee": "不收费",
    },
    {
        "code": "joint-acceptance",
        "name": LONG_MATTER,
        "name_en": "Joint acceptance of completed construction projects, all procedures at one time",
        "line": 1,
        "initials": "GCJSXMJGLHYS",
        "pinyin": "gong cheng jian she xiang mu jun gong lian he yan shou",
        "keywords": [],
        "materials": [f"第{n}项：{LONG_MATERIAL}" for n in range(1, 13)],
        "time": "承诺时限 10 个工作日(不含现场勘验、专家评审及公示所需时间)",
        "fee": "不收费;测绘、检测等技术服务费用由申请人与服务机构约定",
    },
    {
        "code": "tax-certificate",
        "name": "开具税收完税证明",
        "name_en": "Tax payment certificate",
        "line": 2,
        "initials": "KJSSWSZM",
        "pinyin": "kai ju shui shou wan shui zheng ming",
        "keywords": ["税票"],
        "materials": [],
        "time": "即办",
        "fee": "不收费",
    },
]
WAIT = {"low": 5, "high": 10, "words": "约 5–10 分钟", "words_en": "5–10 min"}
LONG_WAIT = {"low": 120, "high": 240, "words": "2 小时以上", "words_en": "over 2 hours"}
"""No page may make a band of its own of it."""

PRIORITIES = [
    {"code": "ordinary", "name": "普通", "name_en": "Ordinary"},
    {"code": "booked", "name": "预约", "name_en": "Booked"},
    {"code": "priority", "name": "优先", "name_en": "Priority"},
]
SETTINGS = {
    "recall_limit": 5,
    "no_show_after_recalls": 2,
    "no_show_after_seconds": 120,
    "no_show": "offer",
    "undo_seconds": 10,
    "hold_minutes": 30,
    "return_after": 3,
    "return_within_minutes": 60,
}
TAX_SUPPORT = {"code": "tax", "name": "税务", "name_en": "Tax", "by": "plan"}
CLERK = {"id": 7, "name": "欧阳建国", "badge": "HN-0107", "role": "clerk"}


def iso(instant: datetime) -> str:
    """As the API writes an instant."""
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def zones() -> list[Json]:
    return [
        {"id": i, "code": code, "name": zh, "name_en": en, "kind": "department", "floor": floor}
        for i, (code, zh, en, floor) in enumerate(ZONES, 1)
    ]


def lines() -> list[Json]:
    return [
        {
            "id": i,
            "code": prefix,
            "prefix": prefix,
            "name": ZONES[i - 1][1],
            "name_en": ZONES[i - 1][2],
            "zone": i,
            "waiting": 0,
            "wait": None,
        }
        for i, prefix in enumerate(PREFIXES, 1)
    ]


def windows() -> list[Json]:
    zone_of = [zone for zone, count in enumerate(WINDOWS, 1) for _ in range(count)]
    return [
        {
            "id": 100 + n,
            "number": n,
            "name": f"{n}号窗口",
            "name_en": f"Window {n}",
            "zone": zone,
            "lines": [zone],
            "base_lines": [zone],
            "wheelchair": n % 10 == 1,
            "state": "closed",
            "ticket": None,
            "called_at": None,
            "recalls": 0,
            "clerk": None,
            "clerk_id": None,
            "pause_reason": None,
            "profile": None,
            "wants_next": False,
        }
        for n, zone in enumerate(zone_of, 1)
    ]


def ticket(ticket_id: int, number: str, line: int, matter: Json, issued_at: str) -> Json:
    """A new ticket as staff see it."""
    return {
        "id": ticket_id,
        "number": number,
        "line": line,
        "from_line": line,
        "matter": matter["code"],
        "matter_name": matter["name"],
        "state": "waiting",
        "window": None,
        "visitor": {"name": "欧阳**", "tail": "…001X"},
        "issued_at": issued_at,
        "called_at": None,
        "started_at": None,
        "recalls": 0,
        "print": "printed",
        "priority": "ordinary",
        "since": issued_at,
        "not_before": None,
        "booked_at": None,
        "place": 0,
        "remark": None,
        "language": None,
        "to_window": None,
        "to_staff": None,
        "held_until": None,
        "journey": None,
        "reason": None,
    }
