# SPDX-License-Identifier: Apache-2.0
"""Why an update was refused. Whatever is raised here, what was trusted before stays in force."""


class UpdateError(Exception):
    """`code` is one word for programs and for tables of texts; str() is one English sentence that names the file."""

    code = "update"


class FetchError(UpdateError):
    """A file did not come: no connection, a server's error, a broken or stalled transfer."""

    code = "fetch"


class NotFound(FetchError):
    """The repository has no such file (for a root, the ordinary sign that there is no newer one)."""

    code = "not_found"


class SlowError(FetchError):
    """A file came slower than `Limits` allow (TUF: slow retrieval attack)."""

    code = "slow"


class TooBigError(UpdateError):
    """A file is longer than it may be (TUF: endless data attack), or than this machine's memory holds."""

    code = "too_big"


class FormatError(UpdateError):
    """Metadata that is not what the specification says."""

    code = "format"


class SignatureError(UpdateError):
    """Fewer valid signatures than the role's threshold."""

    code = "signature"


class RollbackError(UpdateError):
    """A version older than one that was trusted before (TUF: rollback attack)."""

    code = "rollback"


class MismatchError(UpdateError):
    """Version, length or hash are not what signed metadata say (TUF: mix-and-match, arbitrary installation)."""

    code = "mismatch"


class ExpiredError(UpdateError):
    """Metadata are past their time (TUF: freeze attack)."""

    code = "expired"


class ClockError(UpdateError):
    """The clock was never set, runs behind a time that was already seen, or disagrees with the repository by far."""

    code = "clock"


class StoreError(UpdateError):
    """What the box keeps cannot be read or written."""

    code = "store"
