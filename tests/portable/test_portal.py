# SPDX-License-Identifier: Apache-2.0
"""The set-up page and its name server: what phones ask, forms, hostile names, and that it ends with set-up."""

import asyncio

from setup_kit import AIR, FIRST, Air, labelled_box

from ringwarden.setup import portal_dns, portal_page
from ringwarden.setup.portal import Portal, Refused, fields
from ringwarden.words import setup_en, setup_zh

OWN = {"host": "192.168.4.1"}
EVIL = b"</b><script>alert('1')</script>"


def query(name, kind=1, head=b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"):
    labels = b"".join([bytes([len(part)]) + part for part in name.split(b".")])
    return head + labels + b"\x00" + bytes([0, kind, 0, 1])


def test_dns_answers_every_name_with_the_box():
    asked = query(b"connectivitycheck.example")
    told = portal_dns.answer(asked, "192.168.4.1")
    assert told[:12] == b"\x12\x34\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00"
    assert told[12 : len(asked)] == asked[12:]
    assert told[len(asked) :] == b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04\xc0\xa8\x04\x01"
    none = portal_dns.answer(query(b"a.b", 28), "192.168.4.1")  # AAAA: no such record, but the name is there
    assert none[3] & 15 == 0 and none[6:8] == b"\x00\x00" and none[12:] == query(b"a.b", 28)[12:]
    with_edns = query(b"a.b")[:11] + b"\x01" + query(b"a.b")[12:] + b"\x00\x00\x29\x10\x00\x00\x00\x00\x00\x00\x00"
    assert portal_dns.answer(with_edns, "192.168.4.1")[10:12] == b"\x00\x00"


def test_dns_keeps_silent_about_the_rest():
    good = query(b"a.b")
    for cut in range(len(good)):
        assert portal_dns.answer(good[:cut], "192.168.4.1") is None
    for head in (
        b"\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00",  # an answer: two boxes would talk for ever
        b"\x12\x34\x09\x00\x00\x01\x00\x00\x00\x00\x00\x00",  # not a query
        b"\x12\x34\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        b"\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00",
    ):
        assert portal_dns.answer(query(b"a.b", 1, head), "192.168.4.1") is None
    head = good[:12]
    long = b"\x01a" * 200 + b"\x00\x00\x01\x00\x01"
    for rest in (b"\xc0\x0c\x00\x01\x00\x01", long, b"\x3f" + b"x" * 9, b"\x00" * 501):
        assert portal_dns.answer(head + rest, "192.168.4.1") is None


def test_words_have_the_same_keys_and_places():
    assert sorted(setup_en.TEXTS) == sorted(setup_zh.TEXTS)
    for key in setup_en.TEXTS:
        assert setup_en.TEXTS[key].count("{}") == setup_zh.TEXTS[key].count("{}"), key


def test_fields():
    assert fields(b"net=41&password=a+b%26%e5%AF%86%") == {"net": b"41", "password": b"a b&\xe5\xaf\x86%"}
    assert fields(b"") == {"": b""} and fields(b"a=%zz%4") == {"a": b"%zz%4"}
    assert len(fields(b"&".join([b"%d=1" % at for at in range(99)]))) == 16


class Phone:
    """A phone in the set-up network."""

    def __init__(self, air=None):
        self.setup, self.store = labelled_box()
        self.air = air or Air()
        self.portal = Portal(self.setup, self.air)

    async def get(self, target, headers=OWN):
        return str(await self.portal.respond("GET", target, headers, b""), "utf-8")

    async def post(self, body, headers=OWN, target="/join?lang=en"):
        return str(await self.portal.respond("POST", target, headers, body), "utf-8")

    async def settled(self):
        while self.portal.joining:
            await asyncio.sleep(0)


def test_phones_are_sent_to_the_page():
    async def run():
        phone = Phone()
        for host in ("captive.apple.com", "connectivitycheck.gstatic.com", "www.msftconnecttest.com", ""):
            told = await phone.get("/generate_204", {"host": host})
            assert told.startswith("HTTP/1.0 302 ") and "\r\nLocation: http://192.168.4.1/\r\n" in told
        assert "\r\nLocation: /\r\n" in await phone.get("/favicon.ico")
        told = await phone.get("/portal.css")
        assert "text/css" in told and "font" in told

    asyncio.run(run())


def test_page_in_both_languages():
    async def run():
        phone = Phone()
        zh, en = await phone.get("/?lang=zh"), await phone.get("/?lang=en")
        assert '<html lang="zh">' in zh and setup_zh.TEXTS["title"] in zh and setup_zh.TEXTS["open"] in zh
        assert '<html lang="en">' in en and setup_en.TEXTS["intro"] in en
        assert '<html lang="zh">' in await phone.get("/")
        for accept, lang in (("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("fr", "zh")):
            headers = {"host": "192.168.4.1", "accept-language": accept}
            assert '<html lang="{}">'.format(lang) in await phone.get("/", headers), accept
        assert en.count("type=radio") == 3 and 'value="486f6d65"' in en
        assert FIRST not in zh + en and phone.setup.join_key not in zh + en

    asyncio.run(run())


def test_hostile_names_stay_text():
    async def run():
        names = [EVIL, b'" onfocus="x', b"'><img src=x>", b"\xe2\x80\xaeevil", b"{}{0}{5}", b"&lt;", b"\x1b[2J\r\n"]
        phone = Phone(Air([(name, -50, False) for name in names] + AIR))
        for lang in ("zh", "en"):
            page = await phone.get("/?lang=" + lang)
            for mark in ("<script", "<img", "\u202e", "\x1b", '" onfocus', "'>"):
                assert mark not in page, mark
            assert "&lt;script&gt;" in page and "&amp;lt;" in page and "{}{0}{5}" in page
        page = await phone.post(b"other=" + EVIL.replace(b"/", b"%2F") + b"&password=12345678")
        assert "<script" not in page and "&lt;script&gt;" in page
        await phone.settled()
        for target in ("/?lang=en", "/state?lang=en"):
            page = await phone.get(target)
            assert "<script" not in page and "could not join" in page

    asyncio.run(run())


def test_join():
    async def run():
        phone = Phone()
        await phone.get("/")
        page = await phone.post(b"net=486f6d65&password=wrong+horse")
        assert 'http-equiv="refresh"' in page and "Home" in page
        await phone.settled()
        assert "could not join" in await phone.get("/state?lang=en") and phone.setup.open
        assert phone.air.asked == [(b"Home", "wrong horse")]
        await phone.post(b"net=486f6d65&password=correct+horse")
        await phone.settled()
        page = await phone.get("/state?lang=en")
        assert "http://ringwarden-4f2a.local/" in page and "http://192.168.1.23/" in page
        assert "could not join" not in page and FIRST not in page
        assert not phone.setup.open and phone.setup.network() == (b"Home", "correct horse")
        before = dict(phone.store.document)
        assert setup_en.TEXTS["closed"] in await phone.post(b"other=Evil&password=12345678")
        await phone.settled()
        assert phone.store.document == before and len(phone.air.asked) == 2

    asyncio.run(run())


def test_what_cannot_be_joined_is_not_tried():
    async def run():
        phone = Phone()
        for body, key in (
            (b"", "unnamed"),
            (b"net=zz&password=12345678", "unnamed"),
            (b"net=4&password=12345678", "unnamed"),
            (b"net=" + b"41" * 33, "unnamed"),
            (b"net=41&password=short", "unfit"),
            (b"other=A&password=" + b"x" * 65, "unfit"),
            (b"other=A&password=1234567%0a", "unfit"),
        ):
            assert setup_en.TEXTS[key] in await phone.post(body), body
        assert not phone.air.asked
        phone.store.fails = True
        await phone.post(b"net=486f6d65&password=correct+horse")
        await phone.settled()
        assert setup_en.TEXTS["broken"] in await phone.get("/?lang=en") and phone.setup.open

    asyncio.run(run())


def test_no_other_page_fills_the_form():
    async def run():
        phone = Phone()
        for headers in ({"host": "192.168.4.1", "origin": "http://evil.example"}, {"host": "evil.example"}):
            try:
                refused = "302" in (await phone.post(b"net=486f6d65&password=correct+horse", headers))
            except Refused:
                refused = True
            assert refused and not phone.air.asked
        for method in ("PUT", "DELETE", "OPTIONS", ""):
            refused = False
            try:
                await phone.portal.respond(method, "/", OWN, b"")
            except Refused:
                refused = True
            assert refused

    asyncio.run(run())


def test_escape():
    assert portal_page.escape("<a href=\"x\" id='y'>&amp;") == "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;"


def test_set_up_network_ends_with_set_up():
    async def run():
        phone = Phone()
        phone.air.point_address = lambda: "127.0.0.1"
        task = asyncio.create_task(phone.portal.run(18431, 18432))
        await asyncio.sleep(0.1)
        assert phone.air.point == ("Ringwarden 4F2A", phone.setup.join_key)
        phone.setup.close(b"Home", "correct horse")  # by the cable
        await asyncio.wait_for(task, 2)
        assert phone.air.point is None

    asyncio.run(run())
