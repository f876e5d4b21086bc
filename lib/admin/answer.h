/*
 * answer.h: what the handlers of the administrators' API answer with.
 */
#ifndef ADMIN_ANSWER_H
#define ADMIN_ANSWER_H

#include "json/json.h"
#include "scim/etag.h"
#include "serve/serve.h"
#include "tenancy/tenancy.h"

/* Answer V, with STATUS. */
int	answer_object(struct call *call, int status,
	    const struct json_object *v);

/* The same of what is JSON text. */
int	answer_text(struct call *call, int status, struct slice text);

/* The same of a thing with VERSION, which then is its ETag and a member. */
int	answer_versioned(struct call *call, int status,
	    struct json_object *v, uint64_t version);

/* A new thing, which is at PATH below the base; ID is encoded for a URL. */
void	answer_location(struct call *call, const char *path, struct slice id);

/*
 * The part of N things that CALL asks for by "startIndex" and "count" (RFC
 * 7644 section 3.4.2.4): FIRST, from 0, up to before END.
 *
 * Errors: ERR_INVALID_VALUE.
 */
struct page {
	size_t	first;
	size_t	end;
	size_t	total;
};
int	answer_read_page(const struct call *call, size_t n, struct page *page,
	    struct error *err);

/* The things of PAGE, an array, in the form of a ListResponse; answer it. */
struct json_object	*answer_make_page(const struct call *call,
			    const struct page *page,
			    struct json_object *things);
int	answer_page(struct call *call, const struct page *page,
	    struct json_object *things);

/*
 * The query parameter NAME as a number, 0 to MAX; *OUT stays when there is
 * none.  And one that is true or false, which it is without.
 *
 * Errors: ERR_INVALID_VALUE.
 */
int	answer_read_number(const struct call *call, const char *name,
	    int64_t max, int64_t *out, struct error *err);
int	answer_read_flag(const struct call *call, const char *name, bool *out,
	    struct error *err);

/*
 * Whoever changes a thing says which version of it: If-Match in *OUT.
 *
 * Errors: ERR_NO_PRECONDITION.
 */
int	answer_conditions(const struct call *call, struct conditions *out,
	    struct error *err);

/* For what the administrator who asks does to tenants. */
struct tenancy	answer_tenancy(const struct call *call);

/*
 * The tenant NAME, if the administrator who asks is over it; for any other one
 * it is not there.
 *
 * Errors: ERR_NOT_FOUND, those of store_view.
 */
int	answer_tenant(const struct call *call, struct slice name,
	    struct tenant *tenant, struct error *err);

#endif
