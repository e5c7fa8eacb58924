# SPDX-License-Identifier: Apache-2.0
"""The box's name in the network: what it answers, what it keeps silent about, damaged datagrams."""

from ringwarden.setup import mdns
from ringwarden.setup.mdns import Responder, questions

OWN = "192.168.1.23"
A, PTR, TXT, AAAA, SRV, ANY = 1, 12, 16, 28, 33, 255


def name(text):
    return b"".join([bytes([len(part.encode())]) + part.encode() for part in text.split(".")]) + b"\x00"


def ask(*asked):
    head = b"\x00\x00\x00\x00" + bytes([0, len(asked)]) + b"\x00" * 6
    return head + b"".join([name(text) + bytes([kind >> 8, kind & 255, 0, 1]) for text, kind in asked])


def box():
    return Responder("ringwarden-4f2a", "Ringwarden 4F2A")


def test_address():
    told = box().answer(ask(("RingWarden-4F2A.local", A)), OWN)
    assert told[:12] == b"\x00\x00\x84\x00\x00\x00\x00\x01\x00\x00\x00\x00"
    assert told[12:] == name("ringwarden-4f2a.local") + b"\x00\x01\x80\x01\x00\x00\x00\x78\x00\x04\xc0\xa8\x01\x17"


def test_services():
    told = box().answer(ask(("_ringwarden._tcp.local", PTR)), OWN)
    assert told[6:12] == b"\x00\x01\x00\x00\x00\x03"  # the pointer; SRV, TXT and A come along
    assert name("Ringwarden 4F2A._ringwarden._tcp.local") in told and b"\x06path=/" in told
    assert told[-4:] == b"\xc0\xa8\x01\x17"
    browse = box().answer(ask(("_services._dns-sd._udp.local", PTR)), OWN)
    assert browse[6:8] == b"\x00\x02"
    assert box().answer(ask(("Ringwarden 4F2A._http._tcp.local", SRV)), OWN)[6:12] == b"\x00\x01\x00\x00\x00\x01"
    assert box().answer(ask(("Ringwarden 4F2A._http._tcp.local", ANY)), OWN)[6:8] == b"\x00\x02"
    both = box().answer(ask(("_http._tcp.local", PTR), ("_ringwarden._tcp.local", PTR)), OWN)
    assert both[6:12] == b"\x00\x02\x00\x00\x00\x05"  # one address serves both


def test_silence():
    for text, kind in (
        ("other.local", A),
        ("ringwarden-4f2a.local", AAAA),
        ("ringwarden-4f2a", A),
        ("_ipp._tcp.local", PTR),
        ("x.ringwarden-4f2a.local", A),
        ("Ringwarden 4F2A._http._tcp.local", A),
    ):
        assert box().answer(ask((text, kind)), OWN) == b"", text
    good = ask(("ringwarden-4f2a.local", A))
    for cut in range(len(good)):
        assert box().answer(good[:cut], OWN) == b""
    assert box().answer(good[:2] + b"\x84" + good[3:], OWN) == b""  # an answer is not answered
    assert box().answer(box().announcement(OWN), OWN) == b""


def test_compressed_names():
    pointed = ask(("_http._tcp.local", PTR))[:5] + b"\x02" + ask(("_http._tcp.local", PTR))[6:]
    pointed += b"\x0fringwarden-4f2a\xc0\x17\x00\x01\x00\x01"  # ".local" of the name at 12 + 6 + 5
    assert questions(pointed) == [((b"_http", b"_tcp", b"local"), PTR), ((b"ringwarden-4f2a", b"local"), A)]
    head = b"\x00" * 5 + b"\x01" + b"\x00" * 6
    for loop in (b"\xc0\x0c", b"\x01a\xc0\x0c", b"\xc0\x20", b"\xff", b"\x80", b"\x3f" * 200):
        questions(head + loop + b"\x00\x01\x00\x01")  # ends, whatever it finds
    assert questions(head + b"\xc0\x0c\x00\x01\x00\x01") == []


def test_every_byte_of_a_query_changed():
    good = ask(("ringwarden-4f2a.local", A), ("_http._tcp.local", PTR))
    for at in range(len(good)):
        for value in (0, 0xC0, 0xFF, good[at] ^ 1):
            bad = bytearray(good)
            bad[at] = value
            assert len(box().answer(bytes(bad), OWN)) < 600
    assert len(questions(b"\x00" * 4 + b"\xff\xff" + b"\x00" * 6 + b"\x00\x00\x01\x00\x01" * 200)) == 16


def test_legacy_resolver():
    asked = b"\x12\x34" + ask(("ringwarden-4f2a.local", A))[2:]
    told = box().answer(asked, OWN, True)
    assert told[:8] == b"\x12\x34\x84\x00\x00\x01\x00\x01" and told[12 : len(asked)] == asked[12:]
    assert told[-14:] == b"\x00\x01\x00\x01\x00\x00\x00\x0a\x00\x04\xc0\xa8\x01\x17"


def test_goodbye():
    hello, bye = box().announcement(OWN), box().announcement(OWN, True)
    assert hello[6:8] == bye[6:8] == b"\x00\x07" and len(hello) == len(bye)
    assert b"\x00\x01\x80\x01\x00\x00\x00\x00\x00\x04" in bye and mdns.message([], [])[:4] == b"\x00\x00\x84\x00"
