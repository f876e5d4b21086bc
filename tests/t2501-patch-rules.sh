#!/bin/sh
# PATCH: every error says which operation failed and nothing is changed; what
# changes nothing leaves version and time alone; references by "$ref" alone;
# secrets; and bulk, which says what the single request would say.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gadget.sh"

PROFILE=strict
NOBODY=0192ab11-0000-7000-8000-000000000000

# The second of three operations fails: IDS ; its text ; status and scimType.
each_error() {
	while IFS=';' read -r ids op want; do
		[ -n "$ids" ] || continue
		patch "$1" "[$2,$op,$2]"
		is "$STATUS $(json '"\(.scimType) \(.detail[:13])"')" "$want operation 1: " "PATCH-11 $ids $op"
		scim GET "$1"
		is "$(jq -cS . "$T/body")" "$3" "PATCH-11 $ids nothing changed"
	done
}

errors_of_user() {
	new_user taken '"externalId":"t"'
	new_user errors '"emails":[{"value":"w@x","type":"work"},{"value":"h@x","type":"home"}]'
	before=$(jq -cS . "$T/body")
	each_error "/Users/$ID" '{"op":"add","path":"title","value":"T"}' "$before" <<-END
	PATCH-04;{"op":"move","path":"title"};400 invalidSyntax
	PATCH-04;7;400 invalidSyntax
	PATCH-05;{"op":"remove"};400 noTarget
	PATCH-06;{"op":"add","path":"emails[0].value","value":"x"};400 invalidPath
	PATCH-07;{"op":"remove","path":"emails[type eq]"};400 invalidFilter
	PATCH-08;{"op":"add","path":"nosuch","value":"x"};400 invalidPath
	PATCH-08;{"op":"add","value":{"nosuch":"x"}};400 invalidPath
	PATCH-15;{"op":"add","path":"groups","value":[{"value":"x"}]};400 mutability
	PATCH-15;{"op":"add","path":"active","value":"yes"};400 invalidValue
	PATCH-15;{"op":"add","value":{"emails":[{"value":5}]}};400 invalidValue
	PATCH-16;{"op":"add","value":{"meta":{"version":"9"}}};400 mutability
	PATCH-16;{"op":"add","value":{"id":"x"}};400 mutability
	PATCH-18;{"op":"replace","path":"userName","value":" "};400 invalidValue
	PATCH-18;{"op":"remove","path":"userName"};400 mutability
	PATCH-21;{"op":"remove","path":"schemas"};400 mutability
	PATCH-21;{"op":"add","path":"schemas","value":["urn:no"]};400 invalidValue
	PATCH-23;{"op":"add","path":"title"};400 invalidValue
	PATCH-24;{"op":"replace","path":"userName","value":"TAKEN"};409 uniqueness
	PATCH-24;{"op":"replace","value":{"userName":"TAKEN"}};409 uniqueness
	PATCH-30;{"op":"add","value":"x"};400 invalidValue
	PATCH-40;{"op":"add","path":"ims[type co \"x\"].value","value":"x"};400 noTarget
	PATCH-78;{"op":"replace","path":"emails[type eq \"fax\"].value","value":"x"};400 noTarget
	PRIM-04;{"op":"replace","path":"emails.primary","value":true};400 invalidValue
	CORE-05;{"op":"replace","path":"$ENT:manager","value":{"value":"$NOBODY"}};400 invalidValue
	CORE-05;{"op":"replace","value":{"$ENT":{"manager":{"\$ref":"../Users/$NOBODY"}}}};400 invalidValue
	TYPE-08;{"op":"add","path":"profileUrl","value":"a b"};400 invalidValue
	END
}

errors_of_group() {
	new_user inside; m=$ID
	new_group errors "\"members\":[{\"value\":\"$m\"}]"
	scim GET "/Groups/$ID"
	before=$(jq -cS . "$T/body")
	each_error "/Groups/$ID" '{"op":"add","path":"externalId","value":"T"}' "$before" <<-END
	PATCH-15;{"op":"add","path":"members","value":[{"value":"$NOBODY"}]};400 invalidValue
	PATCH-15;{"op":"add","path":"members","value":[{"value":"no id"}]};400 invalidValue
	PATCH-15;{"op":"add","path":"members","value":[{"display":"x"}]};400 invalidValue
	POST-12;{"op":"replace","path":"members","value":[{"value":"$m"},{"value":"$NOBODY"}]};400 invalidValue
	V24;{"op":"replace","path":"members[value eq \"$m\"].value","value":"x"};400 mutability
	PATCH-60;{"op":"remove","path":"displayName"};400 mutability
	END
	each_error "/Groups/$ID" '{"op":"remove","path":"members[type eq \"x\"]"}' "$before" <<-END
	PATCH-15;{"op":"add","path":"members","value":[{"value":"$NOBODY"}]};400 invalidValue
	END
}

