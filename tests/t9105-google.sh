#!/bin/sh
# GOOG-01 to GOOG-05: Google Workspace with its profile (clients.md section
# 9.4).
. "$(dirname "$0")/lib.sh"

run() {
	as_profile google
	scim GET /Users
	is "$STATUS $(json '"\(.totalResults) \(.Resources)"')" '200 0 []' 'GOOG-03 it begins with all users'
	scim POST /Users "{\"schemas\":[\"urn:scim:schemas:core:1.0\",\"$USER_URN\"],\"userName\":\"g@x.test\",\"name\":{\"givenName\":\"G\",\"familyName\":\"W\"},\"emails\":[{\"value\":\"g@x.test\",\"type\":\"work\",\"primary\":true}],\"active\":true}"
	is "$STATUS $(json '.schemas|join(" ")')" "201 $USER_URN" 'GOOG-02 create with the URN of 1.0 beside'
	u=$(json .id)
	scim GET /Users
	json_is '"\(.totalResults) \(.Resources[0].id)"' "1 $u" 'GOOG-03 the next time it is there'
	scim GET '/Users?filter=userName%20eq%20%22g%40x.test%22'
	json_is '.Resources[0].id' "$u" 'GOOG-03 and can be looked up'
	patch "/Users/$u" '[{"op":"replace","path":"name.givenName","value":"Gina"}]'
	is "$STATUS $(json .name.givenName)" '200 Gina' 'GOOG-05 update'
	scim PUT "/Users/$u" "$(jq -c '.schemas = ["urn:scim:schemas:core:1.0"] + .schemas | .active = false' "$T/body")"
	is "$STATUS $(json '"\(.active) \(.name.givenName)"')" '200 false Gina' 'GOOG-04 suspend'
	scim GET /Users
	json_is '.Resources[0].active' false 'GOOG-04 it can be seen'
	patch "/Users/$u" '[{"op":"replace","path":"active","value":true}]'
	is "$STATUS $(json .active)" '200 true' 'GOOG-04 or take it back in time'
	scim DELETE "/Users/$u"
	status_is 204 'GOOG-04 delete after M days'
	scim GET /Users
	json_is .totalResults 0 'GOOG-04 it is gone'
}

both run
done_testing
