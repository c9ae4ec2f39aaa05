#!/usr/bin/env python3
"""The expressions of libpcap's own tests (filtertests.json of RINGTAP_CORPORA).

    filtertests.py DRIVER [--only PART] [--cuts N] [--no-times]

Three kinds, and one report of what was done of how much:
  accept  our program gives what libpcap's byte code gives, for every packet of that link type in
          the corpora, whole and cut short (of a packet too short for a load that its optimiser
          has left out: optimised or not); and how long the programs are
  apply   our program gives the results that were written down for a capture
  reject  we refuse it too

Exit 77 (skipped) where there are no corpora. Names of hosts are those of libpcap's tests: the test
runs itself in a mount namespace in which /etc/hosts and others have them. What is left out, and
differences that are known and wanted (filters.known), are named with their reasons.
"""
import argparse
import collections
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import filter_oracle as oracle
from filter_oracle import LINK_TYPES, OURS, REFERENCE, UNOPTIMIZED

HERE = pathlib.Path(__file__).parent
KNOWN = HERE / "filters.known"
NAMES_READY = "RINGTAP_FILTER_NAMES"
UNRESOLVABLE = "nonexistent.host123.libpcap.test"

ETC = {
    "hosts": """127.0.0.1 localhost
::1 localhost
10.20.30.40 noeth-ipv4-noipv6.host123.libpcap.test eth-ipv4-noipv6.host123.libpcap.test
10.20.30.40 noeth-ipv4-ipv6.host123.libpcap.test eth-ipv4-ipv6.host123.libpcap.test
fd00:a1b2:c3d4::1020:3040:5060:7080 noeth-noipv4-ipv6.host123.libpcap.test
fd00:a1b2:c3d4::1020:3040:5060:7080 noeth-ipv4-ipv6.host123.libpcap.test eth-ipv4-ipv6.host123.libpcap.test
""" + "".join(f"{a} eth-ipv4x4-noipv6.host357.libpcap.test eth-ipv4x4-ipv6x2.host357.libpcap.test\n"
              for a in ("192.168.241.3", "192.168.242.4", "192.168.243.1", "192.168.244.2")) + "".join(
        f"fd00:a1b2:c3d4::a0b0:c0d0:e0f0:{a} eth-noipv4-ipv6x2.host357.libpcap.test "
        "eth-ipv4x4-ipv6x2.host357.libpcap.test\n" for a in ("1278", "3456")),
    "ethers": "".join(f"{mac} {name}\n" for mac, name in (
        ("aa:00:04:00:14:0e", "eth-noipv4-noipv6.host123.libpcap.test"),
        ("aa:00:04:00:14:0e", "eth-ipv4-noipv6.host123.libpcap.test"),
        ("aa:00:04:00:14:0e", "eth-ipv4-ipv6.host123.libpcap.test"),
        ("aa:00:04:00:01:08", "eth-noipv4-ipv6x2.host357.libpcap.test"),
        ("aa:00:04:00:01:08", "eth-ipv4x4-noipv6.host357.libpcap.test"),
        ("aa:00:04:00:01:08", "eth-ipv4x4-ipv6x2.host357.libpcap.test"))),
    "networks": "net-10-0-0-0.libpcap.test 10.0.0.0\nnet-10-20-0-0.libpcap.test 10.20.0.0\n"
                "net-10-20-30-0.libpcap.test 10.20.30.0\n",
    "host.conf": "multi on\n",  # all addresses of a name, not those of its first line
    "nsswitch.conf": "".join(f"{db}: files\n" for db in (
        "passwd", "group", "hosts", "networks", "protocols", "services", "ethers")),
}


def run_with_names():
    """Runs this script again where a copy of /etc with these files stands for /etc."""
    with tempfile.TemporaryDirectory() as work:
        etc = os.path.join(work, "etc")
        subprocess.run(["cp", "-a", "/etc", etc], check=True)
        for name, text in ETC.items():
            with open(os.path.join(etc, name), "w", encoding="ascii") as file:
                file.write(text)
        return subprocess.run(
            ["unshare", "-m", "sh", "-ec", 'mount --bind "$0" /etc; exec "$@"', etc,
             sys.executable, *sys.argv],
            env=dict(os.environ, **{NAMES_READY: "1"}), check=False).returncode


def plain(value):
    """A value may stand in a piece of Perl: the text in its quotes."""
    if not isinstance(value, dict):
        return value
    found = re.match(r"'([^']*)'", value["perl"])
    return found.group(1) if found else value["perl"]


