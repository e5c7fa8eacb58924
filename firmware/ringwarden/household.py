# SPDX-License-Identifier: Apache-2.0
"""The household: who its people are and how it wants to be called. One versioned document with a schema.

    {"version": 1,
     "home": {"country": "CN", "area_code": "010", "timezone_minutes": 480},
     "language": "zh",
     "profile": "default",
     "contacts": [{"name": "Wang Fang", "numbers": ["138 0013 8000"]}],
     "refused": [{"number": "021 5555 0199", "note": "asked not to call again"}],
     "quiet_hours": {"from": "22:30", "until": "07:00"},
     "actions": {"listed.property": "silence"}}

Everything but `version` may be left out. Numbers may be written in any of their forms. docs/SETTINGS.md has all fields.
"""

from ringwarden import settings
from ringwarden.directory import Directory
from ringwarden.history import History
from ringwarden.numbers import Home
from ringwarden.open_line import OpenLine
from ringwarden.profiles import ACTIONS, PROFILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ringwarden.consent import Consent


class Household:
    """Settings and the maps the rules look into: contacts, allowed and refused, each from number key to name or note.

    `blocklist` is None or has `lookup(key) -> category index | None`. What counts calls or remembers stands beside the
    settings (`history`, `open_line`): rules read it, and only the session changes it.
    """

    def __init__(self) -> None:
        self.home = Home()
        self.timezone_minutes = 480
        self.language = "zh"
        self.profile = "default"
        self.contacts = Directory()
        self.allowed = Directory()
        self.refused = Directory()
        self.consents: "dict[int, list[Consent]]" = {}
        self.prefixes = Directory()  # from the digits of a prefix to its rule, see rules.prefix
        self.names: "list[tuple[str, str, str]]" = []  # pattern, action, note
        self.quiet: "tuple[int, int, int] | None" = None  # from, until: minutes of the day; bits of weekdays
        self.repeat_calls = 3
        self.repeat_minutes = 10
        self.blocklist: "Any" = None
        self.history = History()
        self.open_line = OpenLine(home=self.home)
        self.actions: "dict[str, str]" = {}

    @classmethod
    def from_document(cls, document: dict) -> "Household":
        """Raises `settings.SettingsError`, which names the place and the remedy."""
        from ringwarden.settings import loading

        try:
            household = cls()
            loading.from_document(household, document)
            return household
        finally:
            settings.forget_loading()

    @classmethod
    def from_file(cls, file) -> "Household":
        """From a JSON document open for reading bytes, of which only a piece at a time is in memory.

        Raises ValueError when it is no JSON, and `settings.SettingsError`.
        """
        from ringwarden.settings import loading
        from ringwarden.settings.pieces import Pieces

        try:
            household = cls()
            loading.from_pieces(household, Pieces(file))
            return household
        finally:
            settings.forget_loading()

    def action(self, setting: str) -> str:
        """What to do when the rule behind `setting` (a key of `ACTIONS`) speaks: as the household or its profile says.

        What has no action of its own (a company outside the hours it may call in) is marketing.
        """
        profile = PROFILES[self.profile]
        group = setting[: setting.find(".") + 1]
        found = self.actions.get(setting) or profile.get(setting) or profile.get(group) or ACTIONS[setting]
        return found or self.action("listed.other_marketing")

    def finding_action(self, code: str, level: str) -> str:
        """What to do about a finding of the referee, "" for nothing: its own setting, or else that of its level.

        What the referee only notes is not certain enough to keep a call from the phone, whatever the setting.
        """
        own = self.actions.get("referee." + code, "")
        if level in ("SUSPECT", "IMPOSSIBLE"):
            return own or self.action("referee." + level.lower())
        return "label" if own and own != "ring" else ""

    def local(self, epoch: int) -> int:
        """Local seconds from UTC seconds; 0 stays 0, a clock that was never set."""
        return epoch + self.timezone_minutes * 60 if epoch else 0

    def who(self, number_key: int) -> str:
        """The name the household knows this number by, or ""."""
        name = self.contacts.get(number_key) or self.allowed.get(number_key)
        if not name and number_key in self.consents:
            name = self.consents[number_key][0][0]
        return name or ""

    def remember(self, open_line: OpenLine) -> None:
        """Hand over the memory of who was called, kept by the board: the household's place and days apply to it."""
        open_line.home = self.home
        open_line.days = self.open_line.days
        self.open_line = open_line
