#!/usr/bin/env python3
"""Captures that run for long: rotation, retention, names, and commands for finished files."""
import os
import re
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import capfile  # noqa: E402
import harness  # noqa: E402
from harness import Lab, equal, true, wait_for  # noqa: E402
from test_counts import check_readers, check_sums  # noqa: E402
from test_output import check_rotated, kill_and_replace, rotated  # noqa: E402

SIZE = 1000
SMALL_BLOCKS = ("--block-size", "64KiB", "--latency", "20ms")


def counts(files):
    """Packets of each file."""
    return [len(capfile.File(path).packets) for path in files]


def disk_bytes(directory):
    """What the capture's files take, hidden ones and those of this moment included."""
    total = 0
    for name in os.listdir(directory):
        try:
            total += os.stat(os.path.join(directory, name)).st_blocks * 512
        except FileNotFoundError:
            pass
    return total


def directory_in(lab, name="d"):
    where = lab.path(name)
    os.mkdir(where)
    return where


def rotate_by_packets(programs):
    """Exactly N in each file but the last, whatever the form."""
    for name, args in (("a.pcapng", ()), ("a.pcapng", ("--write", "packed")), ("a.pcap", ()),
                       ("a.pcapng", ("--write", "sorted", "--rings", "2", "--fanout", "lb"))):
        with Lab(programs) as lab:
            where = directory_in(lab)
            c = lab.capture("-i", "v0", "-w", os.path.join(where, name), "--rotate-packets",
                            "700", *SMALL_BLOCKS, *args)
            offered = lab.generate("-n", "5000", "-s", str(SIZE))
            totals = c.stop()
            check_sums(totals, offered)
            equal(totals["packets_dropped"], 0, "dropped")
            files = rotated(lab, where, os.path.splitext(name)[1])
            equal(counts(files), [700] * 7 + [100], f"{name} {args}: packets per file")
            check_rotated(lab, files, offered, totals, SIZE)


def few_packets_a_file(programs):
    """Hundreds of files out of one block."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a-{number:05}.pcapng"),
                        "--rotate-packets", "3")
        offered = lab.generate("-n", "2000", "-s", "100")
        totals = c.stop(seconds=60)
        check_sums(totals, offered)
        files = rotated(lab, where)
        equal(counts(files), [3] * 666 + [2], "packets per file")
        equal([os.path.basename(f) for f in files],
              [f"a-{n:05}.pcapng" for n in range(1, 668)], "names")


def whichever_first(programs):
    """Size, packets and time together: each ends files where it comes first."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", where + "/", "-C", "1MB", "--rotate-packets", "2000",
                        "-G", "2s", *SMALL_BLOCKS)
        offered = lab.generate("-n", "3000", "-s", "1400") # 700 of these are 1 MB
        c.wait_report("stored", lambda r, n=offered: r["packets_captured"] == n)
        c.signal(signal.SIGHUP)
        wait_for("the last file of these is finished",
                 lambda: sum(counts(rotated(lab, where))) == 3000)
        large = rotated(lab, where)
        true(len(large) >= 5, f"-C: {counts(large)}")
        true(all(os.path.getsize(f) <= 1000000 + 8192 for f in large), "-C: sizes")
        small = lab.generate("-n", "5000", "-s", "60", "-f", "1")
        offered += small
        c.wait_report("stored", lambda r, n=offered: r["packets_captured"] == n)
        wait_for("-G ends the last file", lambda: sum(counts(rotated(lab, where))) == offered)
        totals = c.stop()
        check_sums(totals, offered)
        after = counts([f for f in rotated(lab, where) if f not in large])
        true(after.count(2000) >= 1 and max(after) == 2000, f"--rotate-packets: {after}")


