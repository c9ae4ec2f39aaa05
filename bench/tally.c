#include "bench/tally.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/gen.h"
#include "core/bytes.h"

enum {
	PCAP_HEADER_LEN = 24,
	PCAP_RECORD_LEN = 16,
	PCAPNG_SHB = 0x0a0d0d0a,
	PCAPNG_EPB = 6,
	PCAPNG_SPB = 3,
	PCAPNG_BYTE_ORDER = 0x1a2b3c4d,
};

struct judge {
	struct tally *t;
	uint64_t offered, last;
	uint8_t *seen; /* one bit for each packet offered */
	bool swapped;
};

static uint32_t read_u32(const struct judge *j, const uint8_t *p)
{
	return j->swapped ? swap_u32(load_u32(p)) : load_u32(p);
}

static void judge_packet(struct judge *j, const uint8_t *data, uint32_t len)
{
	struct tally *const t = j->t;
	uint64_t seq;

	t->bytes += len;
	if (!gen_parse(data, len, &seq) || seq >= j->offered) {
		t->foreign++;
	} else if (j->seen[seq / 8] & 1 << seq % 8) {
		t->duplicates++;
	} else {
		j->seen[seq / 8] |= (uint8_t)(1 << seq % 8);
		t->stored++;
		t->reordered += seq < j->last;
		j->last = seq;
	}
}

/* Returns the offset where the structure ends: the file's length if it is whole. */
static size_t walk_pcap(struct judge *j, const uint8_t *file, size_t len)
{
	size_t at = PCAP_HEADER_LEN;
	uint32_t cap_len;

	while (len - at >= PCAP_RECORD_LEN) {
		cap_len = read_u32(j, file + at + 8);
		if (cap_len > len - at - PCAP_RECORD_LEN)
			break;
		judge_packet(j, file + at + PCAP_RECORD_LEN, cap_len);
		at += PCAP_RECORD_LEN + cap_len;
	}
	return at;
}

static size_t walk_pcapng(struct judge *j, const uint8_t *file, size_t len)
{
	uint32_t type, block_len, cap_len;
	const uint8_t *b;
	size_t at = 0;

	while (len - at >= 12) {
		b = file + at;
		type = read_u32(j, b);
		if (type == PCAPNG_SHB)
			j->swapped = load_u32(b + 8) != PCAPNG_BYTE_ORDER;
		block_len = read_u32(j, b + 4);
		if (block_len < 12 || block_len % 4 || block_len > len - at ||
		    read_u32(j, b + block_len - 4) != block_len)
			break;
		if (type == PCAPNG_EPB && block_len >= 32) {
			cap_len = read_u32(j, b + 20);
			if (cap_len > block_len - 32)
				break;
			judge_packet(j, b + 28, cap_len);
		} else if (type == PCAPNG_SPB && block_len >= 16) {
			cap_len = read_u32(j, b + 8);
			judge_packet(j, b + 12, MIN_OF(cap_len, block_len - 16));
		}
		at += block_len;
	}
	return at;
}

static int judge_file(struct judge *j, const char *path, const uint8_t *file, size_t len,
		      struct errmsg *reterr)
{
	const uint32_t magic = len >= 4 ? load_u32(file) : 0;
	size_t end;

	switch (magic) {
	case PCAPNG_SHB:
		end = walk_pcapng(j, file, len);
		break;
	case 0xd4c3b2a1: /* classic pcap, us and ns, written by the other byte order */
	case 0x4d3cb2a1:
	case 0xa1b2c3d4:
	case 0xa1b23c4d:
		j->swapped = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
		if (len >= PCAP_HEADER_LEN) {
			end = walk_pcap(j, file, len);
			break;
		}
		__attribute__((fallthrough));
	default:
		return errmsg_set(reterr, -EBADMSG, "%s: neither pcap nor pcapng", path);
	}
	if (end != len)
		return errmsg_set(reterr, -EBADMSG, "%s: broken at byte %zu of %zu", path, end,
				  len);
	return 0;
}

int tally_file(const char *path, uint64_t offered, struct tally *ret, struct errmsg *reterr)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct tally t = { 0 };
	struct judge j = { .t = &t, .offered = offered };
	struct stat st;
	void *file;
	int err;

	if (fd < 0 || fstat(fd, &st)) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return errmsg_set(reterr, err, "%s: %s", path, strerror(-err));
	}
	if (offered > TALLY_OFFERED_MAX || !st.st_size) {
		close(fd);
		return errmsg_set(reterr, -EBADMSG, "%s: %s", path,
				  st.st_size ? "too many packets to tick off" : "empty");
	}
	file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (file == MAP_FAILED)
		return errmsg_set(reterr, -errno, "%s: cannot map it: %s", path, strerror(errno));
	madvise(file, (size_t)st.st_size, MADV_SEQUENTIAL);
	t.file_bytes = (uint64_t)st.st_size;
	j.seen = calloc(1, offered / 8 + 1);
	err = j.seen ? judge_file(&j, path, file, (size_t)st.st_size, reterr)
		     : errmsg_set(reterr, -ENOMEM, "%s: no memory for %llu packets", path,
				  (unsigned long long)offered);
	free(j.seen);
	munmap(file, (size_t)st.st_size);
	if (!err || err == -EBADMSG)
		*ret = t;
	return err;
}
