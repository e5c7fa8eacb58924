# SPDX-License-Identifier: Apache-2.0
"""`ringwarden list`: build block lists and ask them."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from ringwarden import categories, numbers
from ringwarden.blocklist import Blocklist, ListError
from ringwarden_tools.cli import list_delta
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import files, image
from ringwarden_tools.lists.builder import Built, build

LISTED, NOT_LISTED = 0, 1  # exit status of `query`
_SECTIONS = {1: "front", 2: "index", 3: "body", 4: "manifest", 5: "prefix rules"}
_PATH = click.Path(path_type=Path)


def _country(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    value = value.upper()
    if not (len(value) == 2 and value.isascii() and value.isalpha() and numbers.Home(value).code):
        raise UserError(f"--country {value} is no country with a calling code: use a two-letter code such as CN or DE")
    return value


_country_option = click.option(
    "--country", metavar="CODE", callback=_country, help="Where numbers without country code are read, such as CN."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Build block lists (.rwl) and ask them."""


command.add_command(list_delta.diff_command)
command.add_command(list_delta.apply_command)


@command.command("build")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=_PATH)
@click.option("--output", "-o", required=True, metavar="FILE", type=_PATH, help="The list to write.")
@_country_option
@click.option(
    "--front-bits", default=image.FRONT_BITS, show_default=True, type=click.IntRange(0, 32),
    help="Bits a number spent on the front, which answers for most strangers with one read; 0 leaves it out.",
)  # fmt: skip
@_json_option
def build_command(inputs: tuple[Path, ...], output: Path, country: str | None, front_bits: int, as_json: bool) -> None:
    """Make a list of the numbers in the INPUT files.

    An INPUT is a text file with a number a line, or CSV with the columns number[,category][,score], with or without
    header. The same numbers give the same file, byte for byte.
    """
    built = build(inputs, country or "", front_bits)
    files.write_whole(output, built.image.data)
    _complain(built)
    click.echo(json.dumps(_report(built, output), ensure_ascii=False) if as_json else _summary(built, output))


def _complain(built: Built) -> None:
    """What was refused, on standard error: a list without the numbers that somebody meant is worth a word."""
    entries = built.entries
    if entries.refused:
        click.echo(f"ringwarden: lines refused: {entries.refused:,}", err=True)
    if entries.unknown_categories:
        known = ", ".join(categories.NAMES)
        click.echo(f"ringwarden: unknown categories: {entries.unknown_categories:,}; known ones: {known}", err=True)
    for example in entries.examples:
        click.echo(f"  {example}", err=True)


def _report(built: Built, output: Path) -> dict[str, Any]:
    made = built.image
    return {
        "file": str(output),
        "numbers": made.count,
        "bytes": len(made.data),
        "bits_per_number": round(8 * len(made.data) / made.count, 3) if made.count else None,
        "front_bytes": made.front_bytes,
        "index_bytes": made.index_bytes,
        "body_bytes": made.body_bytes,
        "reads": made.reads,
        "duplicates": built.duplicates,
        "refused": built.entries.refused,
        "unknown_categories": built.entries.unknown_categories,
        "examples": built.entries.examples,
        "categories": built.by_category,
    }


def _summary(built: Built, output: Path) -> str:
    made = built.image
    lines = [f"{output}: {made.count:,} numbers, {len(made.data):,} bytes"]
    if made.count:
        exact = 8 * (made.index_bytes + made.body_bytes) / made.count
        front = 8 * made.front_bytes / made.count
        lines.append(f"  {exact:.2f} bits a number exact, {front:.2f} in the front; at most {made.reads} reads a call")
    if built.duplicates:
        lines.append(f"  {built.duplicates:,} entries repeated a number")
    lines += [f"  {count:>9,}  {name}" for name, count in built.by_category.items()]
    return "\n".join(lines)


@command.command("query")
@click.argument("file", type=_PATH)
@click.argument("number")
@_country_option
@_json_option
def query_command(file: Path, number: str, country: str | None, as_json: bool) -> None:
    """Ask whether NUMBER is on the list FILE. Status 0: listed, 1: not listed, 2: error.

    A number without country code is read in the list's own country unless --country names another.
    """
    blocklist = files.open_list(file)
    try:
        place = country or blocklist.country
        key = numbers.key(numbers.normalise(number, numbers.Home(place)))
        if key == 0:
            where = f" in {place}" if place else ""
            raise UserError(f"{number!r} is no telephone number{where}: write its country code too, or use --country")
        try:
            found = blocklist.lookup(key)
        except ListError as error:
            raise files.explained(file, error) from None
        reads = blocklist.reads
    finally:
        blocklist.close()
    category = None if found is None else categories.name(found)
    answer = {"number": f"+{key}", "listed": found is not None, "category": category, "reads": reads}
    click.echo(json.dumps(answer) if as_json else _answer(f"+{key}", category, reads))
    sys.exit(NOT_LISTED if found is None else LISTED)


def _answer(number: str, category: str | None, reads: int) -> str:
    effort = "1 read" if reads == 1 else f"{reads} reads"
    if category is None:
        return f"{number}: not listed ({effort})"
    return f"{number}: listed, {category.replace('_', ' ')} ({effort})"


@command.command("info")
@click.argument("file", type=_PATH)
@_json_option
def info_command(file: Path, as_json: bool) -> None:
    """What the list FILE holds."""
    blocklist = files.open_list(file)
    try:
        report = _description(file, blocklist)
    finally:
        blocklist.close()
    if as_json:
        click.echo(json.dumps(report))
        return
    place = report["country"] or "not given"
    click.echo(f"{file}: {report['numbers']:,} numbers, {report['bytes']:,} bytes, country {place}")
    for section in report["sections"]:
        click.echo(f"  {section['name']:<12} {section['bytes']:>12,} bytes at {section['offset']:,}")


def _description(file: Path, blocklist: Blocklist) -> dict[str, Any]:
    sections = [
        {"type": s.kind, "name": _SECTIONS.get(s.kind, f"type {s.kind}"), "offset": s.offset, "bytes": s.length}
        for s in blocklist.sections()
    ]
    return {
        "file": str(file),
        "numbers": blocklist.count,
        "bytes": blocklist.size,
        "country": blocklist.country,
        "sections": sections,
    }


@command.command("verify")
@click.argument("file", type=_PATH)
def verify_command(file: Path) -> None:
    """Read the whole list FILE and compare every checksum."""
    blocklist = files.open_list(file)
    click.echo(f"{file}: whole, {blocklist.count:,} numbers")
    blocklist.close()
