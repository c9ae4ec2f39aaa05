/* Writes the seeds of fuzz_reader, a directory for each format: small files, made here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/spool.h"
#include "pcapio/summary_file.h"
#include "tests/unit/capture_bytes.h"

static int save(const char *dir, const char *name, const struct capture *c)
{
	char path[4096];
	FILE *file;
	int failed;

	snprintf(path, sizeof(path), "%s/%.*s", dir, (int)strcspn(name, "/"), name);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "wb");
	if (!file) {
		perror(path);
		return 1;
	}
	failed = fwrite(c->bytes, 1, c->len, file) != c->len;
	return fclose(file) || failed;
}

static int save_pcap(const char *dir, const char *name, uint32_t magic, bool big_endian)
{
	struct capture c = { .big_endian = big_endian };

	pcap_header(&c, magic, 65535, LINKTYPE_ETHERNET);
	pcap_record(&c, 1, 2, 20, 60, 0);
	pcap_record(&c, 3, 4, 60, 60, 0);
	return save(dir, name, &c);
}

static void put_section(struct capture *c)
{
	section_header(c);
	interface_block(c, LINKTYPE_ETHERNET, 65535, 9);
	packet_begin(c, 0, 123456789, 21, 60);
	option_u32(c, PCAPNG_EPB_FLAGS, 1 | 1 << 9);
	option_put(c, PCAPNG_EPB_HASH, "\5\1\2\3\4", 5);
	option_u64(c, PCAPNG_EPB_DROPCOUNT, 1);
	option_u32(c, PCAPNG_EPB_QUEUE, 2);
	option_end(c);
	capture_zero(c, 12);
	block_end(c);
	block_begin(c, PCAPNG_ISB);
	capture_u32(c, 0);
	capture_u64(c, 0);
	option_u64(c, PCAPNG_ISB_IFRECV, 1);
	block_end(c);
	block_begin(c, PCAPNG_LOCAL_USE | 1);
	capture_zero(c, 24);
	block_end(c);
	block_begin(c, PCAPNG_SPB);
	capture_u32(c, 9);
	capture_zero(c, 9);
	block_end(c);
}

static int save_summaries(const char *dir)
{
	const struct summary_file_header h = { .magic = SUMMARY_FILE_MAGIC,
					       .byte_order = SUMMARY_FILE_BYTE_ORDER,
					       .version = SUMMARY_FILE_VERSION,
					       .record_size = 64 };
	struct capture c = { .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };

	capture_put(&c, &h, sizeof(h));
	capture_u32(&c, 64);
	capture_u16(&c, SPOOL_SUMMARY);
	capture_u16(&c, 0);
	capture_zero(&c, 64);
	capture_u32(&c, 3 | SPOOL_DISCARD);
	capture_u16(&c, SPOOL_TEXT);
	capture_u16(&c, 0);
	capture_zero(&c, 8);
	return save(dir, "summary/one", &c);
}

int main(int argc, char **argv)
{
	struct capture c = { 0 };
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: seeds_reader DIRECTORY\n");
		return 1;
	}
	mkdir(argv[1], 0777);
	failed = save_pcap(argv[1], "pcap/us-le", 0xa1b2c3d4, false);
	failed |= save_pcap(argv[1], "pcap/ns-be", 0xa1b23c4d, true);
	failed |= save_pcap(argv[1], "pcap/modified", 0xa1b2cd34, false);
	put_section(&c);
	failed |= save(argv[1], "pcapng/le", &c);
	c.big_endian = true;
	put_section(&c);
	failed |= save(argv[1], "pcapng/both", &c);
	failed |= save_summaries(argv[1]);
	return failed;
}
