# SPDX-License-Identifier: Apache-2.0
"""The command line of the public TUF conformance suite around the box's own client; the same on both interpreters.

tuf_client --metadata-dir D init TRUSTED_ROOT
tuf_client --metadata-dir D --metadata-url U refresh
tuf_client --metadata-dir D --metadata-url U --target-base-url T --target-dir P --target-name N … download

Exit status 0 or 1, as the suite's protocol wants.
"""

import os
import sys
import time

from ringwarden.update.client import Updater
from ringwarden.update.errors import UpdateError
from ringwarden.update.fetch import HttpFetcher
from ringwarden.update.limits import Limits
from ringwarden.update.names import quote
from ringwarden.update.store import FileStore
from ringwarden.update.trust import Hasher

USAGE = "usage: tuf_client --metadata-dir D [--metadata-url U ...] init TRUSTED_ROOT | refresh | download"
OPTIONS = ("--metadata-dir", "--metadata-url", "--target-name", "--target-base-url", "--target-dir")


class SystemClock:
    """This machine's clock (epoch 1970 on the interpreters that this runs on)."""

    def epoch(self) -> int:
        return int(time.time())

    def ticks_us(self) -> int:
        return time.ticks_us() if hasattr(time, "ticks_us") else time.monotonic_ns() // 1000


class FileSink:
    """A file that takes pieces in ascending order."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "wb")

    def write(self, offset: int, data: bytes) -> None:
        self._file.write(data)

    def close(self) -> None:
        self._file.close()


def updater(options: dict) -> Updater:
    """The client over the suite's folders and addresses."""
    store = FileStore(options["--metadata-dir"][-1])
    fetcher = HttpFetcher(
        metadata_url=options["--metadata-url"][-1],
        targets_url=options.get("--target-base-url", ["http://unused"])[-1],
    )
    # The suite carries a repository whose timestamp is signed for twenty years; a box takes that for a wrong clock.
    return Updater(store, fetcher, SystemClock(), Limits(timestamp_days=36500))


def is_there(path: str, target) -> bool:
    """Whether the target was downloaded before and is still the one that is signed."""
    hasher = Hasher(target.hashes)
    try:
        with open(path, "rb") as file:
            piece = file.read(1024)
            while piece:
                hasher.update(piece)
                piece = file.read(1024)
        hasher.check(path, target.length)
    except (OSError, UpdateError):
        return False
    return True


def download(options: dict) -> None:
    """Each target in turn by one client; what fails its checks leaves no file."""
    client = updater(options)
    client.refresh()
    for name in options["--target-name"]:
        target = client.target(name)
        if target is None:
            raise UpdateError("{} is not in the repository".format(name))
        path = options["--target-dir"][-1] + "/" + quote(name)
        if is_there(path, target):
            continue
        sink = FileSink(path + ".part")
        try:
            client.download(target, sink)
            sink.close()
            os.rename(path + ".part", path)
        except UpdateError:
            sink.close()
            os.remove(path + ".part")
            raise


def main(arguments: list) -> int:
    """0, or 1 and the reason on standard output."""
    options: dict = {}
    words = []
    while arguments:
        word = arguments.pop(0)
        if word in OPTIONS:
            options.setdefault(word, []).append(arguments.pop(0))
        else:
            words.append(word)
    try:
        if words[:1] == ["init"]:
            with open(words[1], "rb") as file:
                FileStore(options["--metadata-dir"][-1]).save("root.json", file.read())
        elif words == ["refresh"]:
            updater(options).refresh()
        elif words == ["download"]:
            download(options)
        else:
            print(USAGE)
            return 1
    except UpdateError as error:
        print("{}: {}".format(error.code, error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
