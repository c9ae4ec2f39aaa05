#!/usr/bin/env python3
"""ringtap generate: what is described is what is in the file, and tshark thinks so too.

    test_generate.py RINGTAP
"""
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

import cli
from cli import Skip, equal, true

START = 946684800 * 10 ** 9


def read(path):
    with open(path, "rb") as f:
        return f.read()


def generated(case, *words, name="g.pcapng"):
    """Its frames, as (ns, bytes)."""
    case.call("generate", "-q", "--force", "-w", case.path(name), *words)
    interfaces, packets = cli.parse_pcapng(read(case.path(name)))
    equal([i[0] for i in interfaces], [1], "one Ethernet interface")
    return [(p[1], p[2]) for p in packets]


def tshark(path, *fields):
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    command = ["tshark", "-r", path, "-n", "-T", "fields", "-E", "separator=|"]
    for protocol in ("ip", "udp", "tcp"):
        command += ["-o", protocol + ".check_checksum:TRUE"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60, env=cli.ENV)
    return [line.split("|") for line in done.stdout.decode().splitlines()]


STATUS = ("ip.checksum.status", "udp.checksum.status", "tcp.checksum.status",
          "icmp.checksum.status", "icmpv6.checksum.status")

# A description, and what tshark must show of its frames.
SHOWN = [
    ("eth(dst=02:11:22:33:44:55,src=02:00:00:00:00:07)/vlan(id=100,pcp=5,dei=1)/"
     "ip(src=10.0.0.1,dst=10.0.0.2,ttl=7,id=77,dscp=46,ecn=1,df=1)/udp(sport=5555,dport=53)/"
     "dns(name=\"example.org\",type=AAAA,id=0xbeef)",
     {"eth.dst": "02:11:22:33:44:55", "eth.src": "02:00:00:00:00:07", "vlan.id": "100",
      "vlan.priority": "5", "vlan.dei": "1", "ip.src": "10.0.0.1", "ip.dst": "10.0.0.2",
      "ip.ttl": "7", "ip.id": "0x004d", "ip.dsfield.dscp": "46", "ip.dsfield.ecn": "1",
      "ip.flags.df": "1", "udp.srcport": "5555", "udp.dstport": "53", "dns.qry.name": "example.org",
      "dns.qry.type": "28", "dns.id": "0xbeef", "frame.len": "75"}),
    ("vlan(7)/vlan(8)/arp(op=reply,sha=02:00:00:00:00:09,spa=1.2.3.4,tpa=5.6.7.8)",
     {"eth.type": "0x88a8", "ieee8021ad.id": "7", "vlan.id": "8", "eth.dst": "ff:ff:ff:ff:ff:ff", "arp.opcode": "2",
      "arp.src.hw_mac": "02:00:00:00:00:09", "arp.src.proto_ipv4": "1.2.3.4",
      "arp.dst.proto_ipv4": "5.6.7.8", "frame.len": "60"}),
    ("ip6(src=2001:db8::1,dst=2001:db8::2,hlim=3,flow=0x12345,tclass=9)/"
     "tcp(sport=1,dport=81,flags=SA,seq=100,ack=200,window=300,mss=1400,sack=1,tsval=11,tsecr=12,"
     "wscale=6)/payload(\"hi\")",
     {"ipv6.src": "2001:db8::1", "ipv6.dst": "2001:db8::2", "ipv6.hlim": "3",
      "ipv6.flow": "0x00012345", "ipv6.tclass": "0x00000009", "ipv6.plen": "42",
      "tcp.srcport": "1", "tcp.dstport": "81", "tcp.flags": "0x0012", "tcp.seq_raw": "100",
      "tcp.ack_raw": "200", "tcp.window_size_value": "300", "tcp.options.mss_val": "1400",
      "tcp.options.timestamp.tsval": "11", "tcp.options.timestamp.tsecr": "12",
      "tcp.options.wscale.shift": "6", "tcp.payload": "6869", "tcp.hdr_len": "40"}),
    ("ip/icmp(id=5,seq=6)/payload(hex 01:02:03)",
     {"icmp.type": "8", "icmp.ident": "5", "icmp.seq": "6", "data.data": "010203"}),
    ("ip6/icmp6(type=reply,id=5,seq=6)",
     {"icmpv6.type": "129", "icmpv6.echo.identifier": "0x0005",
      "icmpv6.echo.sequence_number": "6"}),
    ("ip/udp/vxlan(vni=4711)/eth/ip(src=1.1.1.1)/udp(dport=9999)/payload(10)",
     {"vxlan.vni": "4711", "ip.src": "198.18.0.1,1.1.1.1", "udp.dstport": "4789,9999",
      "udp.length": "68,18"}),
    ("ip/gre(key=9)/ip6/udp", {"gre.key": "0x00000009", "gre.proto": "0x86dd", "ip.proto": "47"}),
    ("ip/gre/eth/ip/udp", {"gre.proto": "0x6558", "gre.flags_and_version": "0x0000"}),
    ("ip/ip/udp", {"ip.proto": "4,17", "ip.len": "48,28"}),
    ("ip(proto=50,checksum=0x1111,len=99)/payload(5)",
     {"ip.proto": "50", "ip.checksum": "0x1111", "ip.len": "99"}),
    ("ip/udp(len=9,checksum=0xabcd)/payload(5)", {"udp.length": "9", "udp.checksum": "0xabcd"}),
    ("eth(type=0x1234)/payload(46,zero)", {"eth.type": "0x1234", "data.data": "00" * 46}),
]


