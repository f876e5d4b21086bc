#!/bin/sh
# HTTP, who may come in, versions, and errors: HTTP, AUTH, ETAG and ERR of
# spec scim.md.
. "$(dirname "$0")/lib.sh"

PROFILE=strict
NOBODY=0192ab11-0000-7000-8000-000000000000

bodies() {
	user="{\"schemas\":[\"$USER_URN\"],\"userName\":\"typed-"
	scim POST /Users "${user}a\"}"
	is "$STATUS $(header Content-Type)" '201 application/scim+json' 'HTTP-01 application/scim+json'
	new_user "Zoë-$(printf '\360\237\232\262')"
	json_is .userName "Zoë-$(printf '\360\237\232\262')" 'HTTP-01 UTF-8 in and out'
	new_user "$(printf 'bad-\377')"
	error_is 400 invalidSyntax 'HTTP-01 no UTF-8'
	n=0
	for row in 'application/json|201' 'APPLICATION/SCIM+JSON|201' 'application/scim+json;charset=UTF-8|201' 'application/json; charset="utf-8"|201' \
	    'text/plain|415' 'application/xml|415' 'application/x-www-form-urlencoded|415' 'application/scim+json; charset=iso-8859-1|415'; do
		n=$((n + 1))
		TYPE=${row%|*}
		scim POST /Users "$user$n\"}"
		is "$STATUS" "${row#*|}" "HTTP-03 Content-Type ${row%|*}"
	done
	if [ "$MODE" = cgi ]; then
		TYPE=
		scim POST /Users "${user}none\"}"
		is "$STATUS" 201 'HTTP-03 no Content-Type'
	fi
	unset TYPE
	for body in '' ' ' '{' '[]' '"x"' 7 null '{"schemas":}' "{\"schemas\":[\"$USER_URN\"]} x"; do
		scim POST /Users "$body"
		error_is 400 invalidSyntax "HTTP-11 a body of '$body'"
	done
	BODY_MAX=4096
	if [ "$MODE" = cgi ]; then
		new_user "$(printf '%05000d' 0)"
		error_is 413 null 'HTTP-12 a body over the limit'
	fi
	BODY_MAX=
	new_user long "\"title\":\"$(printf '%060000d' 0)\""
	status_is 201 'HTTP-12 one below it'
}

