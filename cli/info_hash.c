#include "cli/info_hash.h"

#include <fcntl.h>
#include <sha2.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/read_watch.h"

enum { CHUNK = 256 << 10 };

bool info_hash(const char *path, char ret[INFO_HASH_TEXT])
{
	static uint8_t chunk[CHUNK];
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	SHA2_CTX hash;
	ssize_t n = -1;

	SHA256Init(&hash);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (!read_watch_interrupted() && (n = read(fd, chunk, sizeof(chunk))) > 0)
			SHA256Update(&hash, chunk, (size_t)n);
	if (fd >= 0)
		close(fd);
	SHA256End(&hash, ret);
	if (n != 0)
		ret[0] = '\0';
	return n == 0;
}
