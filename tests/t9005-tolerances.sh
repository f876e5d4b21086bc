#!/bin/sh
# Every row of the table in lib/scim/profile.c: what the profile "tolerant"
# takes, and what "strict" answers to the same request.
. "$(dirname "$0")/lib.sh"

# strictly COMMAND ...: with the token of the profile "strict"
strictly() {
	AUTH="Bearer $STRICT"
	"$@"
	AUTH=
}

fresh() {
	serial=$((serial + 1))
	new_user "tol-$serial" '"emails":[{"value":"a@x.test","type":"work"},{"value":"b@x.test","type":"work","primary":true}]'
	u=$ID
}

# pair NAME OPERATIONS JQ WANT STATUS SCIMTYPE: a PATCH of a fresh user
pair() {
	covered="$covered $1"
	fresh
	strictly patch "/Users/$u" "$2"
	if [ "$5" = 200 ]; then
		is "$STATUS $(json "$3")" "200 $6" "$1 strict"
	else
		error_is "$5" "$6" "$1 strict"
	fi
	fresh
	patch "/Users/$u" "$2"
	is "$STATUS $(json "$3")" "200 $4" "$1 tolerant"
}

run() {
	serial=0
	covered=
	STRICT=$("$BIN/muster" token create --store "$T/store" --profile strict |
	    sed -n 's/^Secret token: //p')

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
	pair any-country '[{"op":"add","path":"addresses","value":[{"type":"work","country":"Norway"}]}]' \
	    '.addresses[0].country' Norway 400 invalidValue
	pair unknown-references "[{\"op\":\"add\",\"path\":\"$ENT:manager\",\"value\":{\"value\":\"0192ab11-0000-7000-8000-000000000000\"}}]" \
	    ".[\"$ENT\"].manager.value" 0192ab11-0000-7000-8000-000000000000 400 invalidValue

	covered="$covered unknown-schemas"
	strictly scim POST /Users "{\"schemas\":[\"$USER_URN\",\"urn:x:y\"],\"userName\":\"us\"}"
	error_is 400 invalidValue 'unknown-schemas strict'
	scim POST /Users "{\"schemas\":[\"$USER_URN\",\"urn:x:y\"],\"userName\":\"us\"}"
	status_is 201 'unknown-schemas tolerant'

	covered="$covered bare-word-values filter-booleans complex-value"
	for f in bare-word-values:userName+eq+us 'filter-booleans:active+eq+"True"+and+userName+eq+"us"' \
	    'complex-value:manager+eq+"nobody"'; do
		strictly scim GET "/Users?filter=${f#*:}"
		error_is 400 invalidFilter "${f%%:*} strict"
		scim GET "/Users?filter=${f#*:}"
		status_is 200 "${f%%:*} tolerant"
	done

	covered="$covered unknown-members group-name-unique group-no-content"
	new_group tol-group; g=$ID
	ops='[{"op":"add","path":"members","value":[{"value":"0192ab11-0000-7000-8000-000000000000"}]}]'
	strictly patch "/Groups/$g" "$ops"
	error_is 400 invalidValue 'unknown-members strict'
	patch "/Groups/$g" "$ops"
	status_is 204 'unknown-members tolerant'
	new_group TOL-group
	error_is 409 uniqueness 'group-name-unique tolerant'
	strictly new_group TOL-group
	status_is 201 'group-name-unique strict'
	strictly patch "/Groups/$g" '[{"op":"replace","path":"externalId","value":"1"}]'
	is "$STATUS $(json .externalId)" '200 1' 'group-no-content strict'
	patch "/Groups/$g" '[{"op":"replace","path":"externalId","value":"2"}]'
	is "$STATUS $(wc -c < "$T/body" | tr -d ' ')" '204 0' 'group-no-content tolerant'
	scim PATCH "/Groups/$g?attributes=externalId" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"externalId\",\"value\":\"3\"}]}"
	is "$STATUS $(json .externalId)" '200 3' 'PROJ-14 but a client that names attributes gets them'

	is "$(sed -n 's/.*{ "\([a-z-]*\)",[[:space:]]*"[A-Z].*/\1/p' lib/scim/profile.c | sort | tr '\n' ' ')" \
	    "$(echo "$covered" | tr ' ' '\n' | sed '/^$/d' | sort | tr '\n' ' ')" 'every row of the table has its pair'
}

both run
done_testing
