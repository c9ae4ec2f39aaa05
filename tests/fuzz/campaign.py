#!/usr/bin/env python3
"""A search with libFuzzer over the protocols, and the corpora that stay behind as tests.

    campaign.py BUILD [--runs N] [--jobs N] [--long-runs N] [PROTOCOL|dissect|filter|bpf|pcap|zstd...]

BUILD is set up with -Dfuzzing=libfuzzer and sanitizers (see CONTRIBUTING.md). Each protocol is a
search of its own over fuzz_proto; the names of TARGETS are targets of their own, which run
--long-runs times. What covers the code with the fewest bytes is packed into
tests/fuzz/corpus/proto/NAME.bin (dissect/dissect.bin, filter/filter.bin, bpf/bpf.bin): per input its
length in two bytes, big endian, and the input. Exit 1 when a search found something; its artifact is
named.
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "corpus")
INPUT_MAX = 512
# Those that are no protocols -> the directories of their seeds
TARGETS = {"dissect": ("seeds-dissect", "seeds-golden"),
           "rewrite": ("seeds-dissect", "seeds-golden"), "filter": ("seeds-filter",),
           "bpf": ("seeds-bpf",), "display": ("seeds-display",),
           "craft": ("seeds-craft",),
           "pcap": ("seeds-reader/pcap",), "pcapng": ("seeds-reader/pcapng",),
           "gzip": ("seeds-compressed/gzip",), "zstd": ("seeds-compressed/zstd",),
           "lz4": ("seeds-compressed/lz4",), "xz": ("seeds-compressed/xz",)}
# Those that share a program; a codec is chosen by the environment.
PROGRAMS = {"pcap": "fuzz_reader", "pcapng": "fuzz_reader", "gzip": "fuzz_compressed",
            "zstd": "fuzz_compressed", "lz4": "fuzz_compressed", "xz": "fuzz_compressed"}
PACKED_MAX = 12 << 10  # bytes of one protocol that stay in the repository


def packed_path(name):
    return os.path.join(CORPUS, name if name in TARGETS else "proto", name + ".bin")


def unpack(path, directory):
    """The inputs of a packed corpus as files."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return
    at = number = 0
    while at + 2 <= len(data):
        size = struct.unpack_from(">H", data, at)[0]
        with open(os.path.join(directory, "kept-%d" % number), "wb") as file:
            file.write(data[at + 2:at + 2 + size])
        at += 2 + size
        number += 1


def first_byte(directories):
    """Of any seed: the protocol's number, which an input needs that is run without the name."""
    for directory in directories:
        for name in os.listdir(directory) if os.path.isdir(directory) else []:
            with open(os.path.join(directory, name), "rb") as file:
                return file.read(1)
    return b""


def pack(directory, path, first):
    """The smallest inputs first, as many as fit. Returns how many of how many."""
    inputs = []
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), "rb") as file:
            data = file.read()
            inputs.append(first + data[1:] if first else data)
    inputs.sort(key=lambda i: (len(i), i))
    out, kept = b"", 0
    for data in inputs:
        if len(out) + 2 + len(data) > PACKED_MAX:
            break
        out += struct.pack(">H", len(data)) + data
        kept += 1
    with open(path, "wb") as file:
        file.write(out)
    return kept, len(inputs)


def search(build, name, runs):
    """(name, what to say, found something)"""
    target = PROGRAMS.get(name, "fuzz_" + (name if name in TARGETS else "proto"))
    program = os.path.join(build, "tests/fuzz", target)
    environment = dict(os.environ)
    environment.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
    # Every input allocates and frees: what is kept aside to find late uses need not be large.
    environment.setdefault("ASAN_OPTIONS", "quarantine_size_mb=16:malloc_context_size=4")
    if name not in TARGETS:
        environment["RINGTAP_FUZZ_PROTO"] = name
    if PROGRAMS.get(name) == "fuzz_compressed":
        environment["RINGTAP_FUZZ_CODEC"] = name
    work = tempfile.mkdtemp(prefix="ringtap-fuzz-%s." % name)
    corpus, minimal = os.path.join(work, "corpus"), os.path.join(work, "minimal")
    os.mkdir(corpus)
    os.mkdir(minimal)
    seeds = [os.path.join(build, "tests/fuzz", d)
             for d in TARGETS.get(name, (os.path.join("seeds-proto", name),))]
    unpack(packed_path(name), corpus)
    # Edges without counts and without entropy: the bookkeeping costs more than the packet.
    flags = ["-entropic=0", "-use_counters=0", "-reduce_inputs=0", "-max_len=%d" % INPUT_MAX, "-timeout=10", "-rss_limit_mb=2048",
             "-artifact_prefix=%s/" % work]
    done = subprocess.run([program, "-runs=%d" % runs, "-print_final_stats=1"] + flags + [corpus] +
                          [s for s in seeds if os.path.isdir(s)], capture_output=True, text=True,
                          errors="replace", env=environment, check=False)
    executed = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    speed = re.search(r"average_exec_per_sec: +(\d+)", done.stderr)
    if done.returncode:
        with open(os.path.join(work, "log"), "w", encoding="utf-8") as file:
            file.write(done.stderr)
        return name, "FOUND something: %s/log" % work, True
    subprocess.run([program, "-merge=1"] + flags + [minimal, corpus] +
                   [s for s in seeds if os.path.isdir(s)], capture_output=True, env=environment,
                   check=False)
    os.makedirs(os.path.dirname(packed_path(name)), exist_ok=True)
    kept, all_of = pack(minimal, packed_path(name),
                        b"" if name in TARGETS else first_byte(seeds))
    shutil.rmtree(work)
    return name, "%s executions, %s a second, clean; %d of %d inputs kept" % (
        executed.group(1) if executed else "?", speed.group(1) if speed else "?", kept,
        all_of), False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--runs", type=int, default=2000000)
    parser.add_argument("--long-runs", type=int, default=10000000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("protocols", nargs="*")
    options = parser.parse_intermixed_args()
    names = options.protocols
    if not names:
        names = list(TARGETS) + sorted(os.listdir(os.path.join(options.build,
                                                             "tests/fuzz/seeds-proto")))
    bad = False
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        searches = [pool.submit(search, options.build, name,
                                options.long_runs if name in TARGETS else options.runs)
                    for name in names]
        for done in concurrent.futures.as_completed(searches):
            name, text, found = done.result()
            print("%-16s %s" % (name, text), flush=True)
            bad |= found
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
