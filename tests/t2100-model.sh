#!/bin/sh
# The model: names, types, characteristics, strings, primary values and
# canonical forms, and the files of schemas (CORE, TYPE, CHAR, STR, PRIM,
# CANON and SFILE of spec scim.md), in the profile strict.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/gadget.sh"

PROFILE=strict

names() {
	scim POST /Users "{\"SCHEMAS\":[\"$USER_URN\"],\"USERNAME\":\"spelled\",\"Name\":{\"GIVENname\":\"G\"},\"eMails\":[{\"VALUE\":\"a@x.test\"}]}"
	shows '[.userName,.name.givenName,.emails[0].value]' '["spelled","G","a@x.test"]' 'CORE-01 CORE-02 names as the schema spells them'
	for twice in '"title":"a","title":"b"' '"title":"a","TITLE":"b"' '"name":{"givenName":"a","GivenName":"b"}'; do
		new_user "twice-$(echo "$twice" | cksum | cut -c1-6)" "$twice"
		error_is 400 invalidSyntax "CORE-03 twice: $twice"
	done
	new_gadget refs '"nosuch":{"a":1}'
	json_is 'has("nosuch")' false 'CORE-13 CORE-12 unknown attributes are not stored'
	new_user member; m=$ID
	new_group refs "\"members\":[{\"\$ref\":\"Users/$m\"}]"; g=$ID
	shows '.members[0].value' "\"$m\"" 'CORE-04 $ref is a name'
	scim GET "/Groups/$g?attributes=members.\$ref"
	shows '.members[0]|keys' '["$ref"]' 'CORE-04 in attributes'
	for name in 1a -a a..b 'a!b'; do
		query /Users "$name pr"
		error_is 400 invalidFilter "CORE-04 no name: $name"
	done
	scim POST /Gadgets "{\"label\":\"order\",\"tags\":[\"c\",\"a\",\"b\"],\"schemas\":[\"$GADGET\"]}"
	shows .tags '["c","a","b"]' 'CORE-11 schemas last, and the order of values is kept'
	scim POST /Gadgets "{\"schemas\":[\"$GADGET\",\"$ONE\",\"$TWO\"],\"label\":\"two\",\"$ONE\":{\"colour\":\"red\"},\"$TWO\":{\"colour\":7}}"
	shows "[.\"$ONE\".colour,.\"$TWO\".colour]" '["red",7]' 'CORE-08 CORE-07 two extensions with one name'
	patch "/Gadgets/$(json .id)" "[{\"op\":\"replace\",\"path\":\"$ONE:colour\",\"value\":\"blue\"}]"
	shows "[.\"$ONE\".colour,.\"$TWO\".colour]" '["blue",7]' 'CORE-08 are not one'
	new_gadget deep '"box":{"wide":{"a":1}}'
	error_is 400 invalidValue 'CORE-10 TYPE-10 nothing complex inside complex'
	new_gadget marks '"parts":[{"value":"v","marks":["a","b"]}],"externalId":"x"'
	shows '[.parts[0].marks,.externalId,.meta.resourceType,(.id|type)]' '[["a","b"],"x","Gadget","string"]' 'CORE-10 but lists; CORE-14 id, externalId and meta'
	scim GET "/Schemas/$GADGET"
	json_is '[.attributes[].name]|map(select(. == "id" or . == "externalId" or . == "meta" or . == "schemas"))|length' 0 'CORE-14 which no schema lists'
	scim GET "/Groups/$g?attributes=displayName"
	json_is 'has("schemas")' true 'CORE-15 schemas, though others are named'
	scim GET "/Groups/$g?excludedAttributes=schemas"
	json_is 'has("schemas")' true 'CORE-15 schemas, though excluded'
}

nothing() {
	new_user nothing '"nickName":null,"emails":[],"name":{"givenName":null},"phoneNumbers":[{"value":null}]'
	json_is '[.nickName,.emails,.name,.phoneNumbers]|map(select(. != null))|length' 0 'CORE-20 CORE-24 nothing was given'
	is "$(grep -cE ':null|:\[\]|:\{\}' "$T/body")" 0 'CORE-21 nothing empty is answered'
	u=$ID
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"nothing\",\"active\":null}"
	json_is 'has("active")' false 'CORE-22 null beats the default'
	patch "/Users/$u" '[{"op":"add","value":{"active":true,"title":"T","emails":[{"value":"a@x.test"}]}},{"op":"replace","path":"active","value":null},{"op":"replace","path":"title","value":null},{"op":"replace","path":"emails","value":[]}]'
	shows '[has("active"),has("title"),has("emails")]' '[false,false,false]' 'CORE-22 null and [] clear'
}

