#!/bin/sh
# A resource type that exists as two files alone is served like the others
# (issue: schemas as data; CORE-14, PROJ-12, mutability and uniqueness by the
# schema).
. "$(dirname "$0")/lib.sh"

WIDGET=urn:example:muster:2.0:Widget
PAINT=urn:example:muster:2.0:Paint

# The shipped schemas, and Widget.
prepare_schemas() {
	cp -r "$MUSTER_SCHEMAS" "$T/schemas"
	MUSTER_SCHEMAS=$T/schemas
	export MUSTER_SCHEMAS
	attribute='"description":"x","required":false'
	cat > "$T/schemas/Widget.json" <<-END
	{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"],
	"id":"$WIDGET","name":"Widget","description":"A widget","attributes":[
	{"name":"serial","type":"string","multiValued":false,"description":"x","required":true,"caseExact":true,"mutability":"immutable","returned":"always","uniqueness":"server"},
	{"name":"notes","type":"string","multiValued":false,$attribute,"caseExact":false,"mutability":"readWrite","returned":"request","uniqueness":"none"},
	{"name":"weight","type":"decimal","multiValued":false,$attribute,"mutability":"readWrite","returned":"default","uniqueness":"none"},
	{"name":"made","type":"dateTime","multiValued":false,$attribute,"mutability":"readWrite","returned":"default"},
	{"name":"size","type":"integer","multiValued":false,$attribute,"mutability":"readWrite","returned":"default","uniqueness":"none"},
	{"name":"key","type":"string","multiValued":false,$attribute,"caseExact":true,"mutability":"writeOnly","returned":"never","uniqueness":"none"},
	{"name":"tags","type":"string","multiValued":true,$attribute,"caseExact":false,"mutability":"readWrite","returned":"default","uniqueness":"none"},
	{"name":"manual","type":"reference","multiValued":false,$attribute,"caseExact":true,"referenceTypes":["external"],"mutability":"readWrite","returned":"default","uniqueness":"none","x-muster-index":true},
	{"name":"seal","type":"binary","multiValued":false,$attribute,"caseExact":true,"mutability":"readWrite","returned":"default","uniqueness":"none","x-muster-index":true},
	{"name":"first","type":"dateTime","multiValued":false,$attribute,"mutability":"immutable","returned":"default"},
	{"name":"mass","type":"decimal","multiValued":false,$attribute,"mutability":"immutable","returned":"default","uniqueness":"none"},
	{"name":"plate","type":"binary","multiValued":false,$attribute,"caseExact":true,"mutability":"immutable","returned":"default","uniqueness":"none"},
	{"name":"home","type":"reference","multiValued":false,$attribute,"caseExact":true,"referenceTypes":["external"],"mutability":"immutable","returned":"default","uniqueness":"none"},
	{"name":"badges","type":"string","multiValued":true,$attribute,"caseExact":false,"mutability":"immutable","returned":"default","uniqueness":"none"},
	{"name":"maker","type":"complex","multiValued":false,$attribute,"mutability":"readWrite","returned":"default","subAttributes":[
	{"name":"name","type":"string","multiValued":false,$attribute,"caseExact":false,"mutability":"readWrite","returned":"default","uniqueness":"none"},
	{"name":"born","type":"string","multiValued":false,$attribute,"caseExact":false,"mutability":"immutable","returned":"default","uniqueness":"none"},
	{"name":"phone","type":"string","multiValued":false,$attribute,"caseExact":false,"mutability":"readWrite","returned":"request","uniqueness":"none"}]}]}
	END
	cat > "$T/schemas/Paint.json" <<-END
	{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"],
	"id":"$PAINT","name":"Paint","description":"Its paint","attributes":[
	{"name":"colour","type":"string","multiValued":false,"description":"x","required":true,"caseExact":false,"mutability":"readWrite","returned":"default","uniqueness":"none"},
	{"name":"recipe","type":"string","multiValued":false,$attribute,"caseExact":true,"mutability":"writeOnly","returned":"never","uniqueness":"none"}]}
	END
	cat > "$T/schemas/types/Widget.json" <<-END
	{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
	"id":"Widget","name":"Widget","endpoint":"/Widgets","description":"Widgets","schema":"$WIDGET",
	"schemaExtensions":[{"schema":"$PAINT","required":true}]}
	END
}

# new_widget SERIAL [MORE-MEMBERS]
new_widget() {
	scim POST /Widgets "{\"schemas\":[\"$WIDGET\"],\"serial\":\"$1\",\"$PAINT\":{\"colour\":\"red\"}${2:+,$2}}"
	ID=$(json .id)
}

