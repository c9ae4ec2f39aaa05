/*
 * pcapio/writer.h -- the writer process: ring blocks and spools in, files out.
 *
 * It is started by the main process as `ringtap writer` with these descriptors open. It owns every
 * block between its place in a block queue and its release, the output files, and the consuming
 * side of the spools. It has no privileges and a system call filter.
 */
#ifndef PCAPIO_WRITER_H
#define PCAPIO_WRITER_H

enum writer_descriptor {
	WRITER_FD_SEGMENT = 3,
	WRITER_FD_WAKE = 4, /* eventfd: something was queued or asked */
	WRITER_FD_MAIN = 5, /* pipe whose other end only the main process holds: end = it is gone */
	WRITER_FD_NOTIFY = 6, /* eventfd to the main process: look at the writer's state */
	WRITER_FD_DIR = 7,    /* output directory */
	WRITER_FD_SUMMARY_DIR = 8,
	WRITER_FD_PIPE = 9,   /* the output, when it is a pipe or stdout */
	WRITER_FD_RINGS = 16, /* packet sockets, in ring order */
};

/* The process's main function; returns its exit status: 0 all is written, 1 something was lost. */
int writer_main(void);

#endif
