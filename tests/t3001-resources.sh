#!/bin/sh
# Create, read, list, replace, patch and delete by the RFC: CORE, POST, GET,
# LIST, PROJ, PUT, PATCH, DEL, PAGE and ERR of spec scim.md.
. "$(dirname "$0")/lib.sh"

creating() {
	new_user bjensen '"id":"mine","meta":{"version":"x"},"groups":[{"value":"g"}],"nickName":null,"nosuch":1,"emails":[{"value":"b@x.test","type":"work","primary":true},{"value":"h@x.test","type":"home"}],"name":{"givenName":"B","familyName":"J"},"title":"Guide"'
	u=$ID
	is "$STATUS" 201 'POST-01 created'
	is "$(header Location)" "$(json .meta.location)" 'POST-01 Location is meta.location'
	is "$(header ETag)" 'W/"1"' 'ETAG-02 ETag'
	json_is '.meta.version' 'W/"1"' 'ETAG-02 meta.version'
	json_is '.id|test("^[0-9a-f-]{36}$")' true 'POST-02 POST-17 the id is ours'
	json_is '"\(has("groups")) \(has("nickName")) \(has("nosuch"))"' 'false false false' 'POST-02 CORE-13 CORE-20 ignored and dropped'
	json_is '.meta.created == .meta.lastModified' true 'POST-14 created is lastModified'
	json_is .active true 'POST-03 active by default'
	new_user nullactive '"active":null'
	json_is 'has("active")' false 'POST-04 null suppresses a default'
	scim POST /Users "{\"schemas\":[\"$USER_URN\"]}"
	error_is 400 invalidValue 'POST-07 userName is required'
	new_user ''
	error_is 400 invalidValue 'CORE-23 and not empty'
	new_user blank '"password":""'
	status_is 201 'PD-24 a password left blank is none'
	patch "/Users/$ID" '[{"op":"add","path":"password","value":"s3cret-words"}]'
	version=$(json .meta.version)
	scim PUT "/Users/$ID" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"blank\",\"password\":\"\"}"
	is "$STATUS $(json .meta.version)" "200 $version" 'PUT-07 nor does it take one away'
	scim DELETE "/Users/$ID"
	scim POST /Users '{"userName":"x"}'
	error_is 400 invalidSyntax 'CORE-05 schemas is required'
	scim POST /Users "{\"schemas\":[\"$GROUP_URN\"],\"userName\":\"x\"}"
	error_is 400 invalidValue 'POST-06 a Group to /Users'
	new_user dup-primary '"emails":[{"value":"a","primary":true},{"value":"b","primary":true}]'
	error_is 400 invalidValue 'PRIM-01 two primary values'
	new_user wrong-kind '"title":5'
	error_is 400 invalidValue 'TYPE-11 a number for a string'
	new_user same-pair '"emails":[{"value":"a","type":"work"},{"value":"a","type":"work"},{"value":"a","type":"home"}]'
	json_is '.emails|length' 2 'CANON-01 equal values once'
	scim POST "/Users?attributes=userName" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"projected\"}"
	json_is 'keys|join(",")' 'id,schemas,userName' 'POST-09 attributes shape the answer'
	new_user 'zoë'
	new_user "$(printf 'ZOE\314\210')"
	error_is 409 uniqueness 'STR-03 folded and composed by Unicode'
	new_user BJENSEN
	error_is 409 uniqueness 'POST-05 T24 a taken userName'
	json_is ".detail|test(\"userName.*$u\")" true 'ERR-05 which names the attribute and who has it'
}

