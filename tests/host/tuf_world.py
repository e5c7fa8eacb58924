# SPDX-License-Identifier: Apache-2.0
"""A TUF repository in memory, made with python-tuf, and a web server on loopback that misbehaves on request."""

import contextlib
import json
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)

TOP = ("root", "timestamp", "snapshot", "targets")


def ed25519() -> CryptoSigner:
    """A new Ed25519 key."""
    return CryptoSigner.generate_ed25519()


def p256() -> CryptoSigner:
    """A new ECDSA key on P-256."""
    return CryptoSigner.generate_ecdsa()


class World:
    """The keeper's side: `publish` signs the next version of roles and lays the files where clients find them."""

    def __init__(self, key: Callable[[], CryptoSigner] = ed25519, consistent: bool = True) -> None:
        expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        self.roles: dict[str, Metadata[Any]] = {
            "root": Metadata(Root(expires=expires, consistent_snapshot=consistent)),
            "timestamp": Metadata(Timestamp(expires=expires)),
            "snapshot": Metadata(Snapshot(expires=expires)),
            "targets": Metadata(Targets(expires=expires)),
        }
        self.expires = expires
        self.consistent = consistent
        self.signers: dict[str, list[CryptoSigner]] = {}
        self.files: dict[str, bytes] = {}
        self.published: set[str] = set()
        self.hashes = False  # whether snapshot and timestamp carry lengths and hashes
        for name in TOP:
            self.add_key(name, key())
        self.publish("targets", "snapshot", "timestamp", "root")
        self.first_root = self.files["metadata/1.root.json"]

    def signed(self, name: str) -> Any:
        """What a role says, to be changed before it is published."""
        return self.roles[name].signed

    def add_key(self, name: str, signer: CryptoSigner, delegator: str = "root") -> None:
        """One more key for a role."""
        self.signed(delegator).add_key(signer.public_key, name)
        self.signers.setdefault(name, []).append(signer)

    def rotate(self, name: str) -> None:
        """New keys in place of all the old ones."""
        for signer in self.signers.pop(name):
            self.signed("root").revoke_key(signer.public_key.keyid, name)
        self.add_key(name, ed25519())

    def publish(self, *names: str) -> None:
        """Sign and lay out, in this order; snapshot and timestamp note the versions of what came before."""
        for name in names:
            metadata = self.roles[name]
            if name in self.published:
                metadata.signed.version += 1
            self.published.add(name)
            self.lay(name, self.sign(name))

    def sign(self, name: str) -> bytes:
        """The role as a file, signed by all of its keys."""
        self.roles[name].signatures.clear()
        for signer in self.signers[name]:
            self.roles[name].sign(signer, append=True)
        return self.roles[name].to_bytes()

    def lay(self, name: str, data: bytes) -> None:
        """Put a role's file where clients look for it, and note it in snapshot or timestamp."""
        version = self.signed(name).version
        prefix = f"{version}." if name == "root" or (self.consistent and name != "timestamp") else ""
        self.files[f"metadata/{prefix}{quote(name, '')}.json"] = data
        meta = MetaFile.from_data(version, data, ["sha256"]) if self.hashes else MetaFile(version)
        if name == "snapshot":
            self.signed("timestamp").snapshot_meta = meta
        elif name not in ("root", "timestamp"):
            self.signed("snapshot").meta[f"{name}.json"] = meta

    def publish_targets(self, *names: str) -> None:
        """Targets roles and what makes clients see them."""
        self.publish(*(names or ("targets",)), "snapshot", "timestamp")

    def add(self, path: str, data: bytes, role: str = "targets", **custom: Any) -> TargetFile:
        """A target; not published yet."""
        target = TargetFile.from_data(path, data, ["sha256"])
        if custom:
            target.unrecognized_fields["custom"] = custom
        self.signed(role).targets[path] = target
        folder, _, name = path.rpartition("/")
        prefix = target.hashes["sha256"] + "." if self.consistent else ""
        self.files["targets/" + quote(f"{folder}{'/' if folder else ''}{prefix}{name}")] = data
        return target

    def delegate(self, role: DelegatedRole, delegator: str = "targets") -> None:
        """A delegated role with a key of its own; not published yet."""
        targets = self.signed(delegator)
        if targets.delegations is None:
            targets.delegations = Delegations({}, {})
        targets.delegations.roles[role.name] = role
        self.roles.setdefault(role.name, Metadata(Targets(expires=self.expires)))
        self.add_key(role.name, ed25519(), delegator)

    def delegate_bins(self, bit_length: int, prefix: str) -> list[str]:
        """Hash bins below targets; their names."""
        signer = ed25519()
        bins = SuccinctRoles([], 1, bit_length, prefix)
        self.signed("targets").delegations = Delegations({}, None, bins)
        self.signed("targets").add_key(signer.public_key)
        for name in bins.get_roles():
            self.roles[name] = Metadata(Targets(expires=self.expires))
            self.signers[name] = [signer]
        return list(bins.get_roles())


