#!/bin/sh
# OKTA-01 to OKTA-14: Okta with its profile, both kinds of integration
# (clients.md section 9.1).
. "$(dirname "$0")/lib.sh"

# ok_list WHAT: numbers are numbers, Resources is an array
ok_list() {
	is "$STATUS $(json '[.totalResults,.startIndex,.itemsPerPage,.Resources|type]|join(" ")')" \
	    '200 number number number array' "$1"
}

users() {
	scim GET '/Users?startIndex=1&count=2'
	ok_list 'OKTA-01 test: a page of users'
	scim GET '/Groups?count=100&startIndex=1'
	ok_list 'OKTA-01 test: groups, none yet'
	json_is '"\(.Resources)"' '[]' 'OKTA-01 an empty array'
	scim GET '/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100'
	ok_list 'OKTA-02 does it exist?'
	json_is .totalResults 0 'OKTA-02 no'
	create='{"schemas":["'$USER_URN'"],"userName":"test.user@okta.local","name":{"givenName":"Test","familyName":"User"},"emails":[{"primary":true,"value":"test.user@okta.local","type":"work"}],"displayName":"Test User","locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq","active":true}'
	AGENT='Okta SCIM Client 1.0.0' scim POST /Users "$create"
	u=$(json .id)
	is "$STATUS $(json '"\(.userName) \(.name.familyName) \(.emails[0].value) \(.locale) \(.externalId) \(.active) \(has("password")) \(has("groups"))"')" \
	    '201 test.user@okta.local User test.user@okta.local en-US 00ujl29u0le5T6Aj10h7 true false false' 'OKTA-03 create: the full user, no password'
	scim POST /Users "$create"
	error_is 409 uniqueness 'OKTA-04 a duplicate'
	json_is '.detail|test("userName")' true 'OKTA-04 with a detail'
	scim GET '/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100'
	json_is '"\(.totalResults) \(.Resources[0].id)"' "1 $u" 'OKTA-02 yes'
	scim GET '/Users?startIndex=1&count=1'
	json_is '.Resources|length' 1 'OKTA-01 test: a user comes'
}

profile() {
	patch "/Users/$u" "[{\"op\":\"add\",\"path\":\"$ENT:costCenter\",\"value\":\"4130\"},{\"op\":\"add\",\"path\":\"roles\",\"value\":[{\"value\":\"r\",\"display\":\"R\"}]}]"
	scim GET "/Users/$u"
	cp "$T/body" "$T/fetched"
	scim PUT "/Users/$u" "$(jq -c '.name.givenName = "Another" | .title = "Boss"' "$T/fetched")"
	is "$STATUS $(json '"\(.name.givenName) \(.title)"')" '200 Another Boss' 'OKTA-05 PUT of what was fetched'
	is "$(jq -cS 'del(.meta, .name.givenName, .title)' "$T/body")" "$(jq -cS 'del(.meta, .name.givenName)' "$T/fetched")" 'OKTA-05 everything else is as it was'
	patch "/Users/$u" '[{"op":"replace","value":{"active":false}}]'
	is "$STATUS $(json .active)" '200 false' 'OKTA-06 deactivate (OIN)'
	patch "/Users/$u" '[{"op":"replace","value":{"active":true}}]'
	is "$STATUS $(json .active)" '200 true' 'OKTA-06 reactivate'
	scim GET "/Users/$u"
	scim PUT "/Users/$u" "$(jq -c '.active = false' "$T/body")"
	is "$STATUS $(json '"\(.active) \(.title)"')" '200 false Boss' 'OKTA-06 deactivate (AIW)'
	scim GET '/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100'
	json_is '.Resources[0].active' false 'OKTA-06 it stays to be seen'
	patch "/Users/$u" '[{"op":"replace","value":{"active":true,"password":"t1meMa$heen"}}]'
	is "$STATUS $(json '"\(.active) \(has("password"))"')" '200 true false' 'OKTA-06 PATCH of a password'
	patch "/Users/$u" '[{"op":"replace","value":{"nosuch":"x","title":"Chief"}}]'
	is "$STATUS $(json .title)" '200 Chief' 'OKTA-13 no 400 for what is unknown'
	patch "/Users/$u" '[{"op":"add","path":"roles","value":[{"value":"{\"value\":\"A\"}"}]}]'
	json_is '.roles[-1:][0].value' '{"value":"A"}' 'ENTRA-48 a role is no JSON here'
}

