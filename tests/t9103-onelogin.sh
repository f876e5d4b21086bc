#!/bin/sh
# ONEL-01 to ONEL-05: OneLogin with its profile: bodies that an administrator
# wrote as templates (clients.md section 9.2).
. "$(dirname "$0")/lib.sh"

run() {
	as_profile onelogin
	scim GET '/Groups?startIndex=1&count=100'
	is "$STATUS $(json '"\(.totalResults) \(.Resources)"')" '200 0 []' 'ONEL-03 no groups: a usable list'
	for n in 1 2 3; do new_group "Entitlement $n"; done
	g=$ID
	scim GET '/Groups?startIndex=1&count=2'
	json '.Resources[].displayName' > "$T/names"
	scim GET '/Groups?startIndex=3&count=2'
	json '.Resources[].displayName' >> "$T/names"
	is "$(sort "$T/names" | tr '\n' ',') $(json .totalResults)" 'Entitlement 1,Entitlement 2,Entitlement 3, 3' 'ONEL-03 all groups, page by page'

	for f in userName externalId; do
		scim GET "/Users?filter=$f%20eq%20%22one%22"
		is "$STATUS $(json .totalResults)" '200 0' "ONEL-02 look-up by $f"
	done
	template="{\"schemas\":[\"$USER_URN\",\"$ENT\",\"urn:example:custom:2.0:User\"],\"userName\":\"one\",\"externalId\":\"\",\"active\":\"true\",\"displayName\":\"\",\"title\":\"\",\"emails\":[{\"value\":\"one@x.test\",\"type\":\"work\",\"primary\":\"true\"}],\"roles\":\"\",\"addresses\":\"\",\"name\":{\"givenName\":\"O\",\"familyName\":\"\"},\"$ENT\":{\"department\":\"\",\"manager\":{\"value\":\"\"}},\"urn:example:custom:2.0:User\":{\"nickname\":\"x\"}}"
	scim POST /Users "$template"
	is "$STATUS $(json '"\(.active) \(.emails[0].primary) \(has("externalId")) \(has("urn:example:custom:2.0:User"))"')" \
	    '201 true true false false' 'ONEL-01 create: strings for booleans, empty strings, a foreign namespace'
	u=$(json .id)
	scim GET '/Users?filter=userName%20eq%20%22one%22'
	json_is '.Resources[0].id' "$u" 'ONEL-02 look-up finds it'
	scim PUT "/Users/$u" "$(echo "$template" | jq -c '.title = "Chief" | .externalId = "1"')"
	is "$STATUS $(json '"\(.title) \(.externalId)"')" '200 Chief 1' 'ONEL-02 update by PUT'
	scim PATCH "/Users/$u" '{"Operations":[{"op":"Replace","path":"title","value":"Head"}]}'
	is "$STATUS $(json .title)" '200 Head' 'ONEL-01 INTEROP-13 update by PATCH, without schemas'
	scim PATCH "/Users/$u" '{"schemas":["urn:x"],"Operations":[{"op":"replace","path":"title","value":"no"}]}'
	error_is 400 invalidSyntax 'PATCH-02 but what says it is something else is refused'

	scim PATCH "/Groups/$g" "{\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]}"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $u" 'ONEL-04 add a member'
	scim PATCH "/Groups/$g" "{\"Operations\":[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$u\\\"]\"}]}"
	is "$STATUS $(json '.members // []|length')" '200 0' 'ONEL-04 remove it'
	scim PATCH "/Groups/$g" "{\"Operations\":[{\"op\":\"replace\",\"value\":{\"members\":[{\"value\":\"$u\"}]}}]}"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $u" 'ONEL-04 replace all'

	patch "/Users/$u" '[{"op":"replace","path":"active","value":"false"}]'
	is "$STATUS $(json .active)" '200 false' 'ONEL-05 suspend'
	scim DELETE "/Users/$u"
	status_is 204 'ONEL-05 or delete'
	scim GET "/Groups/$g"
	json_is '.members // []|length' 0 'ONEL-05 the group knows'
}

both run
done_testing
