#!/usr/bin/env python3
"""What can be seen in well-known captures: every line of statements.txt holds of what we print.

Usage: seed_statements.py RINGTAP [CAPTURE]
       seed_statements.py --tshark [CAPTURE]     does the list itself hold? Wireshark knows
Exit 77 (skipped) without RINGTAP_CORPORA.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
RELATIONS = ("is", "has", "contains", "present", "absent", "not", "same", "unlike")


class Statement:
    """One line of the list."""

    def __init__(self, number, capture, line):
        self.number, self.capture = number, capture
        self.later = line.startswith("~")
        words = line.lstrip("~ ").split(None, 3)
        self.frames, field, self.relation = words[:3]
        self.value = words[3] if len(words) > 3 else None
        match = re.fullmatch(r"([\w.-]+)(?:\[(-?\d+)\])?", field)
        if self.relation not in RELATIONS or not match or not re.fullmatch(r"\*|\d+(-\d+)?",
                                                                          self.frames):
            raise SystemExit("statements.txt:%d: cannot be understood: %s" % (number, line))
        self.field, self.index = match[1], match[2] and int(match[2])

    def __str__(self):
        return "statements.txt:%d: %s %s %s %s %s" % (
            self.number, self.capture, self.frames,
            self.field + ("[%d]" % self.index if self.index is not None else ""), self.relation,
            self.value or "")

    def numbers(self, total):
        if self.frames == "*":
            return [0] if self.field == "frames" else range(1, total + 1)
        first, _, last = self.frames.partition("-")
        return range(int(first), int(last or first) + 1)


def statements():
    """(the list, how many statements in words)"""
    found, capture, words = [], None, 0
    for number, line in enumerate((HERE / "statements.txt").read_text().splitlines(), 1):
        if line.startswith("= "):
            capture = line[2:].strip()
        elif line.startswith("## "):
            words += 1
        elif line.strip() and not line.startswith("#"):
            found.append(Statement(number, capture, line))
    return found, words


def as_text(value):
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def same_value(a, b):
    """Text, or numbers in whatever base they are written."""
    if a == b:
        return True
    try:
        return int(a, 0) == int(b, 0)
    except ValueError:
        return False


def same_values(a, b):
    return len(a) == len(b) and all(same_value(x, y) for x, y in zip(a, b))


class Ringtap:
    """field -> values, per frame of a capture, by our own program."""

    def __init__(self, program, folder):
        self.program, self.folder, self.known = program, folder, {}

    def frames(self, capture, _later):
        if capture not in self.known:
            path = self.folder / (capture + ".pcapng")
            done = subprocess.run([self.program, "read", "-n", "--json", "-r", str(path)],
                                  capture_output=True, text=True, timeout=120)
            if done.returncode:
                raise SystemExit("%s: exit status %d: %s" % (path, done.returncode, done.stderr))
            self.known[capture] = [
                {k: [as_text(x) for x in (v if isinstance(v, list) else [v])]
                 for k, v in json.loads(line).items()} for line in done.stdout.splitlines()]
        return self.known[capture]


class Tshark:
    """The same by tshark: segments put together for the lines that wait for it, else each alone."""

    def __init__(self, folder, fields):
        self.folder, self.fields, self.known = folder, sorted(fields - {"frames"}), {}

    def frames(self, capture, later):
        if (capture, later) not in self.known:
            command = ["tshark", "-n", "-r", str(self.folder / (capture + ".pcapng")), "-T", "fields",
                       "-o", "tcp.desegment_tcp_streams:%s" % str(later).upper(), "-E", "separator=/t",
                       "-E", "aggregator=\x1f", *[a for f in self.fields for a in ("-e", f)]]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
            self.known[capture, later] = [
                {f: v.split("\x1f") for f, v in zip(self.fields, line.split("\t")) if v}
                for line in done.stdout.splitlines()]
        return self.known[capture, later]


def values_of(frames, number, field, index):
    """None: the frame has no such field, or not so many values of it."""
    if field == "frames":
        return [str(len(frames))]
    if not 0 < number <= len(frames):
        return None
    values = frames[number - 1].get(field)
    if values is None or index is None:
        return values
    return [values[index]] if -len(values) <= index < len(values) else None


def others(source, s):
    """What the frame that the statement points at says."""
    target, _, field = s.value.partition(" ")
    capture, _, number = target.rpartition(":")
    frames = source.frames(capture or s.capture, s.later)
    return values_of(frames, int(number), field or s.field, s.index)


def holds(source, s, number):
    """(whether, the values that were found)"""
    found = values_of(source.frames(s.capture, s.later), number, s.field, s.index)
    if s.relation == "absent" or found is None:
        return (s.relation == "absent") == (found is None), found
    if s.relation == "present":
        return True, found
    if s.relation == "is":
        wanted = s.value.split(" | ") if " | " in s.value else [s.value]
        return same_values(found, wanted), found
    if s.relation == "has":
        return any(same_value(v, s.value) for v in found), found
    if s.relation == "not":
        return not any(same_value(v, s.value) for v in found), found
    if s.relation == "contains":
        return any(s.value in v for v in found), found
    other = others(source, s)
    return other is not None and same_values(found, other) == (s.relation == "same"), found


def failures(source, s):
    """[(frame, what it has instead)]"""
    results = [(n, *holds(source, s, n))
               for n in s.numbers(len(source.frames(s.capture, s.later)))]
    return [(n, found) for n, ok, found in results if not ok]


def check(source, every, strict):
    """Prints what is wrong. strict: a line that waits for streams may not hold."""
    wrong = waiting = 0
    for s in every:
        failed = failures(source, s)
        if failed and not strict and not s.later:
            s.later = True  # tshark may need the whole stream for what we see in a segment
            failed = failures(source, s)
        if s.later and strict:
            waiting += 1
            if not failed:
                wrong += 1
                print("%s\n    holds by now: remove the ~" % s)
        elif failed:
            wrong += 1
            print("%s\n    frame %d has %s" % (s, *failed[0]))
    return wrong, waiting


def main():
    corpora = os.environ.get("RINGTAP_CORPORA")
    if not corpora:
        print("skipped: RINGTAP_CORPORA is not set")
        return 77
    folder = pathlib.Path(corpora) / "ppa-chrissanders"
    if not folder.is_dir():
        print("skipped: no %s" % folder)
        return 77
    every, words = statements()
    if len(sys.argv) > 2:
        every = [s for s in every if sys.argv[2] in s.capture]
    by_tshark = sys.argv[1] == "--tshark"
    pointed_at = {s.value.partition(" ")[2] for s in every if s.relation == "same"} - {""}
    source = (Tshark(folder, {s.field for s in every} | pointed_at) if by_tshark
              else Ringtap(sys.argv[1], folder))
    wrong, waiting = check(source, every, not by_tshark)
    print("%d statements, %d lines, %d of them wait for streams, %d wrong"
          % (words, len(every), waiting, wrong))
    return 1 if wrong or not every else 0


if __name__ == "__main__":
    sys.exit(main())
