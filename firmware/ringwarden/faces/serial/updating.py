# SPDX-License-Identifier: Apache-2.0
"""What `update.apply` does in a box: the nightly update of the list, with the host's files."""

from ringwarden.update.lists import ListUpdate


def list_update(make_updater, slots, wanted):
    """For `Face(update=…)`: `make_updater(fetcher)` is the box's TUF client, `slots` are mounted, `wanted` its list."""

    def apply(fetcher) -> dict:
        return told(ListUpdate(make_updater(fetcher), slots, wanted).run())

    return apply


def told(outcome) -> dict:
    """An `Outcome` as the answer to a request."""
    return {
        "update": outcome.kind,
        "code": outcome.code,
        "explanation": outcome.explanation,
        "serial": outcome.serial,
        "fetched": outcome.fetched,
        "by_delta": outcome.by_delta,
    }
