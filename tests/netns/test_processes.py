"""Processes that die, stall or are told to stop: what was stored stays, what was not is counted."""
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import time

import capfile
import harness
from harness import Lab, alive, equal, true, wait_for
from test_counts import check_readers, check_sums

FORMS = (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"),
         ("a.pcap", "--nano"),
         ("a.pcapng", "--write", "sorted", "--rings", "2", "--fanout", "lb"))


def capture_files(lab, hidden=False):
    return sorted(lab.path(n) for n in os.listdir(lab.dir)
                  if ".pcap" in n and (hidden or not n.startswith(".")))


def check_files(lab, size, offered, totals, what):
    """All files together: every packet stored is there, once, and is what was sent."""
    files = capture_files(lab)
    packets = []
    for path in files:
        f = capfile.File(path)
        check_readers(lab, path, len(f.packets))
        packets += f.packets
    frames = capfile.Frames(size)
    numbers = [frames.sequence(p.data) for p in packets]
    equal(len(set(numbers)), len(numbers), f"{what}: distinct packets")
    equal(len(numbers), totals["packets_stored"], f"{what}: packets in {len(files)} files")
    true(not numbers or max(numbers) < offered, "no packet that was never sent")
    return files


def kill_writer_with(programs, form):
    with Lab(programs) as lab:
        name, *args = form
        c = lab.capture("-i", "v0", "-w", lab.path(name), "--latency", "20ms", *args)
        writer = c.writer()
        g = lab.generator("-n", "200000", "-s", "300", "-r", "200kpps")
        c.wait_report("traffic", lambda r: r["packets_captured"] > 30000)
        time.sleep(random.random() / 20) # anywhere in the life of a block
        os.kill(writer, signal.SIGKILL)
        wait_for("another writer", lambda: c.writer() not in (None, writer))
        offered = g.offered()
        totals = c.stop()
        equal(totals["writer_starts"], 2, "writers started")
        true("killed by signal 9" in c.text(), f"the death is told: {c.text()}")
        check_sums(totals, offered)
        files = check_files(lab, 300, offered, totals, form)
        equal(len(files), 2, "files")
        true(totals["packets_stored"] > offered // 2, "most of it is stored")


def kill_writer_inplace(programs):
    for _ in range(3):
        kill_writer_with(programs, FORMS[0])


def kill_writer_packed(programs):
    for _ in range(2):
        kill_writer_with(programs, FORMS[1])


def kill_writer_pcap(programs):
    for _ in range(3):
        kill_writer_with(programs, FORMS[2])


def kill_writer_sorted(programs):
    for _ in range(3):
        kill_writer_with(programs, FORMS[3])


def kill_main(programs):
    """The writer finishes what is queued, ends the file and itself."""
    for form in FORMS:
        with Lab(programs) as lab:
            name, *args = form
            c = lab.capture("-i", "v0", "-w", lab.path(name), "--latency", "20ms", *args)
            writer = c.writer()
            g = lab.generator("-n", "150000", "-s", "300", "-r", "200kpps")
            captured = c.wait_report("traffic", lambda r: r["packets_captured"] > 30000)
            c.signal(signal.SIGKILL)
            c.process.wait()
            wait_for(f"{form}: the writer ends by itself", lambda w=writer: not alive(w), 10)
            offered = g.offered()
            files = capture_files(lab, hidden=True)
            equal(len(files), 1, "files")
            f = capfile.File(files[0])
            capfile.check_sequences(f.packets, capfile.Frames(300), offered)
            true(len(f.packets) >= captured["packets_stored"], "what was stored is there")
            check_readers(lab, files[0], len(f.packets))


def counts_before_zeros(lab, path, packets):
    """What other programs find in a file that ends in zeros: they complain, and have it all."""
    if shutil.which("tcpdump"):
        out = capfile.output_of("tcpdump", "-n", "-q", "-t", "-r", path)[1]
        equal(out.count(b"\n"), packets, "packets that tcpdump prints")
    if shutil.which("tshark"):
        out = capfile.output_of("tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.len")[1]
        equal(out.count(b"\n"), packets, "packets that tshark prints")
    if shutil.which("capinfos"):
        err = capfile.output_of("capinfos", "-c", "-M", path)[2]
        true(f"after reading {packets} packets" in err, f"packets that capinfos counts: {err}")


def check_zero_tail(lab, path, status, err, packets):
    """One clear note of what the rest of the file is; true when there is such a rest."""
    with open(path, "rb") as f:
        data = f.read()
    found = re.search(r": ends in (\d+) ([KM])iB of zeros from offset (\d+): ", err)
    if not found:
        # All that was allocated may just have been written, in a stream up to within a block.
        true(status == 0 or "ends inside a block" in err, f"status {status}: {err}")
        return False
    equal(status, 3, "exit status")
    offset = int(found.group(3))
    equal(data.count(b"\0", offset), len(data) - offset, "all of it is zeros")
    true(any(data[offset - 4:offset]), "and they begin there")
    equal(int(found.group(1)), len(data) - offset >> {"K": 10, "M": 20}[found.group(2)], "size")
    equal(err.count(path), 1, f"lines about the file: {err}")
    counts_before_zeros(lab, path, packets)
    return True


def kill_both(programs):
    """The file opens up to the last whole block; then there is an end or a clear error."""
    zeros = 0
    for form in FORMS:
        with Lab(programs) as lab:
            name, *args = form
            path = lab.path(name)
            c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args)
            writer = c.writer()
            lab.generator("-n", "150000", "-s", "300", "-r", "200kpps")
            report = c.wait_report("traffic", lambda r: r["packets_stored"] > 20000)
            os.kill(c.pid, signal.SIGSTOP)
            os.kill(writer, signal.SIGKILL)
            os.kill(c.pid, signal.SIGKILL)
            c.process.wait()
            wait_for("both are gone", lambda w=writer: not alive(w))
            status, out, err = capfile.output_of(lab.ringtap, "read", "-n", "-q", path)
            true(out.count(b"\n") >= report["packets_stored"],
                 f"{form}: {out.count(bytes([10]))} packets read, {report['packets_stored']} "
                 f"were stored: {err}")
            if name.endswith(".pcap"):
                true(status == 0 or "offset" in err, f"{form}: status {status}, {err}")
            else:
                zeros += check_zero_tail(lab, path, status, err, out.count(b"\n"))
    true(zeros, "none of the files ended in zeros: what this test is about was not seen")


