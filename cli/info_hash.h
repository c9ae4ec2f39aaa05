/* cli/info_hash.h -- `ringtap info --hash`. */
#ifndef CLI_INFO_HASH_H
#define CLI_INFO_HASH_H

#include <stdbool.h>

enum { INFO_HASH_TEXT = 65 };

/*
 * SHA-256 (FIPS 180-4) of a regular file, in hexadecimal. False: it could not be read to its end,
 * or a signal has come; ret is "" then.
 */
bool info_hash(const char *path, char ret[INFO_HASH_TEXT]);

#endif
