# SPDX-License-Identifier: Apache-2.0
"""What columns, fields and categories are called in the lists that people pass round."""

from ringwarden import categories

LEGITIMATE = -1  # a category that says: this caller is wanted

_NUMBER = (
    "number", "phone", "phone_number", "phonenumber", "phoneno", "telephone", "telephone_number", "tel", "e164",
    "caller", "caller_id", "caller_id_number", "callerid", "company_phone_number", "pattern", "prefix", "msisdn",
    "mobile", "phone_numbers", "numbers", "telefon", "anrufer", "rufnummer", "telefonnummer", "nummer", "numero",
    "numéro", "telefono", "teléfono", "号码", "电话", "电话号码",
    "手机号", "手机号码", "來電號碼", "電話", "電話番号",
)  # fmt: skip
_CATEGORY = ("category", "type", "subject", "rating", "label", "kategorie", "catégorie", "categoria", "类别", "分类",
             "类型", "標籤", "标签")  # fmt: skip
_SCORE = ("score", "weight", "votes", "reports", "complaints", "count", "分数", "次数", "举报次数")

FTC_NUMBER = "company_phone_number"  # the Federal Trade Commission's column: numbers of the United States

_UNSPECIFIED = ("", "other", "none", "unknown", "no_subject_provided", "dropped_call_or_no_message", "b_missed",
                "missed", "其他", "未知")  # fmt: skip
_WORDS: dict[str, tuple[str, ...]] = {
    "finance": (
        "loan", "loans", "credit", "debt", "insurance", "bank", "banking", "investment", "debt_collection", "金融",
        "贷款", "保险", "理财", "信用卡", "贷款理财",
        "reducing_your_debt_(credit_cards,_mortgage,_student_loans)", "debt_reduction",
    ),
    "property": ("real_estate", "estate", "realty", "房产", "房产中介", "房地产", "装修"),
    "medical": ("health", "医疗", "medical_&_prescriptions"),
    "health_food": ("supplements", "保健品", "保健食品"),
    "recruitment": ("jobs", "job", "recruiting", "招聘", "猎头", "work_from_home_&_other_ways_to_make_money"),
    "tourism": ("travel", "旅游", "旅游推广", "vacation_&_timeshares"),
    "other_marketing": (
        "marketing", "advertising", "telemarketing", "telemarketer", "sales", "spam", "survey", "poll", "nuisance",
        "robocall", "d_poll", "e_advertising", "werbung", "推销", "广告", "广告推销", "广告骚扰", "营销", "电话营销",
        "骚扰", "骚扰电话", "教育培训", "energy,_solar,_&_utilities", "home_improvement_&_cleaning",
        "home_security_&_alarms", "warranties_&_protection_plans",
    ),
    "malicious": ("ping", "ping_call", "harassment", "c_ping", "f_gamble", "gamble", "gambling", "恶意", "恶意骚扰",
                  "响一声", "lotteries,_prizes_&_sweepstakes"),
    "criminal": (
        "fraud", "scam", "phishing", "g_fraud", "betrug", "诈骗", "诈骗电话", "疑似诈骗", "欺诈",
        "calls_pretending_to_be_government,_businesses,_or_family_and_friends", "computer_&_technical_support",
    ),
}  # fmt: skip
_LEGITIMATE = ("a_legitimate", "legitimate", "legit", "ham", "allow", "allowed", "whitelist")


def plain(text: str) -> str:
    """A name without what people write differently: case, spaces and hyphens."""
    return text.strip().lower().replace(" ", "_").replace("-", "_")


ROLES = {
    name: role for role, names in (("number", _NUMBER), ("category", _CATEGORY), ("score", _SCORE)) for name in names
}
_RANK = {name: rank for names in (_NUMBER, _CATEGORY, _SCORE) for rank, name in enumerate(names)}

_CATEGORIES: dict[str, int] = {name: index for index, name in enumerate(categories.NAMES)}
for _name, _words in _WORDS.items():
    _CATEGORIES.update(dict.fromkeys(_words, categories.NAMES.index(_name)))
_CATEGORIES.update(dict.fromkeys(_UNSPECIFIED, 0))
_CATEGORIES.update(dict.fromkeys(_LEGITIMATE, LEGITIMATE))


def category_index(text: str) -> int | None:
    """The index of a category by any of its names, `LEGITIMATE`, or None when nobody knows it."""
    return _CATEGORIES.get(plain(text))


def roles(names: list[str]) -> dict[str, int]:
    """Which column has which role ("number", "category", "score"), by the best known of the names."""
    found: dict[str, int] = {}
    cleaned = [plain(name.lstrip("\ufeff")) for name in names]
    for column, name in enumerate(cleaned):
        role = ROLES.get(name)
        if role and (role not in found or _RANK[name] < _RANK[cleaned[found[role]]]):
            found[role] = column
    return found
