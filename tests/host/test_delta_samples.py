# SPDX-License-Identifier: Apache-2.0
"""The samples of the C tests and the portable tests: the same bytes in both files, and still lists that can be read."""

import delta_sample
import delta_samples

from ringwarden_tools.lists import delta

SAMPLE = delta_sample.BASE, delta_sample.DELTA, delta_sample.TARGET
REMEDY = "run python tests/host/delta_samples.py"


def test_both_files_hold_the_same() -> None:
    assert delta_samples.HEADER.read_text(encoding="utf-8") == delta_samples.header(*SAMPLE), REMEDY
    assert delta_samples.MODULE.read_text(encoding="utf-8") == delta_samples.module(*SAMPLE), REMEDY


def test_they_are_in_the_format_of_today() -> None:
    base, target = delta.take_apart(SAMPLE[0]), delta.take_apart(SAMPLE[2])
    assert delta.make(base, target).data == SAMPLE[1], REMEDY
    assert delta.applied(SAMPLE[0], SAMPLE[1]) == SAMPLE[2], REMEDY