# Pages of 100: 104 users behind the server, a few otherwise.
import() {
	n=4
	[ "$MODE" = http ] && n=104
	while [ "$n" -gt 1 ]; do
		new_user "import-$n"
		n=$((n - 1))
	done
	for type in Users Groups; do
		start=1
		: > "$T/ids"
		while :; do
			scim GET "/$type?startIndex=$start&count=100"
			ok_list "OKTA-07 import: $type from $start"
			json '.Resources[].id' >> "$T/ids"
			total=$(json .totalResults)
			start=$((start + $(json .itemsPerPage)))
			[ "$start" -le "$total" ] || break
		done
		is "$(sort -u "$T/ids" | wc -l | tr -d ' ') $(wc -l < "$T/ids" | tr -d ' ')" "$total $total" "OKTA-07 import: $type, everyone once"
	done
}

groups() {
	scim POST /Groups '{"schemas":["'$GROUP_URN'"],"displayName":"Test SCIMv2","members":[]}'
	is "$STATUS $(json .displayName)" '201 Test SCIMv2' 'OKTA-08 push a group'
	g=$(json .id)
	scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"With members\",\"members\":[{\"value\":\"$u\",\"display\":\"test.user@okta.local\"}]}"
	is "$STATUS $(json '.members[0].value')" "201 $u" 'OKTA-08 with members'
	other=$(json .id)
	new_user second; v=$ID
	patch "/Groups/$g" "[{\"op\":\"replace\",\"value\":{\"id\":\"$g\",\"displayName\":\"Renamed\"}}]"
	is "$STATUS $(json .displayName)" '200 Renamed' 'OKTA-09 rename, with its id'
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$u\",\"display\":\"test.user@okta.local\"}]}]"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $u" 'OKTA-10 add'
	patch "/Groups/$g" "[{\"op\":\"replace\",\"value\":{\"id\":\"$g\",\"displayName\":\"Renamed\"}}]"
	is "$STATUS $(json '.members|length')" '200 1' 'OKTA-09 a rename leaves the members'
	patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$u\\\"]\"},{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$v\",\"display\":\"second\"}]}]"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $v" 'OKTA-10 remove and add in one'
	patch "/Groups/$g" "[{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"},{\"value\":\"$v\"}]}]"
	is "$STATUS $(json '.members|length')" '200 2' 'OKTA-10 push now'
	patch "/Groups/$g" '[{"op":"replace","path":"members","value":[]}]'
	is "$STATUS $(json '.members // []|length')" '200 0' 'OKTA-10 push now: nobody'
	body="{\"schemas\":[\"$GROUP_URN\"],\"id\":\"$g\",\"displayName\":\"By PUT\",\"members\":[{\"value\":\"$u\",\"display\":\"u\"},{\"value\":\"$v\",\"display\":\"v\"}]}"
	scim PUT "/Groups/$g" "$body"
	is "$STATUS $(json '"\(.displayName) \(.members|length)"')" '200 By PUT 2' 'OKTA-14 PUT with all members'
	version=$(json .meta.version)
	scim PUT "/Groups/$g" "$body"
	is "$STATUS $(json .meta.version)" "200 $version" 'OKTA-14 again: nothing is written'
	scim DELETE "/Groups/$other"
	status_is 204 'OKTA-11 unlink'
	scim GET "/Users/$u"
	json_is '[.groups[].display]|join(" ")' 'By PUT' 'OKTA-11 the user has left it'
}

entitlements() {
	scim GET /ResourceTypes
	status_is 200 'OKTA-12 resource types'
	endpoints=$(json '.Resources[].endpoint')
	scim GET /Schemas
	status_is 200 'OKTA-12 schemas'
	for endpoint in $endpoints; do
		scim GET "$endpoint?startIndex=1&count=100"
		ok_list "OKTA-12 $endpoint"
	done
}

run() {
	as_profile okta
	users
	profile
	import
	groups
	entitlements
}

both run
done_testing