errors_of_gadget() {
	new_gadget first '"code":"c1","badge":"b1"'
	new_gadget errors '"fixed":"f"'
	before=$(jq -cS . "$T/body")
	each_error "/Gadgets/$ID" '{"op":"add","path":"plain","value":"T"}' "$before" <<-END
	PATCH-17;{"op":"add","path":"fixed","value":"g"};400 mutability
	PATCH-17;{"op":"remove","path":"fixed"};400 mutability
	PATCH-15;{"op":"add","path":"given","value":"g"};400 mutability
	PATCH-24;{"op":"add","path":"badge","value":"b1"};409 uniqueness
	PATCH-24;{"op":"add","path":"code","value":"c1"};409 uniqueness
	TYPE-05;{"op":"add","path":"made","value":"yesterday"};400 invalidValue
	TYPE-07;{"op":"add","path":"data","value":"***"};400 invalidValue
	END
	patch "/Gadgets/$ID" '[{"op":"add","path":"badge","value":"b1"},{"op":"add","path":"code","value":"mine"}]'
	is "$STATUS $(json '.detail[:13]')" '409 operation 0: ' 'PATCH-11 of two unique ones the one that is taken'
}

# unchanged PATH: lines of IDS ; operations that change nothing
unchanged() {
	scim GET "$1"
	before=$(jq -cS . "$T/body")
	while IFS=';' read -r ids ops; do
		[ -n "$ids" ] || continue
		patch "$1" "[$ops]"
		is "$STATUS $(jq -cS . "$T/body")" "200 $before" "PATCH-28 $ids no change: $ops"
	done
}

no_change() {
	new_user boss; boss=$ID
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"same\",\"title\":\"T\",\"name\":{\"givenName\":\"B\"},\"emails\":[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true},{\"value\":\"h@x\",\"type\":\"home\"}],\"$ENT\":{\"department\":\"D\",\"manager\":{\"value\":\"$boss\"}}}"
	unchanged "/Users/$(json .id)" <<-END
	PATCH-33;{"op":"add","path":"title","value":"T"}
	PATCH-72;{"op":"replace","path":"title","value":"T"}
	PATCH-51;{"op":"remove","path":"nickName"}
	PATCH-10;{"op":"replace","path":"title","value":"U"},{"op":"replace","path":"title","value":"T"}
	PATCH-10;{"op":"add","path":"nickName","value":"U"},{"op":"remove","path":"nickName"}
	PATCH-34;{"op":"add","path":"name","value":{"givenName":"B"}}
	PATCH-73;{"op":"replace","path":"name","value":{"givenName":"B"}}
	PATCH-74;{"op":"replace","path":"name.givenName","value":"B"}
	PATCH-52;{"op":"remove","path":"name.middleName"}
	PATCH-37;{"op":"add","path":"emails","value":[{"type":"work","value":"w@x","primary":true}]}
	PATCH-75;{"op":"replace","path":"emails","value":[{"type":"work","primary":true,"value":"w@x"},{"type":"home","value":"h@x"}]}
	PATCH-76;{"op":"replace","path":"emails[type eq \"home\"]","value":{"type":"home","value":"h@x"}}
	PATCH-77;{"op":"replace","path":"emails[type eq \"work\"].value","value":"w@x"}
	PATCH-38;{"op":"add","path":"emails[type eq \"work\"]","value":{"primary":true}}
	PATCH-55;{"op":"remove","path":"emails[type eq \"fax\"]"}
	PATCH-56;{"op":"remove","path":"emails[type eq \"home\"].display"}
	PATCH-30;{"op":"add","value":{"title":"T","name.givenName":"B","$ENT":{"department":"D"}}}
	PATCH-70;{"op":"replace","value":{"userName":"same"}}
	PATCH-81;{"op":"replace","path":"$ENT","value":{"department":"D"}}
	PATCH-21;{"op":"add","path":"schemas","value":["$ENT"]}
	POST-12;{"op":"replace","path":"$ENT:manager","value":{"\$ref":"../Users/$boss"}}
	CORE-25;{"op":"add","path":"emails","value":[]}
	END
	new_user member; m=$ID
	new_group same "\"members\":[{\"value\":\"$m\"}]"
	unchanged "/Groups/$ID" <<-END
	PATCH-27;{"op":"add","path":"members","value":[{"value":"$m"}]}
	PATCH-75;{"op":"replace","path":"members","value":[{"value":"$m"}]}
	PATCH-10;{"op":"remove","path":"members"},{"op":"add","path":"members","value":{"value":"$m"}}
	PATCH-55;{"op":"remove","path":"members[value eq \"$NOBODY\"]"}
	PATCH-58;{"op":"remove","path":"members","value":[{"value":"$NOBODY"}]}
	POST-12;{"op":"add","path":"members","value":[{"\$ref":"../Users/$m"}]}
	END
}

