#!/usr/bin/env python3
"""Inputs of fuzz_filter and fuzz_bpf to begin with: seeds_filter.py DIRECTORY-FILTER DIRECTORY-BPF"""
import os
import struct
import sys

TCP = bytes.fromhex(
    "0050569a1d0b0050569a22c40800450000344a5c40004006c5a20a0000010a000002c3500050"
    "4b5c1f22a0b1c2d3801001f6b5a400000101080a0011223300445566")
TAGGED = TCP[:12] + bytes.fromhex("81000064") + TCP[12:]
PACKETS = (TCP, TAGGED, TCP[14:], b"\x00\x00\x00\x02" + TCP[14:], TCP[:30])

EXPRESSIONS = """
ip
not ip6 and (arp or rarp)
tcp port 80
tcp dst port http or https or 8080
udp portrange 1000-2000
sctp src port 5000
port 53 and not host 10.0.0.1
host 10.0.0.1 or 10.0.0.2 or 10.0.0.3
src net 10.0.0.0/8 and dst net 192.168
net 10.1.0.0 mask 255.255.0.0
ip6 host fd00::1
net fe80::/10
ip6 src net 2001:db8::/32 and tcp
ether host 00:50:56:9a:1d:0b
ether src 0050.569a.22c4
ether proto \\ip
ether proto 0x88cc
ether broadcast or ether multicast
ip multicast
ip6 multicast
ip broadcast
ip proto \\tcp
ip6 proto 58
proto 17
ip protochain 6
ip6 protochain 17
protochain \\udp
vlan
vlan 100 and tcp port 80
vlan 100 and vlan 200 and ip
vlan or vlan and ip host 10.0.0.1
mpls 1024 and mpls and ip
pppoed
pppoes 27 and ip and tcp port 80
geneve 0xb and udp port 53
vxlan 5 and ip
vxlan and vlan 3 and tcp
ip[0] & 0xf != 5
tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420
icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply
icmp6[icmp6type] == icmp6-echo
udp[4:2] > len - 42
ip[2:2] - ((ip[0]&0xf)<<2) > 100
ether[0] & 1 = 0 and ip[16] >= 224
len % 3 + 1 = 2 or len * 2 / 3 ^ 7 | 1 < 100
-len + 4 < 10
len < 100 or length >= 1500
less 60
greater 1000
byte 12 = 8
byte 0 & 1
inbound
outbound and ifindex 3
llc
llc ui
llc rnr
iso and isis
isis l1
isis proto 15
clnp or esis
stp or ipx or netbeui
atalk or aarp
decnet src 10.20
decnet host 1.2
lat or moprc or mopdl or sca
igmp or igrp or pim or vrrp or carp
ah or esp
vrrp[0] & 0xf = 1
gateway nohost
wlan type mgt subtype beacon
wlan type data
subtype assoc-req
type ctl
wlan dir tods
dir nods
wlan host 00:11:22:33:44:55
wlan ra 00:11:22:33:44:55
addr1 00:11:22:33:44:55 and addr4 00:11:22:33:44:66
radio[0] = 0
wlan[0] & 0x0c = 8
slip[0] = 1
ppp[2:2] = 0x21
vpi 3
not not not ip
((((tcp))))
tcp and (port 80 or 443 or not 22)
TCP port 80
tcp port
ip host 256.1.1.1
portrange 5-
ether host 00:11:22:33:44:5g
0
10.1
0x50
host
host \\host
(
)
tcp[
tcp[0:3]
""".strip("\n").split("\n") + ["", " and ".join(["tcp"] * 60), "(" * 300, "not " * 300 + "ip",
                               " or ".join(f"host 10.0.{i // 250}.{i % 250}" for i in range(60))]

# code jt jf k
PROGRAMS = (
    ((6, 0, 0, 65535),),
    ((40, 0, 0, 12), (21, 0, 8, 2048), (48, 0, 0, 23), (21, 0, 6, 6), (40, 0, 0, 20),
     (69, 4, 0, 8191), (177, 0, 0, 14), (72, 0, 0, 16), (21, 0, 1, 80), (6, 0, 0, 262144),
     (6, 0, 0, 0)),
    ((0, 0, 0, 7), (2, 0, 0, 15), (97, 0, 0, 15), (12, 0, 0, 0), (28, 0, 0, 0), (44, 0, 0, 0),
     (60, 0, 0, 0), (76, 0, 0, 0), (92, 0, 0, 0), (108, 0, 0, 0), (124, 0, 0, 0),
     (156, 0, 0, 0), (172, 0, 0, 0), (132, 0, 0, 0), (7, 0, 0, 0), (135, 0, 0, 0),
     (22, 0, 0, 0)),
    ((48, 0, 0, 0xfffff004), (48, 0, 0, 0xfffff030), (128, 0, 0, 0), (129, 0, 0, 0),
     (80, 0, 0, 0xffffffff), (64, 0, 0, 2), (80, 0, 0, 1), (29, 1, 0, 0), (6, 0, 0, 1),
     (22, 0, 0, 0)),
    ((0, 0, 0, 1), (4, 0, 0, 1), (37, 1, 0, 1000), (5, 0, 0, 0xfffffffd), (6, 0, 0, 9)),
    ((5, 0, 0, 0xffffffff),),
)


def write(directory, number, data):
    with open(os.path.join(directory, "%04d" % number), "wb") as file:
        file.write(data)


def main():
    filters, programs = sys.argv[1:3]
    for directory in (filters, programs):
        os.makedirs(directory, exist_ok=True)
    for i, expression in enumerate(EXPRESSIONS):
        radio = any(w in expression for w in ("wlan", "type", "addr", "dir", "radio"))
        link = i % 13 if i % 3 == 0 else (9 + i % 3 if radio else 0)
        write(filters, i, bytes([link, (i * 37) & 0xff]) + expression.encode() + b"\0" +
              PACKETS[i % len(PACKETS)])
    for i, program in enumerate(PROGRAMS):
        packed = b"".join(struct.pack("=HBBI", *insn) for insn in program)
        write(programs, 3 * i, bytes([2, len(program)]) + packed + TCP)
        lines = "\n".join("%d %d %d %d" % insn for insn in program)
        write(programs, 3 * i + 1, b"\x01\x00" + ("%d\n%s\n" % (len(program), lines)).encode())
        write(programs, 3 * i + 2, b"\x01\x00" + "".join(
            "{ 0x%x, %d, %d, 0x%08x },\n" % insn for insn in program).encode())


main()
