# SPDX-License-Identifier: Apache-2.0
"""Lists as files on the host: written whole or not at all, opened with an error that a person can act on."""

import os
import tempfile
from pathlib import Path

from ringwarden.blocklist import Blocklist, ListError, open_file
from ringwarden_tools.errors import UserError

_REMEDIES = {
    "magic": "is not a Ringwarden list: give a .rwl file, or make one with `ringwarden list build`",
    "version": "is in a newer list format than this version of Ringwarden reads: update Ringwarden",
    "length": "is cut short or has bytes too many: fetch or build it again",
    "checksum": "is damaged (a checksum is wrong): fetch or build it again",
    "format": "is damaged (it breaks the rules of the format): fetch or build it again",
}


def open_list(path: Path, verify: bool = True) -> Blocklist:
    """The list at `path`, with every checksum checked. Raises `UserError`."""
    try:
        if path.is_file() and path.stat().st_size == 0:
            raise UserError(f"{path} is empty: fetch or build it again")
        return open_file(str(path), verify)
    except ListError as error:
        raise explained(path, error) from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path") from None


def explained(path: Path, error: ListError) -> UserError:
    """The sentence for a list that cannot be used."""
    return UserError(f"{path} {_REMEDIES.get(error.code, 'cannot be used: fetch or build it again')}")


def check_writable(path: Path) -> None:
    """See before the work begins whether a file can be written there. Raises `UserError`."""
    if path.is_dir():
        raise UserError(f"{path} cannot be written (Is a directory): choose another --output")
    if not path.parent.is_dir():
        raise UserError(f"{path} cannot be written (No such file or directory): choose another --output")


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the target, then rename: `path` holds the old bytes or the new, never a part. Raises `UserError`."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise UserError(f"{path} cannot be written ({error.strerror}): choose another --output") from None


def _umask() -> int:
    """The process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
