#!/bin/sh
# The forty traps: what most servers get wrong (spec scim.md section 29), in
# the profile strict.
. "$(dirname "$0")/lib.sh"

PROFILE=strict
API=urn:ietf:params:scim:api:messages:2.0
NOBODY=0192ab11-0000-7000-8000-000000000000

put_user() {
	scim PUT "/Users/$1" "{\"schemas\":[\"$USER_URN\"],$2}"
}

# How often a password was changed, by the log of the store.
secret_changes() {
	cat "$T"/store/log.* | grep -ao '"secretChanged":true' | wc -l | tr -d ' '
}

populate() {
	new_user bjensen '"externalId":"abc","title":"Tour Guide","active":false,"name":{"givenName":"B","familyName":"Jensen"},"emails":[{"value":"b@b","type":"work","primary":true},{"value":"b@a","type":"home"}]'
	bjensen=$ID
	new_user zoe '"emails":[{"value":"z@z"}]'
	new_user alice '"password":"s3cret-words"'
	alice=$ID
	new_group Tours "\"members\":[{\"value\":\"$bjensen\"}]"
	tours=$ID
}

finding() {
	query /Users 'userName eq "nobody"'
	is "$STATUS $(json '"\(.schemas[0]) \(.totalResults)"')" "200 $API:ListResponse 0" 'T01 nobody: an empty list'
	finds /Users 'userName eq "BJENSEN"' bjensen 'T02 userName without case'
	finds /Users 'externalId eq "ABC"' '' 'T03 externalId by case'
	finds /Users 'externalId eq "abc"' bjensen 'T03 and found as it is'
	scim GET "/Users/$(echo "$bjensen" | tr a-f A-F)"
	error_is 404 null 'T04 ids by case'
	finds /Users 'emails[type eq "work" and value co "@a"]' '' 'T05 brackets: the same value'
	finds /Users 'emails.type eq "work" and emails.value co "@a"' bjensen 'T05 dots: any two'
	finds /Users 'title pr or active eq true and userName sw "z"' 'bjensen zoe' 'T06 and binds tighter than or'
	finds /Users 'not (title eq "x")' 'bjensen zoe alice' 'T07 not: also without a title'
	finds /Users 'emails[primary eq false]' 'bjensen zoe' 'T08 no primary is false'
	query /Users 'active gt true'
	error_is 400 invalidFilter 'T09 no order of booleans'
	finds /Users "$USER_URN:name.familyName eq \"Jensen\"" bjensen 'T11 the dot in 2.0 splits nothing'
	query / 'displayName sw "T"'
	is "$STATUS $(found)" '200 Tours' 'T12 all types'
	new_user tess '"displayName":"Tess","title":"T"'
	query / 'displayName sw "T"'
	json_is '[.Resources[]|"\(.meta.resourceType) \(.title) \(.members|length)"]|join(",")' 'Group null 1,User T 0' 'T12 each with what it has'
}

