#!/usr/bin/env python3
"""Blocks of pcapng as `ringtap info --blocks` lists them, against pcapng-test-generator's own lists.

Usage: blocks.py RINGTAP. Each file is converted into itself, too: every block must survive as it is.
And the malformed captures of libpcap are refused, with offset and reason. Exit 77 (skipped) where
RINGTAP_CORPORA names no directory.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import captures

MALFORMED = {
    "linktype-reserved-field-not-zero.pcap": (0, "reserved bits in the link type 0x00300000"),
    "pcap-invalid-version-1.pcap": (0, "pcap version 1.4 is not read"),
    "pcap-invalid-version-2.pcap": (0, "pcap version 2.5 is not read"),
    "pcapng-invalid-vers-1.pcapng": (0, "pcapng version 0.1 is not read"),
    "pcapng-invalid-vers-2.pcapng": (0, "pcapng version 1.1 is not read"),
    "shb-option-too-long.pcapng": (0, "a block says 52 bytes at its start and 808464432 at its end"),
}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, errors="replace")


def check(what, mine, theirs):
    if mine != theirs:
        raise AssertionError(f"{what}: {mine}, expected {theirs}")


def listed(ringtap, path):
    done = run(ringtap, "info", "--blocks", "--json", str(path))
    check("exit status", (done.returncode, done.stderr), (0, ""))
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(ringtap, path, scratch):
    rows = listed(ringtap, path)
    sequence = re.search(r"^Block sequence: (.*)$", path.with_suffix(".txt").read_text(), re.M)
    check("sequence", [r["type"] for r in rows], sequence[1].replace(" ", "").split(","))
    data = path.read_bytes()
    walked = list(captures.blocks(data))
    check("numbers", [r["index"] for r in rows], list(range(1, len(walked) + 1)))
    check("places", [(r["offset"], r["length"]) for r in rows],
          [(at, len(block)) for at, block, _kind, _order in walked])
    check("types", [r["type_number"] for r in rows], [kind for _at, _block, kind, _order in walked])
    check("interfaces", [r.get("interface") for r in rows], list(captures.interfaces(data)))
    check("end", rows[-1]["offset"] + rows[-1]["length"], len(data))

    copy = pathlib.Path(scratch) / "copy.pcapng"
    done = run(ringtap, "convert", "--quiet", "--force", str(path), "-w", str(copy))
    check("convert", (done.returncode, done.stderr), (0, ""))
    check("copy", copy.read_bytes() == data, True)


def refuse(ringtap, path, _scratch):
    offset, reason = MALFORMED[path.name]
    for verb in (("read", "-r"), ("info",)):
        done = run(ringtap, *verb, str(path))
        expected = f"{path}: offset {offset}: {reason}"
        if done.returncode not in (2, 3) or expected not in done.stderr:
            raise AssertionError(f"{verb[0]} says {done.returncode} {done.stderr!r}")
    print(f"  {path.name}: offset {offset}: {reason}")


def main():
    ringtap = sys.argv[1]
    root = pathlib.Path(os.environ.get("RINGTAP_CORPORA") or "/nonexistent")
    files = sorted(root.glob("pcapng-test-generator/*/*/*.pcapng"))
    malformed = sorted(root.glob("libpcap-tests/tests/*.pcap*"))
    if not files or not malformed:
        print("SKIP blocks: RINGTAP_CORPORA names no directory of captures")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for job, path in [(compare, p) for p in files] + [(refuse, p) for p in malformed]:
            try:
                job(ringtap, path, scratch)
            except (AssertionError, ValueError, KeyError, IndexError, TypeError) as e:
                failed += 1
                print(f"FAIL {path.relative_to(root)}: {type(e).__name__}: {e}")
    print(f"blocks: {len(files)} captures, {len(malformed)} malformed ones, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