# gadget_becomes: lines of IDS ; operations ; expression ; value, or scimType
gadget_becomes() {
	while IFS=';' read -r ids ops expression want; do
		[ -n "$ids" ] || continue
		new_gadget lists '"tags":["a","b"],"parts":[{"value":"p","type":"t","marks":["m","n"]},{"value":"q"}]'
		patch "/Gadgets/$ID" "[$ops]"
		case $want in
		*Value | *Target | mutability) error_is 400 "$want" "$ids $ops" ;;
		*) is "$STATUS $(jq -cS "$expression" "$T/body")" "200 $want" "$ids $ops" ;;
		esac
	done
}

lists() {
	gadget_becomes <<-END
	PATCH-36;{"op":"add","path":"tags","value":["A","c"]};.tags;["a","b","c"]
	PATCH-15;{"op":"add","path":"tags","value":{}};;invalidValue
	PATCH-76;{"op":"replace","path":"tags[value eq \"A\"]","value":"z"};.tags;["z","b"]
	CANON-01;{"op":"replace","path":"tags[value eq \"a\"]","value":"B"};.tags|length;1
	PATCH-38;{"op":"add","path":"tags[value eq \"a\"]","value":"z"};.tags;["z","b"]
	PATCH-40;{"op":"add","path":"tags[value eq \"x\"]","value":"z"};;noTarget
	PATCH-54;{"op":"remove","path":"tags[value sw \"a\" or value sw \"b\"]"};has("tags");false
	PATCH-58;{"op":"remove","path":"tags","value":["A"]};.tags;["b"]
	PATCH-36;{"op":"add","path":"parts[value eq \"p\"].marks","value":["N","o"]};.parts[0].marks;["m","n","o"]
	PATCH-36;{"op":"add","path":"parts.marks","value":"o"};[.parts[].marks];[["m","n","o"],["o"]]
	PATCH-38;{"op":"add","path":"parts[value eq \"p\"]","value":{"marks":["o"]}};.parts[0].marks;["m","n","o"]
	PATCH-37;{"op":"add","path":"parts","value":{"value":"p","type":"t","marks":["o"]}};.parts[0].marks;["m","n","o"]
	PATCH-77;{"op":"replace","path":"parts[value eq \"p\"].marks","value":["o"]};.parts[0].marks;["o"]
	PATCH-56;{"op":"remove","path":"parts[value eq \"p\"].marks"};.parts[0];{"type":"t","value":"p"}
	PATCH-58;{"op":"remove","path":"parts[value eq \"p\"].marks","value":["M"]};.parts[0].marks;["n"]
	PATCH-58;{"op":"remove","path":"parts.marks","value":["m","n"]};.parts[0];{"type":"t","value":"p"}
	PATCH-40;{"op":"add","path":"parts[marks eq \"zz\"].value","value":"v"};.parts[2];{"marks":["zz"],"value":"v"}
	PATCH-54;{"op":"remove","path":"parts[marks eq \"m\"]"};.parts;[{"value":"q"}]
	PATCH-16;{"op":"add","value":{"given":"x"}};;mutability
	END
	as_profile tolerant
	gadget_becomes <<-END
	PATCH-36;{"op":"add","path":"tags","value":""};.tags;["a","b"]
	PATCH-36;{"op":"add","path":"parts","value":null};.parts|length;2
	PD-24;{"op":"replace","path":"tags","value":""};has("tags");false
	PD-17;{"op":"add","value":{"given":"x","plain":"p"}};[.given,.plain];[null,"p"]
	PD-17;{"op":"add","path":"given","value":"x"};;mutability
	END
	as_profile strict
}

