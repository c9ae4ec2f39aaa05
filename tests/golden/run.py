#!/usr/bin/env python3
"""Frames that are built in frames/*.py, and what ringtap says of them: line, tree, JSON.

    run.py --ringtap PROGRAM [NAME...]            compare with expect/NAME.txt
    run.py --ringtap PROGRAM --update [NAME...]   write it; then read it, line by line
    run.py --pcap NAME FILE                       only the capture, for other programs
    run.py --seeds DIRECTORY                      every frame as an input of the fuzz targets

frames/NAME.py has FRAMES: (name, bytes), (name, linktype, bytes), or (name, linktype, bytes,
length on the wire). Of eth, ip, ipv6, tcp and udp only the last layer is shown, unless the file's SHOW
names them.
"""
import argparse
import difflib
import importlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

START = 1700000000
LAYER = re.compile(r"    \S.* \(([^ )]+)\), bytes \d+ to \d+$")


def all_names():
    names = sorted(os.listdir(os.path.join(HERE, "frames")))
    return [n[:-3] for n in names if n.endswith(".py") and not n.startswith("_")]


def frames_of(name):
    """[(name, linktype, bytes, wire length)]"""
    out = []
    for frame in importlib.import_module("frames." + name).FRAMES:
        linktype = 1 if len(frame) == 2 else frame[1]
        data = frame[1] if len(frame) == 2 else frame[2]
        out.append((frame[0], linktype, data, frame[3] if len(frame) > 3 else len(data)))
    names = [f[0] for f in out]
    assert len(set(names)) == len(names), "%s: two frames of one name" % name
    return out


def pcap(linktype, frames):
    """A nanosecond pcap; frames are (seconds, bytes, wire length)."""
    out = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, linktype)
    for second, data, wire in frames:
        out += struct.pack("<IIII", START + second, 123456789, len(data), wire) + data
    return out


def ringtap(program, path, *options):
    done = subprocess.run([program, "read", "-tt", *options, path], capture_output=True,
                          env=dict(os.environ, TZ="UTC", NO_COLOR="1"), timeout=60)
    if done.returncode not in (0, 3) or done.returncode < 0:
        raise RuntimeError("%s: exit %d: %s" % (path, done.returncode, done.stderr.decode()))
    return done.stdout.decode("utf-8", "backslashreplace")


def without(tree, json_text, show):
    """The layers below, which another file is about, left out."""
    hide = [p for p in ("eth", "ip", "ipv6", "tcp", "udp") if p not in show]
    lines, hidden = [], False
    parts = tree.splitlines()
    heads = [i for i, line in enumerate(parts) if LAYER.match(line)]
    for i, line in enumerate(parts):
        if i in heads:
            hidden = LAYER.match(line).group(1) in hide and i != heads[-1]
        elif line.startswith("    ") and not line.startswith("     "):
            hidden = False
        if not hidden:
            lines.append(line)
    members = json.loads(json_text)
    hide = [p for p in hide if p != members["frame.protocols"].split(":")[-1]]
    kept = {k: v for k, v in members.items()
            if k.split(".")[0] not in hide + ["frame"] or k == "frame.protocols"}
    return "\n".join(lines) + "\n" + json.dumps(kept, ensure_ascii=False) + "\n"


def output(program, name):
    """What the program says of each frame, in the layout of the files in expect/."""
    text = ""
    for i, (frame, linktype, data, wire) in enumerate(frames_of(name)):
        with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
            file.write(pcap(linktype, [(i, data, wire)]))
            file.flush()
            # With -v the line comes first.
            text += "== %s\n%s\n" % (frame, without(ringtap(program, file.name, "-v"),
                                                    ringtap(program, file.name, "--json"),
                                                    shown(name)))
    return text


def shown(name):
    return getattr(importlib.import_module("frames." + name), "SHOW", ())


def expect_path(name):
    return os.path.join(HERE, "expect", name + ".txt")


def compare(program, name):
    """True: the same."""
    try:
        with open(expect_path(name), encoding="utf-8") as file:
            want = file.read()
    except FileNotFoundError:
        want = ""
    got = output(program, name)
    if got == want:
        return True
    diff = difflib.unified_diff(want.splitlines(), got.splitlines(), "expect/%s.txt" % name,
                                "now", lineterm="", n=1)
    print("\n".join(list(diff)[:60]))
    return False


def write_seeds(directory):
    """As tests/fuzz/fuzz_dissect.c wants them: link type (2 bytes), bytes cut off, frame."""
    os.makedirs(directory, exist_ok=True)
    for name in all_names():
        for frame, linktype, data, wire in frames_of(name):
            with open(os.path.join(directory, "%s-%s" % (name, frame)), "wb") as file:
                file.write(struct.pack(">HB", linktype, min(wire - len(data), 31)) + data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ringtap")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--pcap", nargs=2, metavar=("NAME", "FILE"))
    parser.add_argument("--seeds")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.pcap:
        frames = frames_of(options.pcap[0])
        with open(options.pcap[1], "wb") as file:
            file.write(pcap(frames[0][1], [(i, f[2], f[3]) for i, f in enumerate(frames)
                                           if f[1] == frames[0][1]]))
        return 0
    if options.seeds:
        write_seeds(options.seeds)
        return 0
    failed = []
    for name in options.names or all_names():
        if options.update:
            with open(expect_path(name), "w", encoding="utf-8") as file:
                file.write(output(options.ringtap, name))
        elif not compare(options.ringtap, name):
            failed.append(name)
    print("%d files, %d differ%s" % (len(options.names or all_names()), len(failed),
                                     ": " + " ".join(failed) if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
