# SPDX-License-Identifier: Apache-2.0
"""The root of trust that goes onto a box: read, and held against its own keys as the box will do it."""

from pathlib import Path

from ringwarden.update.errors import UpdateError
from ringwarden.update.fetch import FetchError, split_url
from ringwarden.update.limits import Limits
from ringwarden.update.metadata import Metadata, parse
from ringwarden.update.trust import verify
from ringwarden_tools.errors import UserError


def root(path: Path) -> bytes:
    """The bytes of a root.json. `path`: the file, or a repository's folder, whose newest root is taken.

    `UserError` unless as many of its own keys signed it as it asks for: a box with another one could never update.
    """
    path = _newest(path) if path.is_dir() else path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path") from None
    try:
        found = _parsed(data)
        verify(path.name, found, found.role("root"))
    except UpdateError as error:
        raise UserError(
            f"{path} is no root.json that a box could trust ({error}): take metadata/1.root.json of your repository"
        ) from None
    return data


def related(one: bytes, other: bytes) -> bool:
    """Whether they are the same, or either one's keys signed the other: a rotation between them, at most."""
    if one == other:
        return True
    for before, after in ((one, other), (other, one)):
        try:
            verify("root.json", _parsed(after), _parsed(before).role("root"))
            return True
        except UpdateError:
            pass
    return False


def _parsed(data: bytes) -> Metadata:
    return parse(data, "root", Limits().signatures)


def _newest(folder: Path) -> Path:
    """Of FOLDER as `ringwarden repo init` makes it, or of its part `public`."""
    for metadata in (folder / "public/metadata", folder / "metadata"):
        found = {int(number): path for path in metadata.glob("*.root.json") if (number := path.name.split(".")[0])
                 and number.isdigit()}  # fmt: skip
        if found:
            return found[max(found)]
    raise UserError(f"{folder} is no repository: make one with `ringwarden repo init`, or name its root.json")


def url(text: str) -> str:
    """The address of a repository, as the box takes it. `UserError` for others."""
    try:
        split_url(text)
    except FetchError:
        raise UserError(
            f"--repository {text} is no address: write where boxes reach it, such as https://lists.example.org/"
        ) from None
    return text