paths() {
	new_user paths; u=$ID
	for v in v1 v3 v22 v1.1; do
		VERSION=$v
		scim GET /Users
		error_is 400 invalidVers "HTTP-05 /$v/Users"
		scim GET "/Users/$u"
		error_is 400 invalidVers "HTTP-05 /$v/Users/ID"
	done
	VERSION=none
	for TENANT in '' default; do
		base=/scim${TENANT:+/$TENANT}
		scim GET "/Users/$u"
		is "$STATUS $(json .meta.location | sed 's,^[a-z]*://[^/]*,,')" "200 $base/Users/$u" "HTTP-05 no version is the newest: $base"
		new_group "of $MODE ${TENANT:-nobody}"
		is "$STATUS $(header Location | sed 's,^[a-z]*://[^/]*,,')" "201 $base/Groups/$ID" "HTTP-05 to create, too: $base"
		for path in '/Users?count=1' /Schemas /ResourceTypes/User /ServiceProviderConfig; do
			scim GET "$path"
			status_is 200 "HTTP-05 $base$path"
		done
		for path in /Users/.search /.search; do
			scim POST $path '{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}'
			status_is 200 "HTTP-05 $base$path"
		done
		scim POST /Bulk '{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[]}'
		status_is 200 "HTTP-05 $base/Bulk"
		scim GET /users
		error_is 404 null "HTTP-05 $base/users"
	done
	TENANT='' scim GET '?count=1'
	is "$STATUS $(json .itemsPerPage)" '200 1' 'HTTP-05 the root without version'
	TENANT=nosuch scim GET "/Users/$u"
	error_is 401 null 'HTTP-05 nor is another tenant there'
	TENANT='' VERSION=''
	scim GET "/Users/$u?nosuch=1&x&=&cursors=2&attribute=id"
	is "$STATUS $(json .id)" "200 $u" 'HTTP-07 unknown parameters'
	for row in '/Users?filter=userName+pr&filter=title+pr' '/Users?count=1&startIndex=1&count=2' '/Users?sortBy=title&sort%42y=title' "/Users/$u?attributes=id&attributes=title" \
	    '?sortOrder=ascending&sortOrder=ascending' '/Users?cursor&cursor='; do
		scim GET "$row"
		error_is 400 invalidValue "HTTP-07 PAGE-10 a parameter twice: ${row#*\?}"
	done
	scim GET "/Users/$u?filter=x&filter=y&nosuch=1&nosuch=2"
	status_is 200 'HTTP-07 GET-03 but what is ignored may stand as often as it likes'
	scim GET "/Users/$u?nosuch=%zz"
	is "$STATUS" 200 'HTTP-07 and what cannot be decoded in them'
	for row in 'POST /Me' 'GET /Me' 'DELETE /Me'; do
		scim "${row% *}" "${row#* }" '{}'
		error_is 501 null "HTTP-10 ERR-02 ${row}: not implemented"
	done
	for row in 'PUT /Users|GET, HEAD, POST, OPTIONS' 'DELETE /Users|GET, HEAD, POST, OPTIONS' 'PATCH /Groups|GET, HEAD, POST, OPTIONS' 'PUT /Groups|GET, HEAD, POST, OPTIONS' "POST /Users/$u|GET, HEAD, PUT, PATCH, DELETE, OPTIONS" \
	    'POST /ServiceProviderConfig|GET, HEAD, OPTIONS' 'PUT /Schemas|GET, HEAD, OPTIONS' 'DELETE /ResourceTypes|GET, HEAD, OPTIONS' "PATCH /Schemas/$USER_URN|GET, HEAD, OPTIONS" 'DELETE /ResourceTypes/User|GET, HEAD, OPTIONS'; do
		request=${row%|*}
		scim "${request% *}" "${request#* }" '{}'
		is "$STATUS $(header Allow) $(json '"\(.status) \(.scimType)"')" "405 ${row#*|} 405 null" "HTTP-10 POST-16 PUT-19 DEL-08 DISC-07 $(echo "$request" | cut -c1-24)"
	done
	for path in /Nosuch "/Users/$NOBODY" /Users/x/y "/Groups/$u" /ServiceProviderConfigs /users; do
		scim GET "$path"
		error_is 404 null "HTTP-08 HTTP-15 $(echo "$path" | cut -c1-24)"
	done
	scim GET "/%55sers/$u"
	status_is 200 'HTTP-15 a segment is decoded'
	scim GET "/Users/$u/"
	status_is 200 'HTTP-15 a slash behind it'
	scim GET "/Users/$u%2Fx"
	status_is 404 'HTTP-15 %2F splits nothing'
	if [ "$MODE" = http ]; then
		for path in "/Users%2F$u" "/Users/$u%2f"; do
			scim GET "$path"
			error_is 404 null "HTTP-15 nor does it in $path"
		done
		scim GET "/Users/$u?x=%2F"
		status_is 200 'HTTP-15 in the query it is nothing special'
	fi
	scim GET '/Users?filter=userName+eq+%22paths%22'
	is "$STATUS $(found)" '200 paths' 'HTTP-14 + and %22'
	new_user a+b
	scim GET '/Users?filter=userName%20eq%20%22a%2Bb%22'
	is "$STATUS $(found)" '200 a+b' 'HTTP-14 %20 and %2B'
	scim GET "/Users/$u"
	is "$(header Cache-Control)" no-store 'HTTP-18 nothing is kept by caches'
	is "$(header Content-Location) $(header ETag)" "$(json '.meta|"\(.location) \(.version)"')" 'HTTP-17 Content-Location and ETag'
	scim HEAD "/Users/$u"
	is "$STATUS $(header ETag)" '200 W/"1"' 'HTTP-13 HEAD'
	scim HEAD "/Users/$NOBODY"
	is "$STATUS" 404 'HTTP-13 HEAD of nobody'
}