# The same instant, written in another zone.
instants() {
	scim GET "/Users/$bjensen"
	changed=$(json .meta.lastModified)
	fraction=${changed#*.}
	elsewhere=$(date -u -d "${changed%.*}Z + 1 hour" +%Y-%m-%dT%H:%M:%S).${fraction%Z}+01:00
	query /Users "meta.lastModified eq \"$elsewhere\" and userName eq \"bjensen\""
	is "$STATUS $(found)" '200 bjensen' 'T10 instants, whatever their zone'
}

paging() {
	for i in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
		new_user "page-$i"
	done
	page='filter=userName+sw+"page-"'
	for row in 'T13|startIndex=0&count=-1|200 1 0 0 25' 'T14|startIndex=21&count=10|200 21 5 5 25' 'T15|count=0|200 1 0 0 25'; do
		arguments=${row#*|}
		scim GET "/Users?$page&${arguments%|*}"
		is "$STATUS $(json '"\(.startIndex) \(.itemsPerPage) \(.Resources|length) \(.totalResults)"')" "${row##*|}" "${row%%|*} ${arguments%|*}"
	done
	scim GET '/Users?sortBy=title&sortOrder=descending&filter=userName+eq+"bjensen"+or+userName+eq+"zoe"+or+userName+eq+"tess"'
	is "$STATUS $(found)" '200 zoe bjensen tess' 'T16 descending: who has none comes first'
	scim GET "/Users/$bjensen?attributes=userName"
	json_is 'keys|join(" ")' 'id schemas userName' 'T17 only what is named'
	scim GET "/Users/$bjensen?excludedAttributes=id,userName"
	json_is '"\(.id) \(has("userName"))"' "$bjensen false" 'T18 id cannot be excluded'
	scim GET "/Users/$alice?attributes=password"
	json_is 'keys|join(" ")' 'id schemas' 'T19 no password'
	query /Schemas 'id eq "x"'
	error_is 403 null 'T20 no filter on Schemas'
	scim GET /ServiceProviderConfig
	json_is '"\(has("Resources")) \(.patch.supported)"' 'false true' 'T21 one configuration, no list'
	scim POST /Users/.search "{\"schemas\":[\"$API:SearchRequest\"],\"filter\":\"userName eq \\\"zoe\\\"\"}"
	is "$STATUS $(json .schemas[0]) $(found)" "200 $API:ListResponse zoe" 'T22 .search'
}

writing() {
	new_user mine '"id":"mine","meta":{"version":"x","created":"2001-01-01T00:00:00Z"},"groups":[{"value":"'"$tours"'"}]'
	is "$STATUS $(json '"\(.id == "mine") \(.meta.version) \(has("groups"))"')" '201 false W/"1" false' 'T23 read-only values are ignored'
	mine=$ID
	new_user BJensen
	error_is 409 uniqueness 'T24 a userName in another case'
	json_is '.status|type' string 'T24 status is a string'
	scim DELETE "/Users/$mine"
	status_is 204 'T26 deleted'
	scim DELETE "/Users/$mine"
	error_is 404 null 'T26 gone'
	new_user mine
	is "$STATUS $([ "$ID" != "$mine" ] && echo new)" '201 new' 'T25 its name is free, its id is not'
	put_user $NOBODY '"userName":"created"'
	error_is 404 null 'T27 PUT never creates'
	finds /Users 'userName eq "created"' '' 'T27 nothing'
	put_user "$mine" '"userName":"created"'
	error_is 404 null 'T27 nor what was deleted'
	put_user "$ID" "\"id\":\"$mine\",\"userName\":\"mine\",\"title\":\"T\""
	is "$STATUS $(json .id)" "200 $ID" 'T28 the id of the URL'
	mine=$ID

	put_user "$alice" '"userName":"alice","title":"T"'
	before=$(secret_changes)
	put_user "$alice" '"userName":"alice"'
	is "$STATUS $(json 'has("title")') $(secret_changes)" "200 false $before" 'T29 PUT clears the title, keeps the password'
	patch "/Users/$alice" '[{"op":"replace","path":"password","value":"an0ther-word"}]'
	is "$((before < $(secret_changes)))" 1 'T29 as the log would show'
	patch "/Users/$bjensen" '[{"op":"replace","path":"name","value":{"givenName":"X"}}]'
	is "$STATUS $(jq -cS .name "$T/body")" '200 {"familyName":"Jensen","givenName":"X"}' 'T30 PATCH merges'
	put_user "$mine" '"userName":"mine","name":{"givenName":"A","familyName":"B"}'
	put_user "$mine" '"userName":"mine","name":{"givenName":"X"}'
	is "$STATUS $(jq -cS .name "$T/body")" '200 {"givenName":"X"}' 'T30 PUT does not'
}

# fails ID STATUS SCIMTYPE OPERATIONS TEXT: refused, and nothing changed
fails() {
	scim GET "/Users/$bjensen"
	before=$(cat "$T/body")
	patch "/Users/$bjensen" "$4"
	error_is "$2" "$3" "$1 $5"
	scim GET "/Users/$bjensen"
	is "$(cat "$T/body")" "$before" "$1 $5: nothing changed"
}

patching() {
	fails T31 400 noTarget '[{"op":"replace","path":"emails[type eq \"fax\"].value","value":"x@x"}]' 'replace without a match'
	patch "/Users/$bjensen" '[{"op":"remove","path":"emails[type eq \"fax\"].value"}]'
	is "$STATUS $(json '.emails|length')" '200 2' 'T31 remove without a match'
	fails T32 400 noTarget '[{"op":"remove"}]' 'remove without path'
	fails T32 400 noTarget '[{"op":"remove","value":{"title":"x"}}]' 'remove without path, with value'
	fails T33 400 mutability '[{"op":"remove","path":"userName"}]' 'remove userName'
	fails T33 400 mutability '[{"op":"replace","path":"id","value":"x"}]' 'replace id'
	fails T34 400 noTarget '[{"op":"replace","path":"title","value":"changed"},{"op":"remove"}]' 'the first is taken back'
	scim GET "/Groups/$tours"
	before=$(json '.meta|"\(.version) \(.lastModified)"')
	patch "/Groups/$tours" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$bjensen\"}]}]"
	status_is 200 'T35 a member twice'
	scim GET "/Groups/$tours"
	is "$(json '.meta|"\(.version) \(.lastModified)"') $(json '.members|length')" "$before 1" 'T35 is no change'
	patch "/Users/$bjensen" '[{"op":"add","path":"emails","value":{"value":"n@n","primary":true}}]'
	json_is '[.emails[]|select(.primary)|.value]|join(" ")' n@n 'T36 the new one is primary alone'
	new_user two '"emails":[{"value":"a","primary":true},{"value":"b","primary":true}]'
	error_is 400 invalidValue 'T36 two in a POST'
	patch "/Users/$mine" "[{\"op\":\"add\",\"path\":\"$ENT:department\",\"value\":\"X\"}]"
	is "$STATUS $(json ".schemas|index(\"$ENT\") != null") $(json ".\"$ENT\".department")" '200 true X' 'T37 schemas gain the extension'
}

conditions() {
	new_user tagged
	t=$ID
	put_user "$t" '"userName":"tagged","title":"2"'
	is "$(header ETag)" 'W/"2"' 'T38 the current version'
	HEADER='If-Match: W/"1"'
	put_user "$t" '"userName":"tagged","title":"3"'
	error_is 412 null 'T38 an older one'
	HEADER='If-Match: W/"2"'
	put_user "$t" '"userName":"tagged","title":"3"'
	is "$STATUS $(json .title)" '200 3' 'T38 the same one, though weak'
	HEADER=
}

# bulk OPERATIONS
bulk() {
	scim POST /Bulk "{\"schemas\":[\"$API:BulkRequest\"],\"Operations\":$1}"
}

# post_of BULKID TYPE MEMBERS: an operation
post_of() {
	echo "{\"method\":\"POST\",\"bulkId\":\"$1\",\"path\":\"/$2s\",\"data\":{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:$2\"],$3}}"
}

# id_of BULKID: of what the last bulk created
id_of() {
	json "[.Operations[]|select(.bulkId == \"$1\").location|sub(\".*/\";\"\")][0]"
}

bulks() {
	bulk "[$(post_of g Group '"displayName":"bulk","members":[{"value":"bulkId:u"}]'),$(post_of u User '"userName":"bulk"')]"
	is "$STATUS $(jq -c '[.Operations[].status]' "$T/body")" '200 ["201","201"]' 'T39 the group first'
	u=$(id_of u)
	scim GET "/Groups/$(id_of g)"
	json_is '[.members[].value]|join(" ")' "$u" 'T39 with the real id'
	bulk "[$(post_of a Group '"displayName":"A","members":[{"value":"bulkId:b"}]'),$(post_of b Group '"displayName":"B","members":[{"value":"bulkId:a"}]')]"
	is "$STATUS $(jq -c '[.Operations[].status]' "$T/body")" '200 ["201","201"]' 'T39 two that hold each other'
	a=$(id_of a) b=$(id_of b)
	scim GET "/Groups/$a"
	json_is '[.members[].value]|join(" ")' "$b" 'T39 the one'
	scim GET "/Groups/$b"
	json_is '[.members[].value]|join(" ")' "$a" 'T39 and the other'
	bulk "[$(post_of x User '"userName":"bulk"'),{\"method\":\"DELETE\",\"path\":\"/Users/$NOBODY\"}]"
	is "$STATUS $(jq -c '[.Operations[].status]' "$T/body")" '200 ["409","404"]' 'T39 200 though all fail'

	scim GET /ServiceProviderConfig
	most=$(json .bulk.maxOperations)
	bulk "[$(post_of first User '"userName":"too-many"')$(awk -v n="$most" -v nobody=$NOBODY 'BEGIN { while (n-- > 0) printf ",{\"method\":\"DELETE\",\"path\":\"/Users/%s\"}", nobody }')]"
	error_is 413 null 'T40 one operation too many'
	json_is ".detail|contains(\"$most\")" true 'T40 the limit is told'
	finds /Users 'userName eq "too-many"' '' 'T40 nothing was done'
}

traps() {
	populate
	finding
	instants
	paging
	writing
	patching
	conditions
	bulks
}

both traps
done_testing
