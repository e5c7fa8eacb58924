# SPDX-License-Identifier: Apache-2.0
"""The attacks of the TUF specification, section 1.5.2, and replay to another region or box: a row of a table each.

Every row plays the attack against a box that has the list "old" in force, while the repository's owner has published
"new". The box says what it refused, keeps "old", and takes "new" once it can be had. docs/REPOSITORY.md has the table.
"""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata
from update_kit import listing
from update_world import PASSPHRASE, World, make_base

from ringwarden.update.lists import CURRENT, KEPT, UPDATED
from ringwarden_tools.repository.folder import Folder
from ringwarden_tools.repository.publish import publish
from ringwarden_tools.repository.rotate import rotate

LISTS = {"old": listing(2, 400), "new": listing(3, 400), "other": listing(5, 400), "german": listing(6, 400, "DE")}
LIST, TIMESTAMP = "lists/CN/main.rwl", "metadata/timestamp.json"


# -- who does what -----------------------------------------------------------------------------------------------------


def bytes_of(world: World, name: str) -> str:
    """Where the mirror has this list."""
    return world.mirror.find(f"{LISTS[name].digest.hex()}.main.rwl")


def arbitrary_list(world: World) -> None:
    """Other bytes of the same length, so that the hash alone tells."""
    path = bytes_of(world, "new")
    world.mirror.files[path] = (LISTS["other"].data + bytes(99))[: len(world.mirror.files[path])]


def arbitrary_metadata(world: World) -> None:
    """The list's entry is made to fit other bytes; nobody signed that."""
    path = world.mirror.find(".lists-CN.json")
    data = LISTS["other"].data

    def change(signed: dict[str, Any]) -> None:
        entry = signed["targets"][LIST]
        entry["length"], entry["hashes"] = len(data), {"sha256": LISTS["other"].digest.hex()}

    world.edit(path, change)
    world.mirror.files[f"targets/lists/CN/{LISTS['other'].digest.hex()}.main.rwl"] = data


def arbitrary_owner(world: World) -> None:
    """A whole repository of the attacker's own, signed through and through, by other keys."""
    own = World(make_base(world.place.parent / "attacker"), world.place.parent / "copy", LISTS, world.clock.now)
    for _ in range(4):
        own.publish()
    own.add("other")
    own.publish()
    world.mirror.files = own.mirror.files


def endless_list(world: World) -> None:
    world.mirror.endless.add(bytes_of(world, "new"))


def endless_timestamp(world: World) -> None:
    world.mirror.endless.add(TIMESTAMP)


def endless_metadata(world: World) -> None:
    world.mirror.endless.add(world.mirror.find(".snapshot.json"))


def longer_list(world: World) -> None:
    world.mirror.files[bytes_of(world, "new")] += bytes(100000)


def extraneous(world: World) -> None:
    """The thief of the region's key signs that the list needs other files, large and of another region."""
    folder = world.thief()
    with folder.edit_targets("lists-CN") as targets:
        custom = targets.targets[LIST].unrecognized_fields["custom"]
        base = LISTS["old"].digest.hex()
        custom["deltas"] = [{"base": base, "path": "lists/DE/main.rwl"}, {"base": base, "path": "lists/CN/extra.rwd"}]
        custom["requires"] = ["lists/DE/main.rwl", "firmware/box.bin"]
        for old in [old for old in targets.targets if old.endswith(".rwd")]:
            del targets.targets[old]
        extra = folder.put_target("lists/CN/extra.rwd", bytes(90000))
        extra.unrecognized_fields["custom"] = {"kind": "delta", "region": "CN", "name": "main", "base": base}
        targets.targets["lists/CN/extra.rwd"] = extra
    publish(folder)
    world.mirror.load(folder.path / "public")


def frozen(world: World) -> None:
    """The mirror shows for ever what was right once."""
    world.mirror.files = world.before
    world.clock.now += 9 * 86400


def frozen_before_expiry(world: World) -> None:
    world.mirror.files = world.before


def mirror_is_down(world: World) -> None:
    world.mirror.down = True


def mirror_without_files(world: World) -> None:
    world.mirror.files = {}


def mirror_without_list(world: World) -> None:
    del world.mirror.files[bytes_of(world, "new")]


def mirror_of_junk(world: World) -> None:
    world.mirror.files = {path: b"\x00\xff junk" * 20 for path in world.mirror.files}


