"""Times as real exports write them, read by pandas; nothing is guessed.

Read are ISO 8601 with or without offset, `2017-06-08 17:31:20`, `2020/1/8 9:32:33`, `2020年1月8日` and Excel's serial
days. A time without an offset is Asia/Shanghai. Everything else, `2024/13/01` included, is a missing value here and
a rejected row in the checks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, which no type checker sees."""

ZONE = "Asia/Shanghai"
_ISO = r"^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{1,2}(:\d{1,2}([.,]\d+)?)?)?$"
_OFFSET = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)$"
_SERIAL = r"^[1-9]\d{4}(\.\d+)?$"
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_EXCEL_EPOCH = "1899-12-30"


def parse(texts: pa.Array) -> pd.Series:
    """Read times.

    Parameters
    ----------
    texts : trimmed text, empty where there is none.

    Returns
    -------
    datetime64[us, UTC], NaT where the text is empty or no time.

    Examples
    --------
    >>> parse(pa.array(["2020/1/8 9:32:33", "2024/13/01", "43838.5"])).dt.tz_convert(ZONE).astype(str).tolist()
    ['2020-01-08 09:32:33+08:00', 'NaT', '2020-01-08 12:00:00+08:00']
    """
    plain = _tidied(texts)
    found = pd.Series(pd.NaT, index=range(len(plain)), dtype="datetime64[us, UTC]")
    for pattern, read in ((_OFFSET, _with_offset), (_ISO, _local), (_SERIAL, _serial)):
        fits = pc.match_substring_regex(plain, pattern).to_numpy(zero_copy_only=False)
        if fits.any():
            found.iloc[np.flatnonzero(fits)] = read(plain.filter(pa.array(fits)).to_pandas()).to_numpy()
    return found


def _tidied(texts: pa.Array) -> pa.Array:
    """Bring the spellings of a date's separators to one: 2020/1/8, 2020.1.8 and 2020年1月8日 to 2020-1-8."""
    if not pc.any(pc.match_substring_regex(texts, r"[/年．]|\d{4}\.\d{1,2}\.")).as_py():
        return texts
    dashed = pc.replace_substring_regex(
        texts, r"^(\d{4})\s*[/.年]\s*(\d{1,2})\s*[/.月]\s*(\d{1,2})(?:\s*日)?", r"\1-\2-\3"
    )
    return pc.utf8_trim_whitespace(dashed)


def _with_offset(texts: Any) -> pd.Series:
    return pd.to_datetime(texts.str.replace(",", "."), format="ISO8601", utc=True, errors="coerce").astype(
        "datetime64[us, UTC]"
    )


def _local(texts: pd.Series) -> pd.Series:
    """Read times without offset, padded with zeros or not."""
    local = pd.to_datetime(texts, format="ISO8601", errors="coerce").astype("datetime64[us]")
    for form in _FORMATS:
        missing = local.isna()
        if not missing.any():
            break
        rest: Any = texts[missing]
        rest = rest.str.replace("T", " ", regex=False)
        local[missing] = pd.to_datetime(rest, format=form, errors="coerce").astype("datetime64[us]")
    return _zoned(local)


def _serial(texts: pd.Series) -> pd.Series:
    """Read Excel's serial days, to the second: its binary fractions hold no more."""
    local = pd.to_datetime(texts.astype(float), unit="D", origin=_EXCEL_EPOCH, errors="coerce").dt.round("s")
    return _zoned(local.astype("datetime64[us]"))


def _zoned(local: pd.Series) -> pd.Series:
    """Take local times as Asia/Shanghai; hours that summer time doubled (1986-1991) take the earlier offset."""
    first = np.ones(len(local), dtype=bool)
    return local.dt.tz_localize(ZONE, ambiguous=first, nonexistent="shift_forward").dt.tz_convert("UTC")
