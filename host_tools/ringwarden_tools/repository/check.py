# SPDX-License-Identifier: Apache-2.0
"""The repository as a client sees it: from its first root on, by python-tuf's own client, every file read."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.ngclient import Updater
from tuf.ngclient.fetcher import FetcherInterface

from ringwarden_tools.errors import UserError
from ringwarden_tools.repository.folder import Folder

BASE = "folder:"


class FolderFetcher(FetcherInterface):
    """Serves `public/` from the disk, as a static web server does."""

    def __init__(self, public: Path) -> None:
        self._public = public

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = self._public / url.removeprefix(BASE)
        try:
            yield path.read_bytes()
        except FileNotFoundError:
            raise DownloadHTTPError(f"{path} is missing", 404) from None


def client(public: Path, root: bytes, folder: str) -> Updater:
    """python-tuf's client of a repository's `public` folder, trusting `root`, keeping its state in `folder`."""
    return Updater(folder, f"{BASE}metadata/", folder, f"{BASE}targets/", fetcher=FolderFetcher(public), bootstrap=root)


def check(folder: Folder) -> int:
    """Read it all; returns the number of files. Raises `UserError` when a client would refuse anything."""
    public = folder.path / "public"
    count = 0
    with tempfile.TemporaryDirectory(prefix="ringwarden-") as state:
        try:
            updater = client(public, (folder.metadata_path / "1.root.json").read_bytes(), state)
            updater.refresh()
            for region in folder.regions:
                for path in folder.targets(f"lists-{region}").targets:
                    info = updater.get_targetinfo(path)
                    if info is None:
                        raise UserError(f"{path} cannot be found by a client: publish it with its own region")
                    updater.download_target(info)
                    count += 1
        except (RepositoryError, DownloadError, OSError) as error:
            raise UserError(f"a client would refuse {public} ({error}): restore it from a copy") from None
    return count
