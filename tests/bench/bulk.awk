# bulk.awk: a bulk request that creates the users from FIRST to LAST, with
# the userNames PREFIXn@example.com and the externalIds EXTERNALn.

function user(i,    name) {
	name = sprintf("%s%07d", prefix, i)
	printf "{\"schemas\":[\"%s\",\"%s\"],\"userName\":\"%s@example.com\",",
	    core, enterprise, name
	printf "\"externalId\":\"%s%07d\",\"displayName\":\"Anna %s\",",
	    external, i, name
	printf "\"active\":true,\"name\":{\"givenName\":\"Anna\","
	printf "\"familyName\":\"%s\"},\"title\":\"Engineer\",", name
	printf "\"emails\":[{\"value\":\"%s@example.com\",\"type\":\"work\",", name
	printf "\"primary\":true}],\"%s\":{\"employeeNumber\":\"%s\",",
	    enterprise, name
	printf "\"department\":\"Sales\"}}"
}

BEGIN {
	core = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	printf "{\"schemas\":["
	printf "\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],"
	printf "\"Operations\":["
	for (i = first; i <= last; i++) {
		if (i > first)
			printf ","
		printf "{\"method\":\"POST\",\"path\":\"/Users\","
		printf "\"bulkId\":\"b%d\",\"data\":", i
		user(i)
		printf "}"
	}
	printf "]}"
}
