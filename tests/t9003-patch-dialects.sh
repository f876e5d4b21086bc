#!/bin/sh
# PD-01 to PD-31: the PATCH dialects of clients.md section 4.
. "$(dirname "$0")/lib.sh"

# fresh: a user with two mails and a name, its id in U
fresh() {
	serial=$((${serial:-0} + 1))
	new_user "pd-$serial" '"displayName":"D","name":{"givenName":"B","familyName":"J"},"emails":[{"value":"w@x.test","type":"work","primary":true},{"value":"h@x.test","type":"home"}]'
	U=$ID
}

# emails: "type=value" of each, in order
emails() {
	json '[.emails[]?|"\(.type)=\(.value)"]|join(" ")'
}

run() {
	for op in Add ADD add; do
		fresh
		patch "/Users/$U" "[{\"op\":\"$op\",\"path\":\"title\",\"value\":\"T\"}]"
		json_is .title T "PD-01 op $op"
	done
	patch "/Users/$U" '[{"op":"REPLACE","path":"title","value":"T2"},{"op":"Remove","path":"nickName"}]'
	json_is .title T2 'PD-01 op REPLACE, Remove'

	fresh
	patch "/Users/$U" '[{"op":"replace","path":"title","value":"T"}]'
	json_is .title T 'PD-02 a top level path'
	new_user "plain-$MODE"
	patch "/Users/$ID" '[{"op":"replace","path":"name.givenName","value":"G"}]'
	json_is '.name|tojson' '{"givenName":"G"}' 'PD-03 the parent is made'

	fresh
	patch "/Users/$U" '[{"op":"Replace","path":"emails[type eq \"other\"].value","value":"o@x.test"}]'
	is "$STATUS $(emails)" '200 work=w@x.test home=h@x.test other=o@x.test' 'PD-04 replace makes the element'
	fresh
	patch "/Users/$U" '[{"op":"Add","path":"emails[type eq \"other\"].value","value":"o@x.test"},{"op":"Add","path":"emails[type eq \"home\"].value","value":"h2@x.test"}]'
	is "$(emails)" 'work=w@x.test home=h2@x.test other=o@x.test' 'PD-05 add makes it, or sets it'
	fresh
	patch "/Users/$U" '[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"w2@x.test"}]'
	is "$(emails) $(json '.emails[0].primary')" 'work=w2@x.test home=h@x.test true' 'PD-06 the rest stays'
	fresh
	patch "/Users/$U" '[{"op":"Add","path":"emails[type eq \"other\"].value","value":"o@x.test"},{"op":"Add","path":"emails[type eq \"other\"].display","value":"O"},{"op":"Add","path":"emails[type eq \"other\"].primary","value":"True"}]'
	json_is '.emails[2]|"\(.value) \(.display) \(.primary)"' 'o@x.test O true' 'PD-07 several operations, one new element'
	json_is '[.emails[]|select(.primary==true)]|length' 1 'PD-07 only one is primary'

	fresh
	patch "/Users/$U" "[{\"op\":\"Add\",\"path\":\"$ENT:department\",\"value\":\"X\"}]"
	json_is ".[\"$ENT\"].department" X 'PD-08 URN:attr'
	patch "/Users/$U" "[{\"op\":\"Add\",\"path\":\"urn:IETF:params:scim:schemas:extension:Enterprise:2.0:user:Department\",\"value\":\"Y\"}]"
	json_is ".[\"$ENT\"].department" Y 'PD-08 in any case'
	patch "/Users/$U" "[{\"op\":\"Add\",\"path\":\"$ENT:manager.value\",\"value\":\"m1\"}]"
	json_is ".[\"$ENT\"].manager.value" m1 'PD-09 URN:attr.sub'
	patch "/Users/$U" "[{\"op\":\"replace\",\"path\":\"$USER_URN:emails[type eq \\\"work\\\"].value\",\"value\":\"u@x.test\"}]"
	json_is '.emails[0].value' u@x.test 'PD-09 URN:attr[filter].sub'
	patch "/Users/$U" "[{\"op\":\"replace\",\"path\":\"$USER_URN:title\",\"value\":\"core\"}]"
	json_is .title core 'PD-10 the core URN as prefix'
	patch "/Users/$U" "[{\"op\":\"replace\",\"path\":\"$ENT\",\"value\":{\"costCenter\":\"C\"}}]"
	json_is ".[\"$ENT\"]|\"\(.department) \(.costCenter)\"" 'Y C' 'PD-11 the URN alone merges'
	patch "/Users/$U" "[{\"op\":\"replace\",\"path\":\"$ENT.department\",\"value\":\"dot\"}]"
	json_is ".[\"$ENT\"].department" dot 'PD-12 a dot behind the URN'

	fresh
	patch "/Users/$U" '[{"op":"replace","value":{"title":"T","nickName":"N"}}]'
	json_is '"\(.title) \(.nickName) \(.displayName)"' 'T N D' 'PD-13 plain keys'
	patch "/Users/$U" '[{"op":"replace","value":{"name.givenName":"G"}}]'
	json_is '"\(.name.givenName) \(.name.familyName)"' 'G J' 'PD-14 dotted keys'
	patch "/Users/$U" "[{\"op\":\"replace\",\"value\":{\"$ENT:division\":\"Q\",\"$ENT\":{\"costCenter\":\"CC\"}}}]"
	json_is ".[\"$ENT\"]|\"\(.division) \(.costCenter)\"" 'Q CC' 'PD-15 URN keys, and a bare URN'
	patch "/Users/$U" '[{"op":"replace","value":{"emails[type eq \"work\"].value":"k@x.test"}}]'
	json_is '.emails[0].value' k@x.test 'PD-16 keys with a filter'
	patch "/Users/$U" "[{\"op\":\"replace\",\"value\":{\"id\":\"$U\",\"meta\":{\"version\":\"x\"},\"schemas\":[\"$USER_URN\"],\"title\":\"RO\"}}]"
	is "$STATUS $(json .title)" '200 RO' 'PD-17 read-only keys are passed over'
	patch "/Users/$U" '[{"op":"replace","value":{"id":"another","title":"no"}}]'
	error_is 400 mutability 'PD-17 another id is not'

	patch "/Users/$U" '[{"op":"Replace","path":"active","value":"fAlSe"}]'
	json_is .active false 'PD-18 a string for a boolean'
	patch "/Users/$U" "[{\"op\":\"Add\",\"path\":\"$ENT:manager\",\"value\":\"m2\"}]"
	json_is ".[\"$ENT\"].manager.value" m2 'PD-19 a string for a reference'
	patch "/Users/$U" '[{"op":"Add","path":"title","value":["One"]}]'
	json_is .title One 'PD-20 a list of one for a single value'
	patch "/Users/$U" '[{"op":"Add","path":"nickName","value":[{"$ref":null,"value":"Nick"}]}]'
	json_is .nickName Nick 'PD-20 an object with value for a string'
	patch "/Users/$U" '[{"op":"Add","path":"emails","value":{"value":"o@x.test","type":"other"}}]'
	json_is '.emails|length' 3 'PD-21 one object for a list'
	patch "/Users/$U" '[{"op":"Add","path":"roles","value":"Admin"}]'
	json_is '.roles[0].value' Admin 'PD-21 a bare string for a list'
	patch "/Users/$U" '[{"op":"Remove","path":"emails","value":[{"value":"o@x.test"}]}]'
	is "$(emails)" 'work=k@x.test home=h@x.test' 'PD-22 remove takes the listed only'
	patch "/Users/$U" '[{"op":"Remove","path":"emails"}]'
	json_is 'has("emails")' false 'PD-23 remove without value takes all'
	for v in '""' null; do
		patch "/Users/$U" '[{"op":"Add","path":"title","value":"x"}]'
		patch "/Users/$U" "[{\"op\":\"Replace\",\"path\":\"title\",\"value\":$v}]"
		json_is 'has("title")' false "PD-24 replace by $v clears"
	done
	patch "/Users/$U" '[{"op":"Add","path":"title","value":""}]'
	status_is 200 'PD-24 add of ""'

	fresh
	patch "/Users/$U" '[{"op":"Add","path":"emails","value":[{"value":"h@x.test","type":"home"},{"value":"n@x.test","type":"other","primary":true}]}]'
	is "$(emails)" 'work=w@x.test home=h@x.test other=n@x.test' 'PD-25 no duplicate'
	json_is '[.emails[]|select(.primary==true).value]|join(" ")' n@x.test 'PD-25 a new primary clears the others'
	patch "/Users/$U" '[{"op":"Replace","path":"emails[primary eq \"True\"].display","value":"P"}]'
	json_is '.emails[2].display' P 'PD-26 a boolean against a quoted string'
	patch "/Users/$U" '[{"op":"Replace","path":"noSuchThing","value":1},{"op":"Replace","path":"urn:example:x:y","value":1},{"op":"Replace","path":"active","value":"False"}]'
	is "$STATUS $(json '"\(.active) \(has("noSuchThing"))"')" '200 false false' 'PD-27 unknown paths are passed over, the rest is done'
	scim PATCH "/Users/$U" "{\"id\":\"x\",\"schemas\":[\"$PATCHOP\"],\"operations\":[{\"name\":\"addMember\",\"op\":\"replace\",\"path\":\"title\",\"value\":\"L\"}]}"
	is "$STATUS $(json .title)" '200 L' 'PD-28 operations in lower case, extra keys'
	patch "/Users/$U" '[]'
	error_is 400 invalidSyntax 'PD-29 no operations'
	patch "/Users/$U" '[{"op":"move","path":"title","value":"x"}]'
	error_is 400 invalidSyntax 'PD-29 an unknown verb'
	patch "/Users/$U" '[{"op":"replace","path":"title","value":"1"},{"op":"replace","path":"title","value":"2"},{"op":"replace","path":"title","value":"3"}]'
	json_is .title 3 'PD-30 the same attribute, in order'
	patch "/Users/$U" '[{"op":"replace","path":"emails[type eq \"work\"].primary","value":"+47 555"}]'
	error_is 400 invalidValue 'PD-31 a phone number is no boolean'
}

both run
done_testing