def hangup_without_limits(programs):
    """SIGHUP begins a new file of a plain -w; the second sorts behind the first."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), *SMALL_BLOCKS)
        for number in (1, 2, 3):
            sent = lab.generate("-n", str(100 * number), "-s", "500")
            equal(sent, 100 * number, "sent")
            c.wait_report("stored", lambda r, n=number: r["packets_stored"] == 50 * n * (n + 1))
            if number < 3:
                c.signal(signal.SIGHUP)
                wait_for("the file is finished",
                         lambda n=number: c.report()["files"] == n)
        c.stop()
        equal(counts(rotated(lab, where)), [100, 200, 300], "packets per file, in order of names")


def keep_bytes(programs):
    """Under traffic the directory never holds more than the limit and one file."""
    limit, each = 8 << 20, 1 << 20
    for args in ((), ("--write", "packed"), ("--no-direct",)):
        with Lab(programs) as lab:
            where = directory_in(lab)
            foreign = os.path.join(where, "a-20200101-000000_001.pcapng")
            with open(foreign, "wb") as f:
                f.write(b"x" * 5000)
            c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "-C", str(each) +
                            "B", "--keep-bytes", "8MiB", *SMALL_BLOCKS, *args)
            g = lab.generator("-n", "60000", "-s", str(SIZE), "-r", "30kpps")
            most = 0
            while g.process.poll() is None:
                most = max(most, disk_bytes(where))
                time.sleep(0.003)
            offered = g.offered()
            totals = c.stop()
            check_sums(totals, offered)
            equal(totals["packets_dropped"], 0, "dropped")
            true(4 << 20 < most <= limit + each + 65536, f"{args}: {most} bytes at most")
            true(os.path.getsize(foreign) == 5000, "a file of somebody else stays")
            os.unlink(foreign)
            files = rotated(lab, where)
            equal(totals["files"] - totals["files_removed"], len(files), f"files: {totals}")
            true(totals["bytes_removed"] > 40 << 20, f"bytes removed: {totals}")
            frames = capfile.Frames(SIZE)
            numbers = []
            for path in files:
                f = capfile.File(path)
                check_readers(lab, path, len(f.packets))
                numbers += [frames.sequence(p.data) for p in f.packets]
            equal(sorted(numbers), list(range(offered - len(numbers), offered)),
                  "exactly the youngest packets are left")


def keep_bytes_alone(programs):
    """Without a rotation it is divided into files, and that is said."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "--keep-bytes",
                        "16MiB", *SMALL_BLOCKS)
        true("files of 1.00 MiB" in c.text(), c.text())
        offered = lab.generate("-n", "30000", "-s", str(SIZE), "-r", "50kpps")
        totals = c.stop()
        check_sums(totals, offered)
        true(12 << 20 < disk_bytes(where) <= 16 << 20, f"{disk_bytes(where)} bytes are left")


def keep_free(programs):
    """On a small file system that others fill as well: ours make room, theirs stay."""
    with Lab(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=40m", "none")
        theirs = os.path.join(where, "theirs")
        with open(theirs, "wb") as f:
            f.write(b"x" * (10 << 20))
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "-C", "1MiB",
                        "--keep-free", "25%", *SMALL_BLOCKS)
        g = lab.generator("-n", "50000", "-s", str(SIZE), "-r", "30kpps")
        least = 40 << 20
        while g.process.poll() is None:
            st = os.statvfs(where)
            least = min(least, st.f_bavail * st.f_frsize)
            time.sleep(0.003)
        totals = c.stop()
        check_sums(totals, g.offered())
        equal(totals["packets_dropped"], 0, "dropped")
        true((10 << 20) - (128 << 10) <= least < 20 << 20, f"least that was free: {least}")
        equal(os.path.getsize(theirs), 10 << 20, "a file of somebody else")
        true(totals["files_removed"] > 20, f"{totals}")
        for path in rotated(lab, where):
            check_readers(lab, path, len(capfile.File(path).packets))


def full_disk_with_retention(programs):
    """Somebody else takes the room that the limit counted on: the oldest files go, no packet."""
    with Lab(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=20m", "none")
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "-C", "1MiB",
                        "--keep-bytes", "16MiB", *SMALL_BLOCKS)
        offered = lab.generate("-n", "20000", "-s", str(SIZE), "-r", "30kpps")
        with open(os.path.join(where, "theirs"), "wb") as f:
            for _ in range(64): # until it is full
                try:
                    f.write(b"x" * (1 << 18))
                    f.flush()
                except OSError:
                    break
        offered += lab.generate("-n", "20000", "-s", str(SIZE), "-r", "30kpps", "-f", "1")
        totals = c.stop()
        check_sums(totals, offered)
        equal(totals["packets_dropped"], 0, f"dropped ({c.text()})")
        for path in rotated(lab, where):
            check_readers(lab, path, len(capfile.File(path).packets))


