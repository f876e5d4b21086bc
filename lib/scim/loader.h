/*
 * loader.h: reading a schema, type or profile file member by member; shared
 * by schema_load.c, schema_link.c, type_load.c and profile.c, nobody else
 * includes it.
 *
 * These files are written by people, so whatever is not understood is
 * refused: a misspelt "mutabilty" must not silently mean readWrite.  Every
 * message is "FILE: PATH: why", as in
 * "schemas/X.json: attributes[3].subAttributes[0].type: ...".
 *
 * A one-shot CGI reads all of them for one request: the text is checked and
 * then walked through in place, and a path is made only for a message.
 */
#ifndef SCIM_LOADER_H
#define SCIM_LOADER_H

#include "json/json.h"
#include "scim/catalog.h"

struct loader {
	struct catalog	*catalog;	/* in its arena is what is made */
	const char	*file;
	struct error	*err;
};

/*
 * Where something stands: the member NAME, or an element of it, of what
 * stands at IN.  It lives on the stack of who reads there.
 */
struct load_place {
	const struct load_place	*in;	/* NULL: the file itself */
	const char		*name;
	size_t			 nth;	/* element, from 1 on; 0: itself */
};

/* A member that an object may have, and what it must be. */
struct load_member {
	struct slice	name;
	enum json_kind	kind;
};

/* A row of a table of those. */
#define LOAD_MEMBER(literal, json_kind)				\
	{ { (literal), sizeof(literal) - 1 }, (json_kind) }

/*
 * Begin with FILE, whose content is TEXT: the value in it is *OUT.
 *
 * Returns: 0, or -1 with ERR set when that is not JSON.
 */
int	load_begin(struct loader *l, struct catalog *c, const char *file,
	    struct slice text, struct slice *out, struct error *err);

/*
 * Set the error: ERR_INVALID_VALUE for the member NAME of what stands at
 * IN, or, if NAME is NULL, for that itself.  Returns -1.
 */
int	load_refuse(const struct loader *l, const struct load_place *in,
	    const char *name, const char *why);

/* The same, "why 'TEXT'". */
int	load_refuse_text(const struct loader *l, const struct load_place *in,
	    const char *name, const char *why, struct slice text);

/*
 * Is V, which stands at PLACE, an object of these N members?  null is
 * absence; others may add members that begin with "x-", but not with
 * "x-muster-".
 *
 * VALUES: gets the JSON text of each, empty for what is absent.
 */
int	load_members(const struct loader *l, const struct load_place *place,
	    struct slice v, const struct load_member *members, size_t n,
	    struct slice *values);

/*
 * The same for the objects in the array V, the member NAME of what stands at
 * IN: *NOUT times N values in *OUT, in the catalog's arena.
 */
int	load_objects(const struct loader *l, const struct load_place *in,
	    const char *name, struct slice v,
	    const struct load_member *members, size_t n,
	    const struct slice **out, size_t *nout);

/* Does "schemas", which is V, hold URN?  It may be left out (RFC 7643 8.7). */
int	load_check_schemas(const struct loader *l, struct slice v,
	    struct slice urn);

/* The text of the string V, kept by the catalog; empty when absent. */
struct slice	load_text(const struct loader *l, struct slice v);

/* Is V there, and true? */
bool	load_flag(struct slice v);


/*
 * The place of the string V, the member NAME of what stands at IN, among the
 * N WORDS, in *OUT; 0, the default, when it is absent.
 */
int	load_keyword(const struct loader *l, const struct load_place *in,
	    const char *name, struct slice v, const struct slice *words,
	    size_t n, int *out);

/* The strings in V, each not empty and there once, kept by the catalog. */
int	load_words(const struct loader *l, const struct load_place *in,
	    const char *name, struct slice v, const struct slice **out,
	    size_t *nout);

#endif
