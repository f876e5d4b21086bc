#!/bin/sh
# Versions and conditions, preferences, media types and /Me: ETAG, HTTP-02,
# 04 and 17, PATCH-12, ME of spec scim.md.
. "$(dirname "$0")/lib.sh"

# if_match TAG METHOD PATH [BODY]
if_match() {
	HEADER="If-Match: $1"
	shift
	scim "$@"
	HEADER=
}

patchop() {
	echo "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$1}"
}

versions() {
	new_user vera '"title":"A"'
	u=$ID
	is "$(header ETag)" 'W/"1"' 'ETAG-02 ETAG-03 POST: a weak tag'
	scim GET "/Users/$u"
	is "$(header ETag)" "$(json .meta.version)" 'ETAG-02 GET: the same as meta.version'
	for tag in 'W/"1"' '"1"' '*' 'W/"7", W/"1"'; do
		HEADER="If-None-Match: $tag"
		scim GET "/Users/$u"
		is "$STATUS $(header ETag) $(wc -c < "$T/body" | tr -d ' ')" '304 W/"1" 0' "ETAG-04 304 for $tag"
	done
	HEADER='If-None-Match: W/"2"'
	scim GET "/Users/$u"
	status_is 200 'ETAG-04 another version'
	HEADER='If-None-Match: *'
	scim GET '/Users?count=1'
	is "$STATUS $(header ETag)" '200 ' 'ETAG-11 lists have no tag'
	HEADER=
	set_title=$(patchop '[{"op":"replace","path":"title","value":"B"}]')
	if_match 'W/"9"' PATCH "/Users/$u" "$set_title"
	error_is 412 null 'ETAG-05 PATCH-22 PATCH of another version'
	if_match 'W/"9"' PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"vera\"}"
	error_is 412 null 'ETAG-05 PUT-16 T38 PUT'
	if_match 'W/"9"' DELETE "/Users/$u"
	error_is 412 null 'ETAG-05 DEL-04 DELETE'
	HEADER='If-Match: W/"9"'
	scim GET "/Users/$u"
	error_is 412 null 'ETAG-13 RFC 9110 GET of another version'
	HEADER='If-Match: "8", W/"1"'
	scim GET "/Users/$u"
	status_is 200 'ETAG-06 GET of one of these versions'
	HEADER=
	scim GET "/Users/$u"
	is "$(json .title) $(header ETag)" 'A W/"1"' 'ETAG-05 and nothing is applied'
	if_match 'W/"1"' PATCH "/Users/$u" "$set_title"
	is "$STATUS $(header ETag)" '200 W/"2"' 'ETAG-06 T38 weak tags match'
	if_match '"3", "2"' PATCH "/Users/$u" "$set_title"
	is "$STATUS $(header ETag)" '200 W/"2"' 'ETAG-06 ETAG-10 a list; no change, no version'
	if_match '*' PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"vera\",\"title\":\"C\"}"
	is "$STATUS $(header ETag)" '200 W/"3"' 'ETAG-07 anything'
	if_match 'W/"9"' PATCH "/Users/$u" "$(patchop '[{"op":"add","path":"nosuch..","value":1}]')"
	error_is 412 null 'ERR-04 the condition comes before the meaning'
	scim PUT /Users/01a00000-0000-7000-8000-000000000000 "{\"schemas\":[\"$USER_URN\"]}"
	error_is 404 null 'ERR-04 PUT-03 and so does existence'
	if_match '*' PUT /Users/01a00000-0000-7000-8000-000000000000 "{\"schemas\":[\"$USER_URN\"],\"userName\":\"x\"}"
	error_is 404 null 'ETAG-07 of nothing'
	HEADER='If-None-Match: *'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"vera\"}"
	error_is 412 null 'ETAG-09 only if there is none'
	HEADER=
	new_group versioned "\"members\":[{\"value\":\"$u\"}]"
	scim GET "/Users/$u"
	is "$(header ETag)" 'W/"3"' 'ETAG-10 a group does not change its members'
	if_match 'W/"3"' DELETE "/Users/$u"
	status_is 204 'ETAG-05 DELETE of this version'
}

