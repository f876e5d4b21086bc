#!/bin/sh
# ENTRA-01 to ENTRA-51: the sequences of clients.md section 3.
. "$(dirname "$0")/lib.sh"

probe_and_match() {
	scim GET '/Users?filter=userName+eq+"6b1f3a52-7a7e-4d26-9c7c-3b9d9ab0d5f1"'
	status_is 200 'ENTRA-01 test connection'
	is "$(jq -cS . "$T/body")" \
	    '{"Resources":[],"itemsPerPage":0,"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"startIndex":1,"totalResults":0}' \
	    'ENTRA-01 the documented empty list'
	for f in externalId 'emails[type+eq+"work"].value'; do
		scim GET "/Users?filter=$f+eq+\"6b1f3a52-7a7e-4d26-9c7c-3b9d9ab0d5f1\""
		json_is .totalResults 0 "ENTRA-01 with the matching attribute $f"
	done
	scim GET '/Groups?excludedAttributes=members&filter=displayName+eq+"6b1f3a52"'
	json_is '"\(.totalResults) \(.Resources)"' '0 []' 'ENTRA-02 the probe for groups'
	scim GET /Userz
	error_is 404 null 'ENTRA-03 a wrong path'
	json_is '.detail|contains("/scim/v2")' true 'ENTRA-03 names the base URL'
	scim GET /Schemas
	json_is '.schemas[0]' urn:ietf:params:scim:api:messages:2.0:ListResponse 'ENTRA-04 schemas are a list'
	json_is '[.Resources[].id]|sort|join(" ")|contains("core:2.0:Group")' true 'ENTRA-04 with one resource a schema'
	json_is '[.. | .mutability? // empty]|unique|join(",")' 'immutable,readOnly,readWrite,writeOnly' 'ENTRA-04 camelCase keywords'
	for f in 'userName+eq+"bjensen%40contoso.test"' 'externalId+eq+"bjensen"' \
	    'emails[type+eq+"work"].value+eq+"bjensen@contoso.test"'; do
		scim GET "/Users?filter=$f"
		json_is .totalResults 0 "ENTRA-05 no match by $f"
	done
}

create() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],
	 \"externalId\":\"bjensen\",\"userName\":\"bjensen@contoso.test\",\"active\":true,
	 \"displayName\":\"Babs Jensen\",\"title\":\"Guide\",\"preferredLanguage\":\"en-US\",
	 \"emails\":[{\"type\":\"work\",\"value\":\"babs@contoso.test\",\"primary\":true}],
	 \"addresses\":[{\"type\":\"work\",\"primary\":false,\"formatted\":\"18/2111\",\"locality\":\"Oslo\",\"country\":\"NO\"}],
	 \"phoneNumbers\":[{\"type\":\"mobile\",\"value\":\"+47 1\"},{\"type\":\"work\",\"value\":\"+47 2\"},{\"type\":\"fax\",\"value\":\"+47 3\"}],
	 \"name\":{\"formatted\":\"Babs Jensen\",\"familyName\":\"Jensen\",\"givenName\":\"Babs\"},
	 \"meta\":{\"resourceType\":\"User\"},\"roles\":[],
	 \"$ENT\":{\"employeeNumber\":\"701984\",\"department\":\"Tours\",\"costCenter\":\"4130\",\"manager\":null}}"
	status_is 201 'ENTRA-06 create'
	babs=$(json .id)
	is "$(header Location)" "$(json .meta.location)" 'ENTRA-06 Location is meta.location'
	json_is '"\(.active) \(.meta.resourceType) \(.meta.created == .meta.lastModified) \(.phoneNumbers|length) \(has("roles"))"' \
	    'true User true 3 false' 'ENTRA-06 the full resource'
	json_is ".[\"$ENT\"]|tojson" '{"employeeNumber":"701984","department":"Tours","costCenter":"4130"}' 'ENTRA-06 the extension'
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"strings\",\"active\":\"True\"}"
	json_is .active true 'ENTRA-06 a boolean as string'

	new_user 'BJENSEN@contoso.test'
	error_is 409 uniqueness 'ENTRA-07 the same userName in other case'
	json_is '.detail|contains("userName")' true 'ENTRA-07 detail names the attribute'

	new_user bad '"active":"maybe"'
	error_is 400 invalidValue 'ENTRA-08 a value that is none'
	json_is '.detail|(contains("active") and contains("true or false"))' true 'ENTRA-08 detail names attribute and values'

	for f in 'userName+eq+"bjensen%40contoso.test"' 'externalId+eq+"bjensen"' \
	    'emails[type+eq+"work"].value+eq+"BABS@contoso.test"'; do
		scim GET "/Users?filter=$f"
		json_is '"\(.totalResults) \(.Resources[0].id)"' "1 $babs" "ENTRA-05 match by $f"
	done
	scim GET "/Users/$babs"
	status_is 200 'ENTRA-09 read before write'
	scim GET /Users/48af03ac
	error_is 404 null 'ENTRA-09 an unknown id'
}

