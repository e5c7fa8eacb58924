# SPDX-License-Identifier: Apache-2.0
"""Names of roles and targets as they stand in addresses and in the store."""

_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~"


def quote(text: str, also: bytes = b"") -> str:
    """Percent-encoded UTF-8 (RFC 3986) of everything but letters, digits, `_.-~` and the bytes in `also`."""
    kept = _PLAIN + also
    return "".join([chr(byte) if byte in kept else "%{:02X}".format(byte) for byte in text.encode()])


def metadata_file(role: str) -> str:
    """The file that holds a role's metadata; no role can name a file outside its folder."""
    return quote(role) + ".json"


def target_file(path: str, digest: str) -> str:
    """The file that holds a target; `digest` goes before its name in repositories with consistent snapshots."""
    if digest:
        parts = path.rsplit("/", 1)
        parts[-1] = digest + "." + parts[-1]
        path = "/".join(parts)
    return quote(path, b"/")
