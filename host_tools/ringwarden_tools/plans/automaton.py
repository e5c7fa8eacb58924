# SPDX-License-Identifier: Apache-2.0
"""From regular expressions over digits to one small table.

A numbering plan's patterns describe finite sets of digit strings. Each becomes a part of one non-deterministic
automaton; the subset construction runs them all at once, so that a state knows every pattern it satisfies; equal states
are merged bottom-up (the automaton has no cycles, because depth is bounded). The table that comes out is what
`ringwarden.numbers.plan.walk` reads; its byte format is described there.
"""

from collections.abc import Callable
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any

MAX_DEPTH = 20  # digits; the longest pattern in use has 20 (a Chinese SMS port)
ALL_DIGITS = (1 << 10) - 1


class Unsupported(ValueError):
    """A pattern uses something a digit automaton cannot express."""


def digit_set(items: list[tuple[Any, Any]]) -> int:
    """The set of digits of one character class, as a mask of ten bits."""
    mask = 0
    negate = False
    for op, value in items:
        if op is sre.NEGATE:
            negate = True
        elif op is sre.LITERAL:
            mask |= 1 << (value - 48)
        elif op is sre.RANGE:
            for code in range(value[0], value[1] + 1):
                mask |= 1 << (code - 48)
        elif op is sre.CATEGORY and value is sre.CATEGORY_DIGIT:
            mask |= ALL_DIGITS
        else:
            raise Unsupported("character class with {}".format(op))
    return ALL_DIGITS & ~mask if negate else mask


class Nfa:
    """Thompson's construction; several patterns share one automaton, each with its own accepting tag."""

    def __init__(self) -> None:
        self.moves: list[list[tuple[int, int]]] = []  # state -> [(digit mask, state)]
        self.empty: list[list[int]] = []
        self.tags: dict[int, int] = {}
        self.start = self.state()

    def state(self) -> int:
        """A new state."""
        self.moves.append([])
        self.empty.append([])
        return len(self.moves) - 1

    def add(self, pattern: str, tag: int, prefix: bool = False) -> None:
        """Accept `pattern` with bit `tag`; with `prefix`, anything that begins with it."""
        first = self.state()
        self.empty[self.start].append(first)
        last = self._sequence(sre_parse.parse(pattern), first)
        if prefix:
            self.moves[last].append((ALL_DIGITS, last))
        self.tags[last] = tag

    def _sequence(self, items: Any, here: int) -> int:
        for op, value in items:
            here = self._item(op, value, here)
        return here

    def _item(self, op: Any, value: Any, here: int) -> int:
        if op is sre.LITERAL or op is sre.IN:
            there = self.state()
            mask = digit_set([(op, value)]) if op is sre.LITERAL else digit_set(value)
            self.moves[here].append((mask, there))
            return there
        if op is sre.SUBPATTERN:
            return self._sequence(value[3], here)
        if op is sre.BRANCH:
            there = self.state()
            for branch in value[1]:
                first = self.state()
                self.empty[here].append(first)
                self.empty[self._sequence(branch, first)].append(there)
            return there
        if op is sre.MAX_REPEAT:
            low, high, body = value
            if high > MAX_DEPTH:
                raise Unsupported("unbounded repeat")
            for _ in range(low):
                here = self._sequence(body, here)
            there = self.state()
            self.empty[here].append(there)
            for _ in range(high - low):
                here = self._sequence(body, here)
                self.empty[here].append(there)
            return there
        raise Unsupported(str(op))

    def closure(self, states: set[int]) -> frozenset[int]:
        """The states reachable without a digit."""
        found = set(states)
        todo = list(states)
        while todo:
            for there in self.empty[todo.pop()]:
                if there not in found:
                    found.add(there)
                    todo.append(there)
        return frozenset(s for s in found if self.moves[s] or s in self.tags)

    def step(self, states: frozenset[int], digit: int) -> frozenset[int]:
        """The states after one more digit."""
        return self.closure({there for s in states for mask, there in self.moves[s] if mask >> digit & 1})


# A minimised state: what it accepts (a 16-bit value) and ten children, None where no number goes on.
class State:
    """One state of the minimised automaton; states are shared, so identity is equality."""

    __slots__ = ("value", "next")

    def __init__(self, value: int, children: tuple["State | None", ...]) -> None:
        self.value = value
        self.next = children