# Numbers beyond what a machine can count: JSON has them, an attribute not.
large_numbers() {
	big=99999999999999999999
	new_widget L1 '"size":9223372036854775807,"weight":123456789012345678901234567890'
	l=$ID
	is "$(grep -oE '"(size|weight)":[0-9]*' "$T/body" | tr '\n' ' ')" '"size":9223372036854775807 "weight":123456789012345678901234567890 ' 'TYPE-03 TYPE-04 exactly as it was sent'
	for n in 9223372036854775808 -$big; do
		new_widget L2 "\"size\":$n"
		error_is 400 invalidValue "TYPE-04 an integer of $n"
		json_is '.detail|test("\u0027size\u0027")' true 'TYPE-04 names the attribute'
	done
	patch "/Widgets/$l" "[{\"op\":\"replace\",\"path\":\"serial\",\"value\":\"L1\"},{\"op\":\"replace\",\"path\":\"size\",\"value\":$big}]"
	is "$STATUS $(json '"\(.scimType) \(.detail|test("operation 1.*\u0027size\u0027"))"')" '400 invalidValue true' 'TYPE-04 in a PATCH'
	new_widget L2 '"weight":-1e400'
	error_is 400 invalidSyntax 'TYPE-03 a decimal that nobody could read'
	for row in "size+lt+$big|L1" "size+gt+-$big|L1" 'size+eq+9223372036854775808|' 'size+eq+9223372036854775807|L1' 'size+ge+9223372036854775806|L1' \
	    'weight+eq+123456789012345678901234567890|L1' 'weight+eq+123456789012345678901234567891|' 'weight+gt+123456789012345678901234567889|L1'; do
		scim GET "/Widgets?filter=serial+eq+\"L1\"+and+${row%%|*}"
		is "$STATUS $(json '[.Resources[].serial]|join(" ")')" "200 ${row#*|}" "FILTER-20 ${row%%|*}"
	done
	scim POST /Widgets/.search "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"],\"count\":$big}"
	is "$STATUS $(json '.itemsPerPage==.totalResults')" '200 true' 'PAGE-10 a count of that size'
	scim POST /Widgets/.search "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"],\"startIndex\":$big,\"count\":-$big}"
	is "$STATUS $(json .itemsPerPage)" '200 0' 'PAGE-10 a startIndex, and the opposite'
	scim DELETE "/Widgets/$l"
}

# An index does not change what is found: what means the same need not be the
# same text.
indexed_values() {
	new_widget I1 '"manual":"HTTP://Example.org:80/a/../b","seal":"AQI="'
	for row in 'manual|eq|http://example.org/b|1' 'manual|ne|http://example.org/b|0' 'manual|sw|HTTP|1' 'manual|eq|http://example.org/B|0' \
	    'seal|eq|AQI|1' 'seal|ne|AQI|0' 'seal|eq|AQI=|1'; do
		IFS='|' read -r name op value want <<-END
		$row
		END
		query /Widgets "serial eq \"I1\" and $name $op \"$value\""
		is "$STATUS $(json .totalResults)" "200 $want" "TYPE-07 TYPE-09 with an index: $name $op $value"
		query /Widgets "$name $op \"$value\""
		is "$STATUS $(json .totalResults)" "200 $want" "TYPE-07 TYPE-09 by an index: $name $op $value"
	done
	scim DELETE "/Widgets/$ID"
}

# What may not change is the same in another spelling, and stays as it was.
frozen() {
	e=$(printf '\303\251') e2=$(printf 'e\314\201')
	old="\"first\":\"2026-01-01T00:00:00.000Z\",\"mass\":1.0,\"plate\":\"AQI=\",\"home\":\"http://example.org/a\",\"badges\":[\"One\",\"Two\"],\"maker\":{\"name\":\"Ann\",\"born\":\"May $e\"}"
	new_widget "F$e" "$old"
	f=$ID
	version=$(json .meta.version)
	was=$(jq -cS . "$T/body")
	same="\"serial\":\"F$e2\",\"first\":\"2026-01-01T02:00:00+02:00\",\"mass\":1,\"plate\":\"AQI\",\"home\":\"HTTP://Example.org:80/b/../a\",\"badges\":[\"TWO\",\"one\"],\"maker\":{\"name\":\"Ann\",\"born\":\"MAY $e2\"}"
	scim PUT "/Widgets/$f" "{\"schemas\":[\"$WIDGET\"],\"$PAINT\":{\"colour\":\"red\"},$same}"
	is "$STATUS $(jq -cS . "$T/body")" "200 $was" 'PUT-08 PUT-15 the same values in another spelling'
	for verb in add replace; do
		patch "/Widgets/$f" "[{\"op\":\"$verb\",\"value\":{$same}}]"
		is "$STATUS $(jq -cS . "$T/body")" "200 $was" "PATCH-17 PATCH-28 $verb of them"
		patch "/Widgets/$f" "[{\"op\":\"$verb\",\"path\":\"maker.born\",\"value\":\"may $e\"},{\"op\":\"$verb\",\"path\":\"mass\",\"value\":10e-1}]"
		is "$STATUS $(header ETag)" "200 $version" "PATCH-17 PATCH-28 $verb of one"
	done
	for row in '"first":"2026-01-01T00:00:00+02:00"' '"mass":1.01' '"plate":"AQM="' '"home":"http://example.org/A"' '"badges":["one"]' '"maker":{"born":"June"}' '"maker":null' '"maker":{"born":null}' '"mass":null'; do
		scim PUT "/Widgets/$f" "{\"schemas\":[\"$WIDGET\"],\"serial\":\"F$e\",\"$PAINT\":{\"colour\":\"red\"},$row}"
		error_is 400 mutability "PUT-08 PUT-06 $row"
	done
	scim PUT "/Widgets/$f" "{\"schemas\":[\"$WIDGET\"],\"serial\":\"F$e\",\"$PAINT\":{\"colour\":\"red\"},\"maker\":{}}"
	is "$STATUS $(jq -c .maker "$T/body")" "200 {\"born\":\"May $e\"}" 'PUT-10 what an empty object leaves out stays'
	scim DELETE "/Widgets/$f"
}

