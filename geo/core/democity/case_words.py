"""What cases say: sentences by category, without anybody's name, and addresses as people write them."""

from __future__ import annotations

import numpy as np

from geo.core.democity.words import chinese_number

ISSUES: dict[str, tuple[tuple[str, str], ...]] = {
    "neighbour": (
        ("邻里因漏水争执", "楼上卫生间漏水,两家协商未果"),
        ("公共过道堆物引发争吵", "邻居在公共过道堆放杂物"),
        ("相邻采光通风争议", "邻居加装雨棚影响采光"),
        ("楼道养犬引发矛盾", "邻居养犬不牵绳,多次发生口角"),
    ),
    "family": (
        ("家庭赡养问题", "子女之间因老人赡养费用产生分歧"),
        ("夫妻矛盾求助调解", "夫妻双方争吵,希望有人上门调解"),
        ("家庭财产分割", "家庭成员因房产分配意见不一"),
    ),
    "property": (
        ("物业服务不到位", "物业收费后保洁绿化长期不到位"),
        ("物业费争议", "业主与物业就收费标准产生争议"),
        ("电梯维修基金使用争议", "业主对维修基金使用有异议"),
        ("地下车位收费争议", "地下车位管理费上涨引发不满"),
    ),
    "housing": (
        ("房屋质量争议", "外墙渗水,房屋墙皮脱落"),
        ("房产证办理迟缓", "入住多年仍未办理不动产登记"),
        ("自建房边界争议", "相邻两户就院墙边界意见不一"),
    ),
    "land": (("土地流转费用争议", "土地流转租金未按约支付"), ("地界不清", "两户承包地地界不清")),
    "contract": (
        ("装修合同争议", "装修公司未按合同工期完工"),
        ("租房押金争议", "退租后房东不退押金"),
        ("买卖合同争议", "预付定金后对方不履行合同"),
    ),
    "consumer": (
        ("预付卡退费难", "门店停业,预付卡余额无法退还"),
        ("商品质量争议", "所购商品存在质量问题,商家不予退换"),
        ("价格争议", "结账价格与标价不一致"),
    ),
    "labour": (
        ("拖欠工资", "工程完工后工资一直没有结清"),
        ("工伤赔偿争议", "受伤后就赔偿数额协商不成"),
        ("加班费争议", "单位未支付加班费"),
    ),
    "damage": (
        ("财物损坏赔偿争议", "车辆被高空坠物砸坏,责任不清"),
        ("人身损害赔偿争议", "老人在小区内摔伤,就赔偿协商不成"),
        ("施工损坏赔偿", "施工挖断管线造成损失"),
    ),
    "traffic": (
        ("交通事故赔偿争议", "双方车辆剐蹭,对责任划分有异议"),
        ("电动车碰撞争议", "小区门口电动车相撞,协商不成"),
    ),
    "medical": (("医疗费用争议", "患者家属对收费项目有疑问"), ("诊疗结果争议", "患者对诊疗结果不满意")),
    "environment": (
        ("油烟扰民", "楼下餐馆油烟直排,居民无法开窗"),
        ("异味扰民", "附近厂区夜间有刺鼻气味"),
        ("扬尘污染", "工地未覆盖,扬尘严重"),
    ),
    "demolition": (("征收补偿争议", "住户对征收补偿标准有异议"), ("安置房交付迟缓", "安置房逾期未交付")),
    "noise": (
        ("夜间施工噪声", "夜间施工噪声影响休息"),
        ("广场舞音响扰民", "广场舞音响声音过大"),
        ("商户音响扰民", "沿街商户音响循环播放"),
        ("楼上噪声扰民", "楼上深夜有拖拽家具声响"),
    ),
    "parking": (
        ("占用消防通道停车", "消防通道被私家车占用"),
        ("车辆乱停乱放", "单元门口车辆乱停,影响通行"),
        ("私装地锁", "公共车位被私装地锁"),
    ),
    "facility": (
        ("暖气不热", "室内温度不达标,暖气不热"),
        ("路灯不亮", "小区路灯多日不亮"),
        ("下水道堵塞", "下水道堵塞,污水外溢"),
        ("电梯故障", "电梯频繁停运,老人上下楼不便"),
        ("自来水水压不足", "高层水压不足"),
        ("单元门损坏", "单元门门禁损坏"),
    ),
    "sanitation": (
        ("垃圾清运不及时", "垃圾箱满溢,清运不及时"),
        ("楼道小广告", "楼道内小广告较多"),
        ("绿化带损毁", "绿化带被踩踏种菜"),
        ("积雪未清扫", "背阴处积雪结冰未清扫"),
    ),
    "safety": (
        ("电动车楼道充电", "有人在楼道内给电动车充电"),
        ("燃气异味", "楼道内闻到燃气异味"),
        ("井盖缺失", "路面井盖松动缺失"),
        ("烟感报警", "烟感设备报警,需要核实"),
        ("高空抛物", "有人高空抛物"),
    ),
    "service": (
        ("老人助餐需求", "高龄老人咨询并申请助餐服务"),
        ("上门代办需求", "行动不便居民申请上门代办"),
        ("走失求助", "家人走失,请求协助寻找"),
        ("停水求助", "家中突然停水,请求协助"),
    ),
    "enquiry": (
        ("医保缴费咨询", "咨询城乡居民医保缴费办法"),
        ("老旧小区改造咨询", "咨询老旧小区改造时间安排"),
        ("入学政策咨询", "咨询新生入学片区划分"),
        ("公租房申请咨询", "咨询公租房申请条件"),
    ),
    "other": (
        ("意见建议", "建议增设健身器材"),
        ("其他事项", "反映其他需要协调的事项"),
        ("表扬", "对网格员工作提出表扬"),
    ),
}
"""Title and sentence by category."""

