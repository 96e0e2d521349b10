"""Cut Noto Sans CJK SC to what the screens need and write the two woff2 files of the dashboard's assets."""

from pathlib import Path

from fontTools import subset

SOURCE = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).parent.parent / "dashboard" / "assets" / "fonts"
SIMPLIFIED_CHINESE = 2
"""Place of the SC face in the package's collections."""
SYMBOLS = "▲▼◆◇○●◎■□⧄⧅▨✓✔÷×−–—…·•‘’“”→←↑↓↗↘≤≥≈±²³°‰％㎡①②③④⑤⑥⑦⑧⑨⑩"
NAME_CHARACTERS = "囧堃昇珺玥梓煊焱喆犇淼翀赟晟"


def gb2312() -> str:
    """Return every character of GB 2312."""
    pairs = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


def cut(weight: str) -> None:
    """Write one weight's subset."""
    options = subset.Options()
    options.flavor = "woff2"
    options.font_number = SIMPLIFIED_CHINESE
    options.layout_features = ["kern", "tnum", "lnum", "mark", "mkmk"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG"]
    font = subset.load_font(str(SOURCE / f"NotoSansCJK-{weight}.ttc"), options)
    latin = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)]))
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=gb2312() + latin + SYMBOLS + NAME_CHARACTERS)
    subsetter.subset(font)
    subset.save_font(font, str(TARGET / f"notosans-sc-{weight.lower()}.woff2"), options)


if __name__ == "__main__":
    for weight in ("Regular", "Bold"):
        cut(weight)