def mix_targets(world: World) -> None:
    """The lists of yesterday under the snapshot of today."""
    today, yesterday = world.mirror.find(".lists-CN.json"), world.before_path(".lists-CN.json")
    world.mirror.files[today] = world.before[yesterday]


def mix_snapshots(world: World) -> None:
    today, yesterday = world.mirror.find(".snapshot.json"), world.before_path(".snapshot.json")
    world.mirror.files[today] = world.before[yesterday]


def rollback_timestamp(world: World) -> None:
    """The box has seen a later timestamp already."""
    assert world.update().kind == UPDATED
    world.restore_old = "new"
    world.mirror.files = world.before


def rollback_snapshot(world: World) -> None:
    """The thief of the timestamp's key points to the snapshot of yesterday."""
    assert world.update().kind == UPDATED
    world.restore_old = "new"
    folder = world.thief()
    with folder.edit_timestamp() as timestamp:
        timestamp.snapshot_meta.version -= 1
        timestamp.snapshot_meta.length = timestamp.snapshot_meta.hashes = None
    folder.commit()
    world.mirror.load(folder.path / "public")


def slow_list(world: World) -> None:
    world.mirror.slow.add(bytes_of(world, "new"))


def slow_metadata(world: World) -> None:
    world.mirror.slow.add(world.mirror.find(".lists-CN.json"))


def stolen_timestamp_key(world: World) -> None:
    """With the timestamp's key alone nothing new can be said: the snapshot is the attacker's own."""
    other = make_base(world.place.parent / "attacker")
    snapshot = Metadata.from_file(str(max((other / "public/metadata").glob("*.snapshot.json"))))
    folder = world.thief()
    with folder.edit_timestamp() as timestamp:
        version = timestamp.snapshot_meta.version + 1
        snapshot.signed.version = version
        data = snapshot.to_bytes()
        timestamp.snapshot_meta.version = version
        timestamp.snapshot_meta.length = timestamp.snapshot_meta.hashes = None
    folder.commit()
    world.mirror.load(folder.path / "public")
    world.mirror.files[f"metadata/{version}.snapshot.json"] = data


def stolen_online_keys(world: World) -> None:
    """Snapshot and timestamp together can hold lists back and not make one: the region's role does not sign it."""
    folder = world.thief()
    path = max((folder.path / "public/metadata").glob("*.lists-CN.json"), key=lambda p: int(p.name.split(".")[0]))
    md = Metadata.from_file(str(path))
    md.signed.version += 1
    md.signed.targets[LIST].hashes = {"sha256": LISTS["other"].digest.hex()}
    (path.parent / f"{md.signed.version}.lists-CN.json").write_bytes(md.to_bytes())
    folder.do_snapshot()
    folder.do_timestamp(force=True)
    folder.commit()
    world.mirror.load(folder.path / "public")


def stolen_one_of_two(world: World) -> None:
    """The region's role needs two signatures; one key was stolen."""
    folder = world.thief()
    keys, _ = folder.keys_of("lists-CN")
    md = folder.open("lists-CN")
    md.signed.version += 1
    md.signed.targets[LIST].hashes = {"sha256": LISTS["other"].digest.hex()}
    signer = folder.keyring.signer(keys[0])
    assert signer is not None
    md.signatures.clear()
    md.sign(signer)
    (folder.metadata_path / f"{md.signed.version}.lists-CN.json").write_bytes(md.to_bytes())
    online = Folder(folder.path, folder.keyring.secrets)
    online.do_snapshot()
    online.do_timestamp(force=True)
    online.commit()
    world.mirror.load(folder.path / "public")


def stolen_key_after_rotation(world: World) -> None:
    """A key that was taken away signs again."""
    thief = world.folder
    keys, _ = thief.keys_of("timestamp")
    stolen = thief.keyring.signer(keys[0])
    assert stolen is not None
    rotate(world.folder, "timestamp")
    world.mirror.load(world.place / "public")
    md = Metadata.from_bytes(world.mirror.files[TIMESTAMP])
    md.signed.version += 5
    md.signatures.clear()
    md.sign(stolen)
    world.mirror.files[TIMESTAMP] = md.to_bytes()