def slow_tail(programs):
    """At a low rate a file is allocated a little ahead, not 64 MiB: that is the tail of zeros."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms")
        g = lab.generator("-n", "20000", "-s", "300", "-r", "5kpps")
        c.wait_report("traffic", lambda r: r["packets_stored"] > 15000)
        tail = os.path.getsize(path) - c.report()["file_bytes"]
        true(0 <= tail <= 8 << 20, f"{tail} bytes are allocated ahead")
        g.offered()
        c.stop()
        equal(len(capfile.File(path).packets), 20000, "packets")


def scan_summaries(data):
    """Times of the summaries up to zeros, or to a record that is not whole, and the offset there."""
    equal(data[:8], b"RTAPSUM\n", "the file's magic")
    times, off = [], 32
    while any(data[off:off + 8]):
        word, kind = struct.unpack_from("<IH", data, off)
        true(word < 1 << 20, f"record at {off}: {word:#x}")
        if off + 8 + word > len(data):
            break
        if kind == 1:
            equal(word, 64, f"length of the summary at {off}")
            times.append(struct.unpack_from("<Q", data, off + 8)[0])
        off += 8 + (word + 7 & ~7)
    return times, off


def read_summaries(path, finished=True):
    """Sorted times of the summaries of a whole file; zeros behind them if nobody has cut it."""
    with open(path, "rb") as f:
        data = f.read()
    times, off = scan_summaries(data)
    if finished:
        equal(off, len(data), "the file ends with a record")
    true(not any(data[off:]), f"nothing but zeros from offset {off} on")
    return sorted(times)


def summaries_so_far(path):
    """How many there are in a file that is being written, and allocated ahead; where they end."""
    with open(path, "rb") as f:
        times, end = scan_summaries(f.read())
    return len(times), end


def kill_amid_summaries(lab, c, path, offered):
    """Kills the writer while it writes many summaries at once; what is offered now."""
    writer = c.writer()
    wait_for("the summaries before", lambda: summaries_so_far(path)[0] == offered)
    end = summaries_so_far(path)[1]
    os.kill(writer, signal.SIGSTOP)
    offered += lab.generate("-n", "90000", "-s", "100")
    c.wait_report("all is captured", lambda r: r["packets_captured"] == offered)
    with open(path, "rb") as f:
        os.kill(writer, signal.SIGCONT)
        wait_for(f"{path} grows", lambda: any(os.pread(f.fileno(), 8, end)))
    os.kill(writer, signal.SIGKILL)
    wait_for("another writer", lambda: c.writer() not in (None, writer))
    wait_for("it has caught up", lambda: summaries_so_far(path)[0] == offered)
    return offered


def kill_writer_summaries(programs):
    """Killed while it writes summaries: each packet stored has exactly one, before and after."""
    with Lab(programs) as lab:
        for round_ in range(2):
            name, sums = lab.path(f"{round_}.pcapng"), lab.path(f"{round_}.sum")
            c = lab.capture("-i", "v0", "-w", name, "--summaries", sums, "--latency", "20ms",
                            "-B", "128MiB")
            offered = lab.generate("-n", "5000", "-s", "100")
            for _ in range(3):
                offered = kill_amid_summaries(lab, c, sums, offered)
            offered += lab.generate("-n", "1000", "-s", "100")
            totals = c.stop()
            equal(totals["writer_starts"], 4, "writers started")
            check_sums(totals, offered)
            equal(totals["packets_dropped"], 0, "nothing is lost")
            equal(totals["summaries_lost"], 0, "no summary is lost")
            files = [p for p in capture_files(lab) if os.path.basename(p).startswith(f"{round_}")]
            stored = sorted(p.ts_ns for path in files for p in capfile.File(path).packets)
            equal(len(stored), offered, "packets stored")
            times = read_summaries(sums)
            equal(len(times), len(stored), "a summary for each packet stored")
            true(times == stored, "and with its time")


def kill_writer_summaries_only(programs):
    """The same without a file of packets, and with a file that somebody has put in its place."""
    with Lab(programs) as lab:
        sums, aside = lab.path("a.sum"), lab.path("b.sum")
        c = lab.capture("-i", "v0", "--summaries", sums, "--latency", "20ms")
        offered = lab.generate("-n", "5000", "-s", "100")
        for _ in range(3):
            offered = kill_amid_summaries(lab, c, sums, offered)
        # The last writer has opened it when it has written to it.
        offered += lab.generate("-n", "1000", "-s", "100")
        wait_for("the last summaries", lambda: summaries_so_far(sums)[0] == offered)
        os.rename(sums, aside)
        with open(sums, "wb") as f:
            f.write(b"somebody else's" * 1000000)
        os.kill(c.writer(), signal.SIGKILL)
        equal(c.wait(), 3, "exit status")
        true("a.sum: somebody has replaced" in c.text(), f"it says of what: {c.text()}")
        equal(c.totals["writer_starts"], 5, f"writers started ({c.text()})")
        equal(os.path.getsize(sums), 15000000, "the other file's size")
        equal(len(read_summaries(aside, finished=False)), offered, "a summary for each packet")


def stalled_writer(programs):
    """A writer that stands still for a while: the queue grows, drops are counted, it recovers."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "-B", "8MiB", "--block-size", "1MiB",
                        "--latency", "20ms")
        writer = c.writer()
        before = lab.generate("-n", "2000", "-s", "1500")
        os.kill(writer, signal.SIGSTOP)
        during = lab.generate("-n", "20000", "-s", "1500")
        r = c.wait_report("every block is queued", lambda r: r["queue"] == r["ring_blocks"])
        r = c.wait_report("drops", lambda r: r["dropped"]["ring_full"] > 0)
        stuck = r["packets_stored"]
        time.sleep(1) # the stall itself
        equal(c.report()["packets_stored"], stuck, "stored while the writer stands still")
        os.kill(writer, signal.SIGCONT)
        c.wait_report("the queue drains", lambda r: r["queue"] == 0)
        after = lab.generate("-n", "3000", "-s", "1500", "-r", "50kpps")
        totals = c.stop()
        check_sums(totals, before + during + after)
        equal(totals["writer_starts"], 1, "writers started")
        f = capfile.File(path)
        equal(len(f.packets), totals["packets_stored"], "packets in the file")
        numbers = [capfile.Frames(1500).sequence(p.data) for p in f.packets[-after:]]
        equal(numbers, list(range(after)), "the last packets, after the recovery")
        true(sum(p.dropcount for p in f.packets) == totals["packets_dropped"],
             "epb_dropcount tells where they were lost")
        check_readers(lab, path, len(f.packets))