reading() {
	scim GET "/Users/$u"
	is "$STATUS $(json .userName)" '200 bjensen' 'GET-01 one object'
	scim GET "/Groups/$u"
	error_is 404 null 'GET-01 of the other type'
	scim GET "/Users/$(echo "$u" | tr '[:lower:]' '[:upper:]')"
	error_is 404 null 'T04 ids are case-exact'
	scim HEAD "/Users/$u"
	is "$STATUS $(header ETag)" '200 W/"1"' 'HTTP-13 HEAD'
	[ "$MODE" = http ] || is "$(wc -c < "$T/body" | tr -d ' ')" 0 'HTTP-13 has no body'
	scim GET "/Users/$u?attributes=userName"
	json_is 'keys|join(",")' 'id,schemas,userName' 'PROJ-02 T17 only what is named'
	scim GET "/Users/$u?attributes=name.givenName,emails.type"
	is "$(jq -c '[.name,.emails]' "$T/body")" '[{"givenName":"B"},[{"type":"work"},{"type":"home"}]]' 'PROJ-06 sub-attributes'
	scim GET "/Users/$u?attributes=+UserName+,+nosuch"
	json_is 'keys|join(",")' 'id,schemas,userName' 'PROJ-08 PROJ-09 spaces, case, unknown names'
	scim GET "/Users/$u?attributes="
	json_is 'has("meta")' true 'PROJ-09 empty is not given'
	scim GET "/Users/$u?excludedAttributes=id,userName,name.familyName,meta"
	is "$(jq -c '[has("id"),has("userName"),.name,has("meta")]' "$T/body")" '[true,false,{"givenName":"B"},false]' 'PROJ-03 T18 excluded'
	scim GET "/Users/$u?attributes=userName&excludedAttributes=title"
	error_is 400 invalidValue 'PROJ-04 both at once'
	scim GET "/Users/$u?attributes=meta.version"
	is "$(jq -c .meta "$T/body")" '{"version":"W/\"1\""}' 'PROJ-15 meta.version'
	scim GET "/Users/$u?attributes=emails[type+eq+\"work\"]"
	json_is '.emails|length' 2 'clients.md 7.3 a filter inside attributes'
	scim GET "/Users/$u?attributes=$USER_URN:name.givenName"
	is "$(jq -c .name "$T/body")" '{"givenName":"B"}' 'PROJ-05 with the URN'
}

listing() {
	i=1
	while [ $i -le 5 ]; do
		new_group "list-$i"
		i=$((i + 1))
	done
	scim GET '/Groups'
	json_is '[.Resources[].displayName]|join(" ")' 'list-1 list-2 list-3 list-4 list-5' 'LIST-08 in order of creation'
	for row in '|1 5 5' 'startIndex=2&count=2|2 2 5' 'startIndex=0&count=3|1 3 5' 'startIndex=-7|1 5 5' \
	    'count=0|1 0 5' 'count=-1|1 0 5' 'count=99999999999999999999|1 5 5' 'startIndex=6|6 0 5' \
	    'startIndex=5&count=10|5 1 5' 'startIndex=4&filter=displayName+sw+"list"|4 2 5'; do
		scim GET "/Groups?${row%|*}"
		json_is '"\(.startIndex) \(.itemsPerPage) \(.totalResults)"' "${row#*|}" "PAGE-01 to 08: ${row%|*}"
		json_is '.itemsPerPage == (.Resources|length)' true "PAGE-07 ${row%|*}"
	done
	for bad in count=abc startIndex=1.5 count=; do
		scim GET "/Groups?$bad"
		error_is 400 invalidValue "PAGE-10 $bad"
	done
	scim GET '/Groups?filter='
	error_is 400 invalidFilter 'FILTER-10 an empty filter'
	scim GET '/Users?filter=userName+regex+"x"'
	error_is 400 invalidFilter 'FILTER-11 an unknown operator'
	scim GET "/Users?filter=id+eq+\"$u\""
	json_is .totalResults 1 'FILTER-32 by id'
	scim GET '/Users?filter=title+pr+and+emails[type+eq+"work"+and+value+eq+"B@X.TEST"]'
	json_is '"\(.totalResults) \(.Resources[0].id)"' "1 $u" 'FILTER-16 pr, and, a value path'
	scim GET "/Users?filter=$USER_URN:userName+eq+\"BJENSEN\""
	json_is .totalResults 1 'FILTER-12 with the URN'
	scim GET '/Users?filter=nosuch+eq+"x"'
	json_is .totalResults 0 'FILTER-27 an unknown attribute has no value'
	scim GET '/Users?filter=meta.resourceType+eq+"User"+and+title+eq+"guide"'
	json_is .totalResults 1 'FILTER-38 meta'
	scim GET "/Groups?filter=members+pr"
	json_is .totalResults 0 'FILTER-31 members pr'
}

