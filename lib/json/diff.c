/*
 * diff.c: in what two JSON values differ.
 */
#include "json/diff.h"

/* Two values at one place; NULL is one that is not there, or null. */
struct pair {
	const struct json_object *before;
	const struct json_object *after;
	bool has_before;
	bool has_after;
};

static void compare(struct arena *a, struct slice path, struct pair pair,
    struct json_object *out);

static void
tell(struct arena *a, struct slice path, struct pair pair,
    struct json_object *out)
{
	struct json_object *one = json_new_object(a);

	json_set(one, SLICE("path"), json_new_string(a, path));
	if (pair.has_before)
		json_set(one, SLICE("before"), json_copy(a, pair.before));
	if (pair.has_after)
		json_set(one, SLICE("after"), json_copy(a, pair.after));
	json_append(out, one);
}

/* A member that is null is one all the same. */
static bool
has_member(const struct json_object *object, struct slice name)
{
	struct json_member m = json_first(object);

	if (!json_has(object, name))
		return false;
	while (m.entry != NULL && !slice_equal(m.name, name))
		json_next(&m);
	return m.entry != NULL;
}

static struct slice
member_path(struct arena *a, struct slice path, struct slice name)
{
	return ARENA_JOIN(a, path, path.len > 0 ? SLICE(".") : SLICE(""), name);
}

static void
compare_objects(struct arena *a, struct slice path, struct pair pair,
    struct json_object *out)
{
	struct json_member m;

	for (m = json_first(pair.before); m.entry != NULL; json_next(&m)) {
		const char *name = arena_strndup(a, m.name.data, m.name.len);
		struct json_object *after = json_get(pair.after, name);

		compare(a, member_path(a, path, m.name),
		    (struct pair){ m.value, after, true,
			after != NULL || has_member(pair.after, m.name) },
		    out);
	}
	for (m = json_first(pair.after); m.entry != NULL; json_next(&m)) {
		const char *name = arena_strndup(a, m.name.data, m.name.len);

		if (json_get(pair.before, name) == NULL &&
		    !has_member(pair.before, m.name))
			tell(a, member_path(a, path, m.name),
			    (struct pair){ NULL, m.value, false, true }, out);
	}
}

/* Where the elements that differ are: from FIRST to the ends. */
struct middle {
	size_t first;
	size_t before_end;
	size_t after_end;
};

static struct middle
find_middle(struct pair pair)
{
	struct middle m = { .before_end = json_len(pair.before),
		.after_end = json_len(pair.after) };

	while (m.first < m.before_end && m.first < m.after_end &&
	    json_equal(
		json_at(pair.before, m.first), json_at(pair.after, m.first)))
		m.first++;
	while (m.before_end > m.first && m.after_end > m.first &&
	    json_equal(json_at(pair.before, m.before_end - 1),
		json_at(pair.after, m.after_end - 1))) {
		m.before_end--;
		m.after_end--;
	}
	return m;
}

static void
compare_arrays(struct arena *a, struct slice path, struct pair pair,
    struct json_object *out)
{
	struct middle m = find_middle(pair);

	for (size_t i = m.first; i < m.before_end || i < m.after_end; i++) {
		struct pair one = { .has_before = i < m.before_end,
			.has_after = i < m.after_end };

		if (one.has_before)
			one.before = json_at(pair.before, i);
		if (one.has_after)
			one.after = json_at(pair.after, i);
		compare(a,
		    slice_of(arena_printf(a, "%.*s[%zu]", SLICE_ARG(path), i)),
		    one, out);
	}
}

static void
compare(struct arena *a, struct slice path, struct pair pair,
    struct json_object *out)
{
	enum json_kind kind = json_kind(pair.before);

	if (!pair.has_before || !pair.has_after)
		tell(a, path, pair, out);
	else if (kind == JSON_OBJECT && json_kind(pair.after) == JSON_OBJECT)
		compare_objects(a, path, pair, out);
	else if (kind == JSON_ARRAY && json_kind(pair.after) == JSON_ARRAY)
		compare_arrays(a, path, pair, out);
	else if (!json_equal(pair.before, pair.after))
		tell(a, path, pair, out);
}

struct json_object *
json_diff(struct arena *a, const struct json_object *before,
    const struct json_object *after)
{
	struct json_object *out = json_new_array(a);

	compare(a, SLICE(""), (struct pair){ before, after, true, true }, out);
	return out;
}
