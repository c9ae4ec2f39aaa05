#!/usr/bin/env python3
"""Every field that ringtap and tshark both have, on every packet of the corpora: the same values?

    fields.py RINGTAP                 compare all captures; exit 77 where tshark or they are missing
    fields.py RINGTAP --only GLOB     only captures whose path matches; prints all differences
    fields.py RINGTAP --field GLOB    only these fields

RINGTAP_CORPORA names the directory of captures. Differences that are known stand in fields-*.known, a
line each: field, capture, frame (globs, '*' for all), and behind '#' the reason. In between, `ours=2`
and `tshark=0` narrow it to such values, several of a packet with commas between them; nothing behind
the '=' is no value. A known difference that is not seen any more is reported.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SEPARATOR, AGGREGATOR = "\x1f", "\x1e"
FIELDS_PER_RUN = 1800
# tshark looks at packets alone, as ringtap does: no reassembly, no state of streams.
PREFERENCES = ["ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.desegment_tcp_streams:FALSE",
               "tcp.analyze_sequence_numbers:FALSE", "tcp.relative_sequence_numbers:FALSE",
               "ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE",
               "tls.desegment_ssl_records:FALSE", "tls.desegment_ssl_application_data:FALSE",
               "http.desegment_headers:FALSE", "http.desegment_body:FALSE",
               "http.decompress_body:FALSE",
               "sctp.checksum:CRC-32C"]
SUFFIXES = (".pcap", ".pcapng", ".cap", ".dmp")


def skip(reason):
    print("SKIP fields: " + reason)
    sys.exit(77)


def captures(root):
    found = []
    for directory, _, names in os.walk(root):
        found += [os.path.join(directory, n) for n in names if n.endswith(SUFFIXES)]
    return sorted(found)


def common_fields(ringtap):
    """Names that both programs list. frame.* depend on the reader, not on the packet."""
    ours = set()
    for line in subprocess.run([ringtap, "fields"], capture_output=True, text=True,
                               check=True).stdout.splitlines():
        if line.startswith("  "):
            ours.add(line.split()[0])
    theirs = set()
    listed = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True,
                            errors="replace", check=True).stdout
    for line in listed.splitlines():
        parts = line.split("\t")
        if parts[0] == "F":
            theirs.add(parts[2])
    return sorted(f for f in ours & theirs if not f.startswith("frame."))


def rows(command):
    """A list of columns for each packet, or None when the program refuses the file."""
    done = subprocess.run(command, capture_output=True, timeout=300)
    lines = done.stdout.decode("utf-8", "replace").split("\n")
    return [line.split(SEPARATOR) for line in lines[:-1]], done.returncode


def columns(fields):
    out = ["-T", "fields", "-E", "separator=" + SEPARATOR, "-E", "aggregator=" + AGGREGATOR]
    for field in fields:
        out += ["-e", field]
    return out


def compare(ringtap, path, fields):
    """[(field, frame, ours, theirs)], and how many values were equal."""
    preferences = [word for p in PREFERENCES for word in ("-o", p)]
    differences, equal = [], collections.Counter()
    for at in range(0, len(fields), FIELDS_PER_RUN):
        part = fields[at:at + FIELDS_PER_RUN]
        theirs, status = rows(["tshark", "-n", "-r", path] + preferences + columns(part))
        ours, our_status = rows([ringtap, "read", "--window", "0"] + columns(part) + [path])
        if our_status not in (0, 2, 3):
            differences.append(("exit", 0, str(our_status), str(status)))
        if status == 0 and our_status != 2 and len(ours) != len(theirs):
            differences.append(("packets", 0, str(len(ours)), str(len(theirs))))
        for number, (a, b) in enumerate(zip(ours, theirs), 1):
            if len(b) != len(part):
                continue  # a value of tshark's holds our separators
            for field, x, y in zip(part, a, b):
                if x == y:
                    if x:
                        equal[field] += 1
                elif sorted(x.split(AGGREGATOR)) == sorted(y.split(AGGREGATOR)):
                    equal[field] += 1
                else:
                    differences.append((field, number, x, y))
    return differences, equal


def read_known(path):
    """[(field, capture, frame, our value, tshark's value)]: globs."""
    known = []
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                words = line.split("#")[0].split()
                values = dict(word.split("=", 1) for word in words[3:])
                if len(words) >= 3:
                    known.append((*words[:3], values.get("ours", "*"), values.get("tshark", "*")))
    except FileNotFoundError:
        pass
    return known


def is_known(known, met, field, capture, frame, ours="", theirs=""):
    for i, (f, c, n, x, y) in enumerate(known):
        if fnmatch.fnmatchcase(field, f) and fnmatch.fnmatchcase(capture, c) and \
                fnmatch.fnmatchcase(str(frame), n) and \
                fnmatch.fnmatchcase(ours.replace(AGGREGATOR, ","), x) and \
                fnmatch.fnmatchcase(theirs.replace(AGGREGATOR, ","), y):
            met.add(i)
            return True
    return False


def show(text):
    text = text.replace(AGGREGATOR, ",")
    return text if len(text) < 100 else text[:100] + "..."


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ringtap")
    parser.add_argument("--only", default="*")
    parser.add_argument("--field", default="*")
    options = parser.parse_args()
    root = os.environ.get("RINGTAP_CORPORA")
    if not root or not os.path.isdir(root):
        skip("RINGTAP_CORPORA names no directory of captures")
    if subprocess.run(["sh", "-c", "command -v tshark"], capture_output=True).returncode:
        skip("tshark is not installed")
    os.environ["TZ"] = "UTC"
    known, met = [], set()
    for path in sorted(glob.glob(os.path.join(HERE, "fields-*.known"))):
        known += read_known(path)
    fields = [f for f in common_fields(options.ringtap)
              if fnmatch.fnmatchcase(f, options.field)]
    equal, unknown, nr_known, nr_captures = collections.Counter(), [], 0, 0
    paths = [p for p in captures(root)
             if fnmatch.fnmatchcase(os.path.relpath(p, root), options.only)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda p: compare(options.ringtap, p, fields), paths))
    for path, (differences, same) in zip(paths, results):
        name = os.path.relpath(path, root)
        nr_captures += 1
        equal += same
        for field, frame, ours, theirs in differences:
            if is_known(known, met, field, name, frame, ours, theirs):
                nr_known += 1
            else:
                unknown.append((field, name, frame, ours, theirs))
    for field, name, frame, ours, theirs in unknown:
        print("%s %s %d: ours [%s] tshark [%s]" % (field, name, frame, show(ours), show(theirs)))
    print("%d captures; %d fields compared, %d of them seen with a value; %d values equal, %d "
          "known differences, %d unknown" % (nr_captures, len(fields), len(equal),
                                             sum(equal.values()), nr_known, len(unknown)))
    if options.only == "*" and options.field == "*":
        for i, entry in enumerate(known):
            if i not in met:
                print("known, but not seen any more: %s %s %s ours=%s tshark=%s" % entry)
                unknown.append(entry)
        if len(equal) < 120:
            print("too few fields were seen")
            return 1
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
