/*
 * cli/out_report.h -- what an output had no place for, counted while it is written and said at the
 * end.
 */
#ifndef CLI_OUT_REPORT_H
#define CLI_OUT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/strbuf.h"
#include "pcapio/packet_out.h"

enum lost_block {
	LOST_NAMES,
	LOST_STATISTICS,
	LOST_SECRETS,
	LOST_JOURNAL,
	LOST_CUSTOM,
	LOST_OTHER,
	LOST_NR,
};

struct out_losses {
	uint64_t blocks[LOST_NR];
};

/* packet_out_block(), and a look at whether the block was kept. */
int out_losses_block(struct out_losses *l, struct packet_out *out, size_t input,
		     const struct reader *r, const struct reader_block *block,
		     struct errmsg *err) must_check;
/* A note for each thing that was lost or cut, with its remedy. */
void out_losses_note(const struct out_losses *l, const struct packet_out_counts *c,
		     const struct packet_out_options *o);
/* Members of a JSON object, each with a comma behind it. */
void out_losses_json(const struct out_losses *l, const struct packet_out_counts *c,
		     struct strbuf *s);
/* The report goes to standard output, or beside the packets that are there to standard error. */
void out_report_print(const struct packet_out_options *o, const struct strbuf *s);

/* A JSON string; null for NULL. */
void out_report_string(struct strbuf *s, const char *text);

/* To be asked before packet_out_open(): whether the file of that name will be made by it. */
bool out_is_new(const struct packet_out_options *o);
/*
 * Closes the output after writing ended with code, whose text is in err, and returns the exit
 * status: `early` where an input ended too soon. A new file that could not be finished is removed,
 * since its inputs still have everything; errors and that are said.
 */
int out_end(const struct packet_out_options *o, struct packet_out *out, bool is_new, int code,
	    struct errmsg *err, bool early);

#endif
