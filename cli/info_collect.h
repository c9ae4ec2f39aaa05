/*
 * cli/info_collect.h -- one pass over a capture file, and all that `ringtap info` says of it.
 *
 * Per packet only lengths and times are looked at. Memory does not grow with the file: every list
 * has a maximum, behind which things are counted only.
 */
#ifndef CLI_INFO_COLLECT_H
#define CLI_INFO_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/info.h"
#include "cli/info_drops.h"
#include "cli/info_hash.h"
#include "cli/info_times.h"
#include "core/errmsg.h"
#include "pcapio/codec.h"
#include "pcapio/reader.h"

enum {
	INFO_SECTIONS_MAX = 1000,
	INFO_SECRETS_MAX = 64,
	INFO_TYPES_MAX = 32,
	INFO_COMMENTS_MAX = 10000, /* READER_STRING_MAX bytes each */
};

struct info_interface {
	uint64_t packets, cap_bytes, wire_bytes, truncated;
	uint64_t timed; /* packets that have a time */
	uint64_t first_ns, last_ns;
	struct drop_state drops;
};

struct info_comment {
	const char *of; /* "frame", "section", "interface", "block" */
	uint64_t number;
	char *text;
	size_t len;
};

struct info_type {
	uint32_t type;
	uint64_t blocks;
};

struct info_secret {
	uint32_t type, len;
};

struct info {
	const struct info_options *o;
	const char *path;
	struct reader *reader; /* its interfaces; NULL: the file was not opened */

	enum codec codec;
	bool size_known;             /* of a pipe it is not */
	uint64_t size;               /* in the file system */
	uint64_t read;               /* bytes of it that are whole, decompressed */
	char sha256[INFO_HASH_TEXT]; /* "": not wanted, or not possible */

	uint64_t packets, cap_bytes, wire_bytes, truncated;
	uint64_t times_cut; /* packets before 1970 or after 2554 */
	uint32_t cap_max;
	struct info_times times;
	struct info_interface *interfaces;
	size_t nr_interfaces, interfaces_size;
	struct info_drops drops;

	uint64_t section_packets[INFO_SECTIONS_MAX];
	size_t nr_types;
	struct info_type types[INFO_TYPES_MAX];
	uint64_t other_types; /* blocks beyond the list's end */
	uint64_t nr_comments;
	struct info_comment *comments;
	size_t nr_comments_kept;
	uint64_t names; /* of addresses, in name resolution blocks */
	uint64_t nr_secrets;
	struct info_secret secrets[INFO_SECRETS_MAX];

	bool interrupted; /* the figures are those of the part read so far */
	int failure;      /* what the reader ended with, or 0 */
	struct errmsg failure_text;
};

/* Reads the file to its end, or to what is wrong there. 0, or -errno with a text: not opened. */
int info_collect(const char *path, const struct info_options *o, struct info *ret,
		 struct errmsg *err) must_check;
void info_free(struct info *in);

#endif
