#!/bin/sh
# What known clients send (INTEROP, section 28 of spec scim.md), with the
# profile that a token has by default.
. "$(dirname "$0")/lib.sh"

dialects() {
	new_user interop '"emails":[{"value":"h@x.test","type":"home"}]'; u=$ID
	patch "/Users/$u" '[{"op":"Add","path":"title","value":"T"},{"op":"REPLACE","path":"nickName","value":"N"}]'
	is "$STATUS $(json '"\(.title) \(.nickName)"')" '200 T N' 'INTEROP-01 op in Pascal case'
	scim PATCH "/Users/$u" "{\"schemas\":[\"$PATCHOP\"],\"operations\":[{\"op\":\"Remove\",\"path\":\"title\"}]}"
	is "$STATUS $(json 'has("title")')" '200 false' 'INTEROP-01 operations in lower case'
	patch "/Users/$u" '[{"op":"Replace","path":"active","value":"False"}]'
	is "$STATUS $(json .active)" '200 false' 'INTEROP-02 a boolean as a string'
	patch "/Users/$u" '[{"op":"Replace","path":"title","value":"True"}]'
	json_is .title True 'INTEROP-02 only for booleans'
	patch "/Users/$u" '[{"op":"Add","path":"emails[type eq \"work\"].value","value":"w@x.test"}]'
	json_is '[.emails[]|select(.type == "work").value]|join(" ")' w@x.test 'INTEROP-03 add makes the value'
	patch "/Users/$u" '[{"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"+4512345678"}]'
	is "$STATUS $(json '[.phoneNumbers[]|.type,.value]|join(" ")')" '200 mobile +4512345678' 'INTEROP-03 and so does replace'
	finds /Users 'emails[type eq "work"].value eq "W@x.test"' interop 'INTEROP-04 a name behind the brackets'
	new_user boss; boss=$ID
	patch "/Users/$u" "[{\"op\":\"Add\",\"path\":\"$ENT:manager\",\"value\":\"$boss\"}]"
	is "$STATUS $(json ".\"$ENT\".manager.value")" "200 $boss" 'INTEROP-05 a manager by his id'
	patch "/Users/$u" "[{\"op\":\"Replace\",\"path\":\"$ENT:manager\",\"value\":\"\"}]"
	is "$STATUS $(json ".\"$ENT\".manager")" '200 null' 'INTEROP-05 and none by ""'
	patch "/Users/$u" '[{"op":"replace","value":{"name.givenName":"G","name.familyName":"F"}}]'
	is "$STATUS $(json '"\(.name.givenName) \(.name.familyName)"')" '200 G F' 'INTEROP-07 dotted keys'
}

groups() {
	new_group interop "\"members\":[{\"value\":\"$u\"},{\"value\":\"$boss\"}]"; g=$ID
	patch "/Groups/$g" "[{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]"
	is "${STATUS%??}" 2 'INTEROP-06 members to remove in value'
	scim GET "/Groups/$g"
	json_is '[.members[].value]|join(" ")' "$boss" 'INTEROP-06 only those'
	patch "/Groups/$g" "[{\"op\":\"replace\",\"value\":{\"id\":\"$g\",\"displayName\":\"renamed\"}}]"
	scim GET "/Groups/$g"
	json_is '"\(.displayName) \(.members|length)"' 'renamed 1' 'INTEROP-07 a rename does not empty the group'
	scim GET "/Groups/$g?excludedAttributes=members"
	is "$STATUS $(json 'has("members")')" '200 false' 'INTEROP-10 a group without its members'
	patch "/Groups/$g" '[{"op":"replace","path":"members","value":[]}]'
	is "${STATUS%??}" 2 'INTEROP-08 an empty list of members'
	scim GET "/Groups/$g"
	json_is 'has("members")' false 'INTEROP-08 empties it'
}

lives() {
	query /Users 'userName eq "c5e91a4e-nobody"'
	is "$STATUS $(json .totalResults)" '200 0' 'INTEROP-09 the first test of a connection'
	scim GET '/Users?startIndex=1&count=2'
	is "$STATUS $(json '"\(.itemsPerPage) \(.totalResults)"')" '200 2 2' 'INTEROP-09 the first list'
	scim GET "/Users/$u"
	is "$STATUS $(json .active)" '200 false' 'INTEROP-11 who is disabled can be read'
	finds /Users 'userName eq "interop"' interop 'INTEROP-11 and found'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"interop\"}"
	is "$STATUS $(json .userName)" '200 interop' 'INTEROP-12 PUT answers with the resource'
	patch "/Users/$u" '[{"op":"add","path":"title","value":"T"}]'
	is "$STATUS $(json .title)" '200 T' 'INTEROP-12 and so does PATCH'
	scim PATCH "/Users/$u" '{"Operations":[{"op":"add","path":"title","value":"U"}]}'
	error_is 400 invalidSyntax 'INTEROP-13 PATCH without schemas'
}

interop() {
	dialects
	groups
	lives
}

both interop
done_testing
