/* dissect/rewrite/result.h -- why a frame was not rewritten, converted or fragmented: one cause
 * each. */
#ifndef DISSECT_REWRITE_RESULT_H
#define DISSECT_REWRITE_RESULT_H

/* X(constant, name in JSON, words after "N packets: ") */
#define REWRITE_RESULTS(X)                                                                         \
	X(OK, ok, "ok")                                                                            \
	X(NO_ROOM, no_room, "longer than any frame that can be sent")                              \
	X(NOT_IP, not_ip, "neither IPv4 nor IPv6")                                                 \
	X(CUT, cut, "cut by the snaplen of the capture")                                           \
	X(BAD_HEADER, bad_header, "headers that contradict themselves")                            \
	X(TAGGED, tagged, "VLAN tags, which the interface cannot carry")                           \
	X(NO_ETHERTYPE, no_ethertype, "no EtherType that Ethernet could carry")                    \
	X(NO_DST_MAC, no_dst_mac, "no destination MAC (--dst-mac)")                                \
	X(NOT_DATA, not_data, "802.11 management, control or empty frames")                        \
	X(ENCRYPTED, encrypted, "encrypted 802.11 data")                                           \
	X(AGGREGATED, aggregated, "aggregated or fragmented 802.11 data")                          \
	X(LINKTYPE, linktype, "a link type that cannot be converted")                              \
	X(DONT_FRAGMENT, dont_fragment, "the Don't Fragment bit is set (--ignore-df)")             \
	X(NO_LENGTH, no_length, "super-frames or jumbograms: the IP header does not say how long") \
	X(MTU_TOO_SMALL, mtu_too_small, "headers that leave no room for data within the MTU")

enum rewrite_result {
#define X(id, name, text) REWRITE_##id,
	REWRITE_RESULTS(X)
#undef X
		REWRITE_NR_RESULTS
};

/* "dont_fragment"; for JSON. */
const char *rewrite_result_name(enum rewrite_result result);
/* "neither IPv4 nor IPv6"; for people. */
const char *rewrite_result_text(enum rewrite_result result);

#endif
