#!/usr/bin/env python3
"""Seeds of fuzz_compressed: seeds_compressed.py READER-SEEDS DIRECTORY

The small captures of seeds_reader, compressed by what is installed: one byte for the codec, then what
follows its magic number. Several frames, skippable ones, none of either and stored blocks are made by
hand, so that there are seeds of every codec everywhere.
"""
import gzip
import lzma
import os
import shutil
import struct
import subprocess
import sys

NAMES = ("gzip", "zstd", "lz4", "xz")
MAGICS = {"gzip": 2, "zstd": 4, "lz4": 4, "xz": 6}
SKIPPABLE = struct.pack("<II", 0x184D2A50, 3) + b"abc"


def stored_zstd(data):
    """A frame of one raw block, with a one-byte content size where that fits."""
    head = struct.pack("<IB", 0xFD2FB528, 0x20) + bytes([len(data)]) if len(data) < 256 else \
        struct.pack("<IBB", 0xFD2FB528, 0, 0x38)
    return head + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def stored_lz4(data):
    """One uncompressed block; 0x82 is the checksum of this descriptor."""
    return (struct.pack("<IBBB", 0x184D2204, 0x60, 0x40, 0x82) +
            struct.pack("<I", 0x80000000 | len(data)) + data + bytes(4))


def tool(command, data):
    """What a program makes of it; None where it is not installed."""
    if not shutil.which(command[0]):
        return None
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def forms(name, data):
    """Compressed files that hold this capture."""
    half = len(data) // 2
    if name == "gzip":
        one = gzip.compress(data, mtime=0)
        yield one
        yield gzip.compress(data[:half], mtime=0) + gzip.compress(data[half:], 1, mtime=0) + bytes(9)
        yield gzip.compress(data, 0, mtime=0)
        yield one[:3] + b"\x1e" + one[4:10] + b"\2\0xy" + b"name\0comment\0" + b"\0\0" + one[10:]
    elif name == "xz":
        for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_SHA256):
            yield lzma.compress(data, check=check, preset=0)
        for flt in (lzma.FILTER_DELTA, lzma.FILTER_X86):
            yield lzma.compress(data, filters=[{"id": flt}, {"id": lzma.FILTER_LZMA2, "preset": 0}])
        yield lzma.compress(data[:half], preset=0) + bytes(8) + lzma.compress(data[half:], preset=0)
    elif name == "zstd":
        yield stored_zstd(data)
        yield stored_zstd(data[:half]) + SKIPPABLE + stored_zstd(data[half:])
        for options in (["-1"], ["-19", "--check"], ["-3", "--no-check"]):
            yield tool(["zstd", "-q", "-c"] + options, data)
    else:
        yield stored_lz4(data)
        yield stored_lz4(data[:half]) + SKIPPABLE + stored_lz4(data[half:])
        for options in (["-1", "-B4"], ["-9", "-B4D", "-BX"], ["-1", "-B7", "--content-size"]):
            yield tool(["lz4", "-q", "-c"] + options, data)


def main():
    source, target = sys.argv[1:]
    for codec, name in enumerate(NAMES):
        directory = os.path.join(target, name)
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        for kind in ("pcap", "pcapng"):
            for seed in sorted(os.listdir(os.path.join(source, kind))):
                with open(os.path.join(source, kind, seed), "rb") as file:
                    data = file.read()
                for number, packed in enumerate(forms(name, data)):
                    if packed is None:
                        continue
                    with open(os.path.join(directory, "%s-%s-%d" % (kind, seed, number)), "wb") as out:
                        out.write(bytes([codec]) + packed[MAGICS[name]:])


main()
