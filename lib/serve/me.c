/*
 * me.c: /Me, another name of the user that a credential belongs to (RFC 7644
 * section 3.11).
 */
#include "serve/serve.h"

int
serve_me(struct call *call, struct error *err)
{
	static serve_handler *const handlers[] = {
		[HTTP_GET] = serve_read,
		[HTTP_HEAD] = serve_read,
		[HTTP_PUT] = serve_replace,
		[HTTP_PATCH] = serve_patch,
		[HTTP_DELETE] = serve_delete,
		[HTTP_METHOD_MAX] = NULL,
	};
	serve_handler *handler = handlers[call->request->method];

	if (handler == NULL)
		return serve_not_implemented(call, err);
	call->type = catalog_find_type(call->identity->catalog, SLICE("User"));
	if (call->type == NULL)
		return serve_not_implemented(call, err);
	call->id = call->user;
	call->caller.is_self = true;
	return handler(call, err);
}