class Report:
    def __init__(self, part):
        self.part = part
        self.known = oracle.known_differences(KNOWN)
        self.done = collections.Counter()
        self.total = collections.Counter()
        self.left_out = collections.defaultdict(list)
        self.failed = []
        self.excused = []
        self.reasons_used = set()

    def wanted(self, name):
        return not self.part or self.part in name

    def leave_out(self, kind, link_type, name, why):
        self.total[kind, link_type] += 1
        self.left_out[kind, why].append(name)

    def add(self, kind, link_type, name, expression, difference):
        self.total[kind, link_type] += 1
        if not difference:
            self.done[kind, link_type] += 1
            return
        for about, pattern, reason in self.known:
            if about == kind and pattern.fullmatch(name):
                self.excused.append((kind, name, expression, reason))
                return
        self.failed.append((kind, link_type, name, expression, difference))

    def show(self):
        for (kind, why), names in sorted(self.left_out.items()):
            print(f"left out: {len(names)} {kind}: {why}: {' '.join(sorted(set(names)))}")
        for kind, name, expression, reason in self.excused:
            print(f"known: {kind} {name} '{expression}': {reason}")
        for kind, link_type, name, expression, difference in self.failed:
            print(f"FAIL {kind} {link_type} {name} '{expression}': {difference}")
        for (kind, link_type), total in sorted(self.total.items()):
            print(f"{kind:7} {link_type:22} {self.done[kind, link_type]:5} of {total}")
        for kind in ("accept", "apply", "reject"):
            total = sum(n for (k, _), n in self.total.items() if k == kind)
            done = sum(n for (k, _), n in self.done.items() if k == kind)
            left = sum(len(n) for (k, _), n in self.left_out.items() if k == kind)
            known = sum(1 for k, *_ in self.excused if k == kind)
            failed = sum(1 for k, *_ in self.failed if k == kind)
            print(f"total {kind}: {done} of {total} the same; {left} left out, {known} differ and "
                  f"are known, {failed} FAIL")


OTHER_SYSTEM = re.compile(r"skip_os_not \('(\w+)'\)")


def why_skipped(entry):
    """The reason why an entry does not hold here, or None."""
    skip = str(plain(entry.get("skip")) or "")
    systems = OTHER_SYSTEM.findall(skip)
    if systems and "linux" not in systems:
        return "of other systems"
    if "skip_os ('linux')" in skip:
        return "of other systems"
    if "skip_little_endian" in skip and sys.byteorder == "little":
        return "of big-endian machines"
    if "skip_big_endian" in skip and sys.byteorder == "big":
        return "of little-endian machines"
    if "skip_igrp88" in skip:
        return "of systems where IGRP has the number 9"
    if "skip_config_not_def1 ('NO_PROTOCHAIN')" in skip:
        return "of builds without protochain"
    if entry.get("linuxext"):
        return "of live capture; the tests in network namespaces do that"
    return None


class Accept:
    """Runs the accept entries; keeps lengths and times."""

    def __init__(self, driver, report, libpcap, options):
        self.driver = driver
        self.report = report
        self.libpcap = libpcap
        self.options = options
        self.lengths = []  # (link type, name, expression, ours, theirs)
        self.times = []    # (link type, expression, ours ns, theirs ns)

    def difference(self, entry, link_type, expression):
        driver, number = self.driver, LINK_TYPES[link_type]
        unopt = entry.get("unopt", entry.get("optunopt"))
        opt = entry.get("opt", entry.get("optunopt"))
        # Without optimised code libpcap says that the expression rejects all packets.
        flags = "-" if opt else "u"
        worked, answer = driver.compile(OURS, number, expression, flags, entry.get("snaplen", 0))
        if not worked:
            return "refused: " + answer
        for slot, listing in ((REFERENCE, opt or unopt), (UNOPTIMIZED, unopt)):
            code_worked, why = driver.code(slot, oracle.parse_listing(listing))
            if not code_worked:
                return "their program is not taken: " + why
        if opt:
            self.lengths.append((link_type, entry["name"], expression, int(answer),
                                 len(oracle.parse_listing(opt))))
        worked, answer = driver.ask("compare", number, self.options.cuts, OURS, REFERENCE,
                                    UNOPTIMIZED)
        return None if worked else self.explain(answer)

    def explain(self, answer):
        if len(answer.split()) < 6:
            return answer
        packet, length, mine, theirs, *_ = answer.split()
        _, shown = self.driver.ask("bytes", packet)
        return (f"packet {packet} of {length} bytes: {mine}, libpcap {theirs}; "
                f"{shown[:180]}")

    def run(self, entries):
        for entry in entries:
            link_type = plain(entry["DLT"])
            name = plain(entry["name"])
            for expression in entry["aliases"]:
                if not self.report.wanted(f"{name} {link_type} {expression}"):
                    continue
                why = (None if link_type in LINK_TYPES else "not one of our link types") or \
                    why_skipped(entry)
                if why:
                    self.report.leave_out("accept", link_type, name, why)
                    continue
                difference = self.difference(entry, link_type, expression)
                self.report.add("accept", link_type, name, expression, difference)
                if not difference and not self.options.no_times:
                    self.clock(link_type, expression)

    def clock(self, link_type, expression):
        if not self.libpcap or "libpcap.test" in expression.lower():
            return  # the time of looking up names
        theirs = self.libpcap.time(LINK_TYPES[link_type], expression, 5, time.perf_counter_ns)
        worked, mine = self.driver.ask("time", LINK_TYPES[link_type], 5, expression)
        if theirs and worked:
            self.times.append((link_type, expression, int(mine), theirs))

    def show(self):
        groups = collections.defaultdict(list)
        for link_type, _, _, mine, theirs in self.lengths:
            groups[link_type].append(math.log(mine / theirs))
            groups["all"].append(math.log(mine / theirs))
        for group, logs in sorted(groups.items()):
            print(f"length {group:22} {math.exp(sum(logs) / len(logs)):.4f} of libpcap's optimised "
                  f"code (geometric mean of {len(logs)})")
        worst = sorted(self.lengths, key=lambda l: l[3] / l[4], reverse=True)[:20]
        for link_type, name, expression, mine, theirs in worst:
            print(f"  longest: {mine} for {theirs}: {link_type} '{expression}' ({name})")
        if self.times:
            ratio = math.exp(sum(math.log(m / t) for *_, m, t in self.times) / len(self.times))
            print(f"compiling: {ratio:.3f} of libpcap's time (geometric mean of {len(self.times)}; "
                  f"sums {sum(m for *_, m, _ in self.times) / 1e6:.2f} ms and "
                  f"{sum(t for *_, t in self.times) / 1e6:.2f} ms; libpcap's has about a "
                  f"microsecond of the call from Python in it)")
            slower = sorted(self.times, key=lambda t: t[2] / t[3], reverse=True)[:5]
            for link_type, expression, mine, theirs in slower:
                print(f"  slowest: {mine} ns for {theirs} ns: {link_type} '{expression}'")


