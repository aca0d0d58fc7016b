"""How a person is shown in public: never a name or a number in full (policy: 张* / 欧阳** / 张*明)."""

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "梁丘",
        "公仲",
        "公上",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "东里",
        "东宫",
        "仲长",
        "子书",
        "子桑",
        "即墨",
        "达奚",
        "褚师",
    ]
)
MINORITY_DOTS = "·•・．"


def mask_name(name: str) -> str:
    """The name as the public may see it: 张三 → 张*, 张小明 → 张*明, 欧阳小明 → 欧阳**, 阿依古丽·买买提 → 阿***·买**."""
    name = name.strip()
    for dot in MINORITY_DOTS:
        if dot in name:
            return "·".join(_keep_first(part) for part in name.split(dot) if part)
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return name[:2] + "*" * (len(name) - 2)
    if len(name) == 3:
        return f"{name[0]}*{name[2]}"
    return _keep_first(name)


def mask_number(number: str) -> str:
    """The last four characters of an ID number behind an ellipsis: `…001X`."""
    return f"…{number[-4:]}"


def _keep_first(word: str) -> str:
    return word[:1] + "*" * max(len(word) - 1, 1) if word else ""
