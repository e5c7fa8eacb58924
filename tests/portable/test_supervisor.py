# SPDX-License-Identifier: Apache-2.0
"""What hangs lets go: the watchdog that every task feeds, and the relay that work alone holds."""

from ringwarden.relay import CREDIT_MS, Pump
from ringwarden.supervisor import Supervisor

WRAP = 1 << 30


class Clock:
    """A counter that wraps, as MicroPython's does."""

    def __init__(self, at=0):
        self.at = at
        self.fed = 0
        self.alarms = []

    def ticks_ms(self):
        return self.at

    def diff(self, later, earlier):
        return (later - earlier + WRAP // 2) % WRAP - WRAP // 2

    def feed(self):
        self.fed += 1

    def run(self, supervisor, ms, beats, every=100):
        """Time goes on; the named tasks beat, the supervisor checks. How often the watchdog was fed."""
        before = self.fed
        for _ in range(ms // every):
            self.at = (self.at + every) % WRAP
            for name in beats:
                supervisor.beat(name)
            supervisor.check()
        return self.fed - before


def supervised(at=0):
    clock = Clock(at)
    supervisor = Supervisor(clock.feed, clock.ticks_ms, clock.diff, clock.alarms.append)
    for name, silence in (("line", 500), ("page", 3000), ("update", 3000)):
        supervisor.watch(name, silence)
    return clock, supervisor


def test_all_tasks_alive():
    clock, supervisor = supervised()
    assert clock.run(supervisor, 10000, ("line", "page", "update")) == 100
    assert supervisor.failed == "" and clock.alarms == []


def test_each_task_silent():
    for silent, fed in (("line", 5), ("page", 30), ("update", 30)):
        for began in (0, WRAP - 1000):
            clock, supervisor = supervised(began)
            others = [name for name in ("line", "page", "update") if name != silent]
            assert clock.run(supervisor, 10000, others) == fed, (silent, began)
            assert supervisor.failed == silent and clock.alarms == [silent]


def test_what_failed_once_is_not_trusted():
    clock, supervisor = supervised()
    clock.run(supervisor, 1000, ("page", "update"))
    assert clock.run(supervisor, 10000, ("line", "page", "update")) == 0
    assert clock.alarms == ["line"]


def test_resting():
    clock, supervisor = supervised()
    supervisor.rests("update")
    assert clock.run(supervisor, 10000, ("line", "page")) == 100
    supervisor.beat("update")
    assert clock.run(supervisor, 10000, ("line", "page")) == 30
    assert supervisor.failed == "update"


def test_a_task_that_ends():
    clock, supervisor = supervised()
    supervisor.ended("page", ValueError("x"))
    assert clock.alarms == ["page:ValueError"]
    assert clock.run(supervisor, 1000, ("line", "page", "update")) == 0
    clock, supervisor = supervised()
    supervisor.ended("line", None)
    assert supervisor.failed == "line" and not supervisor.check()


class Pin:
    def __init__(self):
        self.levels = [0]

    def __call__(self, level):
        self.levels.append(level)

    def changes(self, pump, ticks):
        """How often the pin changes in so many ticks."""
        before = len(self.levels)
        for _ in range(ticks):
            pump.tick()
        return len(self.levels) - before


def test_relay_is_let_go_from_the_start():
    pin = Pin()
    pump = Pump(pin)
    pump.feed()
    assert pin.changes(pump, 1000) == 0 and not pump.held


def test_relay_is_held_by_work():
    pin = Pin()
    pump = Pump(pin)
    pump.hold(True)
    for _ in range(100):
        assert pin.changes(pump, 10) == 10 and pump.held
        pump.feed()
    assert pump.starved == 0


def test_relay_lets_go_when_its_task_hangs():
    for period in (1, 2, 5):
        pin = Pin()
        pump = Pump(pin, period)
        pump.hold(True)
        pump.feed()
        changed = pin.changes(pump, 10000)
        assert changed <= CREDIT_MS // period
        assert not pump.held and pump.starved == 1 and pin.levels[-1] == 0
        assert pin.changes(pump, 1000) == 0
        pump.feed()  # the task came back, as after a long erase
        assert pin.changes(pump, 10) == 10


def test_relay_lets_go_at_once():
    pin = Pin()
    pump = Pump(pin)
    pump.hold(True)
    pin.changes(pump, 11)
    pump.hold(False)
    pump.feed()
    assert pin.levels[-1] == 0 and not pump.held
    assert pin.changes(pump, 1000) == 0
