# SPDX-License-Identifier: Apache-2.0
"""Private keys: PKCS#8 files encrypted with a passphrase, or whatever a securesystemslib signer reaches.

A signer is named by a URI. `key:NAME.pem` is an encrypted file in the keys folder, or in a folder that was named on the
command line; every other scheme (`file2:`, `hsm:`, `gcpkms:`, `awskms:` …) goes to securesystemslib.
"""

import os
import sys
from pathlib import Path

import click
from cryptography.hazmat.primitives import serialization
from securesystemslib.exceptions import Error as SignerError
from securesystemslib.exceptions import UnsupportedLibraryError
from securesystemslib.signer import SIGNER_FOR_URI_SCHEME, CryptoSigner, Key, Signer, SSlibKey

from ringwarden_tools.errors import UserError

SCHEME = "key"
KINDS = ("ed25519", "ecdsa")
ENVIRONMENT = "RINGWARDEN_PASSPHRASE"
SHORTEST = 8  # characters of a new passphrase


class Secrets:
    """Passphrases: the lines of a file, one from the environment, or asked for once and kept for this command.

    Key files may have different ones: each that is known is tried. New keys take the first.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: list[str] = []
        self._new: str | None = None

    def _given(self) -> list[str]:
        if self._file is not None:
            try:
                return self._file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise UserError(f"{self._file} cannot be read as a passphrase ({error}): check the path") from None
        from_environment = os.environ.get(ENVIRONMENT)
        return [] if from_environment is None else [from_environment]

    def for_new_keys(self) -> str:
        """The passphrase that new key files are encrypted with."""
        if self._new is None:
            self._new = next(iter(self._given()), None) or self._ask("Passphrase for the new keys", confirm=True)
            self._known.append(self._new)
        if len(self._new) < SHORTEST:
            raise UserError(f"the passphrase has fewer than {SHORTEST} characters: choose a longer one")
        return self._new

    def candidates(self) -> list[str]:
        """What is known already."""
        return self._given() + self._known

    def ask_for(self, path: Path) -> str | None:
        """Ask the person for the passphrase of `path`. None when what was given turned out wrong."""
        if self._given():
            return None
        secret = self._ask(f"Passphrase of {path}", confirm=False)
        self._known.append(secret)
        return secret

    @staticmethod
    def _ask(text: str, confirm: bool) -> str:
        if not sys.stdin.isatty():
            raise UserError(f"no passphrase was given: set {ENVIRONMENT}, or use --passphrase-file")
        return str(click.prompt(text, hide_input=True, confirmation_prompt=confirm, err=True))


def generate(kind: str) -> CryptoSigner:
    """A new key pair: "ed25519", or "ecdsa" for ECDSA P-256 with SHA-256."""
    return CryptoSigner.generate_ecdsa() if kind == "ecdsa" else CryptoSigner.generate_ed25519()


def uri_of(signer: CryptoSigner, role: str) -> str:
    """The URI of a new key file."""
    return f"{SCHEME}:{role}-{signer.public_key.keyid[:8]}.pem"


def save(signer: CryptoSigner, folder: Path, uri: str, passphrase: str) -> None:
    """Write a new encrypted key file into `folder`, readable by its owner alone. Raises `UserError`."""
    pem = serialization.load_pem_private_key(signer.private_bytes, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    path = folder / uri.partition(":")[2]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): choose another folder") from None


def load(path: Path, public: Key, secrets: Secrets) -> CryptoSigner:
    """The signer in an encrypted key file. Raises `UserError`: wrong passphrase, another key, no key."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path") from None
    if not isinstance(public, SSlibKey):
        raise UserError(f"{path} belongs to a key of a kind that files do not hold ({public.keytype}): name its signer")
    for passphrase in secrets.candidates():
        signer = _opened(path, pem, public, passphrase)
        if signer:
            return signer
    asked = secrets.ask_for(path)
    signer = _opened(path, pem, public, asked) if asked is not None else None
    if signer is None:
        raise UserError(f"the passphrase does not open {path}: give the one that it was written with")
    return signer


def _opened(path: Path, pem: bytes, public: SSlibKey, passphrase: str) -> CryptoSigner | None:
    try:
        private = serialization.load_pem_private_key(pem, passphrase.encode() or None)
    except TypeError:
        raise UserError(f"{path} is not encrypted: encrypt it with `openssl pkcs8 -topk8`") from None
    except ValueError as error:
        if b"PRIVATE KEY" not in pem:
            raise UserError(f"{path} holds no private key: put the key file there that was made with it") from error
        return None
    try:
        return CryptoSigner(private, public)
    except (ValueError, SignerError):
        raise UserError(f"{path} holds another key than the repository knows: put the right file there") from None


class Keyring:
    """Finds the signer of a key. `folders` are searched in turn for key files; `uris` maps key ids to URIs."""

    def __init__(self, folders: list[Path], uris: dict[str, str], secrets: Secrets) -> None:
        self.folders = folders
        self.uris = uris
        self.secrets = secrets
        self._signers: dict[str, Signer] = {}

    def remember(self, signer: Signer, uri: str) -> None:
        """A new key, so that it can sign at once."""
        self.uris[signer.public_key.keyid] = uri
        self._signers[signer.public_key.keyid] = signer

    def file(self, uri: str) -> Path | None:
        """Where the key file of a `key:` URI is, None when it is in none of the folders."""
        name = uri.partition(":")[2]
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)

    def signer(self, public: Key) -> Signer | None:
        """The signer of this public key, None when it is not at hand (an offline key). Raises `UserError`."""
        if public.keyid not in self._signers:
            uri = self.uris.get(public.keyid)
            if uri is None:
                return None
            if uri.startswith(SCHEME + ":"):
                path = self.file(uri)
                if path is None:
                    return None
                self._signers[public.keyid] = load(path, public, self.secrets)
            else:
                self._signers[public.keyid] = from_uri(uri, public)
        return self._signers[public.keyid]


def from_uri(uri: str, public: Key) -> Signer:
    """A signer that securesystemslib reaches. Raises `UserError` when it does not."""
    if uri.partition(":")[0] not in SIGNER_FOR_URI_SCHEME:
        known = ", ".join(sorted(scheme + ":" for scheme in SIGNER_FOR_URI_SCHEME))
        raise UserError(f"{uri} names no signer: use one of {known}")
    try:
        return Signer.from_priv_key_uri(uri, public, lambda secret: Secrets._ask(secret, confirm=False))
    except UnsupportedLibraryError as error:
        raise UserError(f"{uri} needs a library that is not installed: {error}") from None
    except UserError:
        raise
    except Exception as error:  # each kind of signer has errors of its own (network, card, PIN)
        reason = str(error) or type(error).__name__
        raise UserError(f"{uri} cannot be used ({reason}): check that it is reachable and is this key") from None


def read_public(path: Path) -> SSlibKey:
    """The public key in a PEM file. Raises `UserError`."""
    try:
        return SSlibKey.from_crypto(serialization.load_pem_public_key(path.read_bytes()))
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path") from None
    except (ValueError, SignerError) as error:
        raise UserError(f"{path} holds no public key in PEM form ({error}): export it again") from None
