#!/usr/bin/env python3
"""`ringtap read --follow`: packets of a file that still grows, until it is gone or told to end."""
import os
import select
import signal
import struct
import subprocess
import sys
import time

import cli
from cli import equal, true

WAIT_S = 20
AHEAD = 1 << 20  # zeros that a writer has allocated
START = 1_700_000_000
FRAME = bytes(range(64))


def pcap_header():
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def pcap_record(number):
    return struct.pack("<IIII", START + number, 0, len(FRAME), len(FRAME)) + FRAME


def pcapng_header():
    return cli.section() + cli.interface(1, "eth0")


def pcapng_record(number):
    return cli.packet(0, (START + number) * 10**9, FRAME)


FORMS = ((pcap_header(), pcap_record), (pcapng_header(), pcapng_record))


class Follower:
    """ringtap read --follow, and what it has printed so far."""

    def __init__(self, case, *words):
        self.process = subprocess.Popen([case.program, "read", "-nn", "-tt", "--follow", *words],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cli.ENV)
        self.text = b""

    def await_lines(self, count):
        """Waits until there are so many, and no more."""
        end = time.monotonic() + WAIT_S
        while self.text.count(b"\n") < count and time.monotonic() < end:
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                more = os.read(self.process.stdout.fileno(), 1 << 16)
                if not more:
                    break
                self.text += more
        equal(self.text.count(b"\n"), count, "lines")

    def finish(self, status, sig=None):
        """Standard error."""
        if sig:
            self.process.send_signal(sig)
        out, err = self.process.communicate(timeout=WAIT_S)
        self.text += out
        equal(self.process.returncode, status, "exit status (%s)" % err.decode())
        return err.decode()


def append(path, data):
    with open(path, "ab") as file:
        file.write(data)


def packets_appear(case):
    for header, record in FORMS:
        path = case.file("a", header[:10])
        reader = Follower(case, path)
        append(path, header[10:] + record(0))
        reader.await_lines(1)
        data = record(1) + record(2)
        append(path, data[:len(data) - 5])  # the last one is incomplete
        reader.await_lines(2)
        append(path, data[len(data) - 5:])
        reader.await_lines(3)
        reader.finish(0, signal.SIGINT)
        os.unlink(path)


def zeros_ahead_are_waited_for(case):
    for header, record in FORMS:
        data = header + record(0)
        path = case.file("a", data + bytes(AHEAD))
        reader = Follower(case, path)
        reader.await_lines(1)
        with open(path, "r+b") as file:
            file.seek(len(data))
            file.write(record(1)[:50])
            file.flush()
            reader.await_lines(1)
            file.write(record(1)[50:])
            file.flush()
            reader.await_lines(2)
            file.truncate(file.tell())
        append(path, record(2))
        reader.await_lines(3)
        reader.finish(0, signal.SIGINT)
        os.unlink(path)


def ends_with_the_file(case):
    header, record = FORMS[1]
    for leave in (os.unlink, lambda path: os.rename(path, path + ".1")):
        path = case.file("a", header + record(0))
        reader = Follower(case, path)
        reader.await_lines(1)
        leave(path)
        text = reader.finish(0)
        true("deleted" in text or "renamed" in text, text)


def incomplete_when_it_goes(case):
    header, record = FORMS[1]
    path = case.file("a", header + record(0) + record(1)[:20])
    reader = Follower(case, path)
    reader.await_lines(1)
    os.unlink(path)
    true("ends inside" in reader.finish(3), "the incomplete packet is not told of")


def cut_below_what_was_read(case):
    header, record = FORMS[0]
    path = case.file("a", header + record(0))
    reader = Follower(case, path)
    reader.await_lines(1)
    os.truncate(path, 10)
    true("10 bytes" in reader.finish(3), "no word of the cut")


def count_ends_it(case):
    header, record = FORMS[0]
    path = case.file("a", header + record(0))
    reader = Follower(case, "-c", "2", path)
    append(path, record(1))
    reader.finish(0)
    equal(reader.text.count(b"\n"), 2, "lines")


def filters(case):
    header, record = FORMS[0]
    path = case.file("a", header + record(0))
    reader = Follower(case, "-Y", "frame.number == 2", path)
    append(path, record(1) + record(2))
    reader.await_lines(1)
    true(b"%d." % (START + 1) in reader.text, reader.text)
    reader.finish(0, signal.SIGTERM)


def written_elsewhere(case):
    header, record = FORMS[1]
    path, out = case.file("a", header + record(0)), case.path("out.pcapng")
    reader = Follower(case, "-w", out, path)
    append(path, record(1))
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if os.path.exists(out) and os.path.getsize(out) >= len(header + record(0) * 2):
            break
        time.sleep(0.02)
    true(os.path.exists(out), "nothing was written")
    reader.finish(0, signal.SIGINT)
    equal(len(case.lines("read", out)), 2, "packets written")


def several_files_and_a_pipe(case):
    header, record = FORMS[0]
    paths = [case.file("a%d" % i, header + record(i)) for i in range(2)]
    reader = Follower(case, *paths)
    reader.await_lines(2)
    append(paths[1], record(2))
    reader.await_lines(3)
    append(paths[0], record(3))
    reader.await_lines(4)
    reader.finish(0, signal.SIGINT)
    out, _ = case.call("read", "--follow", "-", stdin=header + record(0))
    equal(len(out.splitlines()), 1, "a pipe ends as it does")


if __name__ == "__main__":
    sys.exit(cli.main([packets_appear, zeros_ahead_are_waited_for, ends_with_the_file,
                       incomplete_when_it_goes, cut_below_what_was_read, count_ends_it, filters,
                       written_elsewhere, several_files_and_a_pipe]))
