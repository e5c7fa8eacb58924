# SPDX-License-Identifier: Apache-2.0
"""How much a repository may ask of the box: bytes, files, seconds."""


class Limits:
    """Every limit has a default that suits a box with 300 KB of RAM; set what is different on the instance."""

    def __init__(self, **changes) -> None:
        # Longest files of each role, in bytes; a shorter length in signed metadata counts instead.
        self.root = 32 * 1024
        self.timestamp = 8 * 1024
        self.snapshot = 64 * 1024
        self.targets = 64 * 1024
        # New roots in one refresh, delegated roles visited in one search, signatures and keys looked at in one file.
        self.rotations = 256
        self.delegations = 32
        self.signatures = 64
        # A file may take `grace` seconds and another second for every `rate` bytes that came.
        self.grace = 30
        self.rate = 256
        # A timestamp that lives longer than this many days means that this box's clock is far behind.
        self.timestamp_days = 366
        # The clock may be this many seconds behind the latest time that was seen.
        self.clock_slack = 86400
        for name in changes:
            if not hasattr(self, name):
                raise TypeError("there is no limit called " + name)
            setattr(self, name, changes[name])