OPENINGS = ("居民反映", "来电人反映", "网格员巡查发现", "居民到社区反映", "群众反映", "")
ASKS = (
    "希望尽快协调处理",
    "请相关部门核实处理",
    "希望社区上门查看",
    "请求给予答复",
    "已多次反映,希望尽快解决",
    "请网格员协助跟进",
)

SEVERAL_DIGITS = [chinese_number(n) for n in range(100)]


def sentences(category: np.ndarray, place: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a title and a description for each case; place is the estate or building, '' for none."""
    count = len(category)
    title, body = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    for name, pool in ISSUES.items():
        at = np.flatnonzero(category == name)
        pick = rng.integers(0, len(pool), len(at))
        title[at] = np.array([t for t, _ in pool], dtype=object)[pick]
        body[at] = np.array([b for _, b in pool], dtype=object)[pick]
    opening = np.array(OPENINGS, dtype=object)[rng.integers(0, len(OPENINGS), count)]
    ask = np.array(ASKS, dtype=object)[rng.integers(0, len(ASKS), count)]
    text = [f"{o},{p}{b},{a}。" if o else f"{p}{b},{a}。" for o, p, b, a in zip(opening, place, body, ask, strict=True)]
    return title, np.array(text, dtype=object)


def full_width(text: str) -> str:
    """Return digits and dashes in full width.

    Examples
    --------
    >>> full_width("3-501")
    '３－５０１'
    """
    return text.translate(_WIDE)


_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")

FORMS = (
    "plain",
    "no_room_word",
    "numerals",
    "dashes",
    "hash",
    "no_unit",
    "floor_only",
    "building_only",
    "wide",
    "spaces",
)
FORM_SHARE = (0.30, 0.14, 0.09, 0.17, 0.06, 0.08, 0.04, 0.06, 0.03, 0.03)


def door(form: str, number: int, name: str, unit: str, floor: int, room: str) -> str:
    """Write building, unit and room the way a person does.

    Parameters
    ----------
    form : one of FORMS.
    number, name : the building's number and register name (3, 3号楼).
    unit, floor, room : '' or 0 where the dwelling has none.

    Examples
    --------
    >>> door("dashes", 3, "3号楼", "2", 5, "501"), door("numerals", 3, "3号楼", "2", 5, "501")
    ('3-2-501', '三号楼二单元501')
    """
    ending = name.lstrip("0123456789")
    if ending in ("排", "号"):
        return f"{name}{room}{'号' if form == 'hash' else '户'}" if room and ending == "排" else name
    gate = f"{unit}单元" if unit else ""
    if form == "building_only":
        return name
    if form == "floor_only":
        return f"{name}{gate}{floor}楼"
    if form == "no_room_word":
        return f"{name}{gate}{room}"
    if form == "numerals" and number < len(SEVERAL_DIGITS):
        spoken = f"{SEVERAL_DIGITS[int(unit)]}单元" if unit else ""
        return f"{SEVERAL_DIGITS[number]}{ending}{spoken}{room}"
    if form == "dashes":
        return f"{number}-{unit}-{room}" if unit else f"{number}-{room}"
    if form == "hash":
        return f"{number}#楼{gate}{room}"
    if form == "no_unit":
        return f"{name}{room}室"
    if form == "wide":
        return full_width(f"{name}{gate}{room}")
    if form == "spaces":
        return f"{name} {gate} {room}室" if gate else f"{name} {room}室"
    return f"{name}{gate}{room}室"