# maker QUERY WANT TEXT: the maker of the widget, as one reads it
maker() {
	scim GET "/Widgets/$ID$1"
	is "$(jq -c .maker "$T/body")" "$2" "$3"
}

parts_of_complex() {
	new_widget C1 '"maker":{"name":"Ann","born":"1950","phone":"5"}'
	is "$(jq -c .maker "$T/body")" '{"name":"Ann","born":"1950","phone":"5"}' 'POST-10 PROJ-12 a sub-attribute on request that was sent'
	maker '' '{"name":"Ann","born":"1950"}' 'PROJ-12 a read does not return it'
	maker '?attributes=maker' '{"name":"Ann","born":"1950"}' 'PROJ-07 nor does its complex attribute'
	maker '?attributes=maker,maker.phone' '{"name":"Ann","born":"1950","phone":"5"}' 'PROJ-12 but by its name'
	maker '?excludedAttributes=maker.name' '{"born":"1950"}' 'PROJ-12 nor when another is left out'
	maker '?excludedAttributes=maker.phone' '{"name":"Ann","born":"1950"}' 'PROJ-03 or it itself'
	patch "/Widgets/$ID" '[{"op":"replace","path":"maker.phone","value":"6"}]'
	is "$(jq -c .maker.phone "$T/body")" '"6"' 'PATCH-25 one that a PATCH touched'
	patch "/Widgets/$ID" '[{"op":"replace","path":"maker.name","value":"Bob"}]'
	is "$(jq -c .maker "$T/body")" '{"name":"Bob","born":"1950"}' 'PATCH-25 and one that it did not'
	scim PUT "/Widgets/$ID" "{\"schemas\":[\"$WIDGET\"],\"serial\":\"C1\",\"$PAINT\":{\"colour\":\"red\"}}"
	is "$STATUS $(jq -c .maker "$T/body")" '200 {"born":"1950"}' 'PUT-10 what is immutable stays when all around it is left out'
	scim PUT "/Widgets/$ID" "{\"schemas\":[\"$WIDGET\"],\"serial\":\"C1\",\"maker\":{\"born\":\"1951\"},\"$PAINT\":{\"colour\":\"red\"}}"
	error_is 400 mutability 'PUT-08 so that it cannot be changed in two steps'
	scim DELETE "/Widgets/$ID"
}