# takes MEMBER VALUE; refuses MEMBER VALUE [SCIMTYPE]
takes() {
	new_gadget typed "\"$2\":$3"
	shows ".$2" "${4:-$3}" "$1 $2 takes $3"
}
refuses() {
	new_gadget typed "\"$2\":$3"
	error_is 400 "${4:-invalidValue}" "$1 $2 refuses $3"
}

types() {
	takes TYPE-01 plain '"Zoë 🚲 \u0001"'
	takes TYPE-01 plain '""'
	refuses TYPE-01 plain "\"$(printf '\377')\"" invalidSyntax
	takes TYPE-02 open false
	for v in '"true"' '"True"' 0 1; do
		refuses TYPE-02 open "$v"
	done
	takes TYPE-03 ratio 1.5
	takes TYPE-03 ratio -7
	refuses TYPE-03 ratio '"1.5"'
	refuses TYPE-03 ratio '1.' invalidSyntax
	refuses TYPE-03 ratio '.5' invalidSyntax
	refuses TYPE-03 ratio NaN invalidSyntax
	new_gadget least '"count":-9223372036854775808'
	is "$STATUS $(grep -c '"count":-9223372036854775808' "$T/body")" '201 1' 'TYPE-04 64 bits'
	for v in 1.0 1e3 '"1"'; do
		refuses TYPE-04 count "$v"
	done
	new_gadget overflow '"count":9223372036854775808'
	is "$STATUS" 400 'TYPE-04 count refuses more than 64 bits'
	takes TYPE-05 made '"2026-02-28T23:59:59.1234567+01:00"' '"2026-02-28T22:59:59.1234567Z"'
	takes TYPE-05 made '"2027-12-31T24:00:00+01:00"' '"2027-12-31T23:00:00.000Z"'
	takes TYPE-05 made '"2016-12-31T23:59:60Z"' '"2017-01-01T00:00:00.000Z"'
	takes TYPE-06 made '"2026-02-28T23:59:59"' '"2026-02-28T23:59:59.000Z"'
	for v in '"2026-02-28"' '"23:59:59Z"' '"2026-13-01T00:00:00Z"' '"2026-02-30T00:00:00Z"' '"2026-02-28T25:00:00Z"' 5; do
		refuses TYPE-05 made "$v"
	done
	takes TYPE-07 data '"AP8="'
	takes TYPE-07 data '"AP8"'
	for v in '"A_8="' '"AP 8"' '"AP\n8="' '"A"'; do
		refuses TYPE-07 data "$v"
	done
	takes TYPE-08 page '"https://x.test/a?b#c"'
	refuses TYPE-08 page '"a b"'
	for v in 5 true '{"a":1}' '["x"]'; do
		refuses TYPE-11 plain "$v"
	done
	refuses CORE-25 tags '"new"'
	refuses CORE-24 tags '["new",null]'
	scim GET /Schemas
	json_is '[.Resources[].attributes[]|.type,(.subAttributes//[])[].type]|unique|join(" ")' 'binary boolean complex dateTime decimal integer reference string' 'TYPE-12 TYPE-13 CHAR-01 the eight types'
	json_is '[.Resources[].attributes[]|.,(.subAttributes//[])[]]|map(select(has("multiValued")|not))|length' 0 'CHAR-02 each says whether it is a list'
	json_is '[.Resources[].attributes[]|.,(.subAttributes//[])[]|select(.type != "reference" and has("referenceTypes"))]|length' 0 'CHAR-09 types of references belong to references'
	json_is '[.Resources[].attributes[]|select(.type == "complex" and (has("caseExact") or has("uniqueness")))]|length' 0 'CHAR-12 a complex one has no caseExact, no uniqueness'
	takes CHAR-08 tags '["neither"]'
	new_user references
	query /Groups "members[\$ref eq \"$(json .meta.location | sed 's#/scim/v2/#/scim/#')\"]"
	json_is .totalResults 0 'TYPE-09 nobody yet'
	member=$ID
	new_group referenced "\"members\":[{\"value\":\"$member\"}]"
	for ref in "/Users/$member" "/v2/Users/$member" "Users/$member" "../Users/$member" "$(json '.members[0]."$ref"')"; do
		finds /Groups "members[\$ref eq \"$ref\"]" referenced "TYPE-09 FILTER-36 ${ref%"$member"}"
	done
}

