#!/usr/bin/env python3
"""seeds_display.py FILTERS DIRECTORY: a seed of fuzz_display for each line of FILTERS."""
import os
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    lines = [line.rstrip("\n").lstrip("! ") for line in file if not line.startswith("#")]
os.makedirs(sys.argv[2], exist_ok=True)
# A few pathological ones: deep nesting, long chains, patterns that backtrack.
lines += ["(" * 300 + "ip" + ")" * 300, " or ".join(["ip.ttl == 1"] * 2000), "not " * 400 + "ip",
          "{" * 300 + "ip.ttl" + "}" * 300 + " == 1", "-" * 300 + "ip.ttl == 1",
          "ip.ttl" + " + 1" * 300 + " == 1", "frame" + "[0:9]" * 300 + " == 00",
          'frame matches "(.*)*(.*)*(.*)*x$"', 'frame matches "(a+)+$"', "'", '"', 'r"', '"\\', "[",
          "frame[", "frame[0", "ip#", "ip#[", "ip.src == 1.2.3.4/99", "\x80\xff", "in in in", "$",
          "len(" * 300 + "ip" + ")" * 300, "ip.ttl in {" + "1," * 3000 + "1}"]
for number, line in enumerate(lines):
    with open(os.path.join(sys.argv[2], "%03d" % number), "wb") as file:
        file.write(line.encode("utf-8", "surrogateescape"))
