# SPDX-License-Identifier: Apache-2.0
"""`ringwarden repo`: what it writes is a TUF repository, and every mistake is one sentence with status 2."""

import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import ExpiredMetadataError, UnsignedMetadataError
from tuf.api.metadata import Metadata, Root
from update_kit import listing

from ringwarden_tools.cli import main
from ringwarden_tools.repository.check import client

PASSPHRASE = "a long enough passphrase"


class Repo:
    """A repository in a temporary folder, driven by the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repo"
        self.lists = folder

    def __call__(self, *arguments: str, passphrase: str | None = PASSPHRASE, status: int = 0) -> Result:
        environment = {"RINGWARDEN_PASSPHRASE": passphrase}
        done = CliRunner().invoke(main, ["repo", *map(str, arguments)], env=environment)
        assert done.exit_code == status, done.output
        if status:
            assert "Traceback" not in done.output and len(done.stderr.splitlines()) == 1
        return done

    def init(self, *options: str) -> "Repo":
        self("init", self.folder, "--region", "CN", *options)
        return self

    def file(self, seed: int, country: str = "CN", count: int = 300) -> Path:
        path = self.lists / f"{seed}-{country}.rwl"
        path.write_bytes(listing(seed, count, country).data)
        return path

    def add(self, seed: int, *options: str, status: int = 0) -> Result:
        return self("add", self.folder, self.file(seed), "--region", "CN", *options, status=status)

    def status(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self("status", self.folder, "--json").output)
        return report

    def root(self, version: int) -> Metadata[Root]:
        return Metadata[Root].from_file(str(self.folder / f"public/metadata/{version}.root.json"))

    def fetched(self, path: str = "lists/CN/main.rwl", root: int = 1) -> bytes | None:
        """What python-tuf's client gets, trusting the root of this version."""
        state = self.lists / "client"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        trusted = (self.folder / f"public/metadata/{root}.root.json").read_bytes()
        updater = client(self.folder / "public", trusted, str(state))
        updater.refresh()
        info = updater.get_targetinfo(path)
        return Path(updater.download_target(info)).read_bytes() if info else None


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path)


def test_a_list_reaches_a_client(repo: Repo) -> None:
    repo.init()
    assert repo.fetched() is None
    repo.add(1)
    assert repo.fetched() is None  # signed, not published
    assert any("not visible" in sentence for sentence in repo.status()["attention"])
    repo("publish", repo.folder)
    assert repo.fetched() == repo.file(1).read_bytes()
    repo.add(2)
    repo("publish", repo.folder)
    assert repo.fetched() == repo.file(2).read_bytes()
    [entry] = repo.status()["lists"]
    assert entry["serial"] == 2 and entry["published"]


def test_custom_metadata(repo: Repo) -> None:
    repo.init().add(1)
    repo.add(2)
    repo("add", repo.folder, repo.file(3), "--region", "CN", "--name", "test", "--device", "box 7")
    md = Metadata.from_file(str(sorted((repo.folder / "public/metadata").glob("*.lists-CN.json"))[-1]))
    targets = md.signed.targets
    main_list = targets["lists/CN/main.rwl"].custom
    numbers = len(listing(2, 300).numbers)
    base = listing(1, 300).digest.hex()
    assert main_list == {
        "kind": "list",
        "region": "CN",
        "name": "main",
        "serial": 2,
        "numbers": numbers,
        "deltas": [{"base": base, "path": "lists/CN/main-1-2.rwd"}],
    }
    delta = targets["lists/CN/main-1-2.rwd"].custom
    assert delta == {"kind": "delta", "region": "CN", "name": "main", "serial": 2, "base": base}
    other = targets["lists/CN/test.rwl"].custom
    assert other["device"] == "box 7" and other["serial"] == 1 and "deltas" not in other


def test_same_list_again_changes_nothing(repo: Repo) -> None:
    repo.init().add(1)
    repo("publish", repo.folder)
    before = sorted(path.name for path in repo.folder.rglob("*.json"))
    assert "nothing to do" in repo.add(1).output
    assert sorted(path.name for path in repo.folder.rglob("*.json")) == before