credentials() {
	new_user self; self=$ID
	new_user other; other=$ID
	scim GET /ServiceProviderConfig
	json_is '.authenticationSchemes[0]|"\(.type) \(.name|length > 0) \(.description|length > 0)"' 'oauthbearertoken true true' 'AUTH-04 AUTH-06 the scheme is advertised'
	AUTH=none
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"myself\"}"
	error_is 401 null 'AUTH-07 AUTH-01 nobody creates himself'
	is "$(header WWW-Authenticate)" 'Bearer realm="scim"' 'AUTH-01 the challenge'
	AUTH="Bearer $(credential --user "$self")"
	scim GET /Me
	is "$STATUS $(json .id)" "200 $self" 'AUTH-03 a credential of a person is that person'
	for row in "GET /Users/$other" "DELETE /Users/$other" 'GET /Users' 'GET /Groups' 'GET /'; do
		scim "${row% *}" "${row#* }"
		error_is 403 null "AUTH-02 AUTH-10 not $(echo "$row" | cut -c1-20)"
	done
	AUTH="Bearer $(credential --profile tolerant)"
	new_user mine '"active":"False"'
	is "$STATUS $(json .active)" '201 false' 'AUTH-03 each client has its profile'
	AUTH=
	new_user theirs '"active":"False"'
	error_is 400 invalidValue 'AUTH-03 and not that of another'
	a=$(credential) b=$(credential)
	is "$(echo "$a" | grep -cE '^mst_[A-Za-z0-9]{40,}$')$([ "$a" = "$b" ] && echo both)" 1 'AUTH-05 more than 200 bits, each its own'
}

versions() {
	scim GET /ServiceProviderConfig
	json_is .etag.supported true 'ETAG-01 advertised'
	new_user version; u=$ID
	HEADER='If-Match: W/"7"'
	patch "/Users/$u" '[{"op":"replace","path":"title","value":"T"}]'
	error_is 412 null 'ETAG-08 412, not 409; ERR-02 no scimType of our own'
	HEADER=
	patch "/Users/$u" '[{"op":"replace","path":"title","value":"T"}]'
	is "$STATUS $(header ETag)" '200 W/"2"' 'ETAG-12 If-Match is not demanded; ETAG-13 a version all the same'
	HEADER='If-None-Match: W/"2"'
	scim GET "/Users/$u"
	is "$STATUS $(header ETag) $(wc -c < "$T/body" | tr -d ' ')" '304 W/"2" 0' 'GET-04 nothing new'
	HEADER=
}

errors() {
	new_user errors; u=$ID
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"active\":5,\"emails\":7}"
	json_is '"\(.schemas[0]) \(.status|type) \(.scimType) \(.detail|type) \(keys|length)"' 'urn:ietf:params:scim:api:messages:2.0:Error string invalidValue string 4' 'ERR-01 ERR-06 one error, its four members'
	new_user secretive '"password":5,"title":"s3cret"'
	json_is '.detail|contains("s3cret")' false 'ERR-05 no value of another attribute'
	new_user errors
	json_is '"\(.status) \(.scimType)"' '409 uniqueness' 'ERR-03 scimType where it belongs'
	for row in 'invalidFilter|GET|/Users?filter=x' 'invalidValue|GET|/Users?count=x' 'null|GET|/Nosuch' 'invalidCursor|GET|/Users?cursor=x'; do
		request=${row#*|}
		scim "${request%|*}" "${request#*|}"
		json_is .scimType "${row%%|*}" "ERR-03 ERR-02 ${request#*|}"
	done
	AUTH=none
	scim GET '/Users?filter=x'
	error_is 401 null 'ERR-04 who, before what'
	scim GET /Nosuch
	is "$(case $STATUS in 401 | 404) echo one of both ;; esac)" 'one of both' 'ERR-04 a path that is not there'
	AUTH=
	scim PATCH "/Users/$NOBODY" '{'
	error_is 400 invalidSyntax 'ERR-04 parsing before existence'
	HEADER='If-Match: W/"7"'
	patch "/Users/$NOBODY" '[{"op":"remove"}]'
	error_is 404 null 'ERR-04 existence before the condition'
	patch "/Users/$u" '[{"op":"remove"}]'
	error_is 412 null 'ERR-04 the condition before the meaning'
	HEADER=
}

protocol() {
	bodies
	paths
	credentials
	versions
	errors
}

both protocol
done_testing