widgets() {
	frozen
	large_numbers
	indexed_values
	parts_of_complex
	scim GET /ResourceTypes/Widget
	is "$STATUS $(json .endpoint)" '200 /Widgets' 'DISC-03 it is discovered'
	scim GET "/Schemas/$WIDGET"
	json_is '.attributes|length' 15 'DISC-02 and its schema'
	new_widget A1 '"notes":"hidden","weight":1.5,"size":9,"key":"secret","tags":["New","Red"],"made":"2026-01-01T00:00:00Z"'
	w=$ID
	is "$STATUS $(json .notes) $(json 'has("key")')" '201 hidden false' 'PROJ-12 POST-10 what was sent comes back, but no secret'
	json_is '.meta.resourceType' Widget 'POST-06 its type'
	scim GET "/Widgets/$w"
	is "$(jq -c '[.notes,.weight,.tags]' "$T/body")" '[null,1.5,["New","Red"]]' 'PROJ-12 a read returns it on request only'
	scim PUT "/Widgets/$w" "{\"schemas\":[\"$WIDGET\"],\"notes\":\"hidden\",\"weight\":1.5,\"size\":9,\"tags\":[\"New\",\"Red\"],\"made\":\"2026-01-01T00:00:00Z\",\"serial\":\"A1\",\"$PAINT\":{\"colour\":\"red\",\"recipe\":\"well-kept\"}}"
	is "$STATUS $(jq -c ".\"$PAINT\"" "$T/body")" '200 {"colour":"red"}' 'CHAR-10 PROJ-11 nor one of an extension'
	[ "$MODE" = http ] || is "$(cat "$T"/store/*.db "$T"/store/log.* | grep -ac 'well-kept')" 0 'SEC-02 SEC-03 which is nowhere in the store'
	scim GET "/Widgets/$w?attributes=notes"
	is "$(json 'keys|join(",")')" 'id,notes,schemas,serial' 'PROJ-12 named; serial is always returned'
	patch "/Widgets/$w" '[{"op":"replace","path":"notes","value":"again"}]'
	json_is .notes again 'PROJ-12 PATCH-25 PATCH touches it'
	patch "/Widgets/$w" '[{"op":"replace","path":"size","value":10}]'
	json_is 'has("notes")' false 'PROJ-12 PATCH-25 or does not'
	patch "/Widgets/$w?excludedAttributes=notes" '[{"op":"replace","path":"notes","value":"more"}]'
	json_is 'has("notes")' false 'PROJ-12 or excludes it'
	patch "/Widgets/$w" '[{"op":"replace","path":"serial","value":"A2"}]'
	error_is 400 mutability 'PATCH-17 serial is immutable'
	scim PUT "/Widgets/$w" "{\"schemas\":[\"$WIDGET\"],\"serial\":\"A9\",\"$PAINT\":{\"colour\":\"red\"}}"
	error_is 400 mutability 'PUT-08 also by PUT'
	new_widget A1
	error_is 409 uniqueness 'POST-05 and unique'
	new_widget a1 '"weight":0.5,"size":10,"tags":["red"]'
	status_is 201 'CHAR-04 case-exact'
	scim POST /Widgets "{\"schemas\":[\"$WIDGET\"],\"serial\":\"B1\"}"
	error_is 400 invalidValue 'CORE-09 the extension is required'
	new_widget C1 '"size":1.5'
	error_is 400 invalidValue 'TYPE-04 no integer'
	new_widget C2 '"weight":10,"made":"2025-12-31T23:30:00-01:00","tags":["blue"]'
	json_is .made 2026-01-01T00:30:00.000Z 'TYPE-06 dates in UTC'
	for row in 'serial+eq+"A1"|A1' 'tags+eq+"RED"|A1 a1' 'weight+gt+0.5|A1 C2' 'size+eq+10|A1 a1' 'made+ge+"2026-01-01T00:30:00Z"|C2' "$PAINT:colour+sw+\"r\"|A1 a1 C2" 'tags[value+eq+"blue"]|C2'; do
		scim GET "/Widgets?filter=${row%%|*}"
		is "$(json '[.Resources[].serial]|join(" ")')" "${row#*|}" "FILTER ${row%%|*}"
	done
	scim GET '/Widgets?sortBy=weight&count=2'
	is "$(json '[.Resources[].serial]|join(" ")')" 'a1 A1' 'SORT-07 numbers'
	VERSION=none scim POST /Widgets/.search '{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}'
	is "$STATUS $(json '.Resources[0].meta.resourceType')" '200 Widget' 'HTTP-05 a search without version'
	scim POST /Widgets/.search '{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"sortBy":"made","sortOrder":"descending"}'
	is "$(json '[.Resources[].serial]|join(" ")')" 'a1 C2 A1' 'SORT-07 instants'
	new_user root-user
	scim GET '/?filter=serial+pr+or+userName+eq+"root-user"&attributes=serial,userName'
	is "$(json '[.Resources[]|.serial // .userName]|join(" ")')" 'A1 a1 C2 root-user' 'LIST-04 among all types'
	HEADER='If-Match: W/"1"'
	scim DELETE "/Widgets/$w"
	error_is 412 null 'ETAG-05'
	HEADER=
	scim DELETE "/Widgets/$w"
	status_is 204 'DEL-01'
	scim GET "/Widgets/$w"
	error_is 404 null 'DEL-02'
	scim PATCH /Widgets '{}'
	is "$STATUS $(header Allow)" '405 GET, HEAD, POST, OPTIONS' 'DEL-08 405 and Allow'
	scim GET /Gadgets
	error_is 404 null 'an unknown type'
	json_is '.detail|test("/Widgets")' true 'and the endpoints that there are'
}

prepare_schemas
both widgets
done_testing
