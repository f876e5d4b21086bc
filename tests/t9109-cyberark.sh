#!/bin/sh
# CYB-01 to CYB-03: CyberArk Identity with its profile (clients.md section
# 9.8).
. "$(dirname "$0")/lib.sh"

run() {
	as_profile cyberark
	scim GET '/Users?count=1'
	is "$STATUS $(json '.Resources|type')" '200 array' 'CYB-01 the test: a user'
	scim GET /ServiceProviderConfig
	status_is 200 'CYB-01 ServiceProviderConfig'
	for name in User Group; do
		scim GET "/ResourceTypes/$name"
		is "$STATUS $(json .name)" "200 $name" "CYB-01 ResourceTypes/$name"
		id=$(json .schema)
		scim GET "/Schemas/$id"
		is "$STATUS $(json .id)" "200 $id" "CYB-01 Schemas/$id"
	done
	scim GET "/Schemas/$ENT"
	is "$STATUS $(json .id)" "200 $ENT" 'CYB-01 the extension'
	scim GET '/Users?filter=userName%20eq%20%22cyb%40x.test%22'
	is "$STATUS $(json .totalResults)" '200 0' 'CYB-01 look-up'
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"cyb@x.test\",\"name\":{\"givenName\":\"C\",\"familyName\":\"A\"},\"emails\":[{\"value\":\"cyb@x.test\",\"type\":\"work\",\"primary\":true}],\"active\":true,\"$ENT\":{\"department\":\"D\"}}"
	status_is 201 'CYB-01 create'
	u=$(json .id)
	scim GET "/Users/$u"
	scim PUT "/Users/$u" "$(jq -c '.name.givenName = "Cy"' "$T/body")"
	is "$STATUS $(json "\"\(.name.givenName) \(.active) \(.\"$ENT\".department)\"")" '200 Cy true D' 'CYB-02 users by PUT'
	scim PUT "/Users/$u" "$(jq -c '.active = false' "$T/body")"
	is "$STATUS $(json '"\(.active) \(.name.givenName)"')" '200 false Cy' 'CYB-02 deactivate by PUT'
	scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"Vault users\"}"
	status_is 201 'CYB-01 create a group'
	g=$(json .id)
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]"
	is "$STATUS $(json '.members[0].value')" "200 $u" 'CYB-02 groups by PATCH'
	patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$u\\\"]\"}]"
	is "$STATUS $(json '.members // []|length')" '200 0' 'CYB-02 and out again'
	scim GET '/Groups?startIndex=1&count=100'
	is "$STATUS $(json '"\(.totalResults) \(.Resources[0].displayName)"')" '200 1 Vault users' 'CYB-01 list the groups'
	is "$("$BIN/muster" token list --store "$T/store" | grep -c 'cyberark')" 1 'CYB-03 a token without an end'
}

both run
done_testing
