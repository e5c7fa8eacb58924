# SPDX-License-Identifier: Apache-2.0
"""The consent register: in the agreed hours a company rings, labelled; otherwise it is marketing."""

from rule_kit import house, judged, local

BANK = {
    "company": "Harbour Bank",
    "numbers": ["95588", "010 6411 2200"],
    "purpose": "loan renewal",
    "evidence": {"text": "Agreed at the counter on 3 March."},
    "hours": {"from": "09:00", "until": "18:00", "days": ["mon", "tue", "wed", "thu", "fri"]},
    "expires": "2026-12-31",
}


def bank(**more) -> dict:
    entry = dict(BANK)
    entry.update(more)
    return entry


CASES = (
    # local time (2026-11-25 is a Wednesday), changes of the entry, action, reason
    ("2026-11-25 09:00", {}, "label", "CONSENTED"),
    ("2026-11-25 17:59", {}, "label", "CONSENTED"),
    ("2026-11-25 18:00", {}, "drop", "CONSENT_OUTSIDE_HOURS"),
    ("2026-11-25 08:59", {}, "drop", "CONSENT_OUTSIDE_HOURS"),
    ("2026-11-28 10:00", {}, "drop", "CONSENT_OUTSIDE_HOURS"),
    ("2026-12-31 17:00", {}, "label", "CONSENTED"),
    ("2027-01-01 10:00", {}, "drop", "CONSENT_EXPIRED"),
    ("2026-11-25 10:00", {"revoked": "2026-11-25"}, "drop", "CONSENT_REVOKED"),
    ("2026-11-24 10:00", {"revoked": "2026-11-25"}, "label", "CONSENTED"),
    ("2027-02-01 10:00", {"revoked": "2026-11-25"}, "drop", "CONSENT_REVOKED"),
    ("2026-11-25 23:00", {"hours": {"from": "22:00", "until": "02:00", "days": ["wed"]}}, "label", "CONSENTED"),
    ("2026-11-26 01:59", {"hours": {"from": "22:00", "until": "02:00", "days": ["wed"]}}, "label", "CONSENTED"),
    (
        "2026-11-25 01:59",
        {"hours": {"from": "22:00", "until": "02:00", "days": ["wed"]}},
        "drop",
        "CONSENT_OUTSIDE_HOURS",
    ),
)


def test_hours_days_expiry_and_revocation() -> None:
    for when, changes, action, reason in CASES:
        household = house(consents=[bank(**changes)])
        for shown in ("95588", "01064112200", "64112200"):
            assert judged(shown, household, at=local(when)) == (action, reason), (when, changes, shown)
        assert judged("01064112299", household, at=local(when)) == ("ring", "DEFAULT")


def test_what_is_not_agreed_is_treated_as_marketing_is() -> None:
    night = local("2026-11-25 20:00")
    for action in ("ring", "label", "silence", "challenge", "drop"):
        household = house(consents=[BANK], actions={"listed.other_marketing": action})
        assert judged("95588", household, at=night) == (action, "CONSENT_OUTSIDE_HOURS")
        household = house(consents=[BANK], actions={"listed.other_marketing": action, "consent.outside": "silence"})
        assert judged("95588", household, at=night) == ("silence", "CONSENT_OUTSIDE_HOURS")
    assert judged("95588", house(consents=[BANK], profile="gentle"), at=night)[0] == "label"


def test_consent_outranks_the_list_and_quiet_hours_and_nothing_before_it() -> None:
    noon = local("2026-11-25 12:00")
    household = house(9, consents=[BANK], quiet_hours={"from": "10:00", "until": "14:00"})
    assert judged("95588", household, at=noon) == ("label", "CONSENTED")
    household = house(consents=[BANK], refused=[{"number": "95588"}])
    assert judged("95588", household, at=noon) == ("drop", "REFUSED")


def test_of_two_consents_the_better_one_counts() -> None:
    noon = local("2026-11-25 12:00")
    household = house(consents=[bank(revoked="2026-01-01"), bank(company="Harbour Insurance")])
    assert judged("95588", household, at=noon) == ("label", "CONSENTED")
    household = house(consents=[bank(revoked="2026-01-01"), bank(expires="2026-01-01")])
    assert judged("95588", household, at=noon) == ("drop", "CONSENT_EXPIRED")


def test_without_a_clock_a_consent_rings_and_a_revoked_one_does_not() -> None:
    assert judged("95588", house(consents=[BANK]), at=0) == ("label", "CONSENT_NO_CLOCK")
    assert judged("95588", house(consents=[bank(revoked="2026-01-01")]), at=0) == ("drop", "CONSENT_REVOKED")


def test_the_page_knows_the_company() -> None:
    assert list(house(consents=[BANK]).consents) and house(consents=[BANK]).who(8695588) == "Harbour Bank"
