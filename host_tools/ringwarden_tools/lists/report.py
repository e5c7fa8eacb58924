# SPDX-License-Identifier: Apache-2.0
"""What `ringwarden list build` and `ringwarden list info` say: as one JSON object, or in words with a picture."""

from pathlib import Path
from typing import Any

from ringwarden import categories
from ringwarden.blocklist import Blocklist
from ringwarden_tools.lists.builder import Built

SECTIONS = {1: "front", 2: "index", 3: "body", 4: "manifest", 5: "rules", 6: "coder tables", 7: "top"}
_WIDTH = 48  # characters of the picture
_MARKS = {"header": "▒", "front": "░", "index": "▓", "body": "█", "categories": "▚", "rules": "▞"}


def as_json(built: Built, output: Path) -> dict[str, Any]:
    """The report of a build; every count is a whole number, the same inputs give the same report."""
    made, entries = built.image, built.entries
    return {
        "file": str(output),
        "numbers": made.count,
        "bytes": len(made.data),
        "bits_per_number": round(8 * len(made.data) / made.count, 3) if made.count else None,
        "front_bytes": made.front_bytes,
        "index_bytes": made.index_bytes,
        "body_bytes": made.body_bytes,
        "reads": made.reads,
        "rules": built.rules.count,
        "rule_exceptions": len(built.rules.exceptions),
        "reports": entries.reports,
        "duplicates": built.duplicates,
        "refused": entries.refused,
        "refusals": dict(sorted(entries.refusals.items())),
        "skipped_lines": entries.skipped_lines,
        "left_out": dict(sorted(entries.left_out.items())),
        "known_good_removed": built.good_removed,
        "known_good_proven_absent": built.good_proven,
        "cut": built.cut,
        "unknown_categories": entries.unknown_categories,
        "examples": entries.examples,
        "categories": built.by_category,
    }


def complaints(built: Built) -> list[str]:
    """What a person should know that was not used, for standard error; empty when all was."""
    entries = built.entries
    lines = []
    if entries.refused:
        lines.append(f"ringwarden: lines refused: {entries.refused:,}")
        if len(entries.refusals) > 1:
            order = sorted(entries.refusals.items(), key=lambda item: (-item[1], item[0]))
            lines += [f"  {count:>9,}  {reason}" for reason, count in order]
    if entries.unknown_categories:
        known = ", ".join(categories.NAMES)
        lines.append(f"ringwarden: unknown categories: {entries.unknown_categories:,}; known ones: {known}")
    lines += [f"  {example}" for example in entries.examples]
    if built.cut:
        lines.append(f"ringwarden: numbers cut because the list was full: {built.cut:,}, those with the lowest scores")
    return lines


def summary(built: Built, output: Path) -> str:
    """The report of a build in words."""
    made = built.image
    lines = [f"{output}: {made.count:,} numbers, {len(made.data):,} bytes"]
    if made.count:
        exact = 8 * (made.index_bytes + made.body_bytes) / made.count
        front = 8 * made.front_bytes / made.count
        lines.append(f"  {exact:.2f} bits a number exact, {front:.2f} in the front; at most {made.reads} reads a call")
    if built.rules.count:
        lines.append(f"  {_many(built.rules.count, 'rule')}, {_many(len(built.rules.exceptions), 'exception')} to them")
    if built.duplicates:
        lines.append(f"  {built.duplicates:,} entries repeated a number")
    if built.good_removed:
        lines.append(f"  {built.good_removed:,} known-good numbers were reported and left out")
    if built.good_proven:
        lines.append(f"  {built.good_proven:,} known-good numbers were looked up and are not listed")
    lines += [f"  {count:,} left out: {reason}" for reason, count in sorted(built.entries.left_out.items())]
    lines += [f"  {count:>9,}  {name}" for name, count in built.by_category.items()]
    return "\n".join(lines)


def description(path: Path, blocklist: Blocklist, category_bytes: int) -> dict[str, Any]:
    """What a list holds. `category_bytes` of the body are taken by categories."""
    found = blocklist.sections()
    sections = [
        {"type": s.kind, "name": SECTIONS.get(s.kind, f"type {s.kind}"), "offset": s.offset, "bytes": s.length}
        for s in found
    ]
    header = min((s.offset for s in found), default=blocklist.size)
    return {
        "file": str(path),
        "numbers": blocklist.count,
        "rules": blocklist.rules.count if blocklist.rules else 0,
        "bytes": blocklist.size,
        "country": blocklist.country,
        "header_bytes": header,
        "category_bytes": category_bytes,
        "sections": sections,
    }


def picture(report: dict[str, Any]) -> list[str]:
    """A bar of the file's parts, and a line for each with its share and bits a number."""
    sizes = {
        "header": report["header_bytes"],
        "front": 0,
        "index": 0,
        "body": 0,
        "categories": report["category_bytes"],
    }
    for section in report["sections"]:
        name = "index" if section["name"] == "top" else section["name"]
        sizes[name] = sizes.get(name, 0) + section["bytes"]
    sizes["body"] -= sizes["categories"]
    total = max(1, sum(sizes.values()))
    bar, done = "", 0
    for name, size in sizes.items():
        done += size
        upto = max(len(bar) + (size > 0), round(_WIDTH * done / total))
        bar += _MARKS.get(name, "·") * (upto - len(bar))
    lines = [f"  {bar[:_WIDTH]}"]
    for name, size in sizes.items():
        bits = f"{8 * size / report['numbers']:9.3f} bits a number" if report["numbers"] else ""
        lines.append(f"  {_MARKS.get(name, '·')} {name:<12} {size:>12,} bytes {100 * size / total:5.1f} %{bits}")
    return lines


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" + ("" if count == 1 else "s")