def full_disk_not_allocated(programs):
    """Where nothing can be allocated ahead the write meets the full disk: the oldest file goes."""
    for args in ((), ("--no-io-uring",), ("--no-direct",), ("--write", "packed")):
        with Lab(programs) as lab:
            image = lab.path("image")
            with open(image, "wb") as f:
                f.truncate(24 << 20)
            try:
                harness.call("mkfs.ext2", "-q", "-m", "0", image)
                where = lab.mount("small", "-o", "loop", image)
            except (AssertionError, FileNotFoundError) as why:
                raise harness.Skip(f"no ext2 file system in a file: {why}") from why
            c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "-C", "1MiB",
                            "--keep-bytes", "60MiB", *SMALL_BLOCKS, *args)
            offered = lab.generate("-n", "40000", "-s", str(SIZE), "-r", "20kpps")
            totals = c.stop()
            check_sums(totals, offered)
            equal(totals["packets_dropped"], 0, f"{args}: dropped ({c.text()})")
            true(totals["files_removed"] > 5, f"{args}: files removed")
            files = rotated(lab, where)
            # Not more of them than are needed.
            true(sum(os.path.getsize(f) for f in files) > 12 << 20, f"{args}: {len(files)} files")
            for path in files:
                check_readers(lab, path, len(capfile.File(path).packets))


def nothing_left_to_remove(programs):
    """--keep-free that cannot be held is said once, and the capture goes on."""
    with Lab(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=20m", "none")
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "-C", "100MiB",
                        "--keep-free", "19MiB", *SMALL_BLOCKS)
        offered = lab.generate("-n", "5000", "-s", str(SIZE))
        totals = c.stop()
        check_sums(totals, offered)
        equal(totals["packets_stored"], offered, "stored")
        equal(c.text().count("no finished file of this capture is left"), 1, c.text())


def warning_before_full(programs):
    with Lab(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=30m", "none")
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"))
        g = lab.generator("-n", "20000", "-s", str(SIZE), "-r", "5kpps")
        c.wait_text("--keep-free or --keep-bytes removes the oldest files in time")
        g.kill()
        c.stop()
        equal(c.text().count("removes the oldest files in time"), 1, c.text())
    for limits in (("--keep-bytes", "8MiB"), ("-C", "1MiB", "-W", "8")):
        with Lab(programs) as lab:
            where = lab.mount("small", "-t", "tmpfs", "-o", "size=14m", "none")
            c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), *limits,
                            *SMALL_BLOCKS)
            lab.generate("-n", "4000", "-s", str(SIZE), "-r", "2kpps")
            true(c.stop()["files_removed"] == 0, "the limit is not reached")
            true("removes the oldest" not in c.text(), f"{limits} will hold: {c.text()}")


LOG = "printf '%s\\n' {} >> done"


def lines(lab, name="done"):
    try:
        with open(lab.path(name), encoding="utf-8") as f:
            return f.read().splitlines()
    except FileNotFoundError:
        return []


def post_for_each(programs):
    """Once for each file, in their order, its path quoted, in the capture's directory."""
    with Lab(programs) as lab:
        where = directory_in(lab, "it's $(touch hurt) `here`")
        relative = os.path.basename(where)
        c = lab.capture("-i", "v0", "-w", f"{relative}/a.pcapng", "--rotate-packets", "500",
                        "--post", LOG + "; printf '%s\\n' \"$RINGTAP_FILE\" >> named; id -u >> "
                        "who; ls /proc/self/fd | tr '\\n' ' ' >> open; nice >> nice", *SMALL_BLOCKS)
        offered = lab.generate("-n", "5000", "-s", str(SIZE))
        totals = c.stop()
        check_sums(totals, offered)
        names = [os.path.join(relative, os.path.basename(f)) for f in rotated(lab, where)]
        equal(len(names), 10, "files")
        equal(lines(lab), names, "paths")
        equal(lines(lab, "named"), names, "RINGTAP_FILE")
        equal(lines(lab, "who"), ["0"] * 10, "users")
        equal(lines(lab, "nice"), ["10"] * 10, "priority")
        equal(lines(lab, "open"), ["0 1 2 3 " * 10], "descriptors (3 is the listing's own)")
        equal((totals["post_run"], totals["post_failed"], totals["post_not_run"]), (10, 0, 0),
              "counts")
        true(not os.path.exists(lab.path("hurt")), "no part of a name is executed")