def stalled_pipe(programs):
    """A FIFO that nobody reads for a while."""
    with Lab(programs) as lab:
        fifo = lab.path("fifo")
        os.mkfifo(fifo)
        with open(lab.path("a.pcapng"), "wb") as out:
            reader = lab.process(["sh", "-c", "exec 3<fifo; read go; exec cat <&3"],
                                 stdin=subprocess.PIPE, stdout=out)
        c = lab.capture("-i", "v0", "-w", fifo, "-B", "4MiB", "--block-size", "256KiB",
                        "--latency", "20ms")
        offered = lab.generate("-n", "10000", "-s", "1500")
        r = c.wait_report("drops", lambda r: r["dropped"]["ring_full"] > 0 and r["queue"])
        reader.stdin.write(b"go\n")
        reader.stdin.close()
        c.wait_report("the queue drains", lambda r: r["queue"] == 0)
        offered += lab.generate("-n", "1000", "-s", "1500", "-r", "20kpps")
        totals = c.stop()
        equal(reader.wait(20), 0, "the reader")
        check_sums(totals, offered)
        f = capfile.File(lab.path("a.pcapng"))
        equal(len(f.packets), totals["packets_stored"], "packets in the stream")
        true(totals["packets_stored"] >= r["packets_stored"] + 1000, "stored after the stall")


