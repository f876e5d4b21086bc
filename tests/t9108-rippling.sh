#!/bin/sh
# RIP-01 to RIP-04: Rippling with its profile (clients.md section 9.7).
. "$(dirname "$0")/lib.sh"

run() {
	as_profile rippling
	scim GET /ServiceProviderConfig
	is "$STATUS $(json .patch.supported)" '200 true' 'RIP-02 the test'
	AUTH=none scim GET /Users
	error_is 401 null 'RIP-04 a bearer token is needed'
	body="{\"schemas\":[\"$USER_URN\"],\"userName\":\"r@x.test\",\"externalId\":\"5f3e\",\"name\":{\"givenName\":\"R\",\"familyName\":\"P\"},\"emails\":[{\"value\":\"r@x.test\",\"type\":\"work\",\"primary\":true}],\"active\":true}"
	scim POST /Users "$body"
	status_is 201 'RIP-03 create'
	u=$(json .id)
	scim POST /Users "$body"
	error_is 409 uniqueness 'RIP-03 a retry makes no second user'
	scim GET '/Users?filter=externalId%20eq%20%225f3e%22'
	json_is '"\(.totalResults) \(.Resources[0].id)"' "1 $u" 'RIP-03 there is one, found by its externalId'
	scim GET '/Users?startIndex=1&count=100'
	is "$STATUS $(json '"\(.totalResults) \(.startIndex) \(.itemsPerPage)"')" '200 1 1 1' 'RIP-01 pagination'

	scim GET "/Users/$u?attributes=userName,emails.primary"
	is "$STATUS $(jq -c '.emails' "$T/body")" '200 [{"primary":true}]' 'RIP-01 emails.primary among the attributes'
	scim GET '/Users?filter=emails.primary%20eq%20true'
	json_is .totalResults 1 'RIP-01 in a filter'
	patch "/Users/$u" '[{"op":"replace","path":"emails.primary","value":false}]'
	is "$STATUS $(json '.emails[0].primary')" '200 false' 'RIP-01 as a path without a filter'
	patch "/Users/$u" '[{"op":"replace","value":{"emails.primary":true,"title":"HR"}}]'
	is "$STATUS $(json '"\(.emails[0].primary) \(.title)"')" '200 true HR' 'RIP-01 as a key'

	new_group Everyone; g=$ID
	new_group Contractors; h=$ID
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]"
	is "$STATUS $(json '.members|length')" '200 1' 'RIP-01 PATCH of groups'
	patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$u\\\"]\"}]"
	patch "/Groups/$h" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]"
	scim GET "/Users/$u"
	json_is '[.groups[].display]|join(" ")' Contractors 'RIP-01 groups that exclude each other: from one to the other'
	scim DELETE "/Groups/$g"
	status_is 204 'RIP-01 create and delete groups'
	patch "/Users/$u" '[{"op":"replace","value":{"active":false}}]'
	is "$STATUS $(json .active)" '200 false' 'RIP-01 who leaves is deactivated'
}

both run
done_testing