def post_bounded(programs):
    """Never more at a time than --post-jobs; failures are said and counted."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        script = ("mkdir run-$$; ls -d run-* | wc -l >> at-once; sleep 0.2; rmdir run-$$; "
                  "case {} in *-00003*) exit 7;; esac")
        c = lab.capture("-i", "v0", "-w", where + "/a-{number:05}.pcapng", "--rotate-packets",
                        "200", "--post", script, "--post-jobs", "3", *SMALL_BLOCKS)
        lab.generate("-n", "2000", "-s", str(SIZE))
        totals = c.stop(seconds=60)
        seen = [int(n) for n in lines(lab, "at-once")]
        equal((len(seen), max(seen)), (10, 3), f"at once: {seen}")
        equal((totals["post_run"], totals["post_failed"]), (10, 1), "counts")
        true("a-00003.pcapng: the command ended with status 7" in c.text(), c.text())


def post_holds_files(programs):
    """Retention waits for the command of a file; a second interrupt does not."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", where + "/a-{number:05}.pcapng", "--rotate-packets",
                        "100", "-W", "2", "--post",
                        "while ! test -e go; do sleep 0.05; done; test -s {}", *SMALL_BLOCKS)
        lab.generate("-n", "1000", "-s", str(SIZE))
        c.wait_report("finished", lambda r: r["files"] >= 9)
        true(len(rotated(lab, where)) >= 9, "nothing is removed yet")
        with open(lab.path("go"), "w", encoding="ascii"):
            pass
        totals = c.stop(seconds=60)
        equal(totals["post_failed"], 0, f"every file was there: {c.text()}")
        equal([os.path.basename(f) for f in rotated(lab, where)],
              ["a-00009.pcapng", "a-00010.pcapng"], "files kept")
        os.unlink(lab.path("go"))
        c = lab.capture("-v", "-i", "v0", "-w", where + "/b.pcapng", "--post",
                        "while ! test -e go; do sleep 0.05; done; : {} > gone")
        c.signal(signal.SIGINT)
        c.wait_text("waiting for the commands of --post")
        c.signal(signal.SIGINT)
        equal(c.wait(), 3, "exit status")
        true("1 commands still run" in c.text(), c.text())
        with open(lab.path("go"), "w", encoding="ascii"):
            pass
        wait_for("the command has ended", lambda: os.path.exists(lab.path("gone")))


def post_as_user(programs):
    """With -Z the command is that user, without other groups."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        os.chmod(where, 0o777)
        os.chmod(lab.dir, 0o777)
        c = lab.capture("-i", "v0", "-Z", "nobody", "-w", where + "/a.pcapng", "--post",
                        "id -un > who; id -G | wc -w >> who; grep -E 'Cap(Prm|Eff|Bnd)' "
                        "/proc/self/status | grep -c '[1-9a-f]$' >> who; cat {} | wc -c >> who")
        lab.generate("-n", "100", "-s", str(SIZE))
        c.stop()
        who = lines(lab, "who")
        equal(who[:3], ["nobody", "1", "0"], "user, groups, capability sets that are not empty")
        true(int(who[3]) > 100 * SIZE, "it can read the file")


def post_after_kill(programs):
    """A writer that dies costs no command and doubles none."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", where + "/a-{number:06}.pcapng", "-C", "500KB",
                        "--keep-bytes", "200MiB", "--post", LOG, *SMALL_BLOCKS)
        offered = 0
        for flow in range(3):
            offered += kill_and_replace(c, lab.generator("-n", "20000", "-s", str(SIZE), "-r",
                                                         "60kpps", "-f", str(flow + 1)))
        totals = c.stop(seconds=60)
        check_sums(totals, offered)
        equal(totals["writer_starts"], 4, "writers started")
        files = rotated(lab, where)
        equal(lines(lab), files, "once for each file, in their order")
        equal(totals["post_run"], len(files), "commands run")
        equal([n for n in os.listdir(where) if n.endswith(".part")], [], "hidden files")
        equal(sum(counts(files)), totals["packets_stored"], "packets in all files")


