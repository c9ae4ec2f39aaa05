/* cli/cmd_writer.c -- the writer process; started by the capture, see pcapio/writer.h. */
#include <sys/stat.h>

#include "cli/verbs.h"
#include "core/log.h"
#include "pcapio/writer.h"

int cmd_writer(int argc, char **argv)
{
	struct stat st;

	if (fstat(WRITER_FD_SEGMENT, &st) < 0 || fstat(WRITER_FD_MAIN, &st) < 0) {
		log_error("writer: is started by 'ringtap capture', not by hand");
		return EXIT_USAGE;
	}
	return writer_main();
}
