# SPDX-License-Identifier: Apache-2.0
"""The box's TUF client against repositories of python-tuf over HTTP, on CPython and on MicroPython alike.

The public conformance suite (`make test-conformance`) asks the rest; here is what it does not: Ed25519 and mixed keys,
the limits, the HTTP that real servers speak, texts beyond ASCII, hash bins, what rubbish in the store does.
"""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import tuf_world as faults
from tuf.api.metadata import DelegatedRole
from tuf_world import Server, World, ed25519, forged, p256, self_signed, serve

ROOT = Path(__file__).resolve().parents[2]
LIST = bytes(range(256)) * 20
PATH = "lists/CN/main-7.rwl"


@dataclass
class Client:
    """The command line of tests/conformance, on one interpreter."""

    command: Path
    folder: Path
    server: Server

    def run(self, *words: str, timeout: int = 60) -> tuple[int, str]:
        """Exit status and what was said."""
        common = ["--metadata-dir", str(self.folder / "metadata"), "--metadata-url", self.server.url + "/metadata"]
        done = subprocess.run(
            [str(self.command), *common, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert "Traceback" not in done.stdout, done.stdout
        assert not list(self.folder.glob("**/*.part")), "half a download was left"
        return done.returncode, done.stdout

    def init(self) -> None:
        """Trust the world's first root."""
        (self.folder / "metadata").mkdir()
        (self.folder / "targets").mkdir()
        (self.folder / "root.json").write_bytes(self.server.world.first_root)
        assert self.run("init", str(self.folder / "root.json")) == (0, "")

    def refresh(self) -> None:
        """A refresh that must work."""
        assert self.run("refresh") == (0, "")

    def refused(self, code: str, *words: str) -> str:
        """A run that must fail with this word, in one sentence; the sentence."""
        status, output = self.run(*(words or ("refresh",)))
        assert status == 1 and output.startswith(code + ": ") and output.count("\n") == 1, (status, output)
        return output

    def words(self, *names: str) -> list[str]:
        """The arguments of a download."""
        places = ["--target-dir", str(self.folder / "targets"), "--target-base-url", self.server.url + "/targets"]
        return ["download", *places, *(word for name in names for word in ("--target-name", name))]

    def download(self, *names: str) -> list[bytes]:
        """A download that must work: the files."""
        assert self.run(*self.words(*names)) == (0, "")
        return sorted(path.read_bytes() for path in (self.folder / "targets").iterdir())

    def version(self, role: str) -> int:
        """Of what is trusted now; 0 for nothing."""
        path = self.folder / f"metadata/{role}.json"
        return json.loads(path.read_bytes())["signed"]["version"] if path.is_file() else 0


@pytest.fixture
def world() -> World:
    """A small repository with Ed25519 keys and one list."""
    world = World()
    world.add(PATH, LIST)
    world.publish_targets()
    return world


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    """It, served."""
    with serve(world) as server:
        yield server


@pytest.fixture(params=["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def client(request: pytest.FixtureRequest, server: Server, tmp_path: Path, micropython_env: Any) -> Client:
    """A client that has been told the first root."""
    client = Client(ROOT / f"tests/conformance/tuf_client_{request.param}", tmp_path, server)
    client.init()
    return client


def test_a_list_arrives(client: Client) -> None:
    assert client.download(PATH) == [LIST]
    asked = len(client.server.asked)
    assert client.download(PATH) == [LIST]
    assert client.server.asked[asked:] == ["metadata/2.root.json", "metadata/timestamp.json"], "nothing comes twice"


def test_thresholds_of_mixed_keys(client: Client, world: World) -> None:
    for _ in range(2):
        world.add_key("targets", p256())
    world.add_key("targets", ed25519())
    world.signed("root").roles["targets"].threshold = 3
    world.publish("root")
    world.publish_targets()
    client.refresh()
    del world.signers["targets"][1]
    world.publish_targets()
    client.refresh()
    del world.signers["targets"][0]
    world.publish_targets()
    assert "2 valid signature(s) of the 3" in client.refused("signature")
    assert client.version("targets") == 4 and client.version("snapshot") == 5


def test_one_key_under_two_names_counts_once(client: Client, world: World) -> None:
    signer = world.signers["timestamp"][0]
    root = world.signed("root")
    keyid = signer.public_key.keyid
    root.keys["other"] = type(signer.public_key).from_dict("other", signer.public_key.to_dict())
    root.roles["timestamp"].keyids.append("other")
    root.roles["timestamp"].threshold = 2
    world.publish("root")

    def twice(whole: dict[str, Any]) -> None:
        (signature,) = whole["signatures"]
        assert signature["keyid"] == keyid
        whole["signatures"].append({**signature, "keyid": "other"})

    world.signed("timestamp").version += 1
    world.files["metadata/timestamp.json"] = forged(world.sign("timestamp"), twice)
    client.refused("signature")
    assert client.version("root") == 2 and client.version("timestamp") == 0


def test_roots_in_a_row(client: Client, world: World) -> None:
    for _ in range(5):
        world.rotate("root")
        with_old = World.sign(world, "root")  # by the new key alone: not what a client can trust yet
        world.publish("root")
    assert with_old
    client.refused("signature")
    assert client.version("root") == 1


def test_root_keys_change_by_both(client: Client, world: World) -> None:
    for _ in range(3):
        old = world.signers["root"]
        world.rotate("root")
        new = world.signers["root"]
        world.signers["root"] = [*old, *new]
        world.publish("root")
        world.signers["root"] = new
    client.refresh()
    assert client.version("root") == 4


@pytest.mark.parametrize("name", ["2.root", "timestamp", "2.snapshot", "2.targets"])
def test_endless_metadata(client: Client, server: Server, name: str) -> None:
    server.faults[f"metadata/{name}.json"] = faults.endless
    began = time.monotonic()
    assert "longer than" in client.refused("too_big")
    assert time.monotonic() - began < 20


def test_endless_target(client: Client, server: Server, world: World) -> None:
    (path,) = [path for path in world.files if path.startswith("targets/")]
    server.faults[path] = faults.endless
    assert f"longer than the {len(LIST)} bytes" in client.refused("too_big", *client.words(PATH))
    server.faults[path] = lambda handler, data: faults.until_closed(handler, data[:-1])
    client.refused("mismatch", *client.words(PATH))
    server.faults[path] = lambda handler, data: faults.until_closed(handler, b"\1" + data[1:])
    client.refused("mismatch", *client.words(PATH))
    assert not list((client.folder / "targets").iterdir())


@pytest.mark.parametrize("fault", [faults.chunked, faults.until_closed], ids=lambda fault: fault.__name__)
def test_ways_to_send_a_file(client: Client, server: Server, world: World, fault: Any) -> None:
    for path in world.files:
        server.faults[path] = fault
    assert client.download(PATH) == [LIST]


@pytest.mark.parametrize(
    "fault",
    [
        faults.cut_short,
        faults.cut_chunks,
        faults.bad_chunks,
        faults.no_web_server,
        faults.long_head,
        faults.status(500),
        faults.status(302),
        faults.status(302, "https://127.0.0.1/"),
        faults.status(301, "/metadata/timestamp.json"),
    ],
    ids=lambda fault: fault.__name__,
)
def test_broken_answers(client: Client, server: Server, fault: Any) -> None:
    client.refresh()
    server.faults["metadata/timestamp.json"] = fault
    client.refused("fetch")
    server.faults.clear()
    client.refresh()


def test_a_server_that_moved(client: Client, server: Server, world: World) -> None:
    world.files["elsewhere/t.json"] = world.files["metadata/timestamp.json"]
    server.faults["metadata/timestamp.json"] = faults.status(302, f"{server.url}/elsewhere/t.json")
    server.faults["metadata/2.targets.json"] = faults.status(307, "/elsewhere/targets.json")
    world.files["elsewhere/targets.json"] = world.files["metadata/2.targets.json"]
    client.refresh()


def test_no_server(client: Client, server: Server) -> None:
    server.shutdown()
    server.server_close()
    assert "does not answer" in client.refused("fetch")


def test_a_root_that_cannot_be_reached_is_no_missing_root(client: Client, server: Server, world: World) -> None:
    """Whoever can make requests fail must not keep a box from a new root unnoticed."""
    world.publish("root")
    server.faults["metadata/2.root.json"] = faults.status(503)
    client.refused("fetch")


def test_texts_of_all_kinds(client: Client, world: World) -> None:
    path = "lists/\u4e2d\u56fd/a b?#%\U0001f600.rwl"
    odd = 'quote " backslash \\ newline \n nul \0 slash / \u2028 \uffee \U00020000'
    world.add(path, LIST, name=odd, more=[1, {odd: None}], yes=True)
    world.signed("targets").unrecognized_fields[odd] = {"\U0001f600": 1, "\uffee": 2, "~": 3}
    world.publish_targets()
    assert client.download(path) == [LIST]


def test_numbers_that_are_not_whole_are_refused(client: Client, world: World) -> None:
    data = world.files["metadata/timestamp.json"]
    for wrong in (
        forged(data, lambda whole: whole["signed"].update(x=1.5)),
        data.replace(b'"version":', b'"version": 1, "version":', 1),
        data + b"x",
        data[:-1],
        b"\xef\xbb\xbf" + data,
        b"[" * 3000,
        b"<html><body>Please log in</body></html>",
        b"",
    ):
        world.files["metadata/timestamp.json"] = wrong
        client.refused("format")
    assert client.version("timestamp") == 0


def test_versions_that_run_backwards(client: Client, world: World) -> None:
    client.refresh()
    old = dict(world.files)
    world.publish_targets()
    client.refresh()
    now = dict(world.files)
    world.files["metadata/timestamp.json"] = old["metadata/timestamp.json"]
    assert "version 3 was seen before" in client.refused("rollback")
    world.files.update(now)
    world.signed("snapshot").meta["targets.json"].version = 2
    world.publish("snapshot", "timestamp")
    assert "targets.json in snapshot.json is version 2" in client.refused("rollback")
    assert (client.version("timestamp"), client.version("snapshot")) == (4, 3)


def test_a_way_back_from_versions_set_too_high(client: Client, world: World) -> None:
    """Whoever held the timestamp's key set its version high; new keys make lower versions count again."""
    world.add_key("timestamp", ed25519())
    world.publish("root")
    world.signed("timestamp").version = 1000
    world.publish_targets()
    client.refresh()
    assert client.version("timestamp") == 1001
    stolen = world.signers["timestamp"].pop(0)
    world.signed("root").revoke_key(stolen.public_key.keyid, "timestamp")
    world.publish("root")
    world.signed("timestamp").version = 4
    world.publish_targets()
    client.refresh()
    assert client.version("timestamp") == 5, "though the key that was kept had signed the high version too"


def test_time(client: Client, world: World) -> None:
    client.refresh()
    soon = world.expires - timedelta(days=30) - timedelta(hours=1)
    for name in ("timestamp", "snapshot", "targets"):
        good = world.signed(name).expires
        world.signed(name).expires = soon
        world.publish_targets()
        assert f"{name}.json expired at" in client.refused("expired")
        world.signed(name).expires = good
    world.publish_targets()
    client.refresh()
    world.signed("root").expires = soon
    world.publish("root")
    assert "root.json expired at" in client.refused("expired")
    assert client.version("root") == 2


def test_parts_of_different_days(client: Client, world: World) -> None:
    world.hashes = True
    world.signed("targets").unrecognized_fields["x"] = 1
    world.publish_targets()
    client.refresh()
    world.signed("targets").unrecognized_fields["x"] = 2
    world.files["metadata/3.targets.json"] = world.sign("targets")  # version 3 again, signed, but another file
    (client.folder / "metadata/targets.json").unlink()
    client.refused("mismatch")
    assert client.version("targets") == 0


def test_a_repository_without_versions_in_names(tmp_path: Path) -> None:
    world = World(consistent=False)
    world.add(PATH, LIST)
    world.publish_targets()
    with serve(world) as server:
        for interpreter in ("cpython", "micropython"):
            folder = tmp_path / interpreter
            folder.mkdir()
            client = Client(ROOT / f"tests/conformance/tuf_client_{interpreter}", folder, server)
            client.init()
            assert client.download(PATH) == [LIST]
    assert f"targets/{PATH}" in server.asked and "metadata/snapshot.json" in server.asked


@pytest.mark.parametrize("interpreter", ["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def test_https(tmp_path: Path, world: World, interpreter: str) -> None:
    with serve(world, self_signed(tmp_path)) as server:
        client = Client(ROOT / f"tests/conformance/tuf_client_{interpreter}", tmp_path, server)
        client.init()
        assert client.download(PATH) == [LIST]


def test_delegations_by_hash(client: Client, world: World) -> None:
    path = "lists/AT/main-1.rwl"
    digest = hashlib.sha256(path.encode()).hexdigest()
    world.delegate(DelegatedRole("other", [], 1, False, None, [f"{(int(digest[0], 16) + 1) % 16:x}"]))
    world.delegate(DelegatedRole("right", [], 1, False, None, ["zz", digest[:3]]))
    world.add(path, b"other", "other")
    world.add(path, LIST, "right")
    world.publish_targets("other", "right", "targets")
    assert client.download(path) == [LIST]
    assert "metadata/1.other.json" not in client.server.asked


def test_hash_bins(client: Client, world: World) -> None:
    bins = world.delegate_bins(3, "bin")
    paths = [f"lists/R{number}/main.rwl" for number in range(6)]
    for path in paths:
        world.add(path, path.encode(), world.signed("targets").delegations.succinct_roles.get_role_for_target(path))
    world.publish_targets(*bins, "targets")
    assert client.download(*paths) == sorted(path.encode() for path in paths)
    client.refused("update", *client.words("lists/none"))


def test_delegations_without_end(client: Client, world: World) -> None:
    names = [f"role{number}" for number in range(40)]
    for delegator, name in zip(["targets", *names], names, strict=False):
        world.delegate(DelegatedRole(name, [], 1, False, ["*"]), delegator)
    world.publish_targets(*names, "targets")
    assert "is not in the repository" in client.refused("update", *client.words("x"))
    assert sum("role" in path for path in client.server.asked) == 31, "32 roles with the top-level targets"


def test_rubbish_in_the_store(client: Client, world: World) -> None:
    client.refresh()
    for rubbish in (b"", b"{}", b"\xff" * 100, world.files["metadata/1.root.json"]):
        for name in ("timestamp.json", "snapshot.json", "targets.json", "state"):
            (client.folder / "metadata" / name).write_bytes(rubbish)
        client.refresh()
        assert [client.version(role) for role in ("timestamp", "snapshot", "targets")] == [2, 2, 2]
    (client.folder / "metadata/root.json").write_bytes(world.files["metadata/2.targets.json"])
    client.refused("format")


def test_the_suites_expected_failures_are_the_same() -> None:
    """And named by what the public suite calls them."""
    lines = {
        interpreter: [
            line
            for line in (ROOT / f"tests/conformance/tuf_client_{interpreter}.xfails").read_text().splitlines()
            if line and not line.startswith("#")
        ]
        for interpreter in ("cpython", "micropython")
    }
    assert lines["cpython"] == lines["micropython"] == ["test_keytype_and_scheme[rsa/rsassa-pss-sha256]"]


def test_conformance_says_what_it_needs(tmp_path: Path) -> None:
    script = str(ROOT / "host_tools/ringwarden_build/conformance.py")
    for folder in ("", str(tmp_path)):
        done = subprocess.run(
            [sys.executable, script],
            env={"TUF_CONFORMANCE_DIR": folder},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2 and "TUF_CONFORMANCE_DIR" in done.stderr and done.stderr.count("\n") == 1