def keep_bytes_after_kill(programs):
    """The successor counts what its predecessor has finished."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", where + "/a.pcapng", "-C", "1MiB", "--keep-bytes",
                        "8MiB", *SMALL_BLOCKS)
        for flow in range(3):
            kill_and_replace(c, lab.generator("-n", "20000", "-s", str(SIZE), "-r", "60kpps",
                                              "-f", str(flow + 1)))
            wait_for("the directory is within its limit",
                     lambda: disk_bytes(where) <= 9 << 20)
        totals = c.stop()
        true(disk_bytes(where) <= 8 << 20, f"{disk_bytes(where)} bytes are left")
        files = rotated(lab, where)
        equal(totals["files"] - totals["files_removed"], len(files), f"{totals}")
        for path in files:
            check_readers(lab, path, len(capfile.File(path).packets))


def names(programs):
    """Templates of words, time and number; numbers go on behind what is there."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        for first in (1, 4):
            c = lab.capture("-i", "v0", "-w", where + "/{interface}-{number:03}.pcapng",
                            "--rotate-packets", "100", *SMALL_BLOCKS)
            lab.generate("-n", "300", "-s", str(SIZE))
            c.stop()
            equal([os.path.basename(f) for f in rotated(lab, where)],
                  [f"v0-{n:03}.pcapng" for n in range(1, first + 3)], "names")
        shutil.rmtree(where)
        os.mkdir(where)
        c = lab.capture("-i", "v0", "-w", where + "/x-{host}-%Y.pcapng", "-C", "200KB",
                        *SMALL_BLOCKS)
        lab.generate("-n", "3000", "-s", str(SIZE))
        totals = c.stop()
        files = rotated(lab, where)
        true(len(files) > 10, f"{files}")
        stem = re.escape(os.path.join(where, f"x-{os.uname().nodename}-{time.gmtime().tm_year}"))
        true(all(re.fullmatch(stem + r"_\d{3}\.pcapng", f) for f in files), f"{files}")
        frames = capfile.Frames(SIZE)
        firsts = [frames.sequence(capfile.File(f).packets[0].data) for f in files]
        equal(firsts, sorted(firsts), "names in order of time")
        equal(totals["files"], len(files), "files")
        status, text = lab.refused("-i", "v0", "-w", where + "/{nubmer}.pcapng", "-C", "1MB")
        equal(status, 2, "exit status of an unknown word")
        true("{nubmer}" in text and "{number}" in text, text)


def names_of_two_rings(programs):
    """One ring's blocks are behind the other's, over the second too: no name comes twice."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "-C", "200KB", "-W",
                        "6", "--post", LOG, "--block-size", "64KiB", "--latency", "5ms",
                        "--rings", "2", "--fanout", "lb")
        offered = lab.generate("-n", "60000", "-s", "700", "-r", "15kpps")
        totals = c.stop()
        check_sums(totals, offered)
        done = lines(lab)
        equal(len(done), totals["files"], "commands")
        equal(done, sorted(set(done)), "names, in their order")


def backlog_of_two_rings(programs):
    """A backlog goes into the files from both rings in turn: the youngest packets are kept."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", os.path.join(where, "a.pcapng"), "-C", "300KB", "-W",
                        "6", "--block-size", "64KiB", "-B", "16MiB", "--latency", "5ms",
                        "--rings", "2", "--fanout", "lb")
        writer = c.writer()
        os.kill(writer, signal.SIGSTOP)
        offered = lab.generate("-n", "8000", "-s", "700", "-r", "40kpps")
        os.kill(writer, signal.SIGKILL)
        totals = c.stop()
        check_sums(totals, offered)
        equal(totals["packets_dropped"], 0, "dropped")
        frames = capfile.Frames(700)
        left = [frames.sequence(p.data) for f in rotated(lab, where)
                for p in capfile.File(f).packets]
        true(max(left) == offered - 1 and offered - min(left) < len(left) * 3 // 2,
             f"{len(left)} packets from {min(left)} to {max(left)} of {offered}")


