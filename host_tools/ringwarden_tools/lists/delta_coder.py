# SPDX-License-Identifier: Apache-2.0
"""The range coder of docs/FORMATS.md, its encoding side, as deltas use it (native/src/delta_model.c decodes)."""

TOP = 1 << 24
MASK = (1 << 32) - 1
LIMIT = 126  # visits after which a probability keeps its rate
PLAIN = 16  # most plain bits in one step
CONTEXTS = 2  # of a gap's class: whether the one before was below 8

RATES = [(count + 2).bit_length() - 1 for count in range(LIMIT + 1)]

Model = list[int]  # [chance of a zero in 65536ths, visits]


def fresh(count: int) -> list[Model]:
    """So many probabilities that know nothing yet."""
    return [[32768, 0] for _ in range(count)]


class Encoder:
    """Writes bits. `finish` gives the bytes; the decoder reads zeros behind their end."""

    def __init__(self) -> None:
        self._low = 0
        self._range = MASK
        self._out = bytearray()

    def bit(self, model: Model, bit: int) -> None:
        """A bit that `model` predicts, and learns from."""
        zero, count = model
        bound = (self._range >> 16) * zero
        if bit:
            self._low += bound
            self._range -= bound
            model[0] = zero - (zero >> RATES[count])
        else:
            self._range = bound
            model[0] = zero + ((65536 - zero) >> RATES[count])
        if count < LIMIT:
            model[1] = count + 1
        self._fill()

    def plain(self, value: int, width: int) -> None:
        """The low `width` bits of `value`, each as likely as not: sixteen at a time from the top, then the rest."""
        while width > 0:
            step = min(width, PLAIN)
            width -= step
            self._range >>= step
            self._low += (value >> width & ((1 << step) - 1)) * self._range
            self._fill()

    def tree(self, models: list[Model], value: int, width: int) -> None:
        """`value`, below 2^width, as a path from the root (model 1) of a binary tree."""
        node = 1
        for at in range(width - 1, -1, -1):
            bit = value >> at & 1
            self.bit(models[node], bit)
            node = node << 1 | bit

    def finish(self) -> bytes:
        """Everything, without zero bytes at the end: of all values that decode alike, the one with most zero bits."""
        last = self._low + self._range - 1
        for bits in range(32, -1, -1):
            value = -(-self._low >> bits) << bits
            if value <= last:
                break
        self._low = value
        for _ in range(4):
            self._shift()
        return bytes(self._out).rstrip(b"\0")

    def _fill(self) -> None:
        while self._range < TOP:
            self._shift()
            self._range <<= 8

    def _shift(self) -> None:
        if self._low > MASK:
            self._low &= MASK
            at = len(self._out) - 1
            while self._out[at] == 255:
                self._out[at] = 0
                at -= 1
            self._out[at] += 1
        self._out.append(self._low >> 24)
        self._low = self._low << 8 & MASK


class Gaps:
    """Distances between ascending integers: class (the logarithm), the bit below the leading one, the others plain.

    `width` is how many bits a class has; `halves` are the models of that bit, one a class, which both sequences share.
    """

    def __init__(self, width: int, halves: list[Model]) -> None:
        self._width = width
        self._trees = [fresh(1 << width) for _ in range(CONTEXTS)]
        self._halves = halves
        self._before = 0

    def put(self, coder: Encoder, gap: int) -> None:
        """A gap of 0 and up."""
        value = gap + 1
        size = value.bit_length() - 1
        coder.tree(self._trees[self._before >= 8], size, self._width)
        self._before = size
        if size:
            coder.bit(self._halves[size], value >> (size - 1) & 1)
            coder.plain(value, size - 1)
