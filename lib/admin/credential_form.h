/*
 * credential_form.h: a credential as the administrators' API shows it, and as
 * it is given to it: every kind in one table.
 */
#ifndef ADMIN_CREDENTIAL_FORM_H
#define ADMIN_CREDENTIAL_FORM_H

#include "auth/client.h"
#include "serve/serve.h"

/* One bit each, for the table of fields. */
enum credential_kind {
	KIND_TOKEN = 1,
	KIND_CLIENT = 2,	/* gets access tokens */
	KIND_ISSUER = 4,	/* its JWTs are bearer tokens */
	KIND_CERTIFICATE = 8
};

struct credential_form {
	struct client	client;		/* of any kind */
	struct slice	kind;
	struct slice	expires;	/* "90d", a date, "": never */
	struct slice	secret_expires;	/* the same of its first secret */
	struct slice	certificate;	/* PEM */
	struct slice	subject_name;	/* of certificates */
	bool		all_tenants;
};

/* "token", "client", "issuer", "certificate"; 0 for any other. */
unsigned	credential_kind_find(struct slice name);
unsigned	credential_kind_of(const struct credential *c);

/* Was CLIENT read with what is a client's only: secrets, trust? */
bool	credential_is_client(const struct credential *c);

/*
 * Read the body of CALL into FORM, for a new credential, or for what there is
 * of KIND, which FORM then has.
 *
 * Errors: those of field_read; ERR_INVALID_VALUE for a kind.
 */
int	credential_form_new(const struct call *call,
	    struct credential_form *form, struct error *err);
int	credential_form_edit(const struct call *call, unsigned kind,
	    struct credential_form *form, struct error *err);

/* CLIENT, of the tenant that is called TENANT ("": of all). */
struct json_object	*credential_show(const struct call *call,
			    const struct client *client, struct slice tenant);

/* One of its secrets, but for what is secret. */
struct json_object	*credential_show_secret(const struct call *call,
			    const struct client_secret *secret);

#endif
