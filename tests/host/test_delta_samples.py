# SPDX-License-Identifier: Apache-2.0
"""The samples of the C tests and the portable tests are what the builder writes today."""

import delta_samples


def test_samples_are_current() -> None:
    made = delta_samples.lists()
    remedy = "run python tests/host/delta_samples.py"
    assert delta_samples.HEADER.read_text(encoding="utf-8") == delta_samples.header(*made), remedy
    assert delta_samples.MODULE.read_text(encoding="utf-8") == delta_samples.module(*made), remedy
