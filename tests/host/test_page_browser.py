# SPDX-License-Identifier: Apache-2.0
"""The page in headless Chromium: what a person sees, in both languages, both colour schemes, on a phone and a desk."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from page_kit import CONTACT, EVENING, FLOOD, LISTED, FakeAppliance
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ringwarden.faces import page as face
from ringwarden_tools.simulation.play import WEB_ROOT

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE = {"width": 390, "height": 844}
HOSTILE = "<img src=x onerror=alert(1)><script>document.title='owned'</script>"


class Box:
    """A page with its own event loop in a thread; `do` runs something there."""

    def __init__(self) -> None:
        self.appliance = FakeAppliance()
        self.port = 0
        self._server: Any = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.app = face.create_page(self.appliance, str(WEB_ROOT), "en")
        self.app.beat_seconds = 1
        self.plug_in()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def do(self, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
        async def there() -> Any:
            return action(*args, **values)

        return asyncio.run_coroutine_threadsafe(there(), self._loop).result(10)

    def plug_in(self) -> None:
        """Serve, at the same address as before."""
        self._server = asyncio.run_coroutine_threadsafe(
            face.start(self.app, "127.0.0.1", self.port), self._loop
        ).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def pull_the_plug(self) -> None:
        """Stop listening and end every connection."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)

    async def _stop(self) -> None:
        self._server.close()
        mine = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not mine]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        self.pull_the_plug()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def box() -> Iterator[Box]:
    box = Box()
    yield box
    box.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, box: Box) -> Iterator[Callable[..., Page]]:
    """Opens the page; at the end nothing may have been asked of anybody else, and no error been logged."""
    contexts = []
    complaints: list[str] = []

    def open_page(lang: str = "en-GB", **options: Any) -> Page:
        context = browser.new_context(locale=lang, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("request", lambda request: request.url.startswith(box.address) or complaints.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: "ERR_" in line.text or complaints.append(line.text))
        page.goto(box.address)
        expect(page.locator("#state")).not_to_have_attribute("data-state", "connecting")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def evening(box: Box) -> None:
    for verdict in EVENING:
        box.do(box.appliance.whole, verdict)


def test_a_call_appears_and_changes_without_reload(box: Box, visit: Callable[..., Page]) -> None:
    page = visit()
    expect(page.locator("#empty")).to_be_visible()
    expect(page.locator("#state-text")).to_have_text("Waiting. The line is quiet.")
    call = box.do(box.appliance.begin)
    card = page.locator("#list li")
    expect(card.locator("h4")).to_have_text("Who is calling?")
    expect(page.locator("#state-text")).to_have_text("A call is coming in …")
    expect(page.locator("#empty")).to_be_hidden()
    box.do(box.appliance.decide, call, CONTACT)
    expect(card.locator("h4")).to_have_text("王芳")
    expect(card.locator(".second")).to_have_text("+86 138 0013 8021")
    expect(card.locator(".verdict b")).to_have_text("Rang")
    expect(card.locator(".took")).to_have_text("Decided 7.4 ms after caller-ID")
    expect(card.locator("use")).to_have_attribute("href", "#i-ring")
    expect(page.locator("#state-text")).to_have_text("The phone is ringing")
    expect(page.locator("[data-count=ring] dd")).to_have_text("1")
    expect(page.locator("#news")).to_contain_text("王芳")
    box.do(box.appliance.end, call, "answered", 42)
    expect(card.locator(".outcome")).to_have_text("Answered, 42 s")
    expect(page.locator("#state-text")).to_have_text("Waiting. The line is quiet.")
    assert card.count() == 1


def test_newest_first_with_day_headings(box: Box, visit: Callable[..., Page]) -> None:
    box.do(box.appliance.whole, LISTED, at="2026-03-04T20:00:00")
    evening(box)
    page = visit()
    expect(page.locator("#list li")).to_have_count(5)
    assert page.locator("#list li").evaluate_all("items => items.map(item => item.dataset.id)") == list("54321")
    headings = page.locator("#list h3").all_text_contents()
    assert [text.split(",")[0] for text in headings] == ["Today", "Yesterday"]
    counts = {
        action: page.locator(f"[data-count={action}] dd").text_content()
        for action in ("ring", "label", "silence", "drop")
    }
    assert counts == {"ring": "1", "label": "1", "silence": "1", "drop": "1"}


def test_language_follows_the_browser_and_the_choice_is_remembered(box: Box, visit: Callable[..., Page]) -> None:
    evening(box)
    page = visit("zh-CN")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#state-text")).to_have_text("待机中，线路空闲")
    expect(page.locator("#list li").first.locator(".verdict b")).to_have_text("已静音")
    page.get_by_role("button", name="English").click()
    expect(html).to_have_attribute("lang", "en")
    expect(page.locator("#list li").first.locator(".verdict b")).to_have_text("Kept quiet")
    expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(html).to_have_attribute("lang", "en")
    box.do(box.appliance.whole, FLOOD)
    expect(page.locator("#list li").first.locator(".sentence")).to_contain_text("3 times")


def test_what_a_caller_sends_is_only_text(box: Box, visit: Callable[..., Page]) -> None:
    page = visit()
    box.do(box.appliance.whole, dict(CONTACT, who=HOSTILE, details={"name": HOSTILE}, standard=HOSTILE))
    box.do(box.appliance.whole, dict(LISTED, name=HOSTILE, shown=HOSTILE, number="", rule=HOSTILE, category=HOSTILE))
    expect(page.locator("#list li")).to_have_count(2)
    expect(page.locator("h4").first).to_have_text(HOSTILE)
    page.locator("summary").first.click()
    assert page.locator("#list img, #list script").count() == 0
    assert page.title() == "Ringwarden"


def test_it_says_when_the_box_is_gone_and_catches_up(box: Box, visit: Callable[..., Page]) -> None:
    page = visit()
    box.do(box.appliance.whole, CONTACT)
    expect(page.locator("#list li")).to_have_count(1)
    box.pull_the_plug()
    expect(page.locator("#state-text")).to_have_text("The box cannot be reached")
    expect(page.locator("#state-text")).to_have_attribute("role", "alert")
    expect(page.locator("#state-help")).to_be_visible()
    box.appliance.whole(LISTED)
    box.plug_in()
    expect(page.locator("#list li")).to_have_count(2)
    expect(page.locator("#state-text")).to_have_text("Waiting. The line is quiet.")
    expect(page.locator("#state-help")).to_be_hidden()


def test_a_silent_box_is_noticed(box: Box, visit: Callable[..., Page]) -> None:
    box.app.beat_seconds = 1000  # the connection stays open, and nothing comes any more
    page = visit()
    page.clock.install()
    page.reload()
    expect(page.locator("#state-text")).to_have_text("Waiting. The line is quiet.")
    page.route("**/api/**", lambda route: route.abort())
    page.clock.run_for(31_000)
    expect(page.locator("#state-text")).to_have_text("The box cannot be reached")


def test_a_page_that_gets_no_stream_still_keeps_current(box: Box, visit: Callable[..., Page]) -> None:
    page = visit()
    page.route("**/api/stream*", lambda route: route.abort())
    page.reload()
    box.do(box.appliance.whole, CONTACT)
    expect(page.locator("#list li")).to_have_count(1)
    page.wait_for_timeout(3500)
    expect(page.locator("#state-text")).to_have_text("Waiting. The line is quiet.")


@pytest.mark.parametrize("lang", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_large_type_that_fits(box: Box, visit: Callable[..., Page], lang: str, width: int) -> None:
    evening(box)
    box.do(box.appliance.whole, dict(LISTED, number="", shown="9" * 40, name="W" * 50, state="ringing"))
    page = visit(lang, viewport={"width": width, "height": 800})
    expect(page.locator("#list li")).to_have_count(5)
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.locator("h4, .second, .sentence, .verdict b, time, #state-text").evaluate_all(
        "items => items.map(item => parseFloat(getComputedStyle(item).fontSize))"
    )
    assert min(sizes) >= 20
    small = page.locator("body *:visible").evaluate_all(
        "items => items.filter(item => item.firstChild?.nodeType === 3 && item.textContent.trim())"
        ".map(item => parseFloat(getComputedStyle(item).fontSize))"
    )
    assert min(small) >= 18


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rgb or #rrggbb."""
    digits = colour.strip().lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(visit: Callable[..., Page], scheme: str) -> None:
    page = visit(color_scheme=scheme)

    def colour(name: str) -> str:
        value = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}')")
        assert value, name
        return str(value)

    for text, ground, least in [
        ("ink", "ground", 7.0),
        ("ink", "card", 7.0),
        ("soft", "ground", 7.0),
        ("soft", "card", 7.0),
        ("focus", "ground", 3.0),
        ("focus", "card", 3.0),
    ]:
        assert contrast(colour(text), colour(ground)) >= least, (text, ground)
    for tone in ("ring", "label", "silence", "challenge", "drop", "live"):
        assert contrast(colour(tone), colour(tone + "-t")) >= 4.5, tone
        assert contrast(colour(tone), colour("card")) >= 4.5, tone
        assert contrast(colour("ink"), colour(tone + "-t")) >= 7, tone
        assert contrast(colour("glyph"), colour(tone)) >= 4.5, tone


def test_verdicts_differ_in_shape_and_word(box: Box, visit: Callable[..., Page]) -> None:
    evening(box)
    page = visit()
    expect(page.locator("#list li")).to_have_count(4)
    icons = page.locator("#list use").evaluate_all("items => items.map(item => item.getAttribute('href'))")
    assert len(set(icons)) == 4
    shapes = [page.locator(f"{icon} .shape").first.evaluate("shape => shape.outerHTML") for icon in icons]
    assert len(set(shapes)) == 4
    assert len(set(page.locator(".verdict b").all_text_contents())) == 4


def test_the_keyboard_reaches_everything(box: Box, visit: Callable[..., Page]) -> None:
    box.do(box.appliance.whole, CONTACT)
    page = visit()
    expect(page.locator("#list li")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("details dl")).to_contain_text("CONTACT")
    expect(page.locator("details dl")).to_be_visible()


def test_no_motion_for_those_who_ask_for_none(box: Box, visit: Callable[..., Page]) -> None:
    moving = visit(reduced_motion="no-preference")
    still = visit(reduced_motion="reduce")
    box.do(box.appliance.begin)
    names = []
    for page in (moving, still):
        expect(page.locator("#list li")).to_have_count(1)
        names.append(page.locator("#list .verdict .badge").evaluate("icon => getComputedStyle(icon).animationName"))
    assert names == ["swing", "none"]


def test_a_phone_shows_the_first_call_without_scrolling(box: Box, visit: Callable[..., Page]) -> None:
    box.do(box.appliance.whole, CONTACT)
    page = visit("zh-CN", viewport=PHONE)
    expect(page.locator("#list li")).to_have_count(1)
    bottom = page.locator("#list .sentence").evaluate("text => text.getBoundingClientRect().bottom")
    assert bottom <= PHONE["height"]


def test_a_call_that_the_stream_told_outlives_an_older_list(box: Box, visit: Callable[..., Page]) -> None:
    page = visit()
    expect(page.locator("#state-text")).to_have_text("Waiting. The line is quiet.")

    def late(route: Any) -> None:
        answer = route.fetch()  # the list as it was before the call
        box.do(box.appliance.whole, CONTACT)
        page.wait_for_timeout(500)  # the stream tells of the call meanwhile
        route.fulfill(response=answer)

    page.route("**/api/calls*", late)
    page.get_by_role("button", name="English").click()  # opens a new stream, then asks for the list
    page.wait_for_timeout(1500)
    expect(page.locator("#list li")).to_have_count(1)


def test_says_what_ails_the_list(box: Box, visit: Callable[..., Page]) -> None:
    """A box without a list, or with a damaged one, says so in the chosen language, until there is one again."""
    page = visit()
    note = page.locator("#list-note")
    expect(note).to_be_hidden()
    box.appliance.trouble = "empty"
    expect(note).to_contain_text("no block list", timeout=10000)
    page.get_by_role("button", name="中文").click()
    expect(note).to_contain_text("没有拦截名单")
    box.appliance.trouble = "damaged"
    expect(note).to_contain_text("已损坏", timeout=10000)
    box.appliance.trouble = ""
    expect(note).to_be_hidden(timeout=10000)
