#!/usr/bin/env python3
"""`ringtap replay`, as far as nothing is sent: its command line, and what is refused.

    test_replay.py RINGTAP
"""
import os
import resource
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
import packets as p  # noqa: E402
from cli import equal, true  # noqa: E402

FRAME = p.udp4(1000, 2000, b"x" * 30)
NOWHERE = "no-such-interface-here"  # longer than a name can be: nothing is ever sent


def refused(case, status, said, *words, **keywords):
    out, text = case.call("replay", *words, status=status, **keywords)
    equal(out, b"", "standard output")
    for one in said:
        true(one in text, "%s: %r in %r" % (" ".join(words), one, text))


def help_and_usage(case):
    out, text = case.call("replay", "--help")
    true(out.startswith(b"Usage: ringtap replay") and b"Example:" in out, "help")
    equal(text, "", "standard error")
    refused(case, 1, ["no file"], "-i", NOWHERE)
    refused(case, 1, ["--topspeed"], "a.pcap", "-i", NOWHERE, "--topsped")
    refused(case, 1, ["-i needs a value"], "a.pcap", "-i")


def numbers(case):
    for option, value in (("--pps", "0"), ("--pps", "-1"), ("--pps", "fast"), ("--pps", "1e3"),
                          ("--bitrate", "10Mbit"), ("--bitrate", ""), ("--speed", "0x"),
                          ("--speed", "x"), ("--speed", ""), ("--speed", "9" * 40),
                          ("--loop", "-1"), ("--loop", "many"), ("-c", "0"), ("-c", "1.5"),
                          ("--duration", "0"), ("--max-gap", "0"), ("--max-gap", "1 week"),
                          ("--threads", "0"), ("--threads", "65"), ("--patience", "long"),
                          ("--pps", "9" * 400), ("--loop", "9" * 30)):
        refused(case, 1, [option, value], "a.pcap", "-i", NOWHERE, option, value)


def words(case):
    for option, all_of_them in (("--split", "file, interface, direction, all"),
                                ("--mtu-policy", "skip, fragment, truncate, stop"),
                                ("--cut", "send, pad, skip")):
        refused(case, 1, [option, all_of_them], "a.pcap", "-i", NOWHERE, option, "maybe")


def rules(case):
    for option, value in (("--map", "10.0.0.0/8"), ("--map", "10.0.0.0/8=2001:db8::/32"),
                          ("--map", "10.0.0.0/33=10.0.0.0/8"), ("--map-port", "80"),
                          ("--map-port", "tcp:80=99999"), ("--map-mac", "02:00:00:00:00:01"),
                          ("--src-mac", "02:00"), ("--dst-mac", "zz:00:00:00:00:00"),
                          ("--vlan", "4096"), ("--vlan", "push:")):
        refused(case, 1, ["replay: "], "a.pcap", "-i", NOWHERE, option, value)


def contradictions(case):
    path = case.pcap("a.pcap", [FRAME])
    refused(case, 1, ["no interface", "-i"], path)
    refused(case, 1, ["--split"], path, "-i", NOWHERE, "-i", NOWHERE)
    refused(case, 1, ["NAME=IF"], path, "-i", "eth0=x", "--split", "file")
    refused(case, 1, ["NAME=IF"], path, "-i", "=x")
    refused(case, 1, ["NAME=IF"], path, "-i", "eth0=")
    refused(case, 1, ["NAME=IF"], path, "-i", "")
    refused(case, 1, ["--split file", "1 files", "2 times -i"], path, "-i", NOWHERE, "-i", NOWHERE,
            "--split", "file")
    refused(case, 1, ["2 files", "1 times -i"], path, path, "-i", NOWHERE, "--split", "file")
    refused(case, 1, ["direction"], path, "-i", "a", "-i", "b", "-i", "c", "--split", "direction")
    refused(case, 1, ["once"], path, "-i", NOWHERE, "--pps", "1", "--topspeed")
    refused(case, 1, ["--speed"], path, "-i", NOWHERE, "--speed", "2x", "--topspeed")
    refused(case, 1, ["--max-gap"], path, "-i", NOWHERE, "--max-gap", "1s", "--pps", "1")
    refused(case, 1, ["--threads"], path, "-i", NOWHERE, "--threads", "2")
    refused(case, 1, ["--xdp", "--qdisc"], path, "-i", NOWHERE, "--xdp", "--qdisc")
    refused(case, 1, ["two capture filters"], "-r", path, "-i", NOWHERE, "-f", "ip", "udp")
    refused(case, 1, ["--loop", "--preload"], "-", "-i", NOWHERE, "--loop", "2", stdin=b"")
    refused(case, 1, ["more than 64 times -i"], path, *["-i", NOWHERE] * 65)


def files(case):
    path = case.pcap("a.pcap", [FRAME])
    refused(case, 2, ["nothing.pcap"], case.path("nothing.pcap"), "-i", NOWHERE)
    refused(case, 2, ["udp", "-f"], path, "udp", "-i", NOWHERE)
    refused(case, 2, ["empty.pcap"], case.file("empty.pcap", b""), "-i", NOWHERE)
    refused(case, 2, ["text.pcap"], case.file("text.pcap", b"hello, world\n" * 9), "-i", NOWHERE)
    refused(case, 2, ["standard input"], "-", "-i", NOWHERE, stdin=b"\xd4\xc3")
    refused(case, 2, [NOWHERE, "ringtap interfaces"], path, "-i", NOWHERE)
    refused(case, 2, [NOWHERE], path, path, "-i", NOWHERE, "--loop", "inf")


def many_files(case):
    """A soft limit of open files is raised; at the hard one there is a remedy."""
    paths = [case.pcap("f%02d.pcap" % i, [FRAME]) for i in range(80)]
    for limit, said in (((40, 400), NOWHERE), ((40, 40), "ulimit -Hn")):
        done = subprocess.run([case.program, "replay", *paths, "-i", NOWHERE], env=cli.ENV,
                              capture_output=True, text=True, timeout=60, check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
        equal(done.returncode, 2, "exit status")
        true(said in done.stderr, done.stderr)


def filters(case):
    path = case.pcap("a.pcap", [FRAME])
    raw = case.pcap("raw.pcap", [FRAME[14:]], linktype=101)
    refused(case, 1, ["udp prt"], "-r", path, "-i", NOWHERE, "udp prt 53")
    refused(case, 1, ["ether host"], "-r", raw, "-i", NOWHERE, "ether host 02:00:00:00:00:01")
    refused(case, 1, ["no-filter"], path, "-i", NOWHERE, "-F", case.path("no-filter"))


def summaries(case):
    """A file of summaries has no packets to send."""
    head = struct.pack("<8sIHHQQ", b"RTAPSUM\n", 0x1A2B3C4D, 1, 64, 0, 0)
    path = case.file("s.summaries", head)
    for files_given in ([path], [path, case.pcap("a.pcap", [FRAME])]):
        _, text = case.call("replay", *files_given, "-i", NOWHERE, status=2)
        true("s.summaries" in text and "summaries" in text, text)


CASES = [help_and_usage, numbers, words, rules, contradictions, files, many_files, filters, summaries]

if __name__ == "__main__":
    sys.exit(cli.main(CASES))