def fields_as_described(case):
    for text, want in SHOWN:
        case.call("generate", "-q", "--force", "-n", "1", "-w", case.path("g.pcap"), text)
        names = list(want)
        rows = tshark(case.path("g.pcap"), *names)
        equal(len(rows), 1, text)
        for name, got in zip(names, rows[0]):
            if want[name].startswith("0x"): # versions differ in leading zeros
                equal(int(got, 16), int(want[name], 16), "%s of %s" % (name, text))
            else:
                equal(got, want[name], "%s of %s" % (name, text))


MIX = ["4*eth/ip(src=10.0.0.0/8 random,id=0-65535)/udp(sport=20000-29999 random,dport=40000)",
       "ip6(src=2001:db8::/32 random)/tcp(seq=0-4294967295 random,sport=20000-20009)/payload(0-99)",
       "vlan(id=1-4094 random)/ip/icmp(seq=0-65535)/payload(1-60 random,random)",
       "ip6/icmp6(seq=0-65535 random)",
       "ip/udp(sport=30000-31000 random)/dns(name=\"a.bc.def\",id=0-65535 random,type=A,MX,AAAA)",
       "vlan/vlan/ip/udp(sport=20000)/vxlan/eth/ip6/udp(sport=20000-20009 random,dport=40000)/stamp"]


def nothing_is_malformed(case):
    for size in ([], ["--size", "imix"], ["--size", "150-1514"], ["--size", "mtu"]):
        case.call("generate", "-q", "--force", "-n", "900", "-w", case.path("g.pcap"), *size, *MIX)
        rows = tshark(case.path("g.pcap"), "_ws.malformed", *STATUS)
        equal(len(rows), 900, "frames")
        for number, row in enumerate(rows, 1):
            equal(row[0], "", "malformed, frame %d" % number)
            for name, values in zip(STATUS, row[1:]):
                # 3: VXLAN's outer UDP header has none
                true(set(values.split(",")) <= {"", "1", "3"},
                     "frame %d: %s is %s" % (number, name, values))


def seeds(case):
    words = ["-n", "500", *MIX]
    first = generated(case, *words, name="a.pcapng")
    equal(generated(case, *words, name="b.pcapng"), first, "the same seed")
    equal(read(case.path("a.pcapng")), read(case.path("b.pcapng")), "the same file")
    other = generated(case, "--seed", "1", *words)
    true([f[1] for f in other] != [f[1] for f in first], "another seed")
    equal([f[0] for f in other], [f[0] for f in first], "the times are those of the rate")
    # Frame N does not depend on how many there are.
    equal(generated(case, "-n", "10", *MIX), first[:10], "the first ones")