def reader_goes_away(programs):
    """A pipe whose reader ends: a clear line, status 3, everything counted."""
    with Lab(programs) as lab:
        head = lab.process(["head", "-c", "100000"], stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL)
        c = lab.capture("-i", "v0", "-w", "-", "--latency", "20ms", stdout=head.stdin)
        head.stdin.close()
        g = lab.generator("-n", "100000", "-s", "1500", "-r", "100kpps")
        equal(c.wait(), 3, "exit status")
        g.offered()
        true("reader" in c.text() and "gone" in c.text(), f"a clear line: {c.text()}")
        t = c.totals
        equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], "stored + dropped")
        true(t["dropped"]["write_error"] > 0, "the cause")


def nonblocking_pipe(programs):
    """Standard output that does not block, as another process may have made it: it is waited for."""
    with Lab(programs) as lab:
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        c = lab.capture("-i", "v0", "-w", "-", "-B", "32MiB", "--latency", "20ms",
                        stdout=write_end)
        os.close(write_end)
        offered = lab.generate("-n", "10000", "-s", "1500")
        c.wait_report("a stuck queue", lambda r: r["queue"] > 0)
        with open(lab.path("a.pcapng"), "wb") as out:
            reader = lab.process(["cat"], stdin=read_end, stdout=out)
        os.close(read_end)
        c.wait_report("the queue drains", lambda r: r["queue"] == 0)
        totals = c.stop()
        equal(reader.wait(20), 0, "the reader")
        check_sums(totals, offered)
        f = capfile.File(lab.path("a.pcapng"))
        equal(len(f.packets), totals["packets_stored"], "packets in the stream")
        equal(totals["packets_dropped"], 0, "nothing is lost")


def nonblocking_reader_goes_away(programs):
    """The same with a reader that ends while the writer waits for it."""
    with Lab(programs) as lab:
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        c = lab.capture("-i", "v0", "-w", "-", "-B", "32MiB", "--latency", "20ms",
                        stdout=write_end)
        os.close(write_end)
        lab.generate("-n", "10000", "-s", "1500")
        c.wait_report("a stuck queue", lambda r: r["queue"] > 0)
        os.close(read_end)
        equal(c.wait(), 3, "exit status")
        true("reader" in c.text() and "gone" in c.text(), f"a clear line: {c.text()}")
        t = c.totals
        equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], "stored + dropped")