preferences() {
	HEADER='Prefer: return=minimal'
	new_user minimal
	is "$STATUS $(header Preference-Applied) $(wc -c < "$T/body" | tr -d ' ')" '201 return=minimal 0' 'PATCH-12 POST: no body'
	u=$(header Location)
	u=${u##*/}
	patch "/Users/$u" '[{"op":"replace","path":"title","value":"x"}]'
	is "$STATUS $(header ETag)" '204 W/"2"' 'PATCH-12 PATCH: no body'
	patch "/Users/$u?attributes=title" '[{"op":"replace","path":"title","value":"y"}]'
	is "$STATUS $(json .title)" '200 y' 'PATCH-13 PROJ-14 attributes are wanted'
	patch "/Users/$u?excludedAttributes=meta" '[{"op":"replace","path":"title","value":"z"}]'
	is "$STATUS $(json .title)" '200 z' 'PROJ-14 or not wanted'
	scim GET "/Users/$u"
	is "$STATUS $(json .title)" '200 z' 'PATCH-12 reads are not touched'
	HEADER='Prefer: respond-async, return=minimal; foo'
	scim PUT "/Users/$u" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"minimal\"}"
	is "$STATUS $(header Preference-Applied)" '204 return=minimal' 'PATCH-12 EVT-06 among other preferences, and at once'
	HEADER='Prefer: return=representation'
	patch "/Users/$u" '[{"op":"replace","path":"title","value":"w"}]'
	is "$STATUS $(json .title)" '200 w' 'PATCH-12 the whole one'
	HEADER=
}

# accept TYPES WANT TEXT: status and media type
accept() {
	HEADER="Accept: $1"
	scim GET "/Users/$u"
	is "$STATUS $(header Content-Type)" "$2" "HTTP-02 Accept: $1"
	HEADER=
}

media_types() {
	scim=application/scim+json
	accept '*/*' "200 $scim"
	accept application/scim+json "200 $scim"
	accept application/json '200 application/json'
	accept 'application/json, */*;q=0.1' '200 application/json'
	accept 'application/json, */*' "200 $scim"
	accept 'application/scim+json;q=0.4, application/json;q=0.5' '200 application/json'
	accept '*/*, application/scim+json;q=0' '200 application/json'
	accept '*/*;q=0' "406 $scim"
	accept 'text/html, application/*' "200 $scim"
	accept 'application/json;q=0, text/html' "406 $scim"
	accept text/html "406 $scim"
	scim GET "/Users/$u"
	is "$(header Content-Location)" "$(json .meta.location)" 'HTTP-17 Content-Location'
	scim GET "/Users/$u.scim"
	is "$STATUS $(json .id)" "200 $u" 'HTTP-04 .scim names the format'
	scim GET "/Users/$u.xml"
	error_is 404 null 'HTTP-04 the only one'
}

myself() {
	scim GET /Me
	error_is 501 null 'ME-01 a credential of nobody: 501'
	scim PUT /Me ''
	error_is 501 null 'ME-01 ERR-04 whatever the body'
	scim OPTIONS /Me
	is "$STATUS $(header Allow)" '204 GET, HEAD, PUT, PATCH, DELETE, OPTIONS' 'ME-06 the methods of /Me'
	new_user myself '"title":"A","roles":[{"value":"reader"}]'
	me=$ID
	AUTH="Bearer $("$BIN/muster" token create --store "$T/store" --user "$me" | sed 's/.*: //')"
	scim GET /Me
	is "$STATUS $(json .userName)" '200 myself' 'ME-03 a credential of a user'
	is "$(header Location)" "$(json .meta.location)" 'ME-03 Location is the permanent one'
	json_is '.meta.location|endswith("/Users/'"$me"'")' true 'ME-03 below /Users'
	patch '/Me?attributes=title' '[{"op":"replace","path":"title","value":"B"}]'
	is "$(jq -c '[.title,.meta]' "$T/body")" '["B",null]' 'ME-06 PATCH and attributes'
	if_match 'W/"1"' PUT /Me "{\"schemas\":[\"$USER_URN\"],\"userName\":\"myself\"}"
	error_is 412 null 'ME-06 If-Match'
	patch /Me '[{"op":"add","path":"roles","value":[{"value":"owner"}]}]'
	error_is 403 null 'AUTH-10 roles are not mine to change'
	patch /Me '[{"op":"replace","path":"active","value":false}]'
	error_is 403 null 'AUTH-10 nor is active'
	patch /Me '[{"op":"replace","path":"password","value":"new secret 1"}]'
	status_is 200 'ME-06 but the password is'
	scim POST /Me "{\"schemas\":[\"$USER_URN\"],\"userName\":\"other\"}"
	error_is 501 null 'ME-04 POST is not implemented'
	for path in /Users "/Users/$me" /Groups '/'; do
		scim GET "$path"
		error_is 403 null "AUTH-10 only /Me, not $path"
	done
	scim DELETE /Me
	status_is 204 'ME-06 DELETE'
	scim GET /Me
	error_is 404 null 'ME-05 gone'
	AUTH=none
	scim GET /Me
	error_is 401 null 'ME-05 nobody'
	AUTH=
	is "$("$BIN/muster" token create --store "$T/store" --user "$me" 2>&1 | grep -c "there is no User")" 1 'a token of a user who is not there'
}

# What a program says that was started with other settings, as CGI.
settings() {
	[ "$MODE" = cgi ] || return 0
	new_user sensitive
	SENSITIVE='userName, emails'
	for filter in 'userName+eq+"x"' 'active+eq+true+and+not+(emails.value+co+"x")' 'emails[type+eq+"work"]' "$USER_URN:username+pr"; do
		scim GET "/Users?filter=$filter"
		error_is 403 sensitive "LIST-10 SEC-05 $filter"
	done
	scim GET '/Users?filter=title+pr'
	status_is 200 'LIST-10 another attribute'
	scim POST /Users/.search '{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName eq \"sensitive\""}'
	json_is .totalResults 1 'SEARCH-08 LIST-10 a search may'
	SENSITIVE=
	HEADER='Host: evil.example.test'
	scim GET "/Users/$ID"
	json_is '.meta.location|startswith("http://localhost/")' true 'HTTP-06 an unknown Host stands in no URL'
	HEADER=
	scim GET "/Users/$ID"
	json_is '.meta.location|startswith("http://scim.example.test/")' true 'HTTP-06 a listed one does'
}

conditions() {
	settings
	versions
	preferences
	media_types
	myself
}

both conditions
done_testing
