# SPDX-License-Identifier: Apache-2.0
"""Many reports of a number become one entry, whatever their order."""

import numpy as np

from ringwarden_tools.lists.sources import Entries


def merge(entries: Entries) -> tuple[np.ndarray, np.ndarray]:
    """Ascending distinct keys (uint64) with a category each (uint8).

    Of several reports the one with the highest score counts; among equals one that names a category, then the lower
    index.
    """
    keys = np.array(entries.keys, np.uint64)
    categories = np.array(entries.categories, np.uint8)
    scores = np.array(entries.scores, np.int64)
    order = np.lexsort((categories, categories == 0, -scores, keys))
    keys, categories = keys[order], categories[order]
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first], categories[first]