def interrupt_in_a_burst(programs):
    """SIGINT while packets pour in: everything seen is stored or counted."""
    for form in FORMS:
        with Lab(programs) as lab:
            name, *args = form
            path = lab.path(name)
            c = lab.capture("-i", "v0", "-w", path, "-B", "16MiB", *args)
            g = lab.generator("-t", "800ms", "-s", "300")
            c.wait_report("traffic", lambda r: r["packets_captured"] > 20000)
            totals = c.stop()
            offered = g.offered()
            true(totals["packets_seen"] < offered, "it ended in the middle")
            check_sums(totals, totals["packets_seen"])
            f = capfile.File(path)
            seen = capfile.check_sequences(f.packets, capfile.Frames(300), offered)
            equal(len(seen), totals["packets_stored"], "packets in the file")
            if "sorted" not in form: # several rings are closed one after the other
                equal(max(seen) + 1 - len(seen), totals["packets_dropped"], "gaps are drops")
            check_readers(lab, path, len(seen))


def second_interrupt(programs):
    """A second SIGINT ends at once, even while the output takes nothing."""
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "-B", "8MiB",
                        "--block-size", "1MiB")
        writer = c.writer()
        os.kill(writer, signal.SIGSTOP)
        lab.generate("-n", "20000", "-s", "1500")
        c.wait_report("a full queue", lambda r: r["queue"] == r["ring_blocks"])
        c.signal(signal.SIGINT)
        c.wait_taken(signal.SIGINT)
        time.sleep(0.3) # long enough for an end that must not come
        true(c.process.poll() is None, "the first one waits for the writer")
        c.signal(signal.SIGINT)
        equal(c.wait(5), 3, "exit status")
        wait_for("the writer is gone too", lambda: not alive(writer))
        t = c.totals
        true(t["packets_seen"] >= t["packets_stored"] + t["packets_dropped"], f"sums: {t}")


def second_interrupt_summaries(programs):
    """Summaries that nobody has taken out of the spools by then are counted as lost."""
    with Lab(programs) as lab:
        sums = lab.path("a.sum")
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "--summaries", sums)
        before = lab.generate("-n", "2000", "-s", "300")
        wait_for("the first summaries", lambda: summaries_so_far(sums)[0] == before)
        writer = c.writer()
        os.kill(writer, signal.SIGSTOP)
        after = lab.generate("-n", "20000", "-s", "300")
        c.wait_report("all is captured", lambda r: r["packets_captured"] == before + after)
        for _ in range(2):
            c.signal(signal.SIGINT)
            c.wait_taken(signal.SIGINT)
        equal(c.wait(), 3, "exit status")
        equal(c.totals["summaries"], before + after, "summaries made")
        equal(len(read_summaries(sums)), before, "summaries in the file")
        equal(c.totals["summaries_lost"], after, "summaries lost")


def left_in_the_spools(programs):
    """The same for people to read."""
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "--summaries", lab.path("a.sum"), json_report=False,
                        ready=False)
        c.wait_text("ring")
        writer = wait_for("a writer", c.writer)
        wait_for("its file", lambda: os.path.exists(lab.path("a.sum")))
        wait_for("it is at work", lambda: "Seccomp:\t2" in open(f"/proc/{writer}/status",
                                                                encoding="ascii").read())
        os.kill(writer, signal.SIGSTOP)
        offered = lab.generate("-n", "900", "-s", "300")

        def captured():
            c.signal(signal.SIGUSR1)
            return f"{offered} summarised" in c.text()

        wait_for("all is captured", captured)
        for _ in range(2):
            c.signal(signal.SIGINT)
            c.wait_taken(signal.SIGINT)
        equal(c.wait(), 3, f"exit status ({c.text()})")
        true(f"{offered} summaries lost" in c.text() and " 0 summarised" in c.text(),
             f"it says so: {c.text()}")


def second_interrupt_pipe(programs):
    """The same with a pipe that nobody reads."""
    with Lab(programs) as lab:
        read_end, write_end = os.pipe()
        c = lab.capture("-i", "v0", "-w", "-", "-B", "4MiB", "--block-size", "256KiB",
                        stdout=write_end)
        os.close(write_end)
        lab.generate("-n", "10000", "-s", "1500")
        c.wait_report("a stuck queue", lambda r: r["queue"] > 0)
        c.signal(signal.SIGINT)
        c.wait_taken(signal.SIGINT)
        time.sleep(0.3) # long enough for an end that must not come
        true(c.process.poll() is None, "the first one waits for the reader")
        c.signal(signal.SIGINT)
        equal(c.wait(5), 3, "exit status")
        os.close(read_end)


