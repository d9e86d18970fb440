"""Labels without noise: covariances that rounding makes singular still give a model."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest


@pytest.mark.parametrize("robust", [True, False])
@pytest.mark.parametrize(("pixels", "rows"), [(32, 400), (224, 300), (224, 400)])
def test_exact_labels_of_cells(pixels: int, rows: int, robust: bool) -> None:
    space = lp.space("nas-bench-201", image_size=pixels)
    archs = space.sample(rows + 200, seed=0)
    latency = space.count(archs)["macs"] / 1e8
    table = lp.LatencyTable(archs[:rows], latency[:rows])
    model = lp.AdditivePredictor(robust=robust).fit(table)
    np.testing.assert_allclose(model.predict(archs[rows:]), latency[rows:], rtol=1e-3)
