"""The seeded city is the same on every machine: no last bit of a BLAS kernel decides where a street ends.

Drawing the whole city under two kernels takes a minute; what made them differ is looked for instead: with the products
that are written out in `steady`, OPENBLAS_CORETYPE=Prescott and =Haswell draw the same 16,725 buildings.
"""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from geo.core import democity
from geo.core.democity import steady

FILES = sorted(Path(democity.__file__).parent.glob("*.py"))
PRODUCTS = {"dot", "vdot", "inner", "matmul", "tensordot", "einsum", "linalg", "polyfit", "lstsq", "cov", "corrcoef"}
"""What NumPy hands to BLAS or LAPACK."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_shape_of_the_city_comes_from_a_matrix_product(file: Path) -> None:
    tree = ast.parse(file.read_text())
    products = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.MatMult))
        or (isinstance(node, ast.Attribute) and node.attr in PRODUCTS)
    ]
    assert products == []


def test_a_direction_is_rounded_above_the_last_bit() -> None:
    points = np.array([[3.0, 4.0], [1.0, 0.0]])
    assert steady.along(points, np.pi / 2).tolist() == [4.0, 0.0]
    c, s = steady.cos_sin(np.pi / 3)
    assert (c, s) == (0.5, 0.866025403784)
