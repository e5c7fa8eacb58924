# SPDX-License-Identifier: Apache-2.0
"""`ringwarden list`: build block lists and ask them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ringwarden import categories, numbers
from ringwarden.blocklist import Blocklist, ListError
from ringwarden_tools.cli import list_delta
from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import partitions
from ringwarden_tools.lists import capacity as capacities
from ringwarden_tools.lists import contents, files, image, report
from ringwarden_tools.lists import known_good as known_goods
from ringwarden_tools.lists.builder import Options, build
from ringwarden_tools.lists.opening import total_size
from ringwarden_tools.lists.progress import Bar

LISTED, NOT_LISTED = 0, 1  # exit status of `query`
_PATH = click.Path(path_type=Path)


def _country(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    value = value.upper()
    if not (len(value) == 2 and value.isascii() and value.isalpha() and numbers.Home(value).code):
        raise UserError(f"--country {value} is no country with a calling code: use a two-letter code such as CN or DE")
    return value


def _size(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    return None if value is None else capacities.parse_size(value)


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
    "--known-good",
    multiple=True,
    metavar="FILE",
    type=_PATH,
    help="Numbers that must not be listed, such as hospitals and banks; may be given several times.",
)
@click.option(
    "--starter-set/--no-starter-set",
    default=True,
    show_default=True,
    help="Also leave out the known-good numbers that come with Ringwarden (China; other countries: emergency lines).",
)
@click.option(
    "--capacity",
    metavar="SIZE",
    callback=_size,
    help="The most that the list may take, such as 1MiB: lowest scores are cut; what is left makes the front larger.",
)
@click.option(
    "--board",
    metavar="NAME",
    help=f"Make the list as large as fits into a list slot of this board: {', '.join(partitions.BOARDS)}.",
)
@click.option(
    "--front-bits",
    default=image.FRONT_BITS,
    show_default=True,
    type=click.IntRange(0, 32),
    help="Without --capacity: bits a number spent on the front, which answers for most strangers with one read.",
)
@click.option("--min-score", metavar="N", type=int, help="Leave numbers out whose scores add up to less.")
@click.option("--skip-broken", is_flag=True, help="Count lines that break the file's format instead of stopping.")
@_json_option
def build_command(
    inputs: tuple[Path, ...],
    output: Path,
    country: str | None,
    known_good: tuple[Path, ...],
    starter_set: bool,
    capacity: int | None,
    board: str | None,
    front_bits: int,
    min_score: int | None,
    skip_broken: bool,
    as_json: bool,
) -> None:
    """Make a list of the numbers in the INPUT files ("-": standard input).

    An INPUT is a plain list with a number a line, CSV with the columns number[,category][,score] under any of their
    usual names (the FTC's complaints, Ringwarden's scored lists), PhoneBlock's JSON or XML, a FRITZ!Box phonebook, or
    patterns such as 09118818* and 33162######; packed with gzip, bzip2 or xz or not. docs/LISTS.md tells more. The same
    numbers give the same file, byte for byte.
    """
    if board is not None:
        if capacity is not None:
            raise UserError("--board and --capacity both say how large the list may be: give one of them")
        capacity = partitions.list_capacity(board)
    options = Options(country or "", front_bits, capacity, known_good, starter_set, skip_broken, min_score)
    files.check_writable(output)
    if output.exists() and any(str(path) != "-" and path.exists() and path.samefile(output) for path in inputs):
        raise UserError(f"{output} is one of the inputs: choose another --output")
    with Bar(total_size([*known_good, *inputs])) as bar:
        built = build(inputs, options=options, progress=bar.advance, phase=bar.phase)
    files.write_whole(output, built.image.data)
    for line in report.complaints(built):
        click.echo(line, err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(built, output), ensure_ascii=False))
    else:
        click.echo(report.summary(built, output))


@contextmanager
def _opened(file: Path) -> Iterator[Blocklist]:
    blocklist = files.open_list(file)
    try:
        yield blocklist
    except ListError as error:
        raise files.explained(file, error) from None
    finally:
        blocklist.close()


@command.command("query")
@click.argument("file", type=_PATH)
@click.argument("number")
@_country_option
@_json_option
def query_command(file: Path, number: str, country: str | None, as_json: bool) -> None:
    """Ask whether NUMBER is on the list FILE. Status 0: listed, 1: not listed, 2: error.

    A number without country code is read in the list's own country unless --country names another.
    """
    with _opened(file) as blocklist:
        place = country or blocklist.country
        key = numbers.key(numbers.normalise(number, numbers.Home(place)))
        if key == 0:
            where = f" in {place}" if place else ""
            raise UserError(f"{number!r} is no telephone number{where}: write its country code too, or use --country")
        found, reads = blocklist.lookup(key), blocklist.reads
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
    """What the list FILE holds, and what takes how much room in it."""
    with _opened(file) as blocklist:
        found: dict[str, Any] = report.description(file, blocklist, contents.category_bytes(blocklist))
    if as_json:
        click.echo(json.dumps(found))
        return
    place = found["country"] or "not given"
    rules = f", {found['rules']:,} rules" if found["rules"] else ""
    click.echo(f"{file}: {found['numbers']:,} numbers{rules}, {found['bytes']:,} bytes, country {place}")
    for line in report.picture(found):
        click.echo(line)


@command.command("dump")
@click.argument("file", type=_PATH)
def dump_command(file: Path) -> None:
    """Print every number of the list FILE with its category, as CSV that `list build` reads; rules come last."""
    with _opened(file) as blocklist:
        for text in contents.as_csv(blocklist):
            click.echo(text, nl=False)


@command.command("verify")
@click.argument("file", type=_PATH)
@click.option(
    "--known-good", multiple=True, metavar="FILE", type=_PATH, help="Numbers that must not be listed; may be repeated."
)
@_json_option
def verify_command(file: Path, known_good: tuple[Path, ...], as_json: bool) -> None:
    """Read the whole list FILE, compare every checksum and decode every number."""
    with _opened(file) as blocklist:
        contents.check(blocklist)
        count = blocklist.count
        good = known_goods.load(known_good, blocklist.country, starter=False) if known_good else None
        if good is not None and (found := good.first_listed(contents.whole(blocklist))):
            raise UserError(f"{file} lists +{found}, which is known to be good: build it again with --known-good")
    report = {"file": str(file), "whole": True, "numbers": count}
    proven = f", none of {len(good.keys):,} known-good numbers listed" if good is not None else ""
    click.echo(json.dumps(report) if as_json else f"{file}: whole, {count:,} numbers{proven}")
