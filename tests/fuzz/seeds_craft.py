#!/usr/bin/env python3
"""seeds_craft.py DIRECTORY: a seed of fuzz_craft a description, good ones and bad ones."""
import os
import sys

SEEDS = [
    "eth(dst=02:00:00:00:00:02)/vlan(id=100)/ip(src=10.0.0.1, dst=198.18.0.0/15 random, ttl=64)"
    "/udp(sport=1024-65535 count, dport=53)/dns(name=\"example.org\", type=A)",
    "eth/ip6/tcp(flags=S, dport=80,443 random)/payload(64)",
    "3*eth/ip/udp # much\n;arp(op=reply,tpa=10.0.0.0/24 count 3 every 2)\n2*ip6/icmp6/stamp",
    "ip/udp/vxlan(vni=0-16777215 random)/eth/vlan/vlan/ip6/gre(key=1)/ip/tcp(mss=1,sack=1,"
    "tsval=2,tsecr=0-9,wscale=3)/payload(0-999 random,random)",
    "payload(\"\\x00\\n\\\"\",5,zero)", "payload(hex 00:01:ff)", "payload(65521)", "payload(len=9)",
    "payload(data=x,fill=random,len=1,2,3)", "ip6(src=::/0 random,dst=::/0)/udp",
    "ip6(src=::-ffff:: random)", "ip6(src=1::,2::-3:: random)", "ip(src=0.0.0.0/0 random)",
    "ip(src=1.2.3.4-1.2.3.3)", "ip(tos=1,ecn=2)", "eth(dst=0:1:2:3:4:5-ff:ff:ff:ff:ff:ff random)",
    "ip/udp(sport=" + ",".join(map(str, range(256))) + " random)", "ip/udp(sport=0-65535 count 65535)",
    "ip/udp/dns(name=\"" + "a" * 63 + "\")", "ip/udp/dns(name=\"" + "a." * 126 + "\")",
    "ip/udp/dns(name=\"\")", "ip/udp/dns(name=.)", "vlan/" * 15 + "ip", "vlan/" * 99, "ip;" * 99,
    "4096*ip", "4096*ip;ip", "(" * 999, "ip(" * 999, "ip(src=" * 99, "\"" * 99, "ip(a=\"", "ip(a=\"\\",
    "payload(hex", "ip/tcp(flags=0xff,seq=0-4294967295 count 4294967295)", "ip/ip/ip/ip/ip/ip/udp",
    "ip/gre/eth/ip/gre/eth/ip/gre/eth/arp", "1", "1*", "*", "/", ";", "#", "#\n#\nip", "ip//ip",
    "eth(src=)", "eth(,)", "eth()", "eth(type=1 every 1)", "ip/udp/payload(1-9 every 9999)",
    "ip/udp/payload(0-65535)", "ip/udp/payload(0-65000 random)", "\xff\x80ip",
]
os.makedirs(sys.argv[1], exist_ok=True)
for number, text in enumerate(SEEDS):
    with open(os.path.join(sys.argv[1], "%03d" % number), "wb") as file:
        file.write(text.encode("latin-1"))