def run_apply(driver, report, entries, folder):
    numbers = {number: name for name, number in LINK_TYPES.items()}
    for entry in entries:
        name, expression = plain(entry["name"]), plain(entry["expr"])
        if not report.wanted(f"{name} {expression}"):
            continue
        driver.ask("clear")
        worked, answer = driver.ask("load", folder / entry["savefile"])
        if not worked:
            report.add("apply", "?", name, expression, "not read: " + answer)
            continue
        driver.code(REFERENCE, [(0x06, 0, 0, 1)])
        link_type = int(driver.ask("verdicts", REFERENCE)[1].split()[0])
        why = (None if link_type in numbers else "not one of our link types") or why_skipped(entry)
        if why:
            report.leave_out("apply", str(link_type), name, why)
            continue
        worked, answer = driver.compile(OURS, link_type, expression)
        if worked:
            verdicts = driver.ask("verdicts", OURS)[1].split()[1:]
            # Written down is what is kept of a packet, at most.
            worked = [int(v) > 0 for v in verdicts] == [r > 0 for r in entry["results"]]
            answer = f"{entry['savefile']}: {' '.join(verdicts)}, not {entry['results']}"
        report.add("apply", numbers[link_type], name, expression, None if worked else answer)


def run_reject(driver, report, entries, folder):
    for entry in entries:
        name, link_type = plain(entry["name"]), plain(entry.get("DLT")) or "file"
        expression = re.sub(r"\$\{?nonexistent\}?", UNRESOLVABLE, plain(entry.get("expr")) or "")
        if not report.wanted(f"{name} {link_type} {expression}"):
            continue
        why = why_skipped(entry)
        if "savefile" in entry:
            driver.ask("clear")
            worked, answer = driver.ask("load", folder.parent / entry["savefile"])
            if not (folder.parent / entry["savefile"]).exists():
                why = "the file is not there"
        elif link_type not in LINK_TYPES:
            why = "not one of our link types"
        if why:
            report.leave_out("reject", link_type, name, why)
            continue
        if "savefile" not in entry:
            worked, answer = driver.compile(OURS, LINK_TYPES[link_type], expression)
        report.add("reject", link_type, name, expression,
                   f"is accepted: {answer}; libpcap: {plain(entry['errstr'])}" if worked else None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("--only", default="")
    parser.add_argument("--cuts", type=int, default=oracle.ALL_CUTS)
    parser.add_argument("--no-times", action="store_true")
    options = parser.parse_args()
    root = oracle.corpora()
    data = root / "libpcap-tests/filtertests.json" if root else None
    if not data or not data.exists():
        print("SKIP filtertests: RINGTAP_CORPORA names no directory with libpcap-tests")
        return 77
    if NAMES_READY not in os.environ:
        if os.geteuid():
            print("SKIP filtertests: names of hosts need root (a mount namespace)")
            return 77
        return run_with_names()
    tests = json.loads(data.read_text())
    driver = oracle.Driver(options.driver)
    libpcap = oracle.libpcap_or_none()
    report = Report(options.only)
    loaded = sum(driver.ask("load", path)[0] for path in oracle.captures(root))
    accept = Accept(driver, report, libpcap, options)
    accept.run(tests["accept"])
    folder = root / "libpcap-tests/tests/filter"
    run_apply(driver, report, tests["apply"], folder)
    run_reject(driver, report, tests["reject"], folder)
    report.show()
    accept.show()
    print(f"{loaded} captures read to their end; compile times against "
          f"{libpcap.version() if libpcap else 'nothing: libpcap is not installed'}")
    return 1 if report.failed or not report.done else 0


if __name__ == "__main__":
    sys.exit(main())