def determinise(nfa: Nfa, value_of: Callable[[int, int], int]) -> State:
    """The minimal automaton. `value_of(tags, length)` is a state's 16-bit value: `tags` has one bit a pattern."""
    merged: dict[tuple[int, tuple[int, ...]], State] = {}
    known: dict[tuple[frozenset[int], int], State | None] = {}

    def build(states: frozenset[int], depth: int) -> State | None:
        key = (states, depth)
        if key in known:
            return known[key]
        tags = 0
        for s in states:
            if s in nfa.tags:
                tags |= 1 << nfa.tags[s]
        value = value_of(tags, depth) if tags else 0
        children: list[State | None] = [None] * 10
        if depth < MAX_DEPTH:
            for digit in range(10):
                after = nfa.step(states, digit)
                if after:
                    children[digit] = build(after, depth + 1)
        state = None
        if value or any(children):
            form = (value, tuple(id(c) if c else 0 for c in children))
            state = merged.setdefault(form, State(value, tuple(children)))
        known[key] = state
        return state

    root = build(nfa.closure({nfa.start}), 0)
    return root or State(0, (None,) * 10)


def reachable(root: State) -> list[State]:
    """Every state once, the root first."""
    order = [root]
    seen = {id(root)}
    for state in order:
        for child in state.next:
            if child is not None and id(child) not in seen:
                seen.add(id(child))
                order.append(child)
    return order


def runs(state: State) -> list[tuple[int, "State | None"]]:
    """The children as runs of equal targets: (last digit of the run, target)."""
    out: list[tuple[int, State | None]] = []
    for digit, child in enumerate(state.next):
        if out and out[-1][1] is child:
            out[-1] = (digit, child)
        else:
            out.append((digit, child))
    return out


def encode(root: State) -> bytes:
    """The table for `ringwarden.numbers.plan.walk`."""
    states = reachable(root)
    where: dict[int, int] = {}
    at = 1
    for state in states:
        where[id(state)] = at
        at += 1 + len(runs(state))
    if at > 0xFFF:
        raise Unsupported("table of {} units exceeds 4095".format(at))
    units = [where[id(root)]]
    for state in states:
        units.append(state.value)
        units += [last << 12 | (where[id(child)] if child else 0) for last, child in runs(state)]
    return b"".join(u.to_bytes(2, "little") for u in units)


def strings(root: State, wanted: int) -> list[str]:
    """Every digit string whose value has one of the bits `wanted`, shortest first."""
    out = []
    todo: list[tuple[State, str]] = [(root, "")]
    while todo:
        state, text = todo.pop()
        if state.value & wanted:
            out.append(text)
        for digit, child in enumerate(state.next):
            if child is not None:
                todo.append((child, text + str(digit)))
    return sorted(out, key=lambda s: (len(s), s))


def expand(pattern: str) -> list[tuple[str, int, int]]:
    """Every way to match `pattern`, in the order a backtracking matcher tries them.

    Each is (template, group start, group end): digits, "d" for any digit; the span of the first group that took part,
    or (-1, -1). A trailing second group of plain digits is left in the template.
    """

    def many(items: Any) -> list[tuple[str, int, int]]:
        out = [("", -1, -1)]
        for op, value in items:
            tails = one(op, value)
            out = [
                (
                    h + t,
                    hs if hs >= 0 else (ts + len(h) if ts >= 0 else -1),
                    he if hs >= 0 else (te + len(h) if ts >= 0 else -1),
                )
                for h, hs, he in out
                for t, ts, te in tails
            ]
        return out

    def one(op: Any, value: Any) -> list[tuple[str, int, int]]:
        if op is sre.LITERAL:
            return [(chr(value), -1, -1)]
        if op is sre.IN:
            mask = digit_set(value)
            return [("d", -1, -1)] if mask == ALL_DIGITS else [(str(d), -1, -1) for d in range(10) if mask >> d & 1]
        if op is sre.SUBPATTERN:
            inner = many(value[3])
            return inner if value[0] is None else [(t, 0, len(t)) for t, _, _ in inner]
        if op is sre.BRANCH:
            return [row for branch in value[1] for row in many(branch)]
        if op is sre.MAX_REPEAT:
            low, high, body = value
            return [row for n in range(high, low - 1, -1) for row in many(list(body) * n)]
        raise Unsupported(str(op))

    return many(sre_parse.parse(pattern))