characteristics() {
	scim POST /Gadgets "{\"schemas\":[\"$GADGET\"],\"plain\":\"x\"}"
	error_is 400 invalidValue 'CHAR-03 label is required'
	json_is '.detail|contains("label")' true 'CHAR-03 which the answer names'
	new_gadget required; g=$ID
	put_gadget "$g" '"plain":"x"'
	error_is 400 invalidValue 'CHAR-03 in a PUT'
	patch "/Gadgets/$g" '[{"op":"remove","path":"label"}]'
	error_is 400 mutability 'CHAR-03 it cannot be removed'
	new_gadget exact '"code":"Ab","plain":"Ab"'
	finds /Gadgets 'code eq "ab"' '' 'CHAR-04 STR-01 caseExact'
	query /Gadgets 'plain eq "aB"'
	json_is '[.Resources[].label]|join(" ")' exact 'CHAR-04 STR-01 and not'
	json_is '.Resources[0].plain' Ab 'CHAR-04 as it was given'
	new_gadget clash '"code":"Ab"'
	error_is 409 uniqueness 'CHAR-07 uniqueness server'
	new_gadget other '"code":"aB","badge":"b1"'
	status_is 201 'CHAR-07 by caseExact'
	new_gadget clash '"badge":"B1"'
	error_is 409 uniqueness 'CHAR-07 uniqueness global'
	returned
	query /Gadgets 'hidden pr'
	error_is 400 invalidFilter 'CHAR-11 what is never returned is not searched'
	query /Users 'password pr'
	error_is 400 invalidFilter 'CHAR-11 no password'
	defaults
}

# Section 7.2: returned by what the request names.
returned() {
	new_gadget returned '"shown":"a","plain":"d","asked":"r","hidden":"n"'; g=$ID
	shows '[.shown,.plain,.asked,.hidden]' '["a","d","r",null]' 'CHAR-06 CHAR-10 POST: what it set'
	for row in '|["a","d",null,null]' '?attributes=shown,plain,asked,hidden|["a","d","r",null]' \
	    '?attributes=label|["a",null,null,null]' '?excludedAttributes=shown,plain,asked,hidden|["a",null,null,null]'; do
		scim GET "/Gadgets/$g${row%%|*}"
		shows '[.shown,.plain,.asked,.hidden]' "${row#*|}" "CHAR-06 GET ${row%%|*}"
	done
	patch "/Gadgets/$g" '[{"op":"replace","path":"label","value":"returned-2"}]'
	shows '[.shown,.plain,.asked,.hidden]' '["a","d",null,null]' 'CHAR-06 PATCH of another'
	put_gadget "$g" '"label":"returned","shown":"a","asked":"r","hidden":"n"'
	shows '[.shown,.plain,.asked,.hidden]' '["a",null,"r",null]' 'CHAR-06 PUT'
}

# What Gadget.json leaves out.
defaults() {
	scim GET "/Schemas/$GADGET"
	is "$(jq -cS '.attributes[]|select(.name == "plain")|del(.description)' "$T/body")" \
	    '{"caseExact":false,"multiValued":false,"mutability":"readWrite","name":"plain","required":false,"returned":"default","type":"string","uniqueness":"none"}' \
	    'SFILE-04 CHAR-01 CHAR-03 CHAR-04 CHAR-05 CHAR-06 CHAR-07 the defaults'
	mutability
}

mutability() {
	new_gadget mutable '"given":"mine","fixed":"f","hidden":"h"'; g=$ID
	shows '[.given,.fixed,.hidden]' '[null,"f",null]' 'CHAR-05 readOnly is ignored, immutable taken, writeOnly kept'
	for attribute in given fixed; do
		patch "/Gadgets/$g" "[{\"op\":\"replace\",\"path\":\"$attribute\",\"value\":\"x\"}]"
		error_is 400 mutability "CHAR-05 $attribute is not changed"
	done
	patch "/Gadgets/$g" '[{"op":"replace","path":"hidden","value":"x"}]'
	shows '[.hidden]' '[null]' 'CHAR-05 writeOnly is'
}