def forged(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Metadata with something changed and the old signatures kept."""
    whole = json.loads(data)
    change(whole)
    return json.dumps(whole).encode()


class Server(ThreadingHTTPServer):
    """Serves a world's files; `faults` maps a path to what is done instead of answering properly."""

    daemon_threads = True

    def __init__(self, world: World, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.scheme = "http" if tls is None else "https"
        self.world = world
        self.faults: dict[str, Callable[[_Handler, bytes], None]] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.server.asked.append(path)
        data = self.server.world.files.get(path)
        fault = self.server.faults.get(path)
        self.close_connection = True
        with contextlib.suppress(OSError):  # a client that has seen enough hangs up
            if fault is not None:
                fault(self, data or b"")
            elif data is None:
                self.send_error(404)
            else:
                self.head(200, ("Content-Length", str(len(data))))
                self.wfile.write(data)

    def head(self, status: int, *headers: tuple[str, str]) -> None:
        """Status line and headers."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serve(world: World, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """The server in a thread of its own, gone at the end."""
    server = Server(world, tls)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def self_signed(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate that nobody vouches for, for another name, and long expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "elsewhere.example")])
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(long_ago)
        .not_valid_after(long_ago + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


# --- faults -----------------------------------------------------------------------------------------------------------


def endless(handler: _Handler, data: bytes) -> None:
    """The file, and then more of it for ever, without saying how long it is."""
    handler.head(200)
    handler.wfile.write(data)
    for _ in range(20000):
        handler.wfile.write(b" " * 4096)


def chunked(handler: _Handler, data: bytes) -> None:
    """The file in chunks of uneven size, with an extension and a trailer."""
    handler.head(200, ("Transfer-Encoding", "chunked"))
    for at in range(0, len(data), 700):
        piece = data[at : at + 700]
        handler.wfile.write(f"{len(piece):X};note=1\r\n".encode() + piece + b"\r\n")
    handler.wfile.write(b"0\r\nX-Trailer: 1\r\n\r\n")


def cut_chunks(handler: _Handler, data: bytes) -> None:
    """Chunks that end in the middle of one."""
    handler.head(200, ("Transfer-Encoding", "chunked"))
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data[:-1])


def bad_chunks(handler: _Handler, data: bytes) -> None:
    """A chunk whose size is no number."""
    handler.head(200, ("Transfer-Encoding", "chunked"))
    handler.wfile.write(b"-5\r\n" + data)


def until_closed(handler: _Handler, data: bytes) -> None:
    """No length: the end of the connection is the end of the file."""
    handler.head(200)
    handler.wfile.write(data)


def cut_short(handler: _Handler, data: bytes) -> None:
    """One byte less than was announced."""
    handler.head(200, ("Content-Length", str(len(data))))
    handler.wfile.write(data[:-1])


def no_web_server(handler: _Handler, data: bytes) -> None:
    """Something else answers."""
    handler.wfile.write(b"220 mail.example ESMTP\r\n" + data)


def long_head(handler: _Handler, data: bytes) -> None:
    """Headers without an end."""
    handler.send_response(200)
    handler.flush_headers()
    for number in range(20000):
        handler.wfile.write(f"X-{number}: {'x' * 80}\r\n".encode())


def trickle(handler: _Handler, data: bytes) -> None:
    """A byte now and then: never silent for long, never done."""
    handler.head(200, ("Content-Length", str(len(data))))
    for at in range(len(data)):
        handler.wfile.write(data[at : at + 1])
        handler.wfile.flush()
        time.sleep(0.1)


def trickle_head(handler: _Handler, data: bytes) -> None:
    """The same before the file begins."""
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X:\r\n" * 200:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.02)


def trickle_chunks(handler: _Handler, data: bytes) -> None:
    """And in a note on a chunk's size."""
    handler.head(200, ("Transfer-Encoding", "chunked"))
    for byte in b"5;note=" + b"y" * 200:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.02)


def silent(handler: _Handler, data: bytes) -> None:
    """The head, and then nothing for a while."""
    handler.head(200, ("Content-Length", str(len(data))))
    handler.wfile.flush()
    time.sleep(4)


def status(code: int, location: str = "") -> Callable[[_Handler, bytes], None]:
    """Just a status."""

    def answer(handler: _Handler, data: bytes) -> None:
        headers = [("Content-Length", "0"), *([("Location", location)] if location else [])]
        handler.head(code, *headers)

    return answer
