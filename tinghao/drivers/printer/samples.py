"""Values for previews, the printer's trial and the tests; the names are made up."""

from __future__ import annotations

from tinghao.drivers.printer.values import (
    Figure,
    ListPaper,
    ListRow,
    Material,
    ReceiptPaper,
    ReportLine,
    ReportPaper,
    TicketPaper,
    Values,
)

TICKET = TicketPaper(
    hall="衡南县政务服务大厅",
    number="A012",
    line="无差别综合受理",
    matter="内资公司设立登记（含分支机构）",
    zone="无差别综合受理区",
    floor="1楼",
    windows="1–12号窗口",
    ahead=5,
    wait="约10–20分钟",
    issued_at="2026-11-23 09:12",
    visitor="𠮷*",
    qr="https://hall.example/t/7Hq2LmX9cV4R",
    notes=("请留意叫号屏与语音，过号请联系窗口或咨询台。",),
    hall_en="Hengnan County Government Service Hall",
    line_en="General services",
    zone_en="General service zone, floor 1",
    wait_en="10–20 min",
)

RECEIPT = ReceiptPaper(
    hall="衡南县政务服务大厅",
    hall_en="Hengnan County Government Service Hall",
    case_number="430422202611230042",
    matter="内资公司设立登记（含分支机构）",
    department="衡南县市场监督管理局",
    applicant="𠮷*",
    accepted_at="2026-11-23 09:31",
    promised="2026-11-26",
    window="无差别综合受理 3号窗口",
    clerk="0317",
    materials=(
        Material("公司登记（备案）申请书", "原件", 1),
        Material("公司章程（全体股东签署）", "原件", 2),
        Material("法定代表人、董事、监事和经理的任职文件及身份证件", "复印件", 3),
        Material("住所（经营场所）使用证明", "复印件", 1),
    ),
    collect="窗口领取或邮寄",
    phone="0734-8550000",
    qr="https://hall.example/c/5kT8wZpQ2nYs",
    notes=("请妥善保管本回执，凭回执或身份证件领取办理结果。",),
)

REPORT = ReportPaper(
    hall="衡南县政务服务大厅",
    title="日结报表",
    period="2026-11-23 08:30–17:00",
    printed_at="2026-11-23 17:05",
    lines=(
        ReportLine("无差别综合受理", 186, 179, 7),
        ReportLine("不动产登记、水电气网", 64, 61, 3),
        ReportLine("社会保险", 92, 90, 2),
        ReportLine("公安出入境", 38, 38, 0),
    ),
    taken=380,
    served=368,
    missed=12,
    figures=(
        Figure("平均等候", "11 分钟"),
        Figure("最长等候", "43 分钟"),
        Figure("平均办理", "14 分钟"),
        Figure("好评率", "99.4%"),
    ),
    window="1–12号窗口",
    clerk="0317",
    signatures=("交班人", "接班人", "带班领导"),
)

WAITING = ListPaper(
    hall="衡南县政务服务大厅",
    title="正在等候",
    subtitle="无差别综合受理",
    printed_at="2026-11-23 10:00",
    name_head="号码",
    detail_head="事项",
    amount_head="已等",
    rows=tuple(
        ListRow(f"A{number:03d}", matter, f"{wait}分")
        for number, matter, wait in (
            (12, "内资公司设立登记（含分支机构）", 43),
            (13, "食品经营许可证核发", 38),
            (15, "个体工商户变更登记", 31),
            (16, "公共场所卫生许可延续", 12),
        )
    ),
    total="共 4 人",
)

SAMPLES: dict[str, Values] = {"ticket": TICKET, "receipt": RECEIPT, "report": REPORT, "list": WAITING}
