"""The packets that the benchmark builds are right, and its comparison measures who does the work."""
import json
import os
import re
import shutil
import subprocess
import tempfile

import harness
from harness import Skip, call, equal, true

PACKETS = 20000
STATUSES = {"ip.checksum.status": 1, "tcp.checksum.status": 1, "udp.checksum.status": 1,
            "icmp.checksum.status": 1, "icmpv6.checksum.status": 1, "sctp.checksum.status": 1}
SHARE_TOLERANCE = 0.2


def write_mix(programs, path, packets=PACKETS):
    return json.loads(call(programs.bench, "mix", "-w", path, "-n", str(packets)))


def mix_is_right(programs):
    """Dissected to its end, every checksum good, shares as announced; fewer are the first of more."""
    with tempfile.TemporaryDirectory() as d:
        path, first = os.path.join(d, "mix.pcap"), os.path.join(d, "first.pcap")
        stats = write_mix(programs, path)
        write_mix(programs, first, PACKETS // 10)
        with open(path, "rb") as a, open(first, "rb") as b:
            whole, part = a.read(), b.read()
        equal(whole[:len(part)], part, "the first packets of the larger file")
        equal(stats["packets"], PACKETS, "packets")
        true(stats["conversations"] > 1000 and 350 < stats["mean_bytes"] < 700, f"{stats}")
        shares = re.findall(r"([\w-]+) ([\d.]+) %", call(programs.bench, "mix", "--help"))
        equal(round(sum(float(share) for _, share in shares)), 100, f"all shares: {shares}")
        for name, share in shares:
            got, want = 100 * stats[name] / PACKETS, float(share)
            true(abs(got - want) < 0.1 + want * SHARE_TOLERANCE, f"{name}: {got} %, not {want} %")
        args = [a for name in STATUSES for a in ("-e", name)]
        out = call(programs.ringtap, "read", "-T", "fields", "-e", "ringtap.status", *args, path)
        rows = [line.split("\t") for line in out.splitlines()]
        equal({row[0] for row in rows}, {"ok"}, "states of the packets")
        for i, name in enumerate(STATUSES, 1):
            seen = {v for row in rows for v in row[i].split(",") if v}
            # VXLAN's UDP has none (3); of a quoted datagram not all is there (2).
            true("1" in seen and seen <= {"1", "2", "3"}, f"{name}: {seen}")


def mix_pleases_tshark(programs):
    if not shutil.which("tshark"):
        raise Skip("the program 'tshark' is not installed")
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "mix.pcap")
        write_mix(programs, path)
        bad = "_ws.malformed or tcp.analysis.flags or ip.checksum.status == 0"
        out = subprocess.run(["tshark", "-n", "-r", path, "-o", "ip.check_checksum:TRUE", "-Y", bad],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                             timeout=60, check=True).stdout
        equal(out, "", "what tshark finds wrong")


def read_round(programs, *args):
    """One short comparison: its JSON and what it said."""
    with tempfile.TemporaryDirectory() as d:
        done = subprocess.run([programs.bench, "read", "-n", "4k", "--peer-packets", "400",
                               "--rounds", "1", "--forms", "line", "--json", "-", "--dir", d,
                               *args],
                              capture_output=True, text=True, timeout=60, check=False)
        equal(os.listdir(d), [], "files left")
    return done.returncode, json.loads(done.stdout), done.stderr


