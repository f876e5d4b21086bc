/*
 * require.h: what must hold, or the target ends as a find of the fuzzer.
 */
#ifndef FUZZ_REQUIRE_H
#define FUZZ_REQUIRE_H

#include <stdbool.h>
#include <stdlib.h>

static inline void
require(bool holds)
{
	if (!holds)
		abort();
}

#endif
