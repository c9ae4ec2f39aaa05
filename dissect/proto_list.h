/*
 * dissect/proto_list.h -- the one list of protocols: number, name of the constant, name of the
 * dissector.
 *
 * X(47, FOO, foo) makes PROTO_FOO = 47, declares foo_dissector and registers it. Numbers are stored
 * in files and shared memory: never renumber, only append, up to 255.
 */
#ifndef DISSECT_PROTO_LIST_H
#define DISSECT_PROTO_LIST_H

/* clang-format off */
#define FOR_EACH_PROTOCOL(X) \
	X(1, ETH, eth) \
	X(2, VLAN, vlan) \
	X(3, LLC, llc) \
	X(4, ARP, arp) \
	X(5, IPV4, ipv4) \
	X(6, IPV6, ipv6) \
	X(7, IPV6_HOPOPTS, ipv6_hopopts) \
	X(8, IPV6_ROUTING, ipv6_routing) \
	X(9, IPV6_FRAGMENT, ipv6_fragment) \
	X(10, IPV6_DSTOPTS, ipv6_dstopts) \
	X(11, AH, ah) \
	X(12, MIP6, mip6) \
	X(13, ICMP, icmp) \
	X(14, ICMPV6, icmpv6) \
	X(15, TCP, tcp) \
	X(16, UDP, udp) \
	X(17, SLL, sll) \
	X(18, RAW, raw) \
	X(19, LOOPBACK, loopback) \
	X(20, NETLINK, netlink) \
	X(21, LLDP, lldp) \
	X(22, CDP, cdp) \
	X(23, STP, stp) \
	X(24, SLOW, slow) \
	X(25, EAPOL, eapol) \
	X(26, PPPOED, pppoed) \
	X(27, PPPOES, pppoes) \
	X(28, PPP, ppp) \
	X(29, PPP_CP, ppp_cp) \
	X(30, MACSEC, macsec) \
	X(31, PTP, ptp) \
	X(32, IEEE8021AH, ieee8021ah) \
	X(33, MPLS, mpls) \
	X(34, PWETHCW, pwethcw) \
	X(35, RADIOTAP, radiotap) \
	X(36, WLAN, wlan) \
	X(37, PPI, ppi) \
	X(38, NL_ROUTE, nl_route) \
	X(39, NL_GENERIC, nl_generic) \
	X(40, NL_SOCK_DIAG, nl_sock_diag) \
	X(41, NL_NETFILTER, nl_netfilter) \
	X(42, IGMP, igmp) \
	X(43, PIM, pim) \
	X(44, VRRP, vrrp) \
	X(45, CARP, carp) \
	X(46, OSPF, ospf) \
	X(47, EIGRP, eigrp) \
	X(48, GRE, gre) \
	X(49, ERSPAN, erspan) \
	X(50, VXLAN, vxlan) \
	X(51, GENEVE, geneve) \
	X(52, GTP, gtp) \
	X(53, L2TP, l2tp) \
	X(54, WG, wg) \
	X(55, ESP, esp) \
	X(56, ISAKMP, isakmp) \
	X(57, SCTP, sctp) \
	X(58, DCCP, dccp) \
	X(59, UDPLITE, udplite) \
	X(60, DNS, dns) \
	X(61, MDNS, mdns) \
	X(62, LLMNR, llmnr) \
	X(63, NBNS, nbns) \
	X(64, DHCP, dhcp) \
	X(65, DHCPV6, dhcpv6) \
	X(66, HTTP, http) \
	X(67, TLS, tls) \
	X(68, QUIC, quic) \
	X(69, SMTP, smtp) \
	X(70, IMAP, imap) \
	X(71, POP, pop) \
	X(72, FTP, ftp) \
	X(73, SSH, ssh) \
	X(74, XMPP, xmpp) \
	X(75, NTP, ntp) \
	X(76, SSDP, ssdp) \
	X(77, SNMP, snmp) \
	X(78, SYSLOG, syslog) \
	X(79, SIP, sip) \
	X(80, RTP, rtp) \
	X(81, RTCP, rtcp) \
	X(82, RADIUS, radius) \
	X(83, TFTP, tftp) \
	X(84, BGP, bgp) \
	X(85, MQTT, mqtt) \
	X(86, MBTCP, mbtcp) \
	X(87, EAP, eap) \
	X(88, LOOP, loop) \
	X(89, WOL, wol) \
	X(90, ETHERIP, etherip)
/* clang-format on */

#endif
