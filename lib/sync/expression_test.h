/*
 * expression_test.h: tests that are stored with a mapping and run when it is
 * saved.
 *
 *	[{"person": {"userName": "bj"}, "now": "2026-03-01", "want": "BJ"},
 *	 {"person": {}, "want": null}]
 *
 * A "want" that is text is met by what is printed so, of whatever type: "7"
 * by 7.  "fails": true, in place of "want", wants an error.
 */
#ifndef SYNC_EXPRESSION_TEST_H
#define SYNC_EXPRESSION_TEST_H

#include "sync/expression.h"

enum { EXPRESSION_TESTS_MAX = 100 };

/*
 * Run TESTS, an array or NULL, on E in WORLD, where "now" has its time in
 * place of WORLD's.
 *
 * Errors: ERR_INVALID_VALUE at the first that does not hold: "test 2: 'x'
 *         wanted, got 'y'".
 */
int	expression_test(struct arena *a, const struct expression *e,
	    const struct json_object *tests,
	    const struct expression_world *world, struct error *err);

#endif
