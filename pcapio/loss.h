/*
 * pcapio/loss.h -- every way a packet can be lost, once: enum, name in reports, counter, words.
 *
 * The man page's table and the JSON report are made from this list.
 */
#ifndef PCAPIO_LOSS_H
#define PCAPIO_LOSS_H

#define LOSS_LIST(X)                                                                               \
	X(RING_FULL, "ring_full", "no free block in the ring: the worker or the disk fell behind") \
	X(BAD_BLOCK, "bad_block", "the ring block contradicted itself and was not trusted")        \
	X(WRITE_ERROR, "write_error",                                                              \
	  "the output refused the bytes: disk full, I/O error, no reader")                         \
	X(WRITER_DIED, "writer_died", "copied by a writer process that was killed before writing") \
	X(NO_WRITER, "no_writer", "no writer process could be started again")                      \
	X(AT_EXIT, "at_exit", "still in the ring when a second signal ended the capture at once")

enum loss_cause {
#define X(id, name, text) LOSS_##id,
	LOSS_LIST(X)
#undef X
		LOSS_NR
};

/* The name in reports; cause < LOSS_NR. */
const char *loss_name(enum loss_cause cause);
/* One line for a person. */
const char *loss_text(enum loss_cause cause);

#endif
