/* cli/generate_write.h -- generated frames into a file, or shown. */
#ifndef CLI_GENERATE_WRITE_H
#define CLI_GENERATE_WRITE_H

#include "cli/generate_options.h"

/* The exit status; everything has been said. */
int generate_write(const struct generate_options *o, const struct craft *craft);
/* The first frames as a tree and bytes on standard output. The exit status. */
int generate_print(const struct generate_options *o, const struct craft *craft);

#endif
