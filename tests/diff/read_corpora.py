#!/usr/bin/env python3
"""Every capture of RINGTAP_CORPORA: our packets, lengths and times against tshark's and capinfos'.

Usage: read_corpora.py RINGTAP [NAME-PART]. Exit 77 (skipped) where there are no captures or no tshark.
Each capture is converted, too: the packets must stay what they are, and pcapng's blocks byte by byte.
Differences that are known and wanted are in read_corpora.known, each with its reason.
"""
import decimal
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent import futures

import captures

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


def compare_tshark(ringtap, path, what):
    """None, or what differs."""
    mine, complaint = ours(ringtap, path)
    if what == "refused":
        return None if complaint and not mine and "offset" in complaint else "is not refused"
    written = generator_count(path)
    if written is not None and written != len(mine):
        return f"{len(mine)} packets, {written} were written"
    theirs, their_complaint = tsharks(path)
    if what == "zeros":
        return None if "zeros" in complaint and mine == theirs[:len(mine)] else "does not end at zeros"
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


def capinfos(paths):
    """(packets, bytes on the wire, first, last) by path; a file that it refuses is not there."""
    done = run("capinfos", "-TrMSB", "-cdae", *map(str, paths))
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {pathlib.Path(row[0]): row[1:] for row in rows}


def compare_capinfos(ringtap, path, what, theirs, ends):
    """None, or how `ringtap info` differs."""
    if what in ("refused", "zeros"):
        return None
    if what == "unsupported" or theirs is None:
        return None if theirs is None else "capinfos reads it by now"
    done = run(ringtap, "info", "--json", str(path))
    mine = json.loads(done.stdout, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
    pairs = [("packets", mine["packets"], theirs[0])]
    if what not in ("length", "pseudoheader"):
        pairs.append(("bytes", mine["original_bytes"], theirs[1]))
    if ends and what not in ("time", "pseudoheader"):
        pairs += [(name, mine.get(f"{name}_epoch"), theirs[2 + i])
                  for i, name in enumerate(("first", "last")) if theirs[2 + i] != "n/a"]
    for name, a, b in pairs:
        if a is None or a != decimal.Decimal(b):
            return f"{name} {a}, capinfos {b}"
    return None


def convert(ringtap, path, out, *options):
    done = run(ringtap, "convert", "--quiet", "--force", *options, str(path), "-w", str(out))
    if done.returncode not in (0, 2, 3) or (done.returncode == 0) != (not done.stderr):
        raise AssertionError(f"convert: exit status {done.returncode}: {done.stderr}")
    return done.returncode


def same_packets(before, after, whole):
    if before == after or (not whole and after == before[:len(after)]):
        return None
    if len(before) != len(after):
        return f"{len(before)} packets, {len(after)} written"
    nr = next(i for i, (a, b) in enumerate(zip(before, after)) if a != b)
    return f"packet {nr + 1}: {before[nr]} written as {after[nr]}"


def compare_identity(ringtap, path, what, scratch):
    """None, or what got lost between reading and writing."""
    data, copy = path.read_bytes(), pathlib.Path(scratch) / str(threading.get_ident())
    copy.unlink(missing_ok=True)
    whole = convert(ringtap, path, copy, "--format", "pcapng") == 0
    if what == "refused":
        return "is written although it is refused" if copy.exists() else None
    if not copy.exists():
        return "is not written"
    before, written = captures.packets(data), copy.read_bytes()
    difference = same_packets(before, captures.packets(written), whole)
    if difference:
        return f"to pcapng: {difference}"
    if data[:4] == b"\n\r\r\n":
        kept = [b for _at, b, kind, _order in captures.blocks(data) if kind not in captures.FILLERS]
        copied = [b for _at, b, _kind, _order in captures.blocks(written)]
        return None if copied == kept[:None if whole else len(copied)] else "blocks are not the same"
    form = "pcap-ns" if captures.pcap_unit(data) == 1 else "pcap"
    whole = convert(ringtap, path, copy, "--format", form) == 0
    difference = same_packets(before, captures.packets(copy.read_bytes()), whole)
    return difference and f"to {form}: {difference}"


def compare(ringtap, path, what, info, scratch):
    what, _, more = what.partition(",")
    return (compare_tshark(ringtap, path, what)
            or compare_capinfos(ringtap, path, what, info.get(path), "ends" not in (what, more))
            or compare_identity(ringtap, path, what, scratch))


def main():
    corpora = os.environ.get("RINGTAP_CORPORA")
    ringtap = sys.argv[1]
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    if not corpora or not pathlib.Path(corpora).is_dir():
        print("SKIP read_corpora: RINGTAP_CORPORA names no directory of captures")
        return 77
    if not shutil.which("tshark") or not shutil.which("capinfos"):
        print("SKIP read_corpora: tshark or capinfos is not installed")
        return 77
    known = known_differences()
    root = pathlib.Path(corpora)
    paths = [p for p in sorted(root.rglob("*.pcap*")) if p.suffix in (".pcap", ".pcapng")]
    paths = [p for p in paths if part in str(p.relative_to(root))]
    info = capinfos(paths)

    def judge(path):
        what = next((w for p, w in known.items() if path.relative_to(root).match(p)), "")
        try:
            return compare(ringtap, path, what, info, scratch)
        except (AssertionError, ValueError, KeyError, OSError) as e:
            return f"{type(e).__name__}: {e}"

    failed = 0
    with tempfile.TemporaryDirectory() as scratch, futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, difference in zip(paths, pool.map(judge, paths)):
            if difference:
                failed += 1
                print(f"FAIL {path.relative_to(root)}: {difference}", flush=True)
    print(f"read_corpora: {len(paths)} captures, {failed} differ")
    return 1 if failed or not paths else 0


sys.exit(main())
