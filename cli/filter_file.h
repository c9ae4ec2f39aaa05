/* cli/filter_file.h -- a filter expression out of a file (-F). */
#ifndef CLI_FILTER_FILE_H
#define CLI_FILTER_FILE_H

/* Its whole text, the caller's, free(). NULL: complained. Lines are words like others. */
char *filter_file_read(const char *verb, const char *path);

#endif
