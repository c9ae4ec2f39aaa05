/*
 * dissect/proto/dns_name.h -- domain names in messages, RFC 1035 §4.1.4: labels and pointers.
 *
 * Shared by DNS, mDNS, LLMNR, NetBIOS and DHCP. Reading is bounded whatever the pointers say: a
 * name has 255 bytes at most, and a chain of pointers DNS_POINTERS_MAX.
 */
#ifndef DISSECT_PROTO_DNS_NAME_H
#define DISSECT_PROTO_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DNS_NAME_MAX = 255, DNS_LABEL_MAX = 63, DNS_POINTERS_MAX = 32 };

struct dns_name {
	char text[DNS_NAME_MAX + 1]; /* "www.example.com"; labels' bytes as they are; "<Root>" */
	uint16_t len;                /* of text */
	uint16_t place;              /* bytes at its own place: to the end or past the pointer */
	uint8_t labels;
};

/*
 * The name at msg + off. False: it runs out of the message, is too long, or a pointer does not
 * point back, which is where "a prior occurrence" must be.
 */
bool dns_name_read(const uint8_t *msg, size_t len, size_t off, struct dns_name *ret);
/* Bytes that a name takes at its place, without following its pointer; 0 where it is broken. Hot.
 */
size_t dns_name_skip(const uint8_t *msg, size_t len, size_t off);

#endif
