/*
 * build.h: a tree of json-c's values out of JSON text.
 */
#ifndef JSON_BUILD_H
#define JSON_BUILD_H

#include "base/arena.h"
#include "base/slice.h"

struct json_object;

/*
 * Build the tree of TEXT, which json_check has seen, now or before it was
 * stored: names are taken to be unique, numbers to fit.  Whatever else TEXT
 * holds, no byte outside it is read.
 *
 * Owner:   *OUT is the caller's reference; NULL is the value null.
 * Returns: 0, or -1 when TEXT is no JSON.
 */
int json_build(struct arena *a, struct slice text, struct json_object **out);

#endif
