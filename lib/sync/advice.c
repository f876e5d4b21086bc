/*
 * advice.c: the error codes of provisioning logs, and what helps.
 */
#include "base/nelem.h"
#include "sync/advice.h"

static const struct advice table[] = {
	{ "EntryConflict", "target",
	    "the target says that there is such an object already",
	    "Find the object at the target by the conflicting attribute; give "
	    "the job a matching attribute that finds it, or remove it." },
	{ "TooManyRequests", "transient", "the target asked for fewer requests",
	    "Nothing, it is tried again; lower ratePerSecond of the dialect "
	    "if it goes on." },
	{ "InternalServerError", "transient", "the target failed",
	    "Ask the operator of the target with the request shown here; it "
	    "is tried again." },
	{ "Unauthorized", "configuration",
	    "the target did not take the credentials",
	    "Give the job a valid secret and restart it." },
	{ "InsufficientRights", "configuration",
	    "the credentials may not do this at the target",
	    "Give them the right at the target, or take the action out of "
	    "the rule." },
	{ "MethodNotAllowed", "configuration",
	    "the target does not do this at that address",
	    "Look at the target's URL and the dialect: put instead of paths, "
	    "say." },
	{ "NotPermitted", "configuration", "the rule does not do this",
	    "Add the action to the rule if it is wanted." },
	{ "UnprocessableEntity", "source",
	    "the target understood the request and cannot do it",
	    "Correct the value that the answer names, or its mapping." },
	{ "WebExceptionProtocolError", "transient",
	    "the target could not be reached, or did not speak HTTP",
	    "Look at the target's URL, its name and certificate, the network; "
	    "it is tried again." },
	{ "InvalidAnchor", "target", "the linked object is gone at the target",
	    "Nothing: it is matched again, or created anew." },
	{ "NotImplemented", "configuration", "the target cannot do this",
	    "Choose another dialect, or take the mapping out." },
	{ "MissingValues", "source",
	    "an attribute that the target requires has no value",
	    "Give the source a value, or the mapping a default." },
	{ "SchemaAttributeNotFound", "configuration",
	    "the target does not know an attribute",
	    "Take the mapping out, or correct its target path." },
	{ "InternalError", "configuration",
	    "a mapping or a filter could not be evaluated",
	    "Try the expression with this object and correct it." },
	{ "InvalidDomain", "source", "the target does not serve this domain",
	    "Correct the value, or have the domain added at the target." },
	{ "Timeout", "transient", "the target did not answer in time",
	    "Nothing, it is tried again; raise timeoutSeconds of the dialect "
	    "if the target is slow." },
	{ "LicenseLimitExceeded", "target", "the target has no licence left",
	    "Buy licences there, or take objects out of the scope." },
	{ "DuplicateTargetEntries", "target",
	    "several objects of the target match",
	    "Remove all but one there, or match by a unique attribute." },
	{ "DuplicateSourceEntries", "source",
	    "the matching object is another source's",
	    "Give one of the two another matching value, or take it out of "
	    "the scope." },
	{ "ImportSkipped", "source", "the object is not provisioned",
	    "See the steps: scope, assignment, or a missing matching value." },
	{ "EntrySynchronizationSkipped", "source",
	    "the target has all of it already", "Nothing." },
	{ "SystemForCrossDomainIdentityManagementMultipleEntriesInResponse",
	    "target", "the target answered with several objects, not with one",
	    "Report it to the operator of the target." },
	{ ADVICE_INCOMPATIBLE, "target", "the target's answer is no SCIM",
	    "Look at the answer shown here, at the target's URL and dialect." },
	{ "SystemForCrossDomainIdentityManagementBadRequest", "configuration",
	    "the target did not understand the request",
	    "Look at the answer shown here, then at the mapping or the "
	    "dialect." },
	{ "SchemaPropertyCanOnlyAcceptValue", "configuration",
	    "the target takes only certain values",
	    "Map to one of the values that the answer names." },
	{ "UnableToResolveReferenceAttributeValue", "source",
	    "the object that is referred to is not at the target",
	    "Bring it into the scope; the reference follows by itself." },
	{ "Quarantined", "target",
	    "too many operations of this kind have failed: they rest",
	    "See the failures before it; it is tried again by itself, or at "
	    "once by job restart." },
	{ "TooManyDeletes", "configuration",
	    "more is to be disabled or deleted than the guard allows",
	    "Look at the names; approve the deletions, or correct the scope." },
};

static const struct {
	int status;
	const char *word; /* scimType; "": any */
	const char *code;
} answers[] = {
	{ 400, "uniqueness", "EntryConflict" },
	{ 400, "invalidPath", "SchemaAttributeNotFound" },
	{ 400, "", "SystemForCrossDomainIdentityManagementBadRequest" },
	{ 401, "", "Unauthorized" },
	{ 402, "", "LicenseLimitExceeded" },
	{ 403, "", "InsufficientRights" },
	{ 404, "", "InvalidAnchor" },
	{ 405, "", "MethodNotAllowed" },
	{ 408, "", "Timeout" },
	{ 409, "", "EntryConflict" },
	{ 412, "", "EntryConflict" },
	{ 422, "", "UnprocessableEntity" },
	{ 429, "", "TooManyRequests" },
	{ 500, "", "InternalServerError" },
	{ 501, "", "NotImplemented" },
	{ 502, "", "WebExceptionProtocolError" },
	{ 503, "", "InternalServerError" },
	{ 504, "", "Timeout" },
};

const struct advice *
advice_find(struct slice code)
{
	for (size_t i = 0; i < NELEM(table); i++)
		if (slice_equal(code, slice_of(table[i].code)))
			return &table[i];
	return NULL;
}

const struct advice *
advice_at(size_t i)
{
	return i < NELEM(table) ? &table[i] : NULL;
}

const char *
advice_code(int status, struct slice word)
{
	for (size_t i = 0; i < NELEM(answers); i++)
		if (answers[i].status == status &&
		    (answers[i].word[0] == '\0' ||
			slice_equal_nocase(word, slice_of(answers[i].word))))
			return answers[i].code;
	if (status >= 500)
		return "InternalServerError";
	if (status >= 400)
		return "SystemForCrossDomainIdentityManagementBadRequest";
	return ADVICE_INCOMPATIBLE;
}

bool
advice_is_transient(struct slice code)
{
	const struct advice *a = advice_find(code);

	return a != NULL &&
	    slice_equal(slice_of(a->category), SLICE("transient"));
}
