#!/usr/bin/env python3
"""What a registered port gets that is not its protocol must not be shown as that protocol.

    test_random.py --ringtap PROGRAM [-v]

Random bytes, text, zeros and ones go to every port that a dissector asks for. Few may come out as
a protocol with status ok: a magic number of a few bits is met by chance, more is a guess.
"""
import argparse
import collections
import os
import random
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import packets  # noqa: E402
import run  # noqa: E402

SEED = 20
NR_RANDOM = 200
LENGTHS = (1, 2, 4, 8, 12, 16, 20, 24, 32, 48, 64, 100, 300, 1200)
CLIENT = 50001  # nobody's
MAX_SHARE = 0.05
BELOW = {"eth", "ethertype", "ip", "udp", "tcp", "data"}

TEXTS = [
    b"hello", b"hello world", b"hello world\r\n", b"The quick brown fox jumps over the lazy dog",
    b"The quick brown fox jumps over the lazy dog.\n", b"a", b"0123456789", b"{\"a\": 1, \"b\": [2]}",
    b"{\"message\": \"started\", \"level\": \"info\"}\n", b"<xml><a>1</a></xml>", b"key=value&other=2",
    b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", b"\r\n\r\n", b"    ",
    b"temperature 21.5 C", b"ping", b"2023-11-14 22:13:20 service up\n", b"one\ttwo\tthree\n",
    b"lorem ipsum dolor sit amet " * 12, b"lorem ipsum dolor sit amet\n" * 12,
]

# Where nothing can tell a stranger's bytes, the share that may pass.
TOLERATED = {
    # The middle of a mail or of a listing: whole lines of any text.
    ("tcp", 21, "text"): 0.2,
    ("tcp", 25, "text"): 0.35,
    ("tcp", 110, "text"): 0.35,
    ("tcp", 143, "text"): 0.35,
    ("tcp", 587, "text"): 0.35,
    ("tcp", 2525, "text"): 0.35,
    # The middle of a stream of elements.
    ("tcp", 5222, "text"): 0.15,
    ("tcp", 5269, "text"): 0.15,
    # A message starts with sixteen bytes of ones, and may be cut anywhere in them.
    ("tcp", 179, "ones"): 0.5,
    # Encrypted from the first byte, or from a number that may be any.
    ("tcp", 22, None): 1,
    ("udp", 4500, None): 1,
    ("udp", 443, "random"): 0.2,
    # Two bits of version; a stack of labels with a bit that ends it.
    ("udp", 5004, "random"): 0.1,
    ("udp", 6635, "random"): 0.15,
}


def registered():
    """{("udp", port)}: from the keys in the sources, where the names of ports are resolved."""
    ports = set()
    folder = os.path.join(ROOT, "dissect", "proto")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as source:
            text = source.read()
        for over, value in re.findall(r"KEY_(UDP|TCP)_PORT, (\w+) }", text):
            if not value[0].isdigit():
                value = re.search(r"\b%s = (\w+)" % value, text).group(1)
            ports.add((over.lower(), int(value, 0)))
    assert len(ports) > 50, "the keys are written in another way now"
    return sorted(ports)


def payloads(rng):
    """[(kind, bytes)], the same for each port."""
    out = [("random", rng.randbytes(LENGTHS[i % len(LENGTHS)])) for i in range(NR_RANDOM)]
    out += [("text", text) for text in TEXTS]
    out += [("zeros", bytes(n)) for n in LENGTHS]
    out += [("ones", b"\xff" * n) for n in LENGTHS]
    return out


def ask(program, frames):
    """Per frame: its layers above the transport, and the status."""
    fields = ("frame.protocols", "ringtap.status", "udp.dstport", "tcp.dstport")
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        file.write(run.pcap(1, [(i, data, len(data)) for i, data in enumerate(frames)]))
        file.flush()
        options = [word for field in fields for word in ("-e", field)]
        done = subprocess.run([program, "read", "-T", "fields", *options, file.name],
                              capture_output=True, timeout=60, check=False)
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert done.returncode in (0, 3) and len(rows) == len(frames), done.stderr.decode()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ringtap", required=True)
    parser.add_argument("-v", "--verbose", action="store_true", help="name every hit")
    args = parser.parse_args()
    rng = random.Random(SEED)
    sent = []
    for over, port in registered():
        make = packets.udp4 if over == "udp" else packets.tcp4
        for kind, data in payloads(rng):
            sent.append((over, port, kind, data, make(CLIENT, port, data)))
    totals, hits = collections.Counter(), collections.defaultdict(list)
    for (over, port, kind, data, _), row in zip(sent, ask(args.ringtap, [s[4] for s in sent])):
        assert str(port) == row[2 if over == "udp" else 3], "rows out of step"
        upper = [name for name in row[0].split(":") if name not in BELOW]
        totals[over, port, kind] += 1
        if upper and row[1] == "ok":
            hits[over, port, kind].append((":".join(upper), data))
    failed = 0
    for (over, port, kind), found in sorted(hits.items()):
        share = TOLERATED.get((over, port, kind), TOLERATED.get((over, port, None), MAX_SHARE))
        allowed = max(1, share * totals[over, port, kind])  # one byte may be the start of many
        bad = len(found) > allowed
        failed += bad
        if bad or args.verbose:
            names = ",".join(sorted({f[0] for f in found}))[:100]
            print("%s %s %u, %s: %u of %u are shown as %s, e.g. %r" % (
                "FAIL" if bad else "    ", over, port, kind, len(found),
                totals[over, port, kind], names, found[0][1][:24]))
    print("%u payloads, %u of %u kinds and ports failed" % (len(sent), failed, len(totals)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
