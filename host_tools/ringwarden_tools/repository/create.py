# SPDX-License-Identifier: Apache-2.0
"""A new repository: keys for every role, a delegation for every region, the first version of everything."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.metadata import DelegatedRole, Delegations, Targets

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import files
from ringwarden_tools.repository import keys
from ringwarden_tools.repository.folder import DAYS, KEEP, SETTINGS, TOP, VERSION, Folder, role_of
from ringwarden_tools.repository.publish import publish

REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,8})?")


@dataclass
class Plan:
    """How a repository begins. `thresholds`: role -> (signatures needed, keys); `signers`: (role, URI, public key)."""

    regions: list[str]
    thresholds: dict[str, tuple[int, int]] = field(default_factory=dict)
    signers: list[tuple[str, str, Path]] = field(default_factory=list)
    days: dict[str, int] = field(default_factory=dict)
    kind: str = "ed25519"

    @property
    def roles(self) -> list[str]:
        """All roles, those of the regions last."""
        return [*TOP, *(role_of(region) for region in self.regions)]

    def check(self) -> None:
        """Raises `UserError` for what cannot be."""
        for region in self.regions:
            _check_region(region)
        for role in [*self.thresholds, *(role for role, _, _ in self.signers)]:
            if role not in self.roles:
                raise UserError(f"there is no role {role}: the roles are {', '.join(self.roles)}")
        for role, (needed, total) in self.thresholds.items():
            if not 1 <= needed <= total <= 9:
                raise UserError(
                    f"{role} cannot need {needed} of {total} keys: use 1 to 9 keys, and no more than there are"
                )
        for role in self.days:
            if role not in DAYS:
                raise UserError(f"there is no expiry for {role}: the choices are {', '.join(DAYS)}")


def create(path: Path, plan: Plan, secrets: keys.Secrets) -> Folder:
    """Make the repository, sign and write it. Raises `UserError`; what exists already is left alone."""
    plan.check()
    if (path / SETTINGS).exists() or (path / "public").exists():
        raise UserError(f"{path} holds a repository already: name another folder")
    settings = {
        "version": VERSION,
        "regions": sorted(set(plan.regions)),
        "days": {**DAYS, **plan.days},
        "signers": {},
        "keep": KEEP,
        "lists": {},
    }
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be made ({error.strerror}): choose another folder") from None
    files.write_whole(path / SETTINGS, json.dumps(settings).encode())
    try:
        return _signed(path, plan, secrets)
    except BaseException:
        (path / SETTINGS).unlink(missing_ok=True)  # half a repository would be taken for one
        raise


def _signed(path: Path, plan: Plan, secrets: keys.Secrets) -> Folder:
    folder = Folder(path, secrets)
    signers = {role: _signers(folder, plan, role) for role in plan.roles}
    with folder.edit_root() as root:
        for role in TOP:
            for signer in signers[role]:
                root.add_key(signer.public_key, role)
            root.roles[role].threshold = plan.thresholds.get(role, (1, 1))[0]
    with folder.edit_targets() as targets:
        targets.delegations = Delegations(keys={}, roles={})
        for region in folder.regions:
            delegate(targets, region, plan.thresholds.get(role_of(region), (1, 1))[0])
            for signer in signers[role_of(region)]:
                targets.add_key(signer.public_key, role_of(region))
    for region in folder.regions:
        with folder.edit_targets(role_of(region)):
            pass
    publish(folder)
    return folder


def add_region(folder: Folder, region: str, kind: str) -> None:
    """A role for one more region, with one new key. Raises `UserError`."""
    _check_region(region)
    if region in folder.regions:
        raise UserError(f"the repository has the region {region} already: add its lists with `ringwarden repo add`")
    role = role_of(region)
    signer = new_key(folder, role, kind)
    folder.settings["regions"] = sorted([*folder.regions, region])
    with folder.edit_targets() as targets:
        delegate(targets, region, 1)
        targets.add_key(signer.public_key, role)
    with folder.edit_targets(role):
        pass
    publish(folder)


def _check_region(region: str) -> None:
    if not REGION.fullmatch(region):
        raise UserError(f"{region} is no region: use a country code such as CN, or one with a part, CN-31")


def delegate(targets: Targets, region: str, threshold: int) -> None:
    """Let the role of a region, and no other, speak for the files of that region."""
    role = role_of(region)
    assert targets.delegations is not None and targets.delegations.roles is not None
    targets.delegations.roles[role] = DelegatedRole(
        name=role, keyids=[], threshold=threshold, terminating=True, paths=[f"lists/{region}/*"]
    )


def _signers(folder: Folder, plan: Plan, role: str) -> list[Signer]:
    """The role's keys: those that were named, and new files for the rest."""
    found: list[Signer] = []
    for named, uri, public in plan.signers:
        if named == role:
            found.append(remembered(folder, uri, public))
    total = max(plan.thresholds.get(role, (1, 1))[1], len(found))
    found += [new_key(folder, role, plan.kind) for _ in range(total - len(found))]
    return found


def remembered(folder: Folder, uri: str, public: Path) -> Signer:
    """A signer of securesystemslib that was named, tried once so that a mistake shows now."""
    signer = keys.from_uri(uri, keys.read_public(public))
    signer.public_key.verify_signature(signer.sign(b"ringwarden"), b"ringwarden")
    folder.keyring.remember(signer, uri)
    return signer


def new_key(folder: Folder, role: str, kind: str) -> Signer:
    """A new key in an encrypted file, which is written when all is signed."""
    signer = keys.generate(kind)
    uri = keys.uri_of(signer, role)
    folder.new_keys.append((signer, uri, folder.keyring.secrets.for_new_keys()))
    folder.keyring.remember(signer, uri)
    return signer