strings() {
	new_user 'Ｂｏｂ'
	status_is 201 'STR-02 a wide name'
	new_user bob
	error_is 409 uniqueness 'STR-02 STR-03 the same, narrow'
	new_user "$(printf 'Ame\314\201lie')"
	new_user 'AMÉLIE'
	error_is 409 uniqueness 'STR-02 composed and in another case'
	finds /Users 'userName eq "amélie"' "$(printf 'Ame\314\201lie')" 'STR-01 STR-02 found in any form'
}

primaries() {
	new_user primary '"emails":[{"value":"a@x.test","primary":true},{"value":"b@x.test"},{"value":"c@x.test","primary":false}]'; u=$ID
	finds /Users 'userName eq "primary" and emails[value eq "b@x.test" and primary eq false]' primary 'PRIM-02 FILTER-28 none is false'
	patch "/Users/$u" '[{"op":"add","path":"emails[value eq \"b@x.test\"].primary","value":true}]'
	json_is '[.emails[]|select(.primary)|.value]|join(" ")' b@x.test 'PRIM-03 the new one alone'
	patch "/Users/$u" '[{"op":"replace","path":"emails","value":[{"value":"a@x.test","primary":true},{"value":"b@x.test","primary":true}]}]'
	error_is 400 invalidValue 'PRIM-04 two at once'
	patch "/Users/$u" '[{"op":"remove","path":"emails[primary eq true]"}]'
	shows '[.emails[]|select(.primary)]|length' 0 'PRIM-05 nobody is promoted'
}