# who says POST METHOD: what a manager named only by $ref becomes
by_ref() {
	for body in "{\"\$ref\":\"https://h/scim/v2/Users/$boss\"}" "{\"\$ref\":\"../Users/$boss\"}"; do
		serial=$((serial + 1))
		scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"ref-$serial\",\"$ENT\":{\"manager\":$body}}"
		is "$STATUS $(json ".\"$ENT\".manager.value")" "201 $boss" "POST-12 POST manager $body"
		new_user "ref-patch-$serial"
		patch "/Users/$ID" "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":$body}]"
		is "$STATUS $(json ".\"$ENT\".manager.value")" "200 $boss" "POST-12 PATCH manager $body"
		scim PUT "/Users/$ID" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"ref-patch-$serial\",\"$ENT\":{\"manager\":$body}}"
		is "$STATUS $(json ".\"$ENT\".manager.value")" "200 $boss" "POST-12 PUT manager $body"
	done
	for body in "{\"\$ref\":\"../Users/$NOBODY\"}" '{"$ref":5}' '{"$ref":"/"}' '{"$ref":"junk"}'; do
		scim POST /Users "{\"schemas\":[\"$USER_URN\",\"$ENT\"],\"userName\":\"bad\",\"$ENT\":{\"manager\":$body}}"
		error_is 400 invalidValue "POST-12 POST manager $body"
		patch "/Users/$ID" "[{\"op\":\"replace\",\"path\":\"$ENT:manager\",\"value\":$body}]"
		error_is 400 invalidValue "POST-12 PATCH manager $body"
	done
}

# The bulk operation answers with the status of the single request.
bulk_status() {
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[$1]}"
	json '[.Operations[].status]|join(" ")'
}

bulk_as_single() {
	for profile in strict entra; do
		as_profile "$profile"
		patch=204
		[ "$profile" = strict ] && patch=200
		new_group "of $profile"
		ops="{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"externalId\",\"value\":\"x\"}]}"
		put="{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"bulk of $profile\"}"
		scim PATCH "/Groups/$ID" "$ops"
		status_is "$patch" "ENTRA-31 PATCH of a group alone, $profile"
		new_user "bulk-$profile"; user=$ID
		new_group "bulk of $profile"
		post="{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"new of $profile\"}"
		user_ops="{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"title\",\"value\":\"x\"}]}"
		is "$(bulk_status "{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"p\",\"data\":$post},{\"method\":\"PATCH\",\"path\":\"/Groups/$ID\",\"data\":$ops},{\"method\":\"PUT\",\"path\":\"/Groups/$ID\",\"data\":${put%\}},\"externalId\":\"y\"}},{\"method\":\"PATCH\",\"path\":\"/Users/$user\",\"data\":$user_ops},{\"method\":\"PATCH\",\"path\":\"/Groups/$ID\",\"data\":$ops},{\"method\":\"DELETE\",\"path\":\"/Groups/$ID\"}")" \
		    "201 $patch 200 200 $patch 204" "BULK-09 ENTRA-31 in a bulk request, $profile"
	done
	as_profile strict
}

