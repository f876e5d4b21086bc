#!/bin/sh
# JC-01 to JC-05: JumpCloud with its profile (clients.md section 9.3).
. "$(dirname "$0")/lib.sh"

# Activation: a user and a group of its own, changed and taken away.
activation() {
	scim GET '/Users?filter=userName%20eq%20%22jc-test%40x.test%22'
	is "$STATUS $(json .totalResults)" '200 0' 'JC-04 look-up'
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"jc-test@x.test\",\"name\":{\"givenName\":\"Test\",\"familyName\":\"User\"},\"emails\":[{\"value\":\"jc-test@x.test\",\"type\":\"work\",\"primary\":true}],\"active\":true}"
	status_is 201 'JC-01 create a test user'
	u=$(json .id)
	scim PUT "/Users/$u" "$(jq -c '.name.familyName = "Changed"' "$T/body")"
	is "$STATUS $(json .name.familyName)" '200 Changed' 'JC-05 change it by PUT'
	patch "/Users/$u" '[{"op":"replace","path":"name.familyName","value":"Again"}]'
	is "$STATUS $(json .name.familyName)" '200 Again' 'JC-01 or by PATCH'
	scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"JumpCloud test\",\"members\":[]}"
	status_is 201 'JC-01 create a test group'
	g=$(json .id)
	patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$u\"}]}]"
	is "$STATUS $(json '.members[0].value')" "200 $u" 'JC-01 put the user in'
	patch "/Groups/$g" '[{"op":"replace","path":"displayName","value":"JumpCloud test 2"}]'
	is "$STATUS $(json '"\(.displayName) \(.members|length)"')" '200 JumpCloud test 2 1' 'JC-01 rename the group'
	scim DELETE "/Groups/$g"
	status_is 204 'JC-01 delete the test group'
	patch "/Users/$u" '[{"op":"replace","path":"active","value":false}]'
	is "$STATUS $(json .active)" '200 false' 'JC-01 deactivate the test user'
	scim DELETE "/Users/$u"
	status_is 204 'JC-01 or delete it'
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"jc-test@x.test\"}"
	status_is 201 'JC-01 and activate another time'
}

removal() {
	new_user a; a=$ID
	new_user b; b=$ID
	new_user c; c=$ID
	new_group crew "\"members\":[{\"value\":\"$a\"},{\"value\":\"$b\"},{\"value\":\"$c\"}]"
	g=$ID
	patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members\",\"value\":[{\"value\":\"$a\"}]}]"
	is "$STATUS $(json '[.members[].value]|sort|join(" ")')" "200 $(printf '%s\n' "$b" "$c" | sort | tr '\n' ' ' | sed 's/ $//')" 'JC-03 remove by a list: only that one'
	patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$b\\\"]\"}]"
	is "$STATUS $(json '[.members[].value]|join(" ")')" "200 $c" 'JC-03 remove by a filter'
}

run() {
	as_profile jumpcloud
	activation
	removal
}

both run
done_testing