canonical() {
	new_user canonical '"emails":[{"value":"Anna.B@EXAMPLE.Test","type":"work"},{"value":"Anna.B@EXAMPLE.Test","type":"work"},{"value":"Anna.B@EXAMPLE.Test","type":"home"}]'
	shows '[.emails[].type]' '["work","home"]' 'CANON-01 the same value once a type'
	shows '.emails[0].value' '"Anna.B@example.test"' 'CANON-02 the domain in lower case, and nothing else'
	new_user spelt '"phoneNumbers":[{"value":"+1 (201) 555-0123","type":"Work"}],"ims":[{"value":" Spelt@Chat.Test "}]'
	shows '[.phoneNumbers[0].value,.ims[0].value]' '["tel:+1-201-555-0123","spelt@chat.test"]' 'CANON-03 CANON-04 a number and an address as they are spelt'
	shows '.phoneNumbers[0].type' '"work"' 'CANON-10 labels too'
	finds /Users 'phoneNumbers[value eq "+1.201.555.0123"] and ims.value eq "Spelt@chat.test "' spelt 'CANON-03 CANON-04 found in any spelling'
	for row in 'CANON-05|"addresses":[{"country":"USA"}]' 'CANON-05|"addresses":[{"country":"1A"}]' \
	    'CANON-06|"locale":"en US"' 'CANON-06|"locale":" "' \
	    'CANON-07|"timezone":"Eastern Standard Time"' 'CANON-07|"timezone":"Mars/Olympus_Mons"' 'CANON-07|"timezone":"europe/oslo"' 'CANON-07|"timezone":"posix/Europe/Oslo"' 'CANON-07|"timezone":"Europe"' 'CANON-08|"x509Certificates":[{"value":"-----BEGIN CERTIFICATE-----"}]' \
	    'CANON-08|"x509Certificates":[{"value":"MAYwADAAAwAwBjAAMAADAA=="}]' 'CANON-09|"photos":[{"value":"no photo"}]'; do
		new_user "wrong-$(echo "${row#*|}" | cksum | cut -c1-6)" "${row#*|}"
		error_is 400 invalidValue "${row%%|*} refused: ${row#*|}"
	done
	for row in 'CANON-05|"addresses":[{"country":"SE"}]' 'CANON-06|"locale":"en_US"' 'CANON-06|"locale":"de-CH-1996"' \
	    'CANON-06|"preferredLanguage":"da, en-gb;q=0.8, en;q=0.7"' 'CANON-07|"timezone":"America/Los_Angeles"' 'CANON-07|"timezone":"Etc/GMT+12"' 'CANON-07|"timezone":"UTC"' \
	    'CANON-08|"x509Certificates":[{"value":"MIHAMHQCAQEwBQYDK2VwMAwxCjAIBgNVBAMMAWEwIBcNMjYxMTIxMTUzNjE2WhgPMjEyNjEwMjgxNTM2MTZaMAwxCjAIBgNVBAMMAWEwKjAFBgMrZXADIQCFzORE6LaWauakZ1aZrznk76PLXFwmK7N/uV6PCMyVZzAFBgMrZXADQQDuBsEXmdPthPxp46VT9FPVIlFu+e82hVjnoWkSYMW3E/zQb/9TE+nY3SfVBufzh6YUpX9CvK28rsgw8r5hDMUM"}]' 'CANON-09|"photos":[{"value":"https://x.test/a.jpg","type":"photo"}]'; do
		new_user "right-$(echo "${row#*|}" | cksum | cut -c1-6)" "${row#*|}"
		is "$STATUS" 201 "${row%%|*} taken: ${row#*|}"
	done
	patch "/Users/$ID" '[{"op":"add","path":"title","value":"x"},{"op":"add","path":"timezone","value":"Mars/Olympus_Mons"}]'
	is "$STATUS $(json '"\(.scimType) \(.detail|startswith("operation 1:"))"')" '400 invalidValue true' 'CANON-07 in a PATCH'
}

# refused_file NAME ATTRIBUTES WORDS TEXT: the schema does not load
refused_file() {
	echo "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Schema\"],\"id\":\"urn:x:Bad\",\"name\":\"Bad\",\"attributes\":[$1]}" > "$T/schemas/Bad.json"
	"$BIN/muster" user list --store "$T/store" > "$T/out" 2>&1
	is "$? $(grep -c "Bad.json.*$2" "$T/out")" '1 1' "$3"
}

files() {
	refused_file '{"name":"a","type":"complex","multiValued":false,"subAttributes":[{"name":"b","type":"complex","multiValued":false}]}' complex 'SFILE-03 CORE-10 complex in complex'
	refused_file '{"name":"a","multiValued":false,"referenceTypes":["User"]}' referenceTypes 'SFILE-03 CHAR-09 referenceTypes of a string'
	refused_file '{"name":"a","multiValued":false,"nosuch":1}' nosuch 'SFILE-03 an unknown keyword'
	refused_file '{"name":"a","multiValued":false},{"name":"A","multiValued":false}' twice 'SFILE-03 a name twice'
	refused_file '{"name":"a","multiValued":false,"mutability":"writeOnly"}' never 'SFILE-03 CHAR-10 writeOnly that is returned'
	refused_file '{"name":"a","multiValued":false,"mutability":"readOnly","required":true}' required 'SFILE-03 readOnly and required'
	refused_file '{"name":"a","type":"date","multiValued":false}' date 'TYPE-13 TYPE-12 another type'
	refused_file '{"name":"a","type":"complex","multiValued":false,"caseExact":true,"subAttributes":[{"name":"b","multiValued":false}]}' caseExact 'CHAR-12 caseExact of a complex one'
	for name in 1a a.b '$id' 'a b'; do
		refused_file "{\"name\":\"$name\",\"multiValued\":false}" 'not an attribute name' "SFILE-05 CORE-04 no name: $name"
	done
	echo "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Schema\"],\"id\":\"urn:x:Bad\",\"name\":\"Bad\",\"attributes\":[{\"name\":\"a\",\"type\":\"complex\",\"multiValued\":false,\"subAttributes\":[{\"name\":\"\$ref\",\"type\":\"reference\",\"multiValued\":false}]}]}" > "$T/schemas/Bad.json"
	"$BIN/muster" user list --store "$T/store" > "$T/out" 2>&1
	is $? 0 'SFILE-05 but $ref is a name'
	rm "$T/schemas/Bad.json"
}

model() {
	names
	nothing
	types
	characteristics
	strings
	primaries
	canonical
	[ "$MODE" = http ] || files
}

gadget_schemas
both model
done_testing
