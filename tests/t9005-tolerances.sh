#!/bin/sh
# Every row of the table in lib/scim/profile.c: one request with the switch
# off, and the same request with the switch on.
. "$(dirname "$0")/lib.sh"

# The shipped schemas, and a profile that refuses what strict may pass over.
prepare_schemas() {
	cp -r "$MUSTER_SCHEMAS" "$T/schemas"
	MUSTER_SCHEMAS=$T/schemas
	export MUSTER_SCHEMAS
	cat > "$T/schemas/profiles/severe.json" <<-END
	{ "name": "severe", "extends": "strict", "switches": {
	"op-in-any-case": false, "remove-listed": false,
	"refuse-unknown-attributes": true, "refuse-unknown-in-filters": true,
	"refuse-unknown-in-sorts": true } }
	END
}

# with PROFILE COMMAND ...: with a token of that profile
with() {
	AUTH="Bearer $(cat "$T/token.$1")"
	shift
	"$@"
	AUTH=
}

fresh() {
	serial=$((serial + 1))
	new_user "tol-$serial" '"emails":[{"value":"a@x.test","type":"work"},{"value":"b@x.test","type":"work","primary":true}]'
	u=$ID
}

# pair NAME OPERATIONS JQ WANT STATUS SCIMTYPE [OFF ON]: a PATCH of a fresh
# user with the switch off, then on
pair() {
	covered="$covered $1"
	fresh
	with "${7:-strict}" patch "/Users/$u" "$2"
	if [ "$5" = 200 ]; then
		is "$STATUS $(json "$3")" "200 $6" "$1 off"
	else
		error_is "$5" "$6" "$1 off"
	fi
	fresh
	with "${8:-tolerant}" patch "/Users/$u" "$2"
	is "$STATUS $(json "$3")" "200 $4" "$1 on"
}

