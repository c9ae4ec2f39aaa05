#!/usr/bin/env python3
"""Every capture of RINGTAP_CORPORA: our packets, lengths and times against tshark's.

Usage: read_corpora.py RINGTAP [NAME-PART]. Exit 77 (skipped) where there are no captures or no tshark.
Differences that are known and wanted are in read_corpora.known, each with its reason.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FIELDS = ("frame.time_epoch", "frame.cap_len", "frame.len")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, errors="replace")


def ours(ringtap, path):
    """(time, captured, wire) per packet as tshark prints them, and the complaint, if any."""
    done = run(ringtap, "read", "--json", "--window", "0", "-r", str(path))
    frames = []
    for line in done.stdout.splitlines():
        frame = json.loads(line, parse_float=str)
        frames.append(tuple(str(frame[f]) for f in FIELDS))
    if done.returncode not in (0, 2, 3) or (done.returncode == 0) != (not done.stderr):
        raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
    return frames, done.stderr.strip()


def tsharks(path):
    done = run("tshark", "-r", str(path), "-T", "fields", *[a for f in FIELDS for a in ("-e", f)])
    frames = [tuple(line.split("\t")) for line in done.stdout.splitlines()]
    complaint = [line for line in done.stderr.splitlines() if not line.startswith("Running as")]
    return frames, " ".join(complaint)


def known_differences():
    known = {}
    for line in (HERE / "read_corpora.known").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, what, _reason = line.split(None, 2)
            known[pattern] = what
    return known


def same_frame(a, b):
    # A simple packet has no time; tshark leaves the field empty, we print 0.
    return a == b or (b[0] == "" and a == ("0.000000000",) + b[1:])


def generator_count(path):
    """The packets that pcapng-test-generator says it has written, or None."""
    text = path.with_suffix(".txt")
    if "pcapng-test-generator" not in str(path) or not text.exists():
        return None
    return sum(int(n) for n in re.findall(r"^\s+(?:EPB|SPB|PB|OPB):\s+(\d+)", text.read_text(), re.M))


def compare(ringtap, path, what):
    """None, or what differs."""
    mine, complaint = ours(ringtap, path)
    if what == "refused":
        return None if complaint and not mine and "offset" in complaint else "is not refused"
    written = generator_count(path)
    if written is not None and written != len(mine):
        return f"{len(mine)} packets, {written} were written"
    theirs, their_complaint = tsharks(path)
    if what == "unsupported":
        return None if mine and not complaint and not theirs else "is supported by now"
    if what == "rows":  # tshark lists blocks that are no packets
        return None if 0 <= len(mine) <= len(theirs) else "more packets than tshark"
    if bool(complaint) != bool(their_complaint):
        return f"we say '{complaint}', tshark '{their_complaint}'"
    if len(mine) != len(theirs):
        return f"{len(mine)} packets, tshark {len(theirs)}"
    for i, (a, b) in enumerate(zip(mine, theirs)):
        if what == "time" and a[1:] == b[1:]:
            continue
        if what == "length" and a[0] == b[0] and int(a[2]) >= int(b[2]):
            continue
        if what != "pseudoheader" and not same_frame(a, b):
            return f"packet {i + 1}: {a}, tshark {b}"
    return None


def main():
    corpora = os.environ.get("RINGTAP_CORPORA")
    ringtap = sys.argv[1]
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    if not corpora or not pathlib.Path(corpora).is_dir():
        print("SKIP read_corpora: RINGTAP_CORPORA names no directory of captures")
        return 77
    if not shutil.which("tshark"):
        print("SKIP read_corpora: tshark is not installed")
        return 77
    known = known_differences()
    root = pathlib.Path(corpora)
    failed = nr = 0
    for path in sorted(p for p in root.rglob("*.pcap*") if p.suffix in (".pcap", ".pcapng")):
        name = str(path.relative_to(root))
        if part not in name:
            continue
        what = next((w for p, w in known.items() if path.relative_to(root).match(p)), "")
        try:
            difference = compare(ringtap, path, what)
        except (AssertionError, ValueError, KeyError) as e:
            difference = f"{type(e).__name__}: {e}"
        nr += 1
        if difference:
            failed += 1
            print(f"FAIL {name}: {difference}")
    print(f"read_corpora: {nr} captures, {failed} differ")
    return 1 if failed or not nr else 0


sys.exit(main())
