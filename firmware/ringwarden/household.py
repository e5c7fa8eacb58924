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
from ringwarden.call import Action
from ringwarden.history import History
from ringwarden.numbers import Home, key, normalise
from ringwarden.open_line import OpenLine
from ringwarden.profiles import ACTIONS, PROFILES, may_drop

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
        self.contacts: "dict[int, str]" = {}
        self.allowed: "dict[int, str]" = {}
        self.refused: "dict[int, str]" = {}
        self.consents: "dict[int, list[Consent]]" = {}
        self.prefixes: "list[tuple[str, str, int, str]]" = []  # digits, action, last day or 0, note; longest first
        self.names: "list[tuple[str, str, str]]" = []  # pattern, action, note
        self.quiet: "tuple[int, int, int] | None" = None  # from, until: minutes of the day; bits of weekdays
        self.repeat_calls = 3
        self.repeat_minutes = 10
        self.blocklist: "Any" = None
        self.history = History()
        self.open_line = OpenLine(home=self.home)
        self._actions: "dict[str, str]" = {}

    @classmethod
    def from_document(cls, document: dict) -> "Household":
        """Raises `settings.SettingsError`, which names the place and the remedy."""
        household = cls()
        settings.check(document)
        household._set_home(document.get("home", {}))
        household.language = document.get("language", "zh")
        household.profile = document.get("profile", "default")
        for index, contact in enumerate(document.get("contacts", [])):
            for text in contact["numbers"]:
                household.contacts[household._key(text, "contacts", index)] = contact["name"]
        for field in ("allowed", "refused"):
            for index, entry in enumerate(document.get(field, [])):
                getattr(household, field)[household._key(entry["number"], field, index)] = entry.get("note", "")
        household._set_rules(document)
        quiet = document.get("quiet_hours")
        if quiet:
            days = settings.weekday_mask(quiet.get("days", []))
            household.quiet = (settings.minute(quiet["from"]), settings.minute(quiet["until"]), days)
        repeat = document.get("repeat", {})
        household.repeat_calls = repeat.get("calls", 3)
        household.repeat_minutes = repeat.get("minutes", 10)
        household.open_line.days = document.get("dialled", {}).get("days", household.open_line.days)
        household._set_actions(document.get("actions", {}))
        return household

    def action(self, setting: str) -> str:
        """What to do when the rule behind `setting` (a key of `ACTIONS`) speaks: as the household or its profile says.

        What has no action of its own (a company outside the hours it may call in) is marketing.
        """
        profile = PROFILES[self.profile]
        group = setting[: setting.find(".") + 1]
        found = self._actions.get(setting) or profile.get(setting) or profile.get(group) or ACTIONS[setting]
        return found or self.action("listed.other_marketing")

    def finding_action(self, code: str, level: str) -> str:
        """What to do about a finding of the referee, "" for nothing: its own setting, or else that of its level.

        What the referee only notes is not certain enough to keep a call from the phone, whatever the setting.
        """
        own = self._actions.get("referee." + code, "")
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

    def _set_home(self, home: dict) -> None:
        self.home = Home(home.get("country", "CN"), home.get("area_code", "").lstrip("0"))
        if not self.home.code:
            raise settings.SettingsError("home.country", "country")
        self.timezone_minutes = home.get("timezone_minutes", 480)
        self.open_line.home = self.home

    def _set_rules(self, document: dict) -> None:
        """Consents, prefixes and name patterns; their modules are needed by few, and only by those."""
        if document.get("consents"):
            from ringwarden.consent import read

            for index, entry in enumerate(document["consents"]):
                consent = read(entry)
                for text in entry["numbers"]:
                    self.consents.setdefault(self._key(text, "consents", index), []).append(consent)
        if document.get("prefixes"):
            from ringwarden.rules.prefix import read as read_prefix

            for index, entry in enumerate(document["prefixes"]):
                self.prefixes.append(read_prefix(entry, self.home, "prefixes[{}].prefix".format(index)))
            self.prefixes.sort(key=lambda rule: -len(rule[0]))
        for entry in document.get("names", []):
            self.names.append((entry["pattern"], entry["action"], entry.get("note", "")))

    def _key(self, text: str, field: str, index: int) -> int:
        number_key = key(normalise(text, self.home))
        if not number_key:
            raise settings.SettingsError("{}[{}]".format(field, index), "number", repr(text))
        return number_key

    def _set_actions(self, actions: "dict[str, str]") -> None:
        for setting, action in actions.items():
            place = "actions." + setting
            if setting not in ACTIONS and not _is_finding(setting):
                raise settings.SettingsError(place, "unknown", ", ".join(sorted(ACTIONS)) + ", referee.<CODE>")
            if action not in Action.ALL:
                raise settings.SettingsError(place, "one_of", ", ".join(Action.ALL))
            if action == "drop" and not may_drop(setting, self.profile):
                raise settings.SettingsError(place, "never_dropped", ", ".join(Action.ALL[:-1]))
            self._actions[setting] = action


def _is_finding(setting: str) -> bool:
    from ringwarden.words import numbers_en

    return setting.startswith("referee.") and setting[8:] in numbers_en.TEXTS
