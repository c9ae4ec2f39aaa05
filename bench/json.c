#include "bench/json.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "core/strbuf.h"

void json_put_string(FILE *f, const char *text)
{
	char quoted[2048];
	struct strbuf s = strbuf_over(quoted, sizeof(quoted));

	strbuf_json_string(&s, text, strlen(text));
	fputs(quoted, f);
}

void json_put_spread(FILE *f, const char *key, struct spread s)
{
	fprintf(f, "\"%s\":", key);
	if (s.n)
		fprintf(f, "{\"median\":%.10g,\"min\":%.10g,\"max\":%.10g,\"n\":%zu}", s.median,
			s.min, s.max, s.n);
	else
		fputs("null", f);
}

void json_put_program(FILE *f, const char *name, bool measured, const char *version,
		      const char *const *args)
{
	fprintf(f, "{\"program\":\"%s\",\"measured\":%s,\"version\":", name,
		measured ? "true" : "false");
	json_put_string(f, version);
	fputs(",\"args\":[", f);
	for (size_t i = 0; args[i]; i++)
		fprintf(f, "%s\"%s\"", i ? "," : "", args[i]);
	fputc(']', f);
}

const char *json_target_met(struct spread ratio, double target)
{
	if (!ratio.n || target <= 0)
		return "null";
	return ratio.median >= target ? "true" : "false";
}

void json_put_head(FILE *f, const char *verb, const struct host *host)
{
	fprintf(f,
		"\"program\":\"ringtap-bench\",\"version\":\"%s\",\"verb\":\"%s\",\"when\":\"%s\",",
		RINGTAP_VERSION, verb, host->when);
	fputs("\"kernel\":", f);
	json_put_string(f, host->kernel);
	fputs(",\"cpu\":", f);
	json_put_string(f, host->cpu);
	fprintf(f, ",\"cpus\":%d,\"file_system\":\"%s\"", host->cpus, host->fs);
}

int json_open(const char *path, FILE **ret, struct errmsg *reterr)
{
	*ret = strcmp(path, "-") ? fopen(path, "we") : fdopen(dup(STDOUT_FILENO), "w");
	if (!*ret)
		return errmsg_set(reterr, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

int json_close(FILE *f, const char *path, struct errmsg *reterr)
{
	const bool failed = ferror(f);

	if (fclose(f) || failed)
		return errmsg_set(reterr, -EIO, "%s: cannot write all of it", path);
	return 0;
}