users() {
	pair string-booleans '[{"op":"replace","path":"active","value":"False"}]' \
	    .active false 400 invalidValue
	pair unknown-paths '[{"op":"add","path":"nosuch","value":1}]' \
	    'has("nosuch")' false 400 invalidPath
	pair create-target '[{"op":"replace","path":"emails[type eq \"fax\"].value","value":"z"}]' \
	    '.emails|length' 3 400 noTarget
	pair single-target '[{"op":"replace","path":"emails[type eq \"work\"].display","value":"z"}]' \
	    '[.emails[].display]|tojson' '[null,"z"]' 200 '["z","z"]'
	pair empty-clears '[{"op":"replace","path":"title","value":""}]' \
	    '.title|tojson' null 200 '""'
	pair reference-string "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":\"m\"}]" \
	    ".[\"$ENT\"].manager.value" m 400 invalidValue
	pair unwrap '[{"op":"add","path":"title","value":["One"]}]' .title One 400 invalidValue
	pair role-json '[{"op":"add","path":"roles","value":[{"value":"{\"value\":\"A\"}"}]}]' \
	    '.roles[-1:][0].value' A 200 '{"value":"A"}'
	pair display-alias '[{"op":"add","path":"roles","value":[{"value":"v","displayName":"D"}]}]' \
	    '.roles[-1:][0].display' D 200 null
	pair read-only-keys '[{"op":"replace","value":{"meta":{"version":"1"},"title":"T"}}]' \
	    .title T 400 mutability
	pair values-as-sent '[{"op":"add","path":"addresses","value":[{"type":"work","country":"Norway"}]}]' \
	    '.addresses[0].country' Norway 400 invalidValue
	pair unknown-references "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":{\"value\":\"0192ab11-0000-7000-8000-000000000000\"}}]" \
	    ".[\"$ENT\"].manager.value" 0192ab11-0000-7000-8000-000000000000 400 invalidValue
	pair urn-dot "[{\"op\":\"add\",\"path\":\"$ENT.department\",\"value\":\"D\"}]" \
	    ".[\"$ENT\"].department" D 400 invalidPath
	pair filter-keys '[{"op":"replace","value":{"emails[primary eq true].value":"k@x.test"}}]' \
	    '.emails[1].value' k@x.test 400 invalidPath
	pair op-in-any-case '[{"op":"Add","path":"title","value":"T"}]' .title T 400 invalidSyntax severe strict
	pair remove-listed '[{"op":"remove","path":"emails","value":[{"value":"a@x.test"}]}]' \
	    '[.emails[].value]|join(" ")' b@x.test 400 invalidValue severe strict
	pair remove-equal '[{"op":"add","path":"title","value":"A"},{"op":"remove","path":"title","value":"B"}]' .title A 200 null
	pair remove-equal '[{"op":"add","value":{"name":{"givenName":"A","familyName":"F"}}},{"op":"remove","path":"name.givenName","value":"B"}]' \
	    '.name|tojson' '{"givenName":"A","familyName":"F"}' 200 '{"familyName":"F"}'
	pair remove-equal '[{"op":"add","value":{"name":{"givenName":"A"}}},{"op":"remove","path":"name","value":{"givenName":"B"}}]' \
	    '.name|tojson' '{"givenName":"A"}' 200 null
	pair remove-equal '[{"op":"remove","path":"emails[primary eq true].primary","value":false}]' '.emails[1].primary' true 200 null
}

# bodies NAME METHOD PATH BODY STATUS SCIMTYPE WANT REFUSES TAKES: profiles
bodies() {
	covered="$covered $1"
	with "$8" scim "$2" "$3" "$4"
	error_is "$5" "$6" "$1 $8"
	with "$9" scim "$2" "$3" "$4"
	status_is "$7" "$1 $9"
}

messages() {
	fresh
	bodies unknown-schemas POST /Users "{\"schemas\":[\"$USER_URN\",\"urn:x:y\"],\"userName\":\"us\"}" \
	    400 invalidValue 201 strict tolerant
	bodies patch-without-schemas PATCH "/Users/$u" '{"Operations":[{"op":"add","path":"title","value":"T"}]}' \
	    400 invalidSyntax 200 tolerant onelogin
	bodies refuse-unknown-attributes POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"ua-1\",\"nosuch\":1}" \
	    400 invalidValue 201 severe strict
	json_is 'has("nosuch")' false 'CORE-13 what is unknown is not stored'
	for body in "\"name\":{\"nosuch\":1}" "\"$ENT\":{\"nosuch\":1}" "\"urn:x:y:z\":{\"nosuch\":1}"; do
		with severe new_user ua-2 "$body"
		error_is 400 invalidValue "CORE-13 refused: $body"
		json_is '.detail|test("nosuch|urn:x:y:z")' true 'CORE-13 its name is told'
	done
	with severe new_user ua-2 '"id":"x","meta":{"version":"1"},"groups":[{"value":"g","display":"G"}],"name":{"givenName":"G"}'
	status_is 201 'CORE-13 what is read-only is passed over as ever'
}

queries() {
	covered="$covered bare-word-values filter-booleans complex-value"
	for f in bare-word-values:userName+eq+us 'filter-booleans:active+eq+"True"+and+userName+eq+"us"' \
	    'filter-booleans:active+eq+True' 'complex-value:manager+eq+"nobody"'; do
		with strict scim GET "/Users?filter=${f#*:}"
		error_is 400 invalidFilter "${f%%:*} off"
		with tolerant scim GET "/Users?filter=${f#*:}"
		status_is 200 "${f%%:*} on"
	done
	with strict scim GET "/Users?filter=$ENT.department+pr"
	json_is .totalResults 0 'urn-dot off: no such attribute'
	with tolerant scim GET "/Users?filter=$ENT.department+pr"
	json_is .totalResults 1 'urn-dot on'

	covered="$covered attribute-filters"
	path="/Users?filter=userName+eq+\"tol-1\"&attributes=emails[type+eq+\"work\"],title"
	with strict scim GET "$path"
	is "$STATUS $(json '.Resources[0]|keys|join(" ")')" '200 id schemas' 'attribute-filters off: an unknown name, ignored (PROJ-08)'
	with tolerant scim GET "$path"
	is "$STATUS $(json '.Resources[0].emails|length')" '200 2' 'attribute-filters on'

	covered="$covered refuse-unknown-in-filters refuse-unknown-in-sorts"
	for f in nosuch+pr 'userName+pr+or+not+(name.nosuch+eq+"x")' 'emails[nosuch+eq+"x"]' urn:x:y:z+pr; do
		with severe scim GET "/Users?filter=$f"
		error_is 400 invalidFilter "FILTER-27 refused: $f"
		with strict scim GET "/Users?filter=$f"
		status_is 200 "FILTER-27 no value: $f"
	done
	with severe scim GET '/Users?sortBy=nosuch'
	error_is 400 invalidValue 'SORT-09 refused'
	with strict scim GET '/Users?sortBy=nosuch'
	status_is 200 'SORT-09 no order'
	with severe scim GET '/?filter=userName+eq+"tol-1"+or+displayName+eq+"G"'
	status_is 200 'LIST-05 over all types a name may be of one alone'
}

groups() {
	covered="$covered unknown-members group-name-unique group-no-content"
	new_group tol-group; g=$ID
	ops='[{"op":"add","path":"members","value":[{"value":"0192ab11-0000-7000-8000-000000000000"}]}]'
	with strict patch "/Groups/$g" "$ops"
	error_is 400 invalidValue 'unknown-members off'
	with tolerant patch "/Groups/$g" "$ops"
	status_is 200 'unknown-members on'
	with tolerant new_group TOL-group
	error_is 409 uniqueness 'group-name-unique on'
	with strict new_group TOL-group
	status_is 201 'group-name-unique off'
	for profile in strict tolerant onelogin; do
		with "$profile" patch "/Groups/$g" "[{\"op\":\"replace\",\"path\":\"externalId\",\"value\":\"$profile\"}]"
		is "$STATUS $(json .externalId)" "200 $profile" "group-no-content off: $profile"
	done
	with entra patch "/Groups/$g" '[{"op":"replace","path":"externalId","value":"2"}]'
	is "$STATUS $(wc -c < "$T/body" | tr -d ' ')" '204 0' 'group-no-content on'
	with entra patch "/Groups/$g?attributes=externalId" '[{"op":"replace","path":"externalId","value":"3"}]'
	is "$STATUS $(json .externalId)" '200 3' 'PROJ-14 but a client that names attributes gets them'
	fresh
	with entra patch "/Users/$u" '[{"op":"replace","path":"title","value":"3"}]'
	is "$STATUS $(json .title)" '200 3' 'PATCH-12 and a user comes back'
	m='{"value":"'$u'"}'
	with strict patch "/Groups/$g" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[$m]}]"
	with severe patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members\",\"value\":[$m]}]"
	error_is 400 invalidValue 'remove-listed off: refused, the group is not emptied'
	with strict patch "/Groups/$g" "[{\"op\":\"remove\",\"path\":\"members\",\"value\":[$m]}]"
	is "$STATUS $(json '.members//[]|length')" '200 0' 'PATCH-58 remove-listed on'
}

run() {
	serial=0
	covered=
	for profile in strict severe entra onelogin tolerant; do
		as_profile "$profile"
		echo "$TOKEN" > "$T/token.$profile"
	done
	users
	messages
	queries
	groups
	is "$(sed -n 's/.*{ "\([a-z-]*\)",[[:space:]]*"[A-Z].*/\1/p' lib/scim/profile.c | sort | tr '\n' ' ')" \
	    "$(echo "$covered" | tr ' ' '\n' | sed '/^$/d' | sort -u | tr '\n' ' ')" 'every row of the table has its pair'
}

prepare_schemas
both run
done_testing
