/*
 * library.c: a shared library that is loaded when it is needed.
 */
#include <dlfcn.h>
#include <string.h>

#include "base/library.h"
#include "base/log.h"

void
library_load(const char *name, const struct library_function *functions,
    size_t n, void *table)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL), *function;

	if (library == NULL)
		fatal("%s", dlerror());
	for (size_t i = 0; i < n; i++) {
		function = dlsym(library, functions[i].name);
		if (function == NULL)
			fatal("%s has no %s", name, functions[i].name);
		memcpy((char *)table + functions[i].offset, &function,
		    sizeof(function));
	}
}