replacing() {
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"id\":\"other\",\"userName\":\"bjensen\",\"name\":{\"givenName\":\"C\"}}"
	is "$STATUS $(jq -c '[.id,.name,has("title"),has("emails"),.meta.version,.active]' "$T/body")" \
	    "200 [\"$u\",{\"givenName\":\"C\"},false,false,\"W/\\\"2\\\"\",true]" 'PUT-04 PUT-05 PUT-11 T28 T30 replaced whole'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"name\":{\"givenName\":\"C\"},\"userName\":\"bjensen\"}"
	json_is '"\(.meta.version) \(.meta.created != .meta.lastModified)"' 'W/"2" true' 'PUT-15 no change, no new version'
	scim PUT /Users/0192ab11-0000-7000-8000-000000000000 "{\"schemas\":[\"$USER_URN\"],\"userName\":\"put-new\"}"
	error_is 404 null 'PUT-03 T27 never creates'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"]}"
	error_is 400 invalidValue 'PUT-12 required attributes'
	new_user occupied
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"OCCUPIED\"}"
	error_is 409 uniqueness 'PUT-13 a name that is taken'
	scim GET "/Users/$u"
	json_is '"\(.userName) \(.name.givenName)"' 'bjensen C' 'PUT-20 nothing was stored'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"BJensen\"}"
	is "$STATUS $(json .userName)" '200 BJensen' 'PUT-04 its own name in other case'

	new_user p1; p1=$ID
	new_user p2; p2=$ID
	new_group put-group "\"members\":[{\"value\":\"$p1\"},{\"value\":\"$p1\"}]"
	g=$ID
	json_is '.members|length' 1 'PUT-17 duplicates are one'
	new_group by-ref "\"members\":[{\"\$ref\":\"https://x.test/v2/Users/$p1\"}]"
	json_is '.members[0].value' "$p1" 'POST-12 a member by $ref alone'
	new_group by-wrong-ref "\"members\":[{\"\$ref\":\"../Groups/$p1\",\"type\":\"Group\"}]"
	is "$STATUS $(json '.members[0]|"\(.value) \(.type) \(."$ref"|contains("/Users/"))"')" "201 $p1 User true" 'POST-12 the id says what it is, to who forgives'
	scim DELETE "/Groups/$ID"
	new_group no-value '"members":[{"display":"x"}]'
	error_is 400 invalidValue 'POST-12 a member without value'
	scim PUT "/Groups/$g" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"put-group\",\"members\":[{\"value\":\"$p2\"}]}"
	is "$(jq -c '[.members[]|.value,.type,.display]' "$T/body")" "[\"$p2\",\"User\",\"p2\"]" 'PUT-17 the whole list'
	version=$(json .meta.version)
	scim PUT "/Groups/$g" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"put-group\",\"members\":[{\"value\":\"$p2\"}]}"
	json_is .meta.version "$version" 'PUT-15 the same members, no new version'
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$p2\"}]}]"
	is "$(header ETag)" "$version" 'PATCH-28 T35 an existing member, same version'
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$p1\"}]},{\"op\":\"remove\",\"path\":\"members[value eq \\\"$p1\\\"]\"}]"
	is "$(header ETag)" "$version" 'PATCH-10 add and remove is nothing'
	patch "/Groups/$g" "[{\"op\":\"replace\",\"path\":\"members[value eq \\\"$p2\\\"].value\",\"value\":\"$p1\"}]"
	error_is 400 mutability 'V24 the value of a member is frozen'
	patch "/Groups/$g" '[{"op":"remove","path":"members[display eq \"P2\"]"}]'
	scim GET "/Groups/$g"
	json_is 'has("members")' false 'PATCH-54 a filter on what is computed'
}