def fast_forward(world: World) -> None:
    """Thieves of the online keys raised the versions to the sky; the owner replaces the keys and counts on."""
    folder = world.thief()
    with folder.edit_snapshot() as snapshot:
        snapshot.version = 2**31 - 9
    with folder.edit_timestamp() as timestamp:
        timestamp.version = 2**31 - 9
        timestamp.snapshot_meta = deepcopy(folder.snapshot_info)
    folder.commit()
    world.mirror.load(folder.path / "public")
    del world.mirror.files[bytes_of(world, "new")]
    assert world.update().code == "not_found" and world.in_force() == "old"
    world.mirror.load(world.place / "public")
    assert world.update().code == "rollback"
    rotate(world.folder, "snapshot")
    rotate(world.folder, "timestamp")
    world.mirror.load(world.place / "public")


def other_list_of_the_region(world: World) -> None:
    """The mirror hands out another list of the same repository, one that is genuine, under this list's name."""
    world.add("other", list_name="test")
    world.publish()
    world.mirror.files[bytes_of(world, "new")] = LISTS["other"].data


def sign(folder: Folder, role: str, data: bytes, kind: str = "list") -> None:
    """The role signs these bytes as the newest list of China."""
    with folder.edit_targets(role) as targets:
        info = folder.put_target(LIST, data)
        info.unrecognized_fields["custom"] = {"kind": kind, "region": "CN", "name": "main", "serial": 9}
        targets.targets[LIST] = info


def other_kind(world: World) -> None:
    """The region's role signs something that is no list under the list's name."""
    folder = world.folder
    sign(folder, "lists-CN", LISTS["new"].data, kind="firmware")
    publish(folder)
    world.mirror.load(world.place / "public")


def region_by_mirror(world: World) -> None:
    """The list of Germany, genuine, as the list of China."""
    world.add("german", "DE")
    world.publish()
    world.mirror.files[bytes_of(world, "new")] = LISTS["german"].data
    world.mirror.files[world.mirror.find(".lists-CN.json")] = world.mirror.files[world.mirror.find(".lists-DE.json")]


def region_by_role(world: World) -> None:
    """The role of Germany signs a list for China; it was never given the right."""
    folder = world.thief()
    sign(folder, "lists-DE", LISTS["other"].data)
    with folder.edit_targets("lists-CN") as targets:
        del targets.targets[LIST]
    folder.do_snapshot()
    folder.do_timestamp()
    folder.commit()
    world.mirror.load(folder.path / "public")


def region_by_custom(world: World) -> None:
    """The role of China signs, by mistake or made to, what says itself that it is for Germany."""
    folder = world.folder
    with folder.edit_targets("lists-CN") as targets:
        targets.targets[LIST].unrecognized_fields["custom"]["region"] = "DE"
    publish(folder)
    world.mirror.load(world.place / "public")


def region_by_header(world: World) -> None:
    """Only the list's own header gives it away."""
    folder = world.folder
    sign(folder, "lists-CN", LISTS["german"].data)
    publish(folder)
    world.mirror.load(world.place / "public")


def device_of_another(world: World) -> None:
    """A list that was signed for one box is shown to all."""
    world.add("other", device="box 7")
    world.publish()


# -- the table ---------------------------------------------------------------------------------------------------------

# attack: (what is played, what the box says); the box keeps "old" and takes "new" when it can be had.
Play = Callable[[World], None]
TABLE: dict[str, list[tuple[Play, str]]] = {
    "Arbitrary software": [
        (arbitrary_list, "mismatch"),
        (arbitrary_metadata, "mismatch"),
        (arbitrary_owner, "signature"),
    ],
    "Endless data": [
        (endless_list, "too_big"),
        (endless_timestamp, "too_big"),
        (endless_metadata, "too_big"),
        (longer_list, "too_big"),
    ],
    "Extraneous dependencies": [(extraneous, "")],
    "Fast-forward": [(fast_forward, "")],
    "Indefinite freeze": [(frozen, "expired"), (frozen_before_expiry, CURRENT)],
    "Malicious mirrors": [
        (mirror_is_down, "fetch"),
        (mirror_without_files, "not_found"),
        (mirror_without_list, "not_found"),
        (mirror_of_junk, "format"),
    ],
    "Mix-and-match": [(mix_targets, "mismatch"), (mix_snapshots, "mismatch")],
    "Rollback": [(rollback_timestamp, "rollback"), (rollback_snapshot, "rollback")],
    "Slow retrieval": [(slow_list, "slow"), (slow_metadata, "slow")],
    "Key compromise": [
        (stolen_timestamp_key, "signature"),
        (stolen_online_keys, "signature"),
        (stolen_one_of_two, "signature"),
        (stolen_key_after_rotation, "signature"),
    ],
    "Wrong software": [(other_list_of_the_region, "mismatch"), (other_kind, "kind")],
    "Replay to another region": [
        (region_by_mirror, "mismatch"),
        (region_by_role, "absent"),
        (region_by_custom, "region"),
        (region_by_header, "region"),
    ],
    "Replay to another box": [(device_of_another, "device")],
}
# What the owner replaces when he learns of a theft: roles, and whether one key of several goes.
STOLEN: dict[Play, tuple[tuple[str, bool], ...]] = {
    extraneous: (("lists-CN", False),),
    rollback_snapshot: (("timestamp", False),),
    stolen_timestamp_key: (("timestamp", False),),
    stolen_online_keys: (("snapshot", False), ("timestamp", False)),
    stolen_one_of_two: (("lists-CN", True),),
    region_by_role: (("lists-DE", False), ("lists-CN", False)),
}
ROWS = [(attack, play, code) for attack, plays in TABLE.items() for play, code in plays]


