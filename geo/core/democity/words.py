"""Words the demo city is named with, and the division names shipped in data/demo."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from geo.core.democity.recipe import LEFT_OUT

DIVISIONS = Path(__file__).parents[3] / "data" / "demo" / "divisions.csv"
CITY_NAME = "石嘴山市(演示)"
"""What the city is called in the tables: real division names, but nobody may take it for the real city's data."""

FIRST = "朝永康安和平兴文昌裕民青金银华新春锦丽瑞福景德仁建向东振育胜友贺兰凤龙翠惠嘉盛康宏星鸿泰祥瀚明荣怡"
SECOND = "阳安乐泰和平昌盛裕民山河湖泽苑林园丰华康宁庆善达业德馨和源荣悦景秀兰桥泉新光辉瑞祥隆翔府"
ROAD_STEMS = (
    "朝阳",
    "世纪",
    "胜利",
    "游艺",
    "黄河",
    "青山",
    "裕民",
    "长城",
    "贺兰山",
    "星海",
    "工人",
    "建设",
    "解放",
    "民族",
    "人民",
    "团结",
    "红旗",
    "文明",
    "育才",
    "矿务",
    "静安",
    "玉皇阁",
    "鼓楼",
    "唐徕",
    "镇朔",
    "康熙",
    "山水",
    "永康",
)
ESTATE_TAILS = {
    "slab": ("小区", "小区", "花园", "家园", "新村", "苑", "佳苑", "里"),
    "mixed": ("花园", "家园", "雅苑", "新城", "嘉园", "雅居", "丽苑", "馨苑"),
    "tower": ("华府", "名邸", "国际", "学府", "御景", "公馆", "湾", "悦城"),
    "old": ("工人村", "平房区", "家属院", "老街坊"),
    "village": ("庄", "村", "堡", "湾村", "桥村", "渠村"),
}
PHASES = ("一期", "二期", "三期")
SIDES = ("东区", "西区", "南苑", "北苑")
SHOP_NAMES = ("商业楼", "综合楼", "便民市场", "商铺", "商业广场")
CENTRE_NAMES = ("大厦", "商厦", "写字楼", "购物中心", "商务楼", "宾馆", "农贸市场", "政务楼")
SCHOOL_NAMES = ("第{}小学", "第{}中学", "第{}幼儿园", "职业学校{}部")
WORKS_NAMES = ("机械厂", "碳素厂", "电缆厂", "物流园", "仓储中心", "铸造厂", "食品厂", "煤机厂")
DIGITS = "零一二三四五六七八九"
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN_F = "秀英芳娜敏静丽艳娟霞玲红梅燕琴雪慧莹倩婷欣怡萍洁云兰凤月桂珍佳雅琳悦涵梓萱诗"
GIVEN_M = "伟强磊军洋勇杰涛明超刚平辉鹏飞斌建国志文华林海峰波宇浩然俊博晨子轩梓豪宏亮建民"


@cache
def divisions() -> tuple[dict[str, str], ...]:
    """Return the division rows the demo city uses, in code order by level."""
    with DIVISIONS.open(encoding="utf-8") as file:
        return tuple(row for row in csv.DictReader(file) if row["code"] not in LEFT_OUT)


def communities(prefix: str) -> list[str]:
    """Return the community codes below a division code, in code order."""
    return [r["code"] for r in divisions() if r["level"] == "community" and r["code"].startswith(prefix)]


def short_name(name: str) -> str:
    """Return a community's name without the words for what it is.

    Examples
    --------
    >>> short_name("怡心社区居委会")
    '怡心'
    """
    for tail in ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区"):
        if name.endswith(tail) and len(name) > len(tail):
            return name[: -len(tail)]
    return name


def chinese_number(n: int) -> str:
    """Return a whole number below 100 in Chinese digits.

    Examples
    --------
    >>> chinese_number(23)
    '二十三'
    """
    tens, ones = divmod(n, 10)
    if tens == 0:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def stems(count: int, rng: np.random.Generator) -> list[str]:
    """Return distinct two-character stems for names, in random order."""
    pairs = sorted({a + b for a in FIRST for b in SECOND if a != b})
    if count > len(pairs):
        raise ValueError(f"{count} stems wanted, {len(pairs)} can be made")
    return [pairs[i] for i in rng.permutation(len(pairs))[:count]]