patching() {
	patch "/Users/$u" '[{"op":"replace","path":"nickName","value":"N"}]'
	version=$(json .meta.version)
	patch "/Users/$u" '[{"op":"replace","path":"nickName","value":"N"}]'
	is "$STATUS $(json .meta.version)" "200 $version" 'PATCH-28 no change, no new version'
	for row in 'noTarget {"op":"remove"}' 'mutability {"op":"remove","path":"userName"}' \
	    'mutability {"op":"replace","path":"id","value":"x"}' 'mutability {"op":"replace","path":"groups","value":[]}' \
	    'mutability {"op":"replace","path":"meta.created","value":"x"}' 'invalidPath {"op":"replace","path":"emails[1].value","value":"x"}' \
	    'invalidPath {"op":"replace","path":"/emails/0","value":"x"}' 'invalidPath {"op":"replace","path":"","value":"x"}' \
	    'invalidFilter {"op":"replace","path":"emails[type].value","value":"x"}' \
	    'invalidValue {"op":"replace","path":"active","value":"yes"}' 'invalidValue {"op":"add","path":"title"}' \
	    'invalidValue {"op":"add","value":"x"}'; do
		patch "/Users/$u" "[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"half\"},${row#* }]"
		error_is 400 "${row%% *}" "PATCH: ${row#* }"
	done
	scim GET "/Users/$u"
	is "$(json .meta.version) $(json 'has("title")')" "$version false" 'PATCH-11 nothing of those was applied'
	scim PATCH "/Users/$u" '{"Operations":[{"op":"add","path":"title","value":"x"}]}'
	error_is 400 invalidSyntax 'PATCH-02 schemas'
	scim PATCH /Users/0192ab11-0000-7000-8000-000000000000 "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":\"x\"}]}"
	error_is 404 null 'PATCH-14 an unknown resource'
	patch "/Users/$u" "[{\"op\":\"add\",\"path\":\"$ENT:department\",\"value\":\"D\"}]"
	json_is ".schemas|index(\"$ENT\")|type" number 'PATCH-20 T37 the URN comes'
	patch "/Users/$u" "[{\"op\":\"remove\",\"path\":\"$ENT:department\"}]"
	json_is "\"\(.schemas|length) \(has(\"$ENT\"))\"" '1 false' 'PATCH-20 and goes'
}

errors() {
	scim POST "/Users/$u" '{}'
	is "$STATUS $(header Allow)" '405 GET, HEAD, PUT, PATCH, DELETE, OPTIONS' 'POST-16 405 and Allow'
	scim PUT /Users '{}'
	is "$STATUS $(header Allow)" '405 GET, HEAD, POST, OPTIONS' 'PUT-19 the collection'
	scim DELETE /Schemas
	error_is 405 null 'DISC-07 discovery is read-only'
	for body in '' '{' '[]' '"x"' '{"a":1}{}' "{'a':1}" '{"a":NaN}' '{"a":1e400}' '{"a":"\u0000"}' '{"a":"\ud800"}'; do
		scim POST /Users "$body"
		error_is 400 invalidSyntax "HTTP-11 body: $body"
	done
	scim POST /Users "$(printf '{"a":"\377"}')"
	error_is 400 invalidSyntax 'HTTP-01 not UTF-8'
	scim POST /Users "$(printf '\357\273\277{"schemas":["%s"],"userName":"bom"}' "$USER_URN")"
	status_is 201 'HTTP-01 a BOM is skipped'
	scim GET '/Schemas?filter=id+eq+"x"'
	error_is 403 null 'DISC-04 T20 no filter on discovery'
	scim GET /Schemas/urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Acore%3A2.0%3AUser
	json_is .id "$USER_URN" 'HTTP-15 an encoded URN'
	scim GET /Schemas/urn:nosuch
	error_is 404 null 'DISC-02 an unknown schema'
	scim GET /ServiceProviderConfig
	json_is '"\(.schemas[0]) \(.patch.supported) \(.authenticationSchemes[0].type)"' \
	    'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig true oauthbearertoken' 'DISC-01 T21 one object'
	scim GET /ResourceTypes
	json_is '[.Resources[]|"\(.id) \(.endpoint)"]|sort|join(",")' 'Group /Groups,User /Users' 'DISC-03 resource types'
	scim GET /ResourceTypes/User
	json_is '.schemaExtensions|tojson' "[{\"schema\":\"$ENT\",\"required\":false}]" 'DISC-03 one'
	for m in GET POST; do
		scim $m /Me '{}'
		error_is 501 null "ME-01 $m /Me"
	done
}

# The number of kept changes equals the number of what was done.
changes() {
	scim DELETE "/Users/$p2"
	is "$("$BIN/muster" user list --store "$T/store" | wc -l | tr -d ' ')" \
	    "$(scim GET '/Users?count=0'; json .totalResults)" 'LIST-09 counts and lists agree'
}

run() {
	creating
	reading
	listing
	replacing
	patching
	errors
	changes
}

both run
done_testing
