# SPDX-License-Identifier: Apache-2.0
"""Makes the pictures of docs/images from a first evening that really ran.

    python -m ringwarden_tools.pictures docs/images

The page on a desk and on a phone, and the terminal, in both languages. Needs Chromium, playwright and a font with
Chinese characters (Debian: chromium, fonts-noto-cjk).
"""

from __future__ import annotations

import asyncio
import base64
import io
import re
import shutil
import sys
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ViewportSize, async_playwright
from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from ringwarden.faces import page
from ringwarden_tools.cli.run import EVENING
from ringwarden_tools.simulation.play import WEB_ROOT, Play
from ringwarden_tools.simulation.scenario import load
from ringwarden_tools.simulation.terminal import Terminal

LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
DESK: ViewportSize = {"width": 1120, "height": 1010}
PHONE: ViewportSize = {"width": 390, "height": 860}
THEME = TerminalTheme(
    (16, 19, 23),
    (236, 233, 226),
    [
        (60, 66, 75),
        (255, 149, 139),
        (95, 213, 152),
        (255, 197, 92),
        (125, 170, 255),
        (212, 176, 255),
        (127, 205, 247),
        (220, 217, 210),
    ],
)
WINDOW = """<!doctype html><style>
main {{ width: max-content; padding: 14px 22px 20px; background: #101317; border-radius: 12px; }}
main::before {{ content: ""; display: block; width: 12px; height: 12px; margin: 2px 0 16px; border-radius: 50%;
  background: #ff958b; box-shadow: 20px 0 #ffc55c, 40px 0 #5fd598; }}
pre {{ margin: 0; color: #ece9e2; font: 16px/1.3 "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; }}
i {{ display: inline-block; font-style: normal; text-align: center; line-height: 1; }}
a {{ color: inherit !important; }}
</style><main><pre>{code}</pre></main>"""
# The desk's page with the phone's, dark, in front of it.
TOGETHER = """<!doctype html><style>
body {{ margin: 0; padding: 40px 40px 60px; width: 1500px; background: linear-gradient(150deg, #d7e3da, #cfd8e6); }}
div {{ position: relative; height: {height}px; }}
img {{ display: block; border-radius: 18px; box-shadow: 0 12px 50px #1b2a3a55; }}
.phone {{ position: absolute; right: 0; bottom: -20px; border: 12px solid #0b0d10; border-radius: 44px; }}
</style><div><img src="{desk}" width="1120"><img class="phone" src="{phone}" width="390"></div>"""


async def picture_page(browser: Browser, address: str, lang: str, target: Path) -> None:
    """The page on a desk, light, and on a phone, dark, in one picture."""
    shots = {}
    views: list[tuple[str, ViewportSize, Literal["light", "dark"]]] = [
        ("desk", DESK, "light"),
        ("phone", PHONE, "dark"),
    ]
    for name, size, scheme in views:
        context = await browser.new_context(
            viewport=size, locale=LANGUAGES[lang], color_scheme=scheme, device_scale_factor=2, reduced_motion="reduce"
        )
        tab = await context.new_page()
        await tab.goto(address)
        await tab.locator("#list li").first.wait_for()
        await tab.wait_for_timeout(500)
        shots[name] = _data_uri(await tab.screenshot(), "image/png")
        await context.close()
    html = TOGETHER.format(height=DESK["height"], **shots)
    await _picture_html(browser, html, "body", target)


async def picture_terminal(browser: Browser, play: Play, lang: str, target: Path) -> None:
    """The terminal's rows and figures of the whole evening."""
    console = Console(record=True, file=io.StringIO(), force_terminal=True, width=118, highlight=False)
    terminal = Terminal(console, lang)
    console.print(terminal.header())
    for result in play.results:
        if result.entry:
            console.print(terminal.row(result.entry))
    terminal.summary(play.results, "http://127.0.0.1:8080")
    code = console.export_html(theme=THEME, code_format="{code}", inline_styles=True)
    await _picture_html(browser, WINDOW.format(code=_on_a_grid(code)), "main", target)


def _on_a_grid(code: str) -> str:
    """Give every character beyond ASCII its exact number of columns, whatever font it is found in."""

    def cell(match: re.Match[str]) -> str:
        return f'<i style="width:{cell_len(match[0])}ch">{match[0]}</i>'

    return re.sub(r"[^\x00-\x7f\u2500-\u257f]", cell, code)


async def _picture_html(browser: Browser, html: str, selector: str, target: Path) -> None:
    context = await browser.new_context(viewport={"width": 1580, "height": 1200})
    tab = await context.new_page()
    await tab.set_content(html)
    await tab.locator(selector).first.screenshot(path=target, omit_background=True)
    await context.close()


def _data_uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


async def make(folder: Path) -> None:
    """Play the evening once and picture it."""
    folder.mkdir(parents=True, exist_ok=True)
    play = Play(load(EVENING))
    try:
        await play.run()
        server = await page.start(page.create_page(play.appliance, str(WEB_ROOT)), "127.0.0.1", 0)
        address = "http://127.0.0.1:{}".format(server.sockets[0].getsockname()[1])
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for lang in LANGUAGES:
                await picture_page(browser, address, lang, folder / f"page.{lang}.png")
                await picture_terminal(browser, play, lang, folder / f"terminal.{lang}.png")
            await browser.close()
        server.close()
    finally:
        play.close()


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))
