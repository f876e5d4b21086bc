/*
 * scope.c: what a credential may do.
 */
#include "auth/scope.h"
#include "base/nelem.h"

/* The next word; false at the end. */
static bool
next_word(struct slice *rest, struct slice *word)
{
	while (rest->data != NULL && slice_next(rest, ' ', word))
		if (word->len > 0)
			return true;
	return false;
}

static const struct slice verbs[] = {
	[SCOPE_TO_READ] = { "read", 4 },
	[SCOPE_TO_WRITE] = { "write", 5 },
};

/* Is WORD a verb that lets one do VERB?  Who writes may read. */
static bool
grants(struct slice word, enum scope_verb verb)
{
	for (size_t i = verb; i < NELEM(verbs); i++)
		if (slice_equal(word, verbs[i]))
			return true;
	return false;
}

/* Cut WORD in two: "users:read", or "users" and no verb. */
static struct slice
split(struct slice word, struct slice *verb)
{
	struct slice name;

	*verb = word;
	slice_next(verb, ':', &name);
	return name;
}

static bool
is_type(struct slice name, struct slice endpoint)
{
	return slice_equal_nocase(name, slice_from(endpoint, 1));
}

static bool
is_reserved(struct slice word)
{
	return grants(word, SCOPE_TO_READ) ||
	    slice_equal(word, SLICE("bulk")) ||
	    slice_equal(word, SLICE("admin"));
}

bool
scope_allows(struct slice scope, struct slice endpoint, enum scope_verb verb)
{
	bool any_verb = false, any_type = false, verb_ok = false;
	bool type_ok = false;
	struct slice word, of;

	if (scope.len == 0)
		return true;
	while (next_word(&scope, &word)) {
		struct slice name = split(word, &of);

		if (of.data != NULL) {
			if (is_type(name, endpoint) && grants(of, verb))
				return true;
		} else if (grants(word, SCOPE_TO_READ)) {
			any_verb = true;
			verb_ok |= grants(word, verb);
		} else if (!is_reserved(word)) {
			any_type = true;
			type_ok |= is_type(word, endpoint);
		}
	}
	return (any_verb || any_type) && (verb_ok || !any_verb) &&
	    (type_ok || !any_type);
}

bool
scope_has(struct slice scope, struct slice wanted)
{
	struct slice word;

	if (scope.len == 0)
		return !slice_equal(wanted, SLICE("admin"));
	while (next_word(&scope, &word))
		if (slice_equal(word, wanted))
			return true;
	return false;
}

int
scope_check(struct slice scope, scope_is_type *is_name, const void *arg,
    struct error *err)
{
	struct slice word, verb, name;

	while (next_word(&scope, &word)) {
		if (is_reserved(word))
			continue;
		name = split(word, &verb);
		if ((verb.data != NULL && !grants(verb, SCOPE_TO_READ)) ||
		    !is_name(arg, name))
			return error_set(err, ERR_INVALID_VALUE,
			    "there is no scope '%.*s'", SLICE_ARG(word));
	}
	return 0;
}
