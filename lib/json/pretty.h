/*
 * pretty.h: JSON for people to read and edit: a line for each value.
 */
#ifndef JSON_PRETTY_H
#define JSON_PRETTY_H

#include "json/json.h"

/*
 * Append V to B, two blanks for each level.  Objects and arrays that hold
 * nothing of their own kind, and fit, stand in one line.
 */
void	json_pretty(struct buf *b, const struct json_object *v);

#endif
