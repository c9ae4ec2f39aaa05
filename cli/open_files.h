/* cli/open_files.h -- how many files may be open at once. */
#ifndef CLI_OPEN_FILES_H
#define CLI_OPEN_FILES_H

#include <stdbool.h>

/* As many as the hard limit allows; where that is refused, what fails later says so. */
void open_files_raise_limit(void);
/* Whether this -errno is that limit's, or the machine's. */
bool open_files_is_limit(int code);

#endif