def times(case):
    frames = generated(case, "-n", "3", "ip/udp")
    equal([f[0] - START for f in frames], [0, 10 ** 6, 2 * 10 ** 6], "1000 a second")
    frames = generated(case, "-n", "4", "--pps", "1M", "ip/udp")
    equal([f[0] - START for f in frames], [0, 1000, 2000, 3000], "--pps")
    frames = generated(case, "-n", "3", "--bitrate", "8M", "--size", "1000", "ip/udp")
    equal([f[0] - START for f in frames], [0, 10 ** 6, 2 * 10 ** 6], "--bitrate")
    equal(len(generated(case, "--duration", "50ms", "ip/udp")), 50, "--duration")
    equal(len(generated(case, "ip/udp")), 1000, "by default")
    frames = generated(case, "-n", "2", "--pps", "10", "ip/udp/stamp")
    equal([struct.unpack(">QIQ", f[1][42:62]) for f in frames],
          [(i, 0x52544150, START + i * 10 ** 8) for i in range(2)], "stamps")


def sizes_and_flows(case):
    lengths = [len(f[1]) for f in generated(case, "-n", "12", "--size", "imix", "ip/udp")]
    equal(sorted(lengths), [64] * 7 + [590] * 4 + [1514], "imix")
    lengths = {len(f[1]) for f in generated(case, "--size", "100-103", "ip/udp")}
    equal(lengths, {100, 101, 102, 103}, "a range")
    frames = generated(case, "-n", "9", "--flows", "3", "ip/udp")
    equal([struct.unpack(">H", f[1][34:36])[0] for f in frames], [1024, 1025, 1026] * 3, "--flows")


def files_of_descriptions(case):
    path = case.file("mix.txt", b"# a mix\n2*ip/udp(dport=53)\n\n  # more\nip6/tcp(dport=80) # web\n")
    frames = generated(case, "-n", "8", "-f", path, "arp")
    kinds = [f[1][12:14].hex() for f in frames]
    equal(sorted(kinds), ["0800"] * 4 + ["0806"] * 2 + ["86dd"] * 2, "in turn")
    out, _ = case.call("generate", "-f", "-", "--print", stdin=b"ip/udp\n")
    true(b"udp.srcport" in out, "standard input")
    _, text = case.call("generate", "--print", "-f", case.path("none"), status=2)
    true("none" in text, text)
    bad = case.file("bad.txt", b"ip/udp\nip/upd(sport=3)\nip\n")
    _, text = case.call("generate", "--print", "-f", bad, status=1)
    equal(text.splitlines()[0].split(": ", 1)[1], "generate: %s, line 2:" % bad, "the line")
    equal(text.splitlines()[1:], ["ip/upd(sport=3)", "   ^~~", "no such layer; did you mean udp?"],
          "the place")
    for data in (b"a\0b", b"x" * (257 << 10)):
        case.call("generate", "--print", "-f", case.file("x", data), status=1)


def mistakes(case):
    for words, status, said in (
            (["ip/udp"], 1, "-w FILE"),
            (["--print"], 1, "describe a frame"),
            (["-w", "x", "-i", "lo", "ip"], 1, "one of them"),
            (["--print", "-w", "-", "ip"], 1, "standard output"),
            (["--print", "--json", "-w", "x", "ip"], 1, "standard output"),
            (["-w", "x", "--topspeed", "ip"], 1, "--pps"),
            (["-w", "x", "--xdp", "ip"], 1, "-i"),
            (["--print", "--size", "59", "ip"], 1, "from 60"),
            (["--print", "--size", "big", "ip"], 1, "imix"),
            (["--print", "--flows", "0", "ip"], 1, "from 1"),
            (["--print", "--flows", "9", "arp"], 1, "sport=1024-2047 count"),
            (["--print", "--size", "64", "ip6/tcp"], 1, "74 bytes"),
            (["-n", "0", "-w", "x", "ip"], 1, "how many"),
            (["-i", "nosuchif", "ip"], 2, "nosuchif"),
            (["--print", "ip(ttl=300)"], 1, "       ^~~\nttl is from 0 to 255"),
            (["--print", "ip", "udp"], 1, "udp\n^~~\neth does not carry udp"),
            (["--sede", "3", "ip"], 1, "--seed")):
        _, text = case.call("generate", *words, status=status)
        true(said in text, "%r: %s" % (words, text))
    _, text = case.call("generate", "-n", "99", "--pps", "0.000000001", "-w",
                        case.path("late.pcapng"), "ip", status=2)
    true("later than 2500" in text and not os.path.exists(case.path("late.pcapng")), text)
    case.file("there.pcap", b"mine")
    _, text = case.call("generate", "-w", case.path("there.pcap"), "ip", status=2)
    true("--force" in text and read(case.path("there.pcap")) == b"mine", text)


