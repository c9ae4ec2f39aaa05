#!/usr/bin/env python3
"""`ringtap filter`: listings, numbers, counts, words, the kernel's answer.

    test_filter_verb.py RINGTAP
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
import packets as p  # noqa: E402
from cli import equal, true  # noqa: E402

EXPRESSIONS = ("", "ip", "tcp port 80", "host 10.0.0.1 and not port 22", "udp or icmp6",
               "tcp[tcpflags] & tcp-syn != 0")
FRAMES = [p.tcp4(50000, 80), p.tcp6(50000, 80), p.udp4(50000, 53, bytes(12)), p.tcp4(50000, 22)]


def listings(case):
    for expr in EXPRESSIONS:
        numbers = case.lines("filter", "-ddd", expr)
        equal(len(numbers), int(numbers[0]) + 1, "%r: the count in front" % expr)
        equal(len(case.lines("filter", "-dd", expr)), int(numbers[0]), "%r: lines of C" % expr)
        plain = case.lines("filter", "-d", "--plain", expr)
        equal(len(plain), int(numbers[0]), "%r: lines of the listing" % expr)
        for i, line in enumerate(plain):
            true(re.match(r"\(%03d\) [a-z]" % i, line), line)
        commented = case.lines("filter", expr)
        equal([line[:len(want.rstrip())] for line, want in zip(commented, plain)],
              [want.rstrip() for want in plain], "%r: the same with comments" % expr)


def numbers_come_back(case):
    path = case.pcap("a.pcap", FRAMES)
    for expr in EXPRESSIONS:
        for form in ("-ddd", "-dd"):
            out, _ = case.call("filter", form, expr)
            file = case.file("numbers", out)
            equal(case.call("filter", form, "-F", file)[0], out, "%r %s" % (expr, form))
            equal(case.lines("filter", "-F", file, "-r", path),
                  case.lines("filter", "-r", path, expr), "%r %s: counts" % (expr, form))
    for text in ("", "1\n6 0 0", "2\n6 0 0 0\n", "1\n21 0 5 80\n", "nonsense", "1\n40 0 0 12\n"):
        _, text = case.call("filter", "-F", case.file("bad", text.encode()), status=1)
        true("bad" in text, text)


def counts(case):
    path = case.pcap("a.pcap", FRAMES)
    (line,) = case.lines("filter", "-r", path, "tcp", "port", "80")
    true("2 of 4 packets (50 %)" in line, line)
    data = (cli.section() + cli.interface(1, "eth0") + cli.interface(101, "tun0") +
            cli.packet(0, 1, FRAMES[0]) + cli.packet(1, 2, FRAMES[0][14:]) +
            cli.packet(1, 3, FRAMES[3][14:]))
    other = case.file("b.pcapng", data)
    report = json.loads(case.call("filter", "--json", "-r", path, "-r", other, "tcp port 80")[0])
    equal([(f["matched"], f["packets"]) for f in report["files"]], [(2, 4), (2, 3)], "files")
    equal([(i["name"], i["linktype"], i["matched"]) for i in report["files"][1]["interfaces"]],
          [("eth0", 1, 1), ("tun0", 101, 1)], "interfaces")
    equal(report["files"][0]["matched_bytes"], len(FRAMES[0]) + len(FRAMES[1]), "bytes")
    case.call("filter", "-r", case.path("nothing.pcap"), "tcp", status=2)


def link_types(case):
    for name in ("EN10MB", "en10mb", "Ethernet", "DLT_EN10MB", "LINKTYPE_ETHERNET", "1"):
        equal(case.call("filter", "-y", name, "-ddd", "ip")[0],
              case.call("filter", "-ddd", "ip")[0], name)
    for name in ("NULL", "LOOP", "RAW", "IPV4", "IPV6", "PPP", "LINUX_SLL", "LINUX_SLL2",
                 "IEEE802_11", "IEEE802_11_RADIO", "PPI", "NETLINK"):
        case.call("filter", "-y", name, "-ddd", "len > 3")
    case.call("filter", "-y", "TOKEN", "ip", status=1)


def program_as_json(case):
    report = json.loads(case.call("filter", "--json", "--explain", "--check", "-s", "96",
                                  "tcp port 80")[0])
    equal(len(report["program"]), report["instructions"], "instructions")
    true([6, 0, 0, 96] in report["program"], "-s is what is returned")
    true(report["explanation"], "the words")
    equal(report["kernel"], {"accepted": True, "reason": None}, "the kernel")


def kernel(case):
    for expr in EXPRESSIONS:
        true("takes" in case.lines("filter", "--check", expr)[0], expr)
    _, text = case.call("filter", "--check", "--target", "file", "ip protochain 6", status=1)
    true("kernel" in text, text)


def words(case):
    for expr in EXPRESSIONS:
        true(" ".join(case.lines("filter", "--explain", expr)).strip(), expr)


def errors_point(case):
    for expr in ("tcp prot 80", "host", "tcp port 80 and", "(ip", "vpi 3"):
        _, text = case.call("filter", expr, status=1)
        true("^" in text, text)
    case.call("filter", status=1)
    case.call("filter", "-dddd", "ip", status=1)
    case.call("filter", "-F", case.file("n", b"1\n6 0 0 1\n"), "ip", status=1)


if __name__ == "__main__":
    sys.exit(cli.main([listings, numbers_come_back, counts, link_types, program_as_json, kernel,
                       words, errors_point]))
