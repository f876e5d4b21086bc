/*
 * loader.h: reading a schema or type file member by member; shared by
 * schema_load.c, schema_link.c and type_load.c, nobody else includes it.
 *
 * These files are written by people, so whatever is not understood is
 * refused: a misspelt "mutabilty" must not silently mean readWrite.  Every
 * message is "FILE: PATH: why", as in
 * "schemas/X.json: attributes[3].subAttributes[0].type: ...".
 */
#ifndef SCIM_LOADER_H
#define SCIM_LOADER_H

#include "json/json.h"
#include "scim/catalog.h"

struct loader {
	struct catalog	*catalog;
	struct arena	*scratch;	/* the JSON and the paths in messages */
	const char	*file;
	struct error	*err;
};

/* A member that an object may have, and what it must be. */
struct load_member {
	const char	*name;
	enum json_kind	 kind;
};

/*
 * Parse TEXT, the content of FILE, into *OUT.
 *
 * Owner:   L holds a scratch arena from now on: load_end it, also after an
 *          error.
 * Returns: 0, or -1 with ERR set.
 */
int	load_begin(struct loader *l, struct catalog *c, const char *file,
	    struct slice text, struct json_object **out, struct error *err);
void	load_end(struct loader *l);

/* PATH.NAME and PATH.NAME[I], without the dot when PATH is "". */
const char	*load_path(const struct loader *l, const char *path,
		    const char *name);
const char	*load_path_at(const struct loader *l, const char *path,
		    const char *name, size_t i);

/* Set the error: ERR_INVALID_VALUE.  Returns -1. */
int	load_refuse(const struct loader *l, const char *path,
	    const char *why);

/* The same, "why 'TEXT'". */
int	load_refuse_text(const struct loader *l, const char *path,
	    const char *why, struct slice text);

/*
 * Is V an object of these N members?  null is absence; others may add
 * members that begin with "x-", but not with "x-muster-".
 */
int	load_check(const struct loader *l, const char *path,
	    const struct json_object *v, const struct load_member *members,
	    size_t n);

/* Does "schemas" hold URN?  It may be left out (RFC 7643 section 8.7). */
int	load_check_schemas(const struct loader *l,
	    const struct json_object *v, struct slice urn);

/* The member NAME of V; NULL when absent or null. */
struct json_object	*load_get(const struct json_object *v,
			    const char *name);

/* Its text, kept by the catalog; empty when there is none. */
struct slice	load_text(const struct loader *l,
		    const struct json_object *v, const char *name);

/*
 * The place of its text among the N WORDS, in *OUT; 0, the default, when it
 * is absent.
 */
int	load_keyword(const struct loader *l, const char *path,
	    const struct json_object *v, const char *name,
	    const struct slice *words, size_t n, int *out);

/* Its strings, each not empty and there once, kept by the catalog. */
int	load_words(const struct loader *l, const char *path,
	    const struct json_object *v, const char *name,
	    const struct slice **out, size_t *nout);

#endif
