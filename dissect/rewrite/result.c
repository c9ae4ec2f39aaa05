#include "dissect/rewrite/result.h"

const char *rewrite_result_name(enum rewrite_result result)
{
	static const char *const names[] = {
#define X(id, name, text) #name,
		REWRITE_RESULTS(X)
#undef X
	};

	return names[result];
}

const char *rewrite_result_text(enum rewrite_result result)
{
	static const char *const texts[] = {
#define X(id, name, text) text,
		REWRITE_RESULTS(X)
#undef X
	};

	return texts[result];
}
