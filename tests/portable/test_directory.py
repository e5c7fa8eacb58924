# SPDX-License-Identifier: Apache-2.0
"""The packed directory does what a dictionary does, in a fraction of the memory."""

from ringwarden.directory import Directory

LARGEST = (1 << 63) - 1


def test_it_answers_as_a_dictionary_does() -> None:
    directory, wanted = Directory(), {}  # type: ignore[var-annotated]
    seed = 1
    for step in range(600):
        seed = seed * 48271 % 2147483647
        key = seed % 97 * 1000000007
        if seed % 5 == 0 and key in wanted:
            del directory[key]
            del wanted[key]
        else:
            directory[key] = wanted[key] = "name {}".format(seed % 11) if seed % 3 else ""
        if step % 50 == 0:
            directory.pack()
        probe = seed % 89 * 1000000007
        assert directory.get(probe) == wanted.get(probe) and (probe in directory) == (probe in wanted)
    assert list(directory) == sorted(wanted) and len(directory) == len(wanted)
    assert list(directory.values()) == [wanted[key] for key in sorted(wanted)]
    for key, text in wanted.items():
        assert directory[key] == text


def test_the_ends_of_its_range() -> None:
    directory = Directory()
    for key in (0, 1, LARGEST - 1, LARGEST):
        directory[key] = "王" * 85  # 255 bytes
    directory.pack()
    assert list(directory) == [0, 1, LARGEST - 1, LARGEST] and directory[LARGEST] == "王" * 85
    assert directory.get(2) is None and directory.get(2, "x") == "x" and 2 not in directory
    directory.clear()
    assert len(directory) == 0 and 0 not in directory


def test_what_it_cannot_hold_and_does_not_have() -> None:
    directory = Directory()
    for wrong in (lambda: directory[5], lambda: directory.__delitem__(5)):
        try:
            wrong()
        except KeyError:
            continue
        raise AssertionError("found what is not there")
    directory[1] = "x" * 256
    try:
        directory.pack()
    except ValueError:
        return
    raise AssertionError("took 256 bytes")


def test_the_same_words_are_kept_once() -> None:
    directory = Directory()
    for key in range(1000):
        directory[key] = "asked not to call again"
    directory.pack()
    assert len(directory._texts) == len("asked not to call again")
    assert directory[999] == directory[0] == "asked not to call again"