# A new user goes into, and out of, a group by its bulkId.
bulk_ids() {
	new_user outsider; out=$ID
	for op in '{"op":"add","value":{"members":[{"value":"bulkId:b"}]}}' \
	    '{"op":"add","value":{"members":{"value":"bulkId:b"}}}' \
	    "{\"op\":\"replace\",\"value\":{\"$GROUP_URN:members\":[{\"value\":\"bulkId:b\"}]}}" \
	    "{\"op\":\"add\",\"value\":{\"$GROUP_URN\":{\"members\":[{\"value\":\"bulkId:b\"}]}}}" \
	    "{\"op\":\"add\",\"path\":\"$GROUP_URN\",\"value\":{\"members\":[{\"value\":\"bulkId:b\"}]}}" \
	    '{"op":"add","path":"MEMBERS","value":{"value":"bulkId:b"}}'; do
		serial=$((serial + 1))
		new_group "bulk ids $serial"; group=$ID
		s=$(bulk_status "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bulk-$serial\"}},{\"method\":\"PATCH\",\"path\":\"/Groups/$group\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[$op]}}")
		scim GET "/Groups/$group"
		is "$s $(json '[.members[].display]|join(" ")')" "201 200 bulk-$serial" "BULK-12 $op"
	done
	for filter in 'members[value eq \"bulkId:b\"]' 'members[VALUE EQ \"bulkId:b\"]' 'members[type eq \"User\" and (value eq \"bulkId:b\")]' \
	    "$GROUP_URN:members[value eq \\\"bulkId:b\\\"]"; do
		serial=$((serial + 1))
		new_group "bulk ids $serial" "\"members\":[{\"value\":\"$out\"}]"; group=$ID
		s=$(bulk_status "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bulk-$serial\"}},{\"method\":\"PATCH\",\"path\":\"/Groups/$group\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"bulkId:b\"}]},{\"op\":\"remove\",\"path\":\"$filter\"}]}}")
		scim GET "/Groups/$group"
		is "$s $(json '[.members[].display]|join(" ")')" "201 200 outsider" "BULK-12 $filter"
	done
	new_user subordinate; user=$ID
	for op in "{\"op\":\"add\",\"value\":{\"$ENT\":{\"manager\":{\"value\":\"bulkId:b\"}}}}" \
	    "{\"op\":\"add\",\"value\":{\"$ENT:manager.value\":\"bulkId:b\"}}" \
	    "{\"op\":\"replace\",\"path\":\"$ENT:manager.value\",\"value\":\"bulkId:b\"}" \
	    "{\"op\":\"replace\",\"path\":\"$ENT:manager\",\"value\":{\"value\":\"bulkId:b\"}}"; do
		serial=$((serial + 1))
		s=$(bulk_status "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bulk-$serial\"}},{\"method\":\"PATCH\",\"path\":\"/Users/$user\",\"data\":{\"schemas\":[\"$PATCHOP\"],\"Operations\":[$op]}}")
		scim GET "/Users/$user"
		is "$s $(json ".\"$ENT\".manager.displayName // .\"$ENT\".manager.value|length > 0")" "201 200 true" "BULK-12 $op"
		patch "/Users/$user" "[{\"op\":\"remove\",\"path\":\"$ENT\"}]"
	done
}

# put_password [MEMBER]: the version of the user after a PUT with it
put_password() {
	scim PUT "/Users/$ID" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"secret\"${1:+,$1}}"
	echo "$STATUS $(header ETag)"
}

secrets() {
	new_user secret '"password":"s3cret"'
	is "$(put_password)" '200 W/"1"' 'PUT-07 a password that is left out is kept'
	is "$(put_password '"password":null')" '200 W/"2"' 'PUT-06 null clears it'
	is "$(put_password '"password":null')" '200 W/"2"' 'PUT-15 what is cleared already'
	is "$(put_password)" '200 W/"2"' 'PUT-07 and none is kept'
	is "$(put_password '"password":"other"')" '200 W/"3"' 'PUT-04 a new one'
	patch "/Users/$ID" '[{"op":"remove","path":"password"}]'
	is "$STATUS $(header ETag)" '200 W/"4"' 'PATCH-51 removed'
	patch "/Users/$ID" '[{"op":"remove","path":"password"}]'
	is "$STATUS $(header ETag)" '200 W/"4"' 'PATCH-28 and nothing to remove'
	patch "/Users/$ID" '[{"op":"add","path":"password","value":"x"}]'
	is "$STATUS $(header ETag)" '200 W/"5"' 'PATCH-32 added'
	patch "/Users/$ID" '[{"op":"add","path":"password","value":null}]'
	is "$STATUS $(header ETag)" '200 W/"5"' 'PATCH-23 null adds nothing'
	patch "/Users/$ID" '[{"op":"replace","value":{"password":null}}]'
	is "$STATUS $(header ETag)" '200 W/"6"' 'PATCH-23 null in a replace clears it'
}

rules() {
	serial=0
	errors_of_user
	errors_of_group
	errors_of_gadget
	no_change
	secrets
	lists
	by_ref
	bulk_as_single
	bulk_ids
}

gadget_schemas
both rules
done_testing
