"""Small array work that several rooms of the zoning need."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def sums(index: NDArray[Any], values: NDArray[Any], count: int) -> NDArray[np.float64]:
    """Sum values by index: always floats, also where there is nothing to sum (np.bincount then gives whole numbers)."""
    return np.bincount(index, values, minlength=count).astype(np.float64)