def refusals(programs):
    """What makes no sense together is said before anything is captured."""
    with Lab(programs) as lab:
        fifo, packed_fifo = lab.path("fifo"), lab.path("fifo.pcapng.zst")
        os.mkfifo(fifo)
        os.mkfifo(packed_fifo)
        name = lab.path("a.pcapng")
        for args, text, status in (
                (("-w", fifo, "-C", "1MB"), "cannot be rotated", 2),
                (("-w", fifo, "-W", "3"), "cannot be rotated", 2),
                (("-w", fifo, "--durable"), "nothing stays in a pipe", 2),
                (("-w", packed_fifo), "not compressed", 2),
                (("-w", "-", "--durable"), "not synced", 1),
                (("-w", "-", "--keep-bytes", "1GiB"), "cannot be rotated", 1),
                (("-w", name, "--post", "gzip '{}'"), "quoted already", 1),
                (("-w", name, "--post", 'gzip "a {}"'), "quoted already", 1),
                (("-w", name, "--keep-bytes", "500GiB", "-C", "1MB"), "65536 files", 1),
                (("-w", name, "--keep-free", "200%", "-C", "1MB"), "1% to 99%", 1),
                (("-w", name, "-G", "20000d"), "10000d", 1),
                (("-w", name, "--compress-level", "3"), "not compressed", 1),
                (("-w", name + ".zst", "--compress-level", "20"), "up to 19", 1),
                (("-w", name + ".zst", "--compress-threads", "17"), "1 and 16", 1)):
            got, said = lab.refused("-i", "v0", *args)
            true(text in said and got == status, f"{args}: status {got}: {said}")
            true(not os.path.exists(name), f"{args}: nothing is made")


def children_ignored(programs):
    """Started by somebody who ignores SIGCHLD: ends of commands and of the writer are seen."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", where + "/a.pcapng", "--rotate-packets", "500",
                        "--post", "true", "--latency", "20ms",
                        wrap=(sys.executable, "-c", "import os, signal, sys; "
                              "signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
                              "os.execvp(sys.argv[1], sys.argv[1:])"))
        offered = lab.generate("-n", "2000", "-s", "100")
        c.wait_report("stored", lambda r: r["packets_stored"] == offered)
        os.kill(c.writer(), signal.SIGKILL)
        c.wait_report("another writer", lambda r: r["writer_starts"] == 2)
        totals = c.stop()
        equal((totals["files"], totals["post_run"]), (4, 4), "files, and commands")


def local_time(programs):
    """The writer knows the user's time zone, though it has no other part of the environment."""
    with Lab(programs) as lab:
        where = directory_in(lab)
        c = lab.capture("-i", "v0", "-w", where + "/a-%H.pcapng",
                        wrap=("env", "TZ=Test-9:00"))
        before = time.gmtime(time.time() + 9 * 3600).tm_hour
        lab.generate("-n", "10", "-s", "500")
        c.stop()
        after = time.gmtime(time.time() + 9 * 3600).tm_hour
        true(rotated(lab, where) and rotated(lab, where)[0][-9:-7] in
             (f"{before:02}", f"{after:02}"), f"{rotated(lab, where)}")


TESTS = [rotate_by_packets, few_packets_a_file, whichever_first, hangup_without_limits, keep_bytes,
         keep_bytes_alone, keep_free, full_disk_with_retention, full_disk_not_allocated,
         nothing_left_to_remove, warning_before_full, post_for_each, post_bounded,
         post_holds_files, post_as_user, post_after_kill, keep_bytes_after_kill, names,
         names_of_two_rings, backlog_of_two_rings, refusals, children_ignored, local_time]

if __name__ == "__main__":
    harness.main(TESTS)