update() {
	patch "/Users/$babs" "[
	 {\"op\":\"Replace\",\"path\":\"displayName\",\"value\":\"Babs J\"},
	 {\"op\":\"Replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"bj@contoso.test\"},
	 {\"op\":\"Replace\",\"path\":\"addresses[type eq \\\"work\\\"].formatted\",\"value\":\"18/2112\"},
	 {\"op\":\"Replace\",\"path\":\"name.familyName\",\"value\":\"Jansen\"},
	 {\"op\":\"Replace\",\"path\":\"externalId\",\"value\":\"bjansen\"},
	 {\"op\":\"Replace\",\"path\":\"$ENT:employeeNumber\",\"value\":\"9\"},
	 {\"op\":\"Add\",\"path\":\"$ENT:department\",\"value\":\"Retail\"}]"
	status_is 200 'ENTRA-11 the legacy update'
	json_is "\"\(.displayName) \(.emails[0].value) \(.emails[0].primary) \(.addresses[0].formatted) \(.addresses[0].locality) \(.name.familyName) \(.name.givenName) \(.externalId) \(.[\"$ENT\"].employeeNumber) \(.[\"$ENT\"].department)\"" \
	    'Babs J bj@contoso.test true 18/2112 Oslo Jansen Babs bjansen 9 Retail' 'ENTRA-11 every value'

	patch "/Users/$babs" "[
	 {\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"bj2@contoso.test\"},
	 {\"op\":\"replace\",\"value\":{\"displayName\":\"Babs K\",\"name.givenName\":\"Barbara\",\"name.familyName\":\"Jensen\",\"$ENT:employeeNumber\":\"10\"}}]"
	status_is 200 'ENTRA-12 the flagged update'
	json_is "\"\(.displayName) \(.emails[0].value) \(.name.givenName) \(.name.familyName) \(.name.formatted) \(.[\"$ENT\"].employeeNumber) \(.[\"$ENT\"].department)\"" \
	    'Babs K bj2@contoso.test Barbara Jensen Babs Jensen 10 Retail' 'ENTRA-12 every value, the others kept'
	patch "/Users/$babs" '[{"op":"Replace","path":"title","value":"T"},{"op":"Replace","path":"active","value":"nope"}]'
	error_is 400 invalidValue 'ENTRA-12 one bad operation fails all'
	json_is '.detail|startswith("operation 1:")' true 'ENTRA-12 its index is told'
	scim GET "/Users/$babs"
	json_is .title Guide 'ENTRA-12 nothing was applied'

	patch "/Users/$babs" '[{"op":"Replace","path":"userName","value":"new@contoso.test"}]'
	json_is .userName new@contoso.test 'ENTRA-13 rename'
	scim GET '/Users?filter=userName+eq+"bjensen@contoso.test"'
	json_is .totalResults 0 'ENTRA-13 the old name is free'
	new_user taken
	patch "/Users/$babs" '[{"op":"Replace","path":"userName","value":"TAKEN"}]'
	error_is 409 uniqueness 'ENTRA-13 a name that is taken'

	for op in '{"op":"replace","path":"title","value":""}' '{"op":"replace","path":"title","value":null}' \
	    '{"op":"Remove","path":"title"}' '{"op":"replace","value":{"title":"","name.middleName":""}}'; do
		patch "/Users/$babs" '[{"op":"replace","path":"title","value":"X"},{"op":"add","path":"name.middleName","value":"M"}]'
		patch "/Users/$babs" "[$op]"
		json_is 'has("title")' false "ENTRA-14 clear by $op"
	done
	json_is '.name|has("middleName")' false 'ENTRA-14 clear a sub-attribute'
	patch "/Users/$babs" '[{"op":"replace","path":"emails[type eq \"work\"].value","value":""}]'
	json_is '[.emails[]?.value]|length' 0 'ENTRA-14 clear emails[type eq "work"].value'
	patch "/Users/$babs" '[{"op":"replace","path":"userName","value":""}]'
	error_is 400 invalidValue 'ENTRA-14 a required attribute stays'

	patch "/Users/$babs" '[{"op":"add","path":"emails[type eq \"work\"].value","value":"x@y.test"}]'
	patch "/Users/$babs" '[{"op":"Remove","path":"emails[type eq \"work\"].value","value":"other@y.test"}]'
	json_is '.emails[0].value' x@y.test 'ENTRA-15 remove of another value does nothing'
	patch "/Users/$babs" '[{"op":"Remove","path":"emails[type eq \"work\"].value","value":"X@y.test"}]'
	json_is '[.emails[]?.value]|length' 0 'ENTRA-15 remove of the same value, in any case'
}

manager() {
	new_user boss '"displayName":"The Boss"'
	boss=$ID
	patch "/Users/$babs" "[{\"op\":\"Add\",\"path\":\"$ENT:manager\",\"value\":\"$boss\"}]"
	json_is ".[\"$ENT\"].manager|\"\(.value) \(.displayName) \(.\"\$ref\"|endswith(\"/Users/$boss\"))\"" \
	    "$boss The Boss true" 'ENTRA-16 manager as a string'
	scim GET "/Users?filter=id+eq+\"$babs\"+and+manager+eq+\"$boss\"&attributes=id"
	is "$(jq -c '.Resources' "$T/body")" "[{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"id\":\"$babs\"}]" 'ENTRA-10 reference probe'
	scim GET "/Users?filter=manager+eq+\"$boss\"+and+id+eq+\"$babs\"&attributes=id"
	json_is .totalResults 1 'ENTRA-10 in the other order'
	scim GET "/Users?filter=$ENT:manager+eq+\"$boss\"+and+id+eq+\"$boss\"&attributes=id"
	json_is .totalResults 0 'ENTRA-10 with the URN, not matching'
	patch "/Users/$babs" '[{"op":"Remove","path":"manager"}]'
	patch "/Users/$babs" "[{\"op\":\"Add\",\"path\":\"manager\",\"value\":[{\"\$ref\":\"http://x.test/scim/Users/$boss\",\"value\":\"$boss\"}]}]"
	json_is ".[\"$ENT\"].manager.value" "$boss" 'ENTRA-17 an array of objects on bare manager'
	patch "/Users/$babs" "[{\"op\":\"Remove\",\"path\":\"$ENT:manager\"}]"
	patch "/Users/$babs" "[{\"op\":\"Replace\",\"path\":\"$ENT:manager\",\"value\":{\"value\":\"$boss\"}}]"
	json_is ".[\"$ENT\"].manager.value" "$boss" 'ENTRA-18 an object'
	patch "/Users/$babs" "[{\"op\":\"Replace\",\"path\":\"$ENT:manager.value\",\"value\":\"$babs\"}]"
	json_is ".[\"$ENT\"].manager.value" "$babs" 'ENTRA-18 the sub-path'
	patch "/Users/$babs" "[{\"op\":\"replace\",\"path\":\"$ENT:manager\",\"value\":\"\"}]"
	json_is ".[\"$ENT\"]|has(\"manager\")" false 'ENTRA-19 replace by ""'
	patch "/Users/$babs" "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":\"$boss\"}]"
	patch "/Users/$babs" "[{\"op\":\"Remove\",\"path\":\"$ENT:manager\"}]"
	json_is ".[\"$ENT\"]|has(\"manager\")" false 'ENTRA-19 remove'
	patch "/Users/$babs" "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":\"2819c223\"}]"
	json_is ".[\"$ENT\"].manager.value" 2819c223 'ENTRA-16 an unknown manager is kept'
	new_user posted "\"$ENT\":{\"manager\":\"$boss\"}"
	json_is ".[\"$ENT\"].manager.value" "$boss" 'ENTRA-16 a string in a POST'
}

disable() {
	new_group 'Keepers' "\"members\":[{\"value\":\"$babs\"}]"
	keepers=$ID
	for pair in 'ENTRA-20="False"' 'ENTRA-22="false"' 'ENTRA-21=false' 'ENTRA-23=false'; do
		patch "/Users/$babs" '[{"op":"Replace","path":"active","value":true}]'
		patch "/Users/$babs" "[{\"op\":\"Replace\",\"path\":\"active\",\"value\":${pair#*=}}]"
		is "$STATUS $(json .active)" '200 false' "${pair%%=*} disable with ${pair#*=}"
		json_is '.active|type' boolean "${pair%%=*} the answer has a boolean"
	done
	patch "/Users/$babs" '[{"op":"Replace","path":"active","value":true}]'
	patch "/Users/$babs" '[{"op":"Replace","value":{"active":false}}]'
	json_is .active false 'ENTRA-24 without path'
	patch "/Users/$babs" '[{"op":"Replace","path":"active","value":"1"}]'
	error_is 400 invalidValue 'ENTRA-22 nothing else is a boolean'
	patch "/Users/$babs" '[{"op":"Replace","path":"active","value":"True"}]'
	json_is '"\(.active) \(.groups[0].value)"' "true $keepers" 'ENTRA-25 re-enable, memberships survived'
	patch "/Users/$babs" '[{"op":"replace","path":"active","value":false}]'
	patch "/Users/$babs" '[{"op":"replace","path":"active","value":true}]'
	json_is '"\(.id) \(.active)"' "$babs true" 'ENTRA-26 restore on the same id'
}

hard_delete() {
	new_user reports "\"$ENT\":{\"manager\":\"$boss\"}"
	reports=$ID
	patch "/Groups/$keepers" "[{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"$boss\"}]}]"
	scim DELETE "/Users/$boss"
	is "$STATUS $(wc -c < "$T/body" | tr -d ' ')" '204 0' 'ENTRA-27 delete'
	scim DELETE "/Users/$boss"
	error_is 404 null 'ENTRA-27 a second delete'
	scim GET "/Users/$boss"
	error_is 404 null 'ENTRA-27 a read'
	scim GET "/Groups/$keepers"
	json_is '[.members[].value]|join(" ")' "$babs" 'ENTRA-27 gone from groups'
	scim GET "/Users/$reports"
	json_is "has(\"$ENT\")" false 'ENTRA-27 gone as manager'
	new_user boss
	is "$STATUS $([ "$ID" != "$boss" ] && echo new)" '201 new' 'ENTRA-26 the name is free, the id is new'
}

groups() {
	scim POST /Groups "{\"schemas\":[\"$GROUP_URN\",\"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group\"],
	 \"externalId\":\"8aa1a0c0\",\"displayName\":\"Design\",\"members\":[],\"meta\":{\"resourceType\":\"Group\"}}"
	is "$STATUS $(json '"\(.displayName) \(.externalId) \(.members // [] | length) \(.meta.resourceType)"')" \
	    '201 Design 8aa1a0c0 0 Group' 'ENTRA-29 create'
	g1=$(json .id)
	new_group design
	error_is 409 uniqueness 'ENTRA-29 the displayName again'
	scim GET '/Groups?excludedAttributes=members&filter=displayName+eq+"DESIGN"'
	json_is '"\(.totalResults) \(.Resources[0].id) \(.Resources[0]|has("members"))"' "1 $g1 false" 'ENTRA-28 match'
	scim GET '/Groups?filter=externalId+eq+"8aa1a0c0"'
	json_is .totalResults 1 'ENTRA-28 by externalId'

	new_user m1; m1=$ID
	new_user m2; m2=$ID
	new_user m3; m3=$ID
	new_user m4; m4=$ID
	patch "/Groups/$g1" "[{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"\$ref\":null,\"value\":\"$m1\"},{\"\$ref\":null,\"value\":\"$m2\"}]}]"
	is "$STATUS $(wc -c < "$T/body" | tr -d ' ')" '204 0' 'ENTRA-31 add members'
	scim GET "/Groups/$g1?excludedAttributes=members"
	is "$STATUS $(json 'has("members")')" '200 false' 'ENTRA-30 read without members'
	patch "/Groups/$g1" "[{\"op\":\"Add\",\"path\":\"members\",\"value\":\"$m3\"}]"
	patch "/Groups/$g1" "[{\"op\":\"add\",\"path\":\"members\",\"value\":{\"value\":\"$m4\"}}]"
	members_are "$m1 $m2 $m3 $m4" 'ENTRA-31 a string, and an object'
	patch "/Groups/$g1" "[{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"$m1\",\"displayName\":\"m1\"}]}]"
	is "$STATUS" 204 'ENTRA-32 a duplicate add'
	members_are "$m1 $m2 $m3 $m4" 'ENTRA-32 no second entry'
	new_group nested; nested=$ID
	patch "/Groups/$g1" "[{\"op\":\"add\",\"value\":{\"members\":[{\"value\":\"$nested\"}]}}]"
	scim GET "/Groups/$g1"
	json_is ".members[]|select(.value==\"$nested\")|.type" Group 'ENTRA-31 a nested group, without path'
	patch "/Groups/$nested" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$babs\"}]}]"
	scim GET "/Users/$babs"
	json_is "[.groups[]|select(.display==\"Design\" or .display==\"nested\")|\"\(.display) \(.type)\"]|sort|join(\",\")" \
	    'Design indirect,nested direct' 'GET-05 groups, direct and through nesting'
	patch "/Groups/$g1" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$nested\\\"]\"}]"
	patch "/Groups/$g1" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$m3\"}]},{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"0192ab11-0000-7000-8000-000000000000\"},{\"value\":\"$m3\"},{\"value\":\"nonsense\"}]}]"
	is "$STATUS" 204 'ENTRA-33 unknown members are left out'
	members_are "$m1 $m2 $m3 $m4" 'ENTRA-33 the known ones are in'

	patch "/Groups/$g1" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"\$ref\":null,\"value\":\"$m1\"}]}]"
	is "$STATUS" 204 'ENTRA-35 remove by list'
	members_are "$m2 $m3 $m4" 'ENTRA-35 only the listed one'
	patch "/Groups/$g1" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$m2\\\"]\"},{\"op\":\"remove\",\"path\":\"members[value eq \\\"$m3\\\"]\"}]"
	is "$STATUS" 204 'ENTRA-36 remove by path, twice in one request'
	members_are "$m4" 'ENTRA-36 only those'
	patch "/Groups/$g1" '[{"op":"Remove","path":"members","value":[]}]'
	members_are "$m4" 'ENTRA-38 an empty list removes nobody'
	patch "/Groups/$g1" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$m1\"}]}]"
	is "$STATUS" 204 'ENTRA-39 an absent member'
	patch "/Groups/$g1" '[{"op":"remove","path":"members"}]'
	members_are '' 'ENTRA-37 remove without value: all'
	patch "/Groups/$g1" "[{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"$m1\"},{\"value\":\"$m2\"}]}]"
	patch "/Groups/$g1" "[{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"$m2\"},{\"value\":\"$m3\"}]}]"
	members_are "$m2 $m3" 'ENTRA-40 replace'
	patch "/Groups/$g1" '[{"op":"Replace","path":"displayName","value":"Design EMEA"}]'
	is "$STATUS" 204 'ENTRA-42 rename'
	members_are "$m2 $m3" 'ENTRA-41 a replace that does not name members leaves them'
	patch "/Groups/$g1" '[{"op":"replace","value":{"displayName":"Design APAC"}}]'
	is "$STATUS" 204 'ENTRA-43 rename without path'
	patch "/Groups/$g1" '[{"op":"Replace","path":"externalId","value":"new-ext"}]'
	is "$STATUS" 204 'ENTRA-44 externalId'
	scim GET "/Groups/$g1"
	json_is '"\(.displayName) \(.externalId) \(.members|length)"' 'Design APAC new-ext 2' 'ENTRA-44 really stored'
	scim GET "/Groups?filter=id+eq+\"$g1\"+and+members+eq+\"$m2\"&attributes=id"
	json_is .totalResults 1 'ENTRA-10 the probe for members'
	scim GET "/Groups?filter=id+eq+\"$g1\"+and+members+eq+\"$m4\"&attributes=id"
	json_is .totalResults 0 'ENTRA-10 and for one who is none'
	patch "/Groups/$g1" '[{"op":"replace","path":"members","value":[]}]'
	members_are '' 'ENTRA-40 [] empties the group'
	scim DELETE "/Groups/$g1"
	status_is 204 'ENTRA-45 delete a group'
	scim GET "/Groups/$g1"
	error_is 404 null 'ENTRA-45 it is gone'
	new_group Design
	status_is 201 'ENTRA-45 re-create'
}

# members_are IDS TEXT: of the group g1, in any order
members_are() {
	text=$2
	scim GET "/Groups/$g1"
	# shellcheck disable=SC2086 # one word an id
	want=$(printf '%s\n' $1 | sort | tr '\n' ' ')
	is "$(jq -r '.members[]?.value' "$T/body" | sort | tr '\n' ' ')" "${want# }" "$text"
}

roles() {
	new_user roles1 '"roles":[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]'
	json_is '.roles|tojson' '[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]' 'ENTRA-46 one role'
	new_user roles2 '"roles":[{"primary":false,"type":"x","value":"A","display":"AA"},{"primary":false,"type":"x","value":"B","displayName":"BB"}]'
	json_is '[.roles[].display]|join(",")' 'AA,BB' 'ENTRA-47 display or displayName'
	r=$ID
	patch "/Users/$r" '[{"op":"Add","path":"roles","value":[{"value":"{\"id\":\"06b07648\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}"}]}]'
	json_is '.roles[2]|"\(.value) \(.display)"' 'Admin Administrator' 'ENTRA-48 JSON in a string'
	json_is '.roles|length' 3 'ENTRA-48 add keeps the others'
	patch "/Users/$r" '[{"op":"replace","path":"roles","value":[{"primary":true,"type":"t","display":"D","value":"V"}]}]'
	json_is '.roles|tojson' '[{"primary":true,"type":"t","display":"D","value":"V"}]' 'ENTRA-49 replace all'
	patch "/Users/$r" '[{"op":"replace","path":"roles[primary eq \"True\"].value","value":"W"},{"op":"replace","path":"roles[primary eq \"True\"].display","value":"E"}]'
	json_is '.roles|tojson' '[{"primary":true,"type":"t","display":"E","value":"W"}]' 'ENTRA-50 a boolean as string in a path'
	patch "/Users/$r" '[{"op":"remove","path":"roles"}]'
	patch "/Users/$r" '[{"op":"replace","path":"roles[primary eq \"True\"].value","value":"N"},{"op":"replace","path":"roles[primary eq \"True\"].type","value":"T"}]'
	json_is '.roles|map("\(.primary) \(.value) \(.type)")|join(",")' 'true N T' 'ENTRA-50 no primary role: one is made'
}

discovery_pages() {
	scim GET '/Users?startIndex=1&count=5'
	total=$(json .totalResults)
	start=1
	: > "$T/ids"
	while [ "$start" -le "$total" ]; do
		scim GET "/Users?startIndex=$start&count=5"
		[ "$(json .startIndex)" = "$start" ] || is "$(json .startIndex)" "$start" 'ENTRA-51 startIndex'
		json '.Resources[].id' >> "$T/ids"
		start=$((start + $(json .itemsPerPage)))
	done
	is "$(sort -u "$T/ids" | wc -l | tr -d ' ') $(wc -l < "$T/ids" | tr -d ' ')" "$total $total" 'ENTRA-51 pages give everybody once'
	json_is '[.totalResults,.startIndex,.itemsPerPage|type]|unique|join(",")' number 'ENTRA-51 integers'
}

run() {
	as_profile entra
	probe_and_match
	create
	update
	manager
	disable
	hard_delete
	groups
	roles
	discovery_pages
}

both run
done_testing