def give_up(programs):
    """A writer that dies again and again: status 3, every packet still counted."""
    with Lab(programs) as lab:
        sums = lab.path("a.sum")
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "--latency", "20ms",
                        "--summaries", sums)
        g = lab.generator("-n", "200000", "-s", "100", "-r", "100kpps")
        wait_for("many summaries at once", lambda: os.path.getsize(sums) > 1 << 20)
        last = None
        for _ in range(8):
            writer = wait_for("a writer or the end",
                              lambda l=last: c.process.poll() is not None or
                              (c.writer() if c.writer() != l else None))
            if writer is True:
                break
            os.kill(writer, signal.SIGKILL)
            last = writer
        equal(c.wait(), 3, f"exit status ({c.text()})")
        g.offered()
        true("giving up" in c.text(), f"it says so: {c.text()}")
        t = c.totals
        equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], f"sums: {t}")
        equal(len(read_summaries(sums)) + t["summaries_lost"], t["packets_captured"],
              f"a summary for each packet, stored or counted: {t}")


def open_segment(pid):
    """The shared segment of a capture, as its writer has it."""
    for fd in os.listdir(f"/proc/{pid}/fd"):
        path = f"/proc/{pid}/fd/{fd}"
        if os.readlink(path).startswith("/memfd:ringtap-segment"):
            return open(path, "r+b", buffering=0)
    raise AssertionError("no segment")


def hostile_names(programs):
    """A writer that rewrites what it was told leads nobody to files of somebody else."""
    with Lab(programs) as lab:
        directory, victim = lab.path("d"), lab.path("victim")
        os.mkdir(directory)
        with open(victim, "wb") as f:
            f.write(b"precious")
        c = lab.capture("-i", "v0", "-w", os.path.join(directory, "a.pcapng"), "-C", "1MB",
                        "--latency", "20ms", "--block-size", "64KiB")
        offered = lab.generate("-n", "3000", "-s", "1000")
        c.wait_report("stored", lambda r: r["packets_stored"] == offered)
        with open_segment(c.pid) as segment:
            text = segment.read(1 << 16)
            at = text.index(b"a-%Y%m%d-%H%M%S.pcapng\0")
            segment.seek(at)
            segment.write(b"../victim\0")
        last = c.writer()
        os.kill(last, signal.SIGKILL)
        wait_for("another writer", lambda: c.writer() not in (None, last))
        offered += lab.generate("-n", "3000", "-s", "1000")
        c.wait_report("it stores", lambda r: r["packets_stored"] == offered)
        for _ in range(4):
            last = wait_for("a writer", lambda l=last: c.writer() if c.writer() != l else None)
            os.kill(last, signal.SIGKILL)
        equal(c.wait(), 3, f"exit status ({c.text()})")
        with open(victim, "rb") as f:
            equal(f.read(), b"precious", "the file of somebody else")
        names = os.listdir(directory)
        equal([n for n in names if not re.fullmatch(r"a-\d{8}-\d{6}(_\d{3})?\.pcapng", n)], [],
              "files by other names")
        equal(sum(len(capfile.File(os.path.join(directory, n)).packets) for n in names), offered,
              "packets in all files")


def stop_between_writers(programs):
    """An end that is asked for while the next writer is not yet due: it is started for the rest."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms")
        last = None
        for _ in range(4):
            last = wait_for("a writer", lambda l=last: c.writer() if c.writer() != l else None)
            os.kill(last, signal.SIGKILL)
        offered = lab.generate("-n", "3000", "-s", "300")
        totals = c.stop()
        check_sums(totals, offered)
        equal(totals["packets_stored"], offered, "all of it is stored")
        equal(totals["writer_starts"], 5, "writers started")


TESTS = [kill_writer_inplace, kill_writer_packed, kill_writer_pcap, kill_writer_sorted,
         kill_writer_summaries, kill_writer_summaries_only, kill_main, kill_both, slow_tail, stalled_writer, stalled_pipe, reader_goes_away, nonblocking_pipe,
         nonblocking_reader_goes_away, interrupt_in_a_burst,
         second_interrupt, second_interrupt_summaries, left_in_the_spools, second_interrupt_pipe,
         stop_between_writers, give_up, hostile_names]

if __name__ == "__main__":
    harness.main(TESTS)