class Attacked(World):
    """A world with a memory: what the mirror had before "new" was published."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.before: dict[str, bytes] = {}
        self.restore_old = "old"

    def before_path(self, ending: str) -> str:
        now, self.mirror.files = self.mirror.files, self.before
        try:
            return self.mirror.find(ending)
        finally:
            self.mirror.files = now


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Repositories that are copied for each row: an ordinary one, and one whose region needs two signatures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
        place = tmp_path_factory.mktemp("bases")
        return {"plain": make_base(place / "plain"), "two": make_base(place / "two", lists_CN=(2, 2))}


@pytest.mark.parametrize("attack, play, code", ROWS, ids=[f"{attack}: {play.__name__}" for attack, play, _ in ROWS])
def test_attack(
    attack: str, play: Play, code: str, bases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
    base = bases["two" if play is stolen_one_of_two else "plain"]
    timestamp = json.loads((base / "public/metadata/timestamp.json").read_text())
    now = Metadata.from_dict(timestamp).signed.expires.timestamp() - 8 * 86400 + 60
    world = Attacked(base, tmp_path / "repo", LISTS, int(now))
    world.add("old")
    world.publish()
    assert world.update().kind == UPDATED and world.in_force() == "old"
    world.before = dict(world.mirror.files)
    world.add("new", deltas=0)
    world.publish()

    play(world)
    operations = world.flash.operations
    outcome = world.update()
    kept = world.restore_old
    if code == "":  # the attack comes to nothing
        assert outcome.kind == UPDATED and world.in_force() == "new"
    elif code == CURRENT:  # nothing shows yet, and nothing is lost
        assert outcome.kind == CURRENT and world.in_force() == "old"
    else:
        assert outcome.kind == KEPT and outcome.code == code, (outcome.code, outcome.explanation)
        assert outcome.explanation and world.in_force() == kept
    if play is extraneous:
        asked = [path for path in world.mirror.asked if path.startswith("targets/")]
        assert asked == [bytes_of(world, "new")]
    assert outcome.fetched <= 2 * len(LISTS["new"].data) and world.flash.operations - operations < 60

    recover(world, play)
    assert world.update().kind in (UPDATED, CURRENT)
    assert world.in_force() == "new"


def recover(world: Attacked, play: Play) -> None:
    """The box finds an honest mirror, or the owner replaces what was stolen and puts right what was wrong."""
    world.mirror.down = False
    world.mirror.endless.clear()
    world.mirror.slow.clear()
    if play is frozen:  # the days did not pass: only what the mirror held was old
        world.clock.now -= 9 * 86400
    for role, leaving in STOLEN.get(play, ()):
        old = world.folder.keys_of(role)[0][0].keyid if leaving else ""
        rotate(world.folder, role, old)
    if play in (other_kind, region_by_custom, region_by_header, device_of_another):
        world.add("new", deltas=0)
    world.publish()


def test_the_page_shows_this_table(root: Path) -> None:
    """docs/REPOSITORY.md has a row for every attack and no other, and says what the box says."""
    text = (root / "docs/REPOSITORY.md").read_text(encoding="utf-8")
    section = text.split("## Attacks", 1)[1].split("\n## ", 1)[0]
    rows = [re.split(r" *\| *", line)[1:-1] for line in section.splitlines() if line.startswith("| ")]
    assert rows[0][0] == "Attack" and [row[0] for row in rows[1:]] == list(TABLE)
    for row in rows[1:]:
        codes = {code for _, code in TABLE[row[0]] if code not in ("", CURRENT)}
        assert set(re.findall(r"`(\w+)`", row[3])) == codes, row[0]