def test_old_files_go(repo: Repo) -> None:
    repo.init()
    for seed in range(12):
        repo.add(seed)
        repo("publish", repo.folder)
    targets = list((repo.folder / "public/targets").rglob("*.rwl"))
    assert len(targets) == 5
    assert len(list((repo.folder / "public/targets").rglob("*.rwd"))) == 5
    assert len(list((repo.folder / "public/metadata").glob("*.snapshot.json"))) == 5
    assert repo.fetched() == repo.file(11).read_bytes()
    assert len(repo.status()["lists"][0]["deltas"]) == 5


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp", "lists-CN"])
def test_rotation(repo: Repo, role: str, kind: str) -> None:
    repo.init().add(1)
    repo("publish", repo.folder)
    [before] = [entry for entry in repo.status()["roles"] if entry["role"] == role]
    repo("rotate-key", repo.folder, role, "--key-type", kind)
    [after] = [entry for entry in repo.status()["roles"] if entry["role"] == role]
    assert before["keys"][0]["id"] != after["keys"][0]["id"]
    assert after["keys"][0]["type"] == kind and after["signed"]
    newest = 1 if role == "lists-CN" else 2
    for root in range(1, newest + 1):
        assert repo.fetched(root=root) == repo.file(1).read_bytes()
    os.unlink(repo.folder / "keys" / before["keys"][0]["signer"].removeprefix("key:"))
    repo.add(2)
    repo("publish", repo.folder)
    assert repo.fetched() == repo.file(2).read_bytes()


def test_thresholds(repo: Repo) -> None:
    """Two of three root keys, two of two keys of the lists; one that is away stops what needs it and says which."""
    repo.init("--threshold", "root=2/3", "--threshold", "lists-CN=2")
    keys = {entry["role"]: entry["keys"] for entry in repo.status()["roles"]}
    assert [len(keys[role]) for role in ("root", "targets", "lists-CN")] == [3, 1, 2]
    root = repo.root(1)
    assert root.signed.roles["root"].threshold == 2 and len(root.signatures) == 3
    stick = repo.lists / "stick"
    stick.mkdir()
    files = [repo.folder / "keys" / key["signer"].removeprefix("key:") for key in keys["root"]]
    for file in files[:2]:
        file.rename(stick / file.name)
    text = repo("rotate-key", repo.folder, "snapshot", status=2).stderr
    assert files[0].name in text and "--keys" in text
    repo("rotate-key", repo.folder, "snapshot", "--keys", str(stick))
    files[2].unlink()
    repo("rotate-key", repo.folder, "root", "--old", keys["root"][2]["id"][:8], "--keys", str(stick))
    assert len(repo.root(3).signed.roles["root"].keyids) == 3
    lost = repo.folder / "keys" / keys["lists-CN"][0]["signer"].removeprefix("key:")
    lost.unlink()
    assert lost.name in repo("add", repo.folder, repo.file(1), "--region", "CN", status=2).stderr
    assert repo.fetched() is None


def test_key_files(repo: Repo) -> None:
    """Encrypted, and for nobody else to read."""
    repo.init()
    files = list((repo.folder / "keys").iterdir())
    assert len(files) == 5
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert "PRIVATE" not in "".join(path.read_text() for path in (repo.folder / "public").rglob("*.json"))
    (repo.lists / "secret").write_text(PASSPHRASE + "\nmore\n")
    repo("publish", repo.folder, "--passphrase-file", str(repo.lists / "secret"), passphrase=None)


