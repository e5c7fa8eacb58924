# SPDX-License-Identifier: Apache-2.0
"""The pages of the set-up network as HTML without scripts: the small browsers that phones open there can do little.

Names of networks are a neighbour's choice: `escape` stands between every value and the page.
"""

from ringwarden.setup.networks import Network
from ringwarden.words import table

STYLE = b"""body{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:0 auto;padding:1em;color:#111;background:#fff}
h1{font-size:1.4em}label{display:block;padding:.7em .5em;border-bottom:1px solid #ccc;overflow-wrap:anywhere}
small{color:#555}input[type=text],input[type=password]{font:inherit;width:100%;padding:.5em;box-sizing:border-box}
button,.button{font:inherit;display:inline-block;padding:.6em 1.4em;margin:1em .5em 0 0;border:0;border-radius:.4em;
background:#0b5cad;color:#fff;text-decoration:none}.bad{color:#a40000;font-weight:bold}.lang{float:right}
fieldset{border:0;padding:0;margin:0}@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}
small{color:#bbb}.bad{color:#ff9b9b}a{color:#8cc4ff}.button,button{color:#fff}}
"""


def escape(text: str) -> str:
    """`text` as HTML that shows it, in an element or a quoted attribute."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


def whole(lang: str, body: str, refresh: int = 0) -> str:
    """A page around `body`; `refresh` seconds until the browser asks how it went."""
    texts = table("setup_", lang)
    other = "en" if lang == "zh" else "zh"
    again = '<meta http-equiv="refresh" content="{};url=/state?lang={}">'.format(refresh, lang) if refresh else ""
    return (
        '<!doctype html><html lang="{0}"><head><meta charset="utf-8">{1}<title>{2}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="stylesheet" href="/portal.css"></head><body>'
        '<a class="lang" href="/?lang={3}" lang="{3}">{4}</a><h1>{2}</h1>{5}</body></html>'
    ).format(lang, again, escape(texts["title"]), other, escape(texts["language"]), body)


def form(lang: str, networks: "list[Network]", trouble: str = "", name: str = "") -> str:
    """The networks to choose from; `trouble` is a key of the words, about the network `name`."""
    texts = table("setup_", lang)
    parts = ["<p>" + escape(texts["intro"]) + "</p>"]
    if trouble:
        parts.append('<p class="bad" role="alert">' + escape(texts[trouble].format(name)) + "</p>")
    parts.append('<form method="post" action="/join?lang={}"><fieldset>'.format(lang))
    parts.append("<legend>{}</legend>".format(escape(texts["choose"])))
    if not networks:
        parts.append("<p>" + escape(texts["none"]) + "</p>")
    for network in networks:
        parts.append(_choice(texts, network))
    parts.append("</fieldset><label>{}<input type=text name=other maxlength=128 ".format(escape(texts["other"])))
    parts.append("autocapitalize=none autocomplete=off></label>")
    parts.append("<label>{}<input type=password name=password maxlength=64 ".format(escape(texts["password"])))
    parts.append("autocomplete=off></label><button>{}</button>".format(escape(texts["connect"])))
    parts.append('<a class="button" href="/?lang={}&amp;again=1">{}</a></form>'.format(lang, escape(texts["again"])))
    return whole(lang, "".join(parts))


def _choice(texts: "dict[str, str]", network: Network) -> str:
    bars = 3 if network.dbm >= -60 else 2 if network.dbm >= -75 else 1
    said = texts["signal.{}".format(bars)]
    if not network.secured:
        said += ", " + texts["open"] if texts["lang"] == "en" else "，" + texts["open"]
    value = "".join(["{:02x}".format(byte) for byte in network.ssid])
    return '<label><input type=radio name=net value="{}"> <bdi>{}</bdi> <small>{}</small></label>'.format(
        value, escape(network.shown), escape(said)
    )


def joining(lang: str, name: str) -> str:
    """While the box tries."""
    texts = table("setup_", lang)
    body = "<p><b>{}</b></p><p>{}</p>"
    return whole(lang, body.format(escape(texts["joining"].format(name)), escape(texts["joining.help"])), 3)


def done(lang: str, name: str, local: str, address: str) -> str:
    """The box has joined: what to do next."""
    texts = table("setup_", lang)
    body = "<p><b>{}</b></p><p>{}</p><p>{}</p>".format(
        escape(texts["done"].format(name)),
        escape(texts["done.help"].format(local)),
        escape(texts["done.address"].format(address)),
    )
    return whole(lang, body)


def closed(lang: str) -> str:
    """Set-up is over."""
    return whole(lang, "<p>" + escape(table("setup_", lang)["closed"]) + "</p>")