def files_compare(programs):
    """Outputs are looked at before anything is measured; nothing is left behind."""
    with tempfile.TemporaryDirectory() as d:
        words = [programs.bench, "files", "--size", "1Mi", "--rounds", "1", "--json", "-", "-w", d]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        equal(done.returncode, 0, "status")
        equal(os.listdir(d), [], "files left")
        for form in json.loads(done.stdout)["forms"]:
            ours = form["contenders"][0]
            true(ours["measured"] and form["input_packets"] > 1000, f"{form['form']}: {ours}")
            if form["form"] in ("convert", "compress", "merge"):
                equal(ours["output_packets"], form["input_packets"], form["form"])
        fake = os.path.join(d, "ringtap")
        with open(fake, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\necho 12 packets\n")
        os.chmod(fake, 0o755)
        done = subprocess.run(words + ["-f", "info,convert", "--ringtap", fake], text=True,
                              capture_output=True, timeout=120, check=False)
        for form in json.loads(done.stdout)["forms"]:
            equal(form["contenders"][0]["measured"], False, "a program that does nothing")
            equal(form["target_met"], None, "its target")
        true("does not report" in done.stderr, done.stderr)


def read_compares(programs):
    """Lines are counted, and who prints too few of them is named and left out."""
    status, report, _ = read_round(programs)
    equal(status, 0, "status")
    form = report["forms"][0]
    ours = form["contenders"][0]
    equal((form["form"], form["target"], ours["measured"]), ("line", 4, True), "what was measured")
    equal(ours["quarter_lines"], 1000, "lines of a quarter of the packets")
    true(ours["quarter_rss_mib"] > 1 and len(ours["rounds"]) == 1, f"{ours}")
    with tempfile.TemporaryDirectory() as d:
        fake = os.path.join(d, "ringtap")
        with open(fake, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\necho one line\n")
        os.chmod(fake, 0o755)
        status, report, said = read_round(programs, "--ringtap", fake)
        form = report["forms"][0]
        equal(form["contenders"][0]["measured"], False, "a program that prints one line")
        equal(form["ratio_packets_per_s"], None, "its ratio")
        true("NOT MEASURED: 1 lines for 1000 packets" in said, said)


def bench_json(programs, *args):
    """One short measurement: its status, its JSON and what it said; nothing is left behind."""
    with tempfile.TemporaryDirectory() as d:
        done = subprocess.run([programs.bench, args[0], "--ringtap", programs.ringtap, *args[1:],
                               "--rounds", "1", "--json", "-", "--dir", d],
                              capture_output=True, text=True, timeout=120, check=False)
        equal(os.listdir(d), [], "files left")
    equal(done.returncode, 0, f"status ({done.stderr})")
    return json.loads(done.stdout), done.stderr


def impostor(directory, script):
    """A program in ringtap's place."""
    path = os.path.join(directory, "ringtap")
    with open(path, "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\n[ \"$1\" = --version ] && exec echo ringtap 0\n" + script + "\n")
    os.chmod(path, 0o755)
    return path


def replay_compares(programs):
    """What arrives is counted, who does not send is named, and the others are measured all the same."""
    report, said = bench_json(programs, "replay", "-s", "64", "-n", "30k", "--file-packets", "1k",
                              "--timed-packets", "2k")
    size = report["sizes"][0]
    equal(size["frame_bytes"], 64, "size")
    for c in size["contenders"]:
        if not c["measured"]:
            true(c["missing"] in said, f"{c['program']}: left out, and said")
            continue
        trial = c["rounds"][0]
        equal((trial["arrived"], trial["claimed"]), (30000, 30000), f"{c['program']}: {trial}")
    ours = report["timing"]["contenders"][0]["rounds"][0]
    equal((ours["valid"], ours["arrived"], ours["lost"]), (True, 2000, 0), f"timing: {ours}")
    true(0.9 < ours["span_ratio"] < 5, f"timing: {ours}")
    with tempfile.TemporaryDirectory() as d:
        for script, words in (("echo '{\"sent\":30000}'", "too few packets"),
                              ("echo no such link >&2; exit 2", "status 2: no such link")):
            report, said = bench_json(programs, "replay", "-s", "64", "-n", "30k", "-p", "speed",
                                      "--ringtap", impostor(d, script))
            ours = report["sizes"][0]["contenders"][0]
            equal((ours["rounds"][0]["valid"], ours["rounds"][0]["arrived"], ours["target_met"]),
                  (False, 0, None), "a program that sends nothing")
            true(words in ours["rounds"][0]["note"] and "NOT MEASURED" in said, said)


def bridge_compares(programs):
    """A rate that passes is found for each, with a latency; who passes nothing on is named."""
    report, said = bench_json(programs, "bridge", "-s", "64", "-t", "30ms")
    for c in report["sizes"][0]["contenders"]:
        if not c["measured"]:
            true(c["missing"] in said, f"{c['program']}: left out, and said")
            continue
        for latency in c["rounds"][0]["latency"]:
            true(latency["passed"] <= latency["offered"], f"{c['program']}: {latency}")
    ours = report["sizes"][0]["contenders"][0]["rounds"][0]
    slow = ours["latency"][0]
    true(ours["valid"] and ours["packets_per_s_without_loss"] > 1000, f"{ours}")
    true(slow["passed"] > 0 and slow["median_us"] > 0, f"{slow}")
    with tempfile.TemporaryDirectory() as d:
        fake = impostor(d, "echo no such link >&2; exit 2")
        report, said = bench_json(programs, "bridge", "-s", "64", "-t", "10ms", "--ringtap", fake)
        ours = report["sizes"][0]["contenders"][0]["rounds"][0]
        equal((ours["valid"], report["sizes"][0]["target_met"]), (False, None), "its target")
        true("passes nothing on: no such link" in ours["note"] and "NOT MEASURED" in said, said)


if __name__ == "__main__":
    harness.main([mix_is_right, mix_pleases_tshark, files_compare, read_compares, replay_compares,
                  bridge_compares])
