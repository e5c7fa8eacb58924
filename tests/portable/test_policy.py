# SPDX-License-Identifier: Apache-2.0
"""The rules and their order, as tables of calls and verdicts."""

from ringwarden.call import Call
from ringwarden.household import Household
from ringwarden.numbers import key, normalise
from ringwarden.policy import decide
from ringwarden.rules import ORDER
from ringwarden.words import reason as reason_words

EVENING = 1795543200  # 2026-11-24T18:00:00+00:00, 02:00 on the 25th in China
DOCUMENT = {
    "version": 1,
    "home": {"country": "CN", "area_code": "010", "timezone_minutes": 480},
    "contacts": [{"name": "Wang Fang", "numbers": ["138 0013 8000", "010-64112233"]}],
    "allowed": [{"number": "021 5555 0100", "note": "school"}],
    "refused": [{"number": "021 5555 0199"}],
}


class EveryNumberIsListed:
    """The worst list there could be."""

    def lookup(self, key: int) -> "int | None":
        return 9


class NothingIsListed:
    def lookup(self, key: int) -> "int | None":
        return None


def household(blocklist, **more) -> Household:
    document = dict(DOCUMENT)
    document.update(more)
    house = Household.from_document(document)
    house.blocklist = blocklist
    return house


def call(shown: str, house: Household, at: int = EVENING, tick: int = 0) -> Call:
    if shown in ("P", "O", "none", "broken"):
        return Call(at=at, tick=tick, absence=shown)
    number = normalise(shown, house.home)
    return Call(at=at, tick=tick, number=number, key=key(number), shown=shown)


VERDICTS = (
    # shown, list, action, reason
    ("13800138000", EveryNumberIsListed, "ring", "CONTACT"),
    ("+86 138 0013 8000", EveryNumberIsListed, "ring", "CONTACT"),
    ("64112233", EveryNumberIsListed, "ring", "CONTACT"),
    ("120", EveryNumberIsListed, "ring", "EMERGENCY_NUMBER"),
    ("110", EveryNumberIsListed, "ring", "EMERGENCY_NUMBER"),
    ("96110", EveryNumberIsListed, "ring", "EMERGENCY_NUMBER"),
    ("075596110", EveryNumberIsListed, "ring", "EMERGENCY_NUMBER"),
    ("02155550100", EveryNumberIsListed, "ring", "ALLOWED"),
    ("02155550199", NothingIsListed, "drop", "REFUSED"),
    ("008601064119999", NothingIsListed, "silence", "INTL_86_WITH_SHORT_OR_FIXED"),
    ("0086110", NothingIsListed, "label", "INTL_86_WITH_SHORT_OR_FIXED"),
    ("++860775110", NothingIsListed, "label", "NON_DIGIT"),
    ("0755110", EveryNumberIsListed, "label", "AREA_PLUS_EMERGENCY"),
    ("02011", NothingIsListed, "silence", "LANDLINE_LENGTH"),
    ("4008001234", NothingIsListed, "label", "RECEIVE_ONLY_CALLING"),
    ("02155550198", EveryNumberIsListed, "drop", "LISTED"),
    ("02155550198", NothingIsListed, "ring", "DEFAULT"),
    ("P", EveryNumberIsListed, "label", "WITHHELD"),
    ("O", EveryNumberIsListed, "label", "UNAVAILABLE"),
    ("none", EveryNumberIsListed, "label", "NO_CALLER_ID"),
    ("broken", EveryNumberIsListed, "label", "BROKEN_CALLER_ID"),
)


def test_verdicts() -> None:
    for shown, blocklist, action, reason in VERDICTS:
        house = household(blocklist())
        verdict = decide(call(shown, house), house)
        assert (verdict.action, verdict.reason) == (action, reason), (shown, verdict)
        for lang in ("en", "zh"):
            entry = {"reason": verdict.reason, "details": verdict.details, "category": verdict.category}
            assert "{" not in reason_words(entry, lang), verdict
        assert verdict.rule in [rule.__name__.split(".")[-1] for rule in ORDER]


def test_quiet_hours_cross_midnight_and_let_contacts_in() -> None:
    house = household(NothingIsListed(), quiet_hours={"from": "22:30", "until": "07:00"})
    midnight = EVENING - 2 * 3600  # 00:00 in China
    for minutes, reason in (
        (-91, "DEFAULT"),
        (-90, "QUIET_HOURS"),
        (0, "QUIET_HOURS"),
        (419, "QUIET_HOURS"),
        (420, "DEFAULT"),
    ):
        assert decide(call("02155550198", house, at=midnight + minutes * 60), house).reason == reason, minutes
    assert decide(call("13800138000", house, at=midnight), house).action == "ring"


def test_without_a_clock_there_is_no_night() -> None:
    house = household(NothingIsListed(), quiet_hours={"from": "00:00", "until": "23:59"})
    assert decide(call("02155550198", house, at=0), house).reason == "DEFAULT"


def test_repeats_are_counted_by_number_and_forgotten_after_a_while() -> None:
    house = household(NothingIsListed())
    for tick in (0, 60, 120):
        one = call("02155550198", house, tick=tick)
        assert decide(one, house).reason == "DEFAULT"
        house.history.note(one.key, tick)
    assert decide(call("02155550198", house, tick=180), house).reason == "REPEATED"
    assert decide(call("+862155550198", house, tick=180), house).reason in ("REPEATED", "INTL_86_WITH_SHORT_OR_FIXED")
    assert decide(call("02155550197", house, tick=180), house).reason == "DEFAULT"
    assert decide(call("02155550198", house, tick=661), house).reason == "DEFAULT"


def test_no_setting_can_stop_a_must_ring_number() -> None:
    every = {setting: "silence" for setting in ("refused", "repeated", "stranger", "quiet_hours", "listed.criminal")}
    refused = [{"number": number} for number in ("120", "13800138000", "075596110")]
    house = household(
        EveryNumberIsListed(), actions=every, refused=refused, quiet_hours={"from": "00:00", "until": "23:59"}
    )
    for shown in ("120", "119", "110", "122", "13800138000", "64112233", "075596110", "96110"):
        for _ in range(20):
            house.history.note(call(shown, house).key, 0)
        assert decide(call(shown, house), house).action == "ring", shown
