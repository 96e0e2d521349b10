"""Numbers that are the same on every processor.

A seeded city must not depend on the machine that draws it. NumPy's vector routines for sines and exponentials differ in
the last bit from one instruction set to another, and a matrix product differs from one BLAS kernel to another; a street
that bends by 1e-16 ends in another block, and the whole city is another one. So what decides a shape is rounded well
above that last bit, and short products are written out.
"""

from __future__ import annotations

import numpy as np

DECIMALS = 12
"""Of a sine or cosine: a street of 10 km is then right to 10 nanometres."""


def cos_sin(angle: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Return cosine and sine of angles (radians), rounded to `DECIMALS`.

    Examples
    --------
    >>> cos_sin(0.0)
    (np.float64(1.0), np.float64(0.0))
    """
    return np.round(np.cos(angle), DECIMALS), np.round(np.sin(angle), DECIMALS)


def along(xy: np.ndarray, angle: float) -> np.ndarray:
    """Return how far points (n x 2, metres) lie along a direction (radians)."""
    c, s = cos_sin(angle)
    return xy[:, 0] * c + xy[:, 1] * s