def test_securesystemslib_signer(repo: Repo) -> None:
    """A key that is reached by a URI: from the beginning, and by rotation."""
    made = []
    for number in range(2):
        signer = CryptoSigner.generate_ecdsa()
        private, public = repo.lists / f"{number}.pem", repo.lists / f"{number}.pub"
        private.write_bytes(signer.private_bytes)
        key = serialization.load_pem_private_key(signer.private_bytes, None).public_key()
        public.write_bytes(
            key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        made.append((f"file2:{private}", str(public)))
    repo.init("--signer", "timestamp", *made[0])
    repo.add(1)
    repo("publish", repo.folder)
    assert not list((repo.folder / "keys").glob("timestamp*"))
    repo("rotate-key", repo.folder, "timestamp", "--signer", *made[1])
    repo("rotate-key", repo.folder, "lists-CN", "--signer", *made[0])
    assert repo.fetched() == repo.file(1).read_bytes()
    text = repo("rotate-key", repo.folder, "targets", "--signer", made[0][0], made[1][1], status=2).stderr
    assert "cannot be used" in text
    text = repo("rotate-key", repo.folder, "targets", "--signer", "carrier-pigeon:1", made[1][1], status=2).stderr
    assert "names no signer" in text


def test_publish_keeps_fresh(repo: Repo) -> None:
    repo.init("--days", "timestamp=1", "--days", "snapshot=1", "--days", "lists=2")
    repo.add(1)
    first = json.loads(repo("publish", repo.folder, "--json").output)
    again = json.loads(repo("publish", repo.folder, "--json").output)
    assert again["timestamp"] == first["timestamp"] + 1 and again["snapshot"] == first["snapshot"]
    assert first["lists"] == 1
    renewed = json.loads(repo("publish", repo.folder, "--renew", "lists-CN", "--renew", "root", "--json").output)
    assert renewed["renewed"] == ["lists-CN", "root"] and renewed["snapshot"] == first["snapshot"] + 1
    assert repo.root(2).signed.version == 2
    assert "timestamp expires in 0 days" in " ".join(repo.status()["attention"])


def test_expired_is_seen(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """An expired role is named, and a client refuses it."""
    repo.init("--days", "timestamp=1")
    from ringwarden_tools.repository import folder

    monkeypatch.setattr(folder, "timedelta", lambda days: -folder_timedelta(days=days))
    repo("publish", repo.folder, status=2)
    assert any("timestamp has expired" in sentence for sentence in repo.status()["attention"])
    with pytest.raises(ExpiredMetadataError):
        repo.fetched()


from datetime import timedelta as folder_timedelta  # noqa: E402  # before it is replaced above

MISTAKES = [
    (("init", "{repo}", "--region", "CN"), "already"),
    (("init", "{new}", "--region", "China"), "no region"),
    (("init", "{new}", "--region", "CN", "--threshold", "root"), "is not understood"),
    (("init", "{new}", "--region", "CN", "--threshold", "root=3/2"), "3 of 2"),
    (("init", "{new}", "--region", "CN", "--threshold", "king=1/1"), "no role king"),
    (("init", "{new}", "--region", "CN", "--days", "root=0"), "is not understood"),
    (("init", "{new}", "--region", "CN", "--days", "king=1"), "no expiry for king"),
    (("add", "{new}", "{list}", "--region", "CN"), "is no repository"),
    (("add", "{repo}", "{list}", "--region", "FR"), "no region FR"),
    (("add", "{repo}", "{german}", "--region", "CN"), "was made for DE"),
    (("add", "{repo}", "{list}", "--region", "CN", "--name", "a/b"), "no name for a list"),
    (("add", "{repo}", "{absent}", "--region", "CN"), "cannot be read"),
    (("add", "{repo}", "{text}", "--region", "CN"), "is not a Ringwarden list"),
    (("publish", "{repo}", "--renew", "king"), "is not understood"),
    (("rotate-key", "{repo}", "king"), "no role king"),
    (("rotate-key", "{repo}", "root", "--old", "zz"), "has no key zz"),
    (("rotate-key", "{repo}", "root", "--signer", "file2:x", "{text}"), "no public key"),
    (("publish", "{repo}", "--passphrase-file", "{absent}"), "cannot be read"),
    (("status", "{new}"), "is no repository"),
]


@pytest.mark.parametrize("arguments, text", MISTAKES, ids=[text for _, text in MISTAKES])
def test_mistakes(repo: Repo, arguments: tuple[str, ...], text: str) -> None:
    repo.init()
    places = {"repo": repo.folder, "new": repo.lists / "new", "list": repo.file(1), "german": repo.file(1, "DE")}
    places |= {"absent": repo.lists / "absent", "text": repo.lists / "text"}
    places["text"].write_text("no list at all, and no key either")
    before = {path: path.read_bytes() for path in repo.folder.rglob("*") if path.is_file() and path.name != ".lock"}
    assert text in repo(*(argument.format(**places) for argument in arguments), status=2).stderr
    assert {path: path.read_bytes() for path in before} == before
    assert not (repo.lists / "new" / "repository.json").exists()


def test_passphrases(repo: Repo) -> None:
    assert "fewer than 8" in repo("init", repo.folder, "--region", "CN", passphrase="short", status=2).stderr
    assert "no passphrase was given" in repo("init", repo.folder, "--region", "CN", passphrase=None, status=2).stderr
    repo.init()
    assert "does not open" in repo("publish", repo.folder, passphrase="another passphrase", status=2).stderr


def test_damage_is_one_sentence(repo: Repo) -> None:
    repo.init().add(1)
    repo("publish", repo.folder)
    [target] = (repo.folder / "public/targets").rglob("*.rwl")
    target.write_bytes(target.read_bytes()[:-1] + b"x")
    assert "a client would refuse" in repo("publish", repo.folder, status=2).stderr
    [key] = (repo.folder / "keys").glob("timestamp*")
    key.write_text("nothing")
    assert "holds no private key" in repo("publish", repo.folder, status=2).stderr
    other = CryptoSigner.generate_ed25519()
    key.write_bytes(other.private_bytes)
    assert "is not encrypted" in repo("publish", repo.folder, status=2).stderr
    (repo.folder / "repository.json").write_text("{")
    assert "is damaged" in repo("publish", repo.folder, status=2).stderr


class Cut(BaseException):
    """The machine stops."""


@pytest.mark.parametrize(
    "command",
    [
        ("publish", "{repo}"),
        ("rotate-key", "{repo}", "root"),
        ("rotate-key", "{repo}", "targets"),
        ("rotate-key", "{repo}", "snapshot"),
        ("rotate-key", "{repo}", "timestamp"),
        ("rotate-key", "{repo}", "lists-CN"),
    ],
    ids=["publish", "root", "targets", "snapshot", "timestamp", "lists-CN"],
)
def test_the_machine_stops_between_two_files(
    repo: Repo, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each file in turn: what is served is no lie, and `publish` brings it to an end."""
    from ringwarden_tools.lists import files
    from ringwarden_tools.repository import folder

    whole, move = files.write_whole, folder.move
    repo.init().add(1)
    repo("publish", repo.folder)
    repo.add(2)
    pristine = repo.lists / "pristine"
    shutil.copytree(repo.folder, pristine)
    old, new = repo.file(1).read_bytes(), repo.file(2).read_bytes()
    for count in range(40):
        shutil.rmtree(repo.folder)
        shutil.copytree(pristine, repo.folder)
        left = count

        def step() -> None:
            nonlocal left
            if left == 0:
                raise Cut
            left -= 1

        monkeypatch.setattr(files, "write_whole", lambda path, data: (step(), whole(path, data)))
        monkeypatch.setattr(folder, "move", lambda source, target: (step(), move(source, target)))
        try:
            repo(*(word.format(repo=repo.folder) for word in command))
        except Cut:
            pass
        else:
            assert repo.fetched() == new and count >= 4
            return
        finally:
            monkeypatch.setattr(files, "write_whole", whole)
            monkeypatch.setattr(folder, "move", move)
        try:
            assert repo.fetched() in (old, new)
        except (UnsignedMetadataError, FileNotFoundError):  # a new root and the timestamp of before: boxes wait
            assert command[-1] in ("targets", "snapshot", "timestamp")
        repo("publish", repo.folder)
        assert repo.fetched() == new, count
    raise AssertionError("it never came to an end")


def test_another_region(repo: Repo) -> None:
    repo.init().add(1)
    repo("publish", repo.folder)
    repo("add-region", repo.folder, "de")
    assert repo.fetched() == repo.file(1).read_bytes()
    repo("add", repo.folder, repo.file(2, "DE"), "--region", "DE")
    repo("publish", repo.folder)
    assert repo.fetched("lists/DE/main.rwl") == repo.file(2, "DE").read_bytes()
    assert repo.fetched() == repo.file(1).read_bytes()
    assert "already" in repo("add-region", repo.folder, "DE", status=2).stderr
    [key] = (repo.folder / "keys").glob("targets*")
    key.unlink()
    before = sorted(repo.folder.rglob("*"))
    assert "--keys" in repo("add-region", repo.folder, "FR", status=2).stderr
    assert sorted(repo.folder.rglob("*")) == before


def test_keys_with_different_passphrases(repo: Repo) -> None:
    """The owner's and the publisher's: the lines of one file, each tried."""
    repo.init()
    repo("rotate-key", repo.folder, "lists-CN", passphrase="another passphrase", status=2)
    file = repo.lists / "secrets"
    file.write_text(f"another passphrase\n{PASSPHRASE}\n")
    repo("rotate-key", repo.folder, "lists-CN", "--passphrase-file", str(file), passphrase=None)
    assert "does not open" in repo.add(1, status=2).stderr
    repo.add(1, "--passphrase-file", str(file))


def test_huge_file(repo: Repo) -> None:
    """Ten gigabytes of nothing: refused by its first bytes."""
    repo.init()
    file = repo.lists / "huge.rwl"
    with open(file, "wb") as stream:
        stream.truncate(10 << 30)
    assert "is not a Ringwarden list" in repo("add", repo.folder, file, "--region", "CN", status=2).stderr


def test_only_one_at_a_time(repo: Repo) -> None:
    import fcntl

    repo.init()
    with open(repo.folder / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "another command" in repo("publish", repo.folder, status=2).stderr
