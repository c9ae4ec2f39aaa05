/*
 * dissect/checksum.h -- Internet checksums (RFC 1071), CRC-32C, and what to think of a header's.
 *
 * Cold: only whoever describes a layer asks. Nothing here owns memory or fails.
 */
#ifndef DISSECT_CHECKSUM_H
#define DISSECT_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dissect/field.h"

struct dissection;
struct layer;

/* As in Wireshark's *.checksum.status. */
enum checksum_status {
	CHECKSUM_BAD = 0,
	CHECKSUM_GOOD = 1,
	CHECKSUM_UNVERIFIED = 2, /* not all bytes are here, or the NIC was to fill it in */
	CHECKSUM_ABSENT = 3,     /* the header says that there is none */
	CHECKSUM_ILLEGAL = 4,    /* it says so where there must be one */
};

extern const struct name_map checksum_status_names[];

/*
 * Adds the big-endian words of len bytes to sum; an odd last byte counts as the high one, so all
 * pieces but the last must be even.
 */
uint32_t checksum_partial(const uint8_t *p, size_t len, uint32_t sum);
/* The ones' complement of the sum: 0 over bytes that contain their right checksum. */
uint16_t checksum_fold(uint32_t sum);
/* CRC-32C (RFC 9260 appendix A) of len bytes; crc is 0, or what the bytes before gave. */
uint32_t checksum_crc32c(const uint8_t *p, size_t len, uint32_t crc);

enum { CHECKSUM_ADDR_LEN = 16 };

/* Addresses as the last destination sees them: those that a transport header is summed with. */
struct checksum_pseudo {
	uint8_t src[CHECKSUM_ADDR_LEN], dst[CHECKSUM_ADDR_LEN]; /* the first addr_len bytes */
	size_t addr_len;
	bool fragment; /* what is here is not all that was summed */
};

/* What changes them, when they have been taken from the IP header. p, len: a header that is wholly
 * here, at least 8 bytes. Where a routing header with segments left leads in the end: */
void checksum_pseudo_route(struct checksum_pseudo *ps, const uint8_t *p, size_t len);
/* Destination options: a mobile node sums with its home address, RFC 6275 6.3. */
void checksum_pseudo_home(struct checksum_pseudo *ps, const uint8_t *p, size_t len);
/* IPv4 options, of any length: the last hop of a source route that is not at its end yet, RFC 1122
 * 3.2.1.8. */
void checksum_pseudo_options(struct checksum_pseudo *ps, const uint8_t *p, size_t len);

/*
 * Bytes from the layer's first to the end of the IP packet that carries it, captured or not; to
 * the end of the frame where no IP header says.
 */
size_t checksum_layer_len(const struct dissection *d, const struct layer *l);
/* The same; false: no IP below, or not all of them were captured. */
bool checksum_span(const struct dissection *d, const struct layer *l, size_t *ret_len);
/* The IP header below is one of version 6. */
bool checksum_is_ipv6(const struct dissection *d, const struct layer *l);

/* The first len bytes of the layer sum up to nothing; without a pseudo header. */
enum checksum_status checksum_layer(const struct dissection *d, const struct layer *l, size_t len);
/*
 * The same with the pseudo header of the IP layer below: IP protocol `proto`, `len` bytes. A
 * routing header's last destination and a mobile node's home address take their packet's place.
 */
enum checksum_status checksum_transport(const struct dissection *d, const struct layer *l,
					uint8_t proto, size_t len);

struct checksum_found {
	enum checksum_status status;
	uint32_t found, expected;
	bool computed;  /* expected is set */
	bool offloaded; /* unverified: the NIC was to fill it in after this recording */
};

/* checksum_transport() over the first `cover` of len bytes, with the checksum in the two at `at`.
 */
struct checksum_found checksum_find(const struct dissection *d, const struct layer *l,
				    uint8_t proto, size_t len, size_t cover, size_t at);
/* checksum_layer(), the checksum in the two bytes at `at`. */
struct checksum_found checksum_find_plain(const struct dissection *d, const struct layer *l,
					  size_t len, size_t at);

/* Three descriptors in a row say what was found: what checksum_put() wants. */
#define CHECKSUM_STATUS(field)                                                     \
	{                                                                          \
		field, "Checksum status", 0, 0, FIELD_ENUM, FIELD_DESCRIBED, 0, 0, \
			checksum_status_names, NULL                                \
	}
#define CHECKSUM_EXPECTED(field)                                                                 \
	{                                                                                        \
		field, "Checksum calculated", 0, 0, FIELD_HEX, FIELD_DESCRIBED, 0, 0, NULL, NULL \
	}
#define CHECKSUM_NOTE(field)                                                                \
	{                                                                                   \
		field, "Checksum note", 0, 0, FIELD_TEXT, FIELD_DESCRIBED, 0, 0, NULL, NULL \
	}

/* p, n: the checksum's bytes. */
void checksum_put(struct field_out *o, const struct field_desc *fields,
		  const struct checksum_found *found, const uint8_t *p, size_t n);

#endif
