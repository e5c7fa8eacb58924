# SPDX-License-Identifier: Apache-2.0
"""Which application a box starts, and how (portable): decided before anything of it is touched.

A new application is on trial: it has `TRIES` boots to come up once, or the old one is used again. An application that
was trusted and fails three times in a row is started in safe mode, where the line is a wire, and the box waits for an
update. Power that flickers looks the same as a box that crashes, so safe mode is no end: after a while, which doubles
up to a day, one boot is tried again in full.
"""

from ringwarden_loader.record import NORMAL, RETRY, SAFE, State

TRIES = 2  # boots that a new application gets
FAILED_MAX = 3  # boots in a row that failed, before safe mode
RETRY_MINUTES = 15
RETRY_MINUTES_MAX = 24 * 60


def boot(state: State) -> State:
    """The state to write down before the application is started: this boot counts as failed until it came up."""
    if state.tries == 1:
        return State(1 - state.slot, 0, 1, NORMAL, state.why)  # the trial is over: back to the old one
    if state.tries:
        return State(state.slot, state.tries - 1, state.failed + 1, NORMAL, state.why)
    if state.failed >= FAILED_MAX and state.mode != RETRY:
        return State(state.slot, 0, state.failed, SAFE, state.why)
    return State(state.slot, 0, state.failed + 1, NORMAL, state.why)


def retry(state: State) -> State:
    """Safe mode has lasted: the next boot is tried in full."""
    return State(state.slot, 0, state.failed, RETRY, state.why)


def retry_minutes(state: State) -> int:
    """How long safe mode lasts: 15 minutes, then twice as long after each boot that was tried in vain."""
    doubled = min(max(state.failed - FAILED_MAX, 0), 7)
    return min(RETRY_MINUTES << doubled, RETRY_MINUTES_MAX)


def came_up(state: State) -> State:
    """The application serves the line: trusted from now on."""
    return State(state.slot, 0, 0, NORMAL, "")


def chosen(slot: int) -> State:
    """A new application stands whole in `slot`: use it from the next boot on, on trial."""
    return State(slot, TRIES + 1, 0, NORMAL, "")


def missing(state: State, why: str) -> State:
    """There is nothing to start in this slot, or it breaks as it is imported: the other one, without more trials."""
    return State(1 - state.slot, 0, 0 if state.tries else state.failed, state.mode, why)


def noted(state: State, why: str) -> State:
    """The same, with the reason of a failure."""
    return State(state.slot, state.tries, state.failed, state.mode, why)