def shown(case):
    out = case.call("generate", "--print=2", "ip/udp(sport=7-8)/payload(\"hello\")")[0].decode()
    for part in ("frame 1, 60 bytes: ", "frame 2, 60 bytes: ", "udp.srcport                       8",
                 "hello", "0x0030:"):
        true(part in out, "%r in %s" % (part, out))
    out = case.call("generate", "--print", "-n", "3", "-w", case.path("o.pcap"), "ip/udp")[0]
    true(out.count(b"frame ") == 1 and len(read(case.path("o.pcap"))) == 24 + 3 * 76, "both")


def reports(case):
    out, text = case.call("generate", "--json", "--seed", "5", "-n", "7", "-w", case.path("o.pcap"),
                          "ip/udp(sport=1-5)")
    equal((json.loads(out), text),
          ({"output": case.path("o.pcap"), "format": "pcap", "written": 7, "bytes": 420, "seed": 5,
            "period": 5, "interrupted": False}, ""), "--json")
    out, text = case.call("generate", "-n", "7", "-w", "-", "ip/udp")
    equal(len(cli.parse_pcapng(out)[1]), 7, "standard output")
    true("7 frames" in text and "standard output" in text, text)
    out, text = case.call("generate", "--json", "-n", "7", "-w", "-", "ip/udp")
    equal((len(cli.parse_pcapng(out)[1]), json.loads(text)["written"]), (7, 7), "both")


def through_pipes(case):
    with subprocess.Popen([case.program, "generate", "-n", "9M", "-w", "-", "ip/udp"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        child.stdout.read(100)
        child.stdout.close()
        equal(child.stderr.read(), b"", "nobody is told")
        equal(child.wait(timeout=60), 0, "exit status")
    out, _ = case.call("generate", "-q", "-n", "40", "-w", "-", *MIX)
    equal(len(case.lines("read", "-", stdin=out)), 40, "read back")


def full_device(case):
    _, text = case.call("generate", "-n", "1M", "-w", "/dev/full", "--force", "ip/udp", status=3)
    true("No space left" in text, text)
    # So few that closing the file is what fails.
    for words in (["-w", "/dev/full", "--force"], ["-w", "/dev/full", "--force", "--json"]):
        out, text = case.call("generate", "-n", "5", *words, "ip/udp", status=3)
        true("No space left" in text and "5 frames" not in text and not out, "nothing was written")


def showing_is_interrupted(case):
    path = case.path("o.pcap")
    with subprocess.Popen([case.program, "generate", "--print=900M", "-w", path, "ip/udp"],
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.read(1 << 20) # it waits for us then
        child.send_signal(signal.SIGINT)
        child.stdout.read()
        equal(child.wait(timeout=30), 3, "exit status")
    true(not os.path.exists(path), "and goes no further")


def interrupted(case):
    path = case.path("o.pcapng")
    with subprocess.Popen([case.program, "generate", "--duration", "99d", "--pps", "1k",
                           "--size", "1514", "-w", "-", "ip/udp"], stderr=subprocess.PIPE,
                          stdout=subprocess.PIPE) as child:
        got = child.stdout.read(1 << 20) # it waits for us then
        child.send_signal(signal.SIGINT)
        got += child.stdout.read()
        equal(child.wait(timeout=30), 3, "exit status")
        true(b"interrupted" in child.stderr.read(), "it is said")
    with open(path, "wb") as out:
        out.write(got)
    true(len(cli.parse_pcapng(got)[1]) > 600, "it is whole")


def formats(case):
    want = [f[1] for f in generated(case, "-n", "20", *MIX)]
    for ending in ("pcap", "pcap.gz", "pcapng.zst"):
        path = case.path("o." + ending)
        case.call("generate", "-n", "20", "-w", path, *MIX)
        case.call("convert", "-q", "--force", path, "-w", case.path("c.pcapng"))
        equal([p[2] for p in cli.parse_pcapng(read(case.path("c.pcapng")))[1]], want, ending)


if __name__ == "__main__":
    sys.exit(cli.main([fields_as_described, nothing_is_malformed, seeds, times, sizes_and_flows,
                       files_of_descriptions, mistakes, shown, reports, through_pipes, full_device,
                       showing_is_interrupted, interrupted, formats]))
