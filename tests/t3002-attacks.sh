#!/bin/sh
# What an attacker or an accident sends: sizes, depths, bytes.  Every answer
# is a SCIM error, nothing changes, and the next request is served.
. "$(dirname "$0")/lib.sh"

# repeat N TEXT
repeat() {
	awk -v n="$1" -v s="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", s }'
}

# send METHOD PATH: the body is $T/request, however long
send() {
	if [ "$MODE" = cgi ]; then
		env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD="$1" SCRIPT_NAME=/scim/v2 \
		    PATH_INFO="$2" QUERY_STRING= HTTP_HOST=h HTTP_AUTHORIZATION="Bearer $TOKEN" \
		    CONTENT_TYPE=application/scim+json \
		    CONTENT_LENGTH="${LENGTH:-$(wc -c < "$T/request" | tr -d ' ')}" \
		    MUSTER_STORE="$T/store" MUSTER_SCHEMAS="$MUSTER_SCHEMAS" MUSTER_CACHE_MIB=4 MUSTER_LOG_LEVEL=1 \
		    "$BIN/$(program "$2")" < "$T/request" > "$T/answer" 2>> "$T/log"
		sed '/^\r*$/q' "$T/answer" > "$T/head"
		sed '1,/^\r*$/d' "$T/answer" > "$T/body"
		STATUS=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$T/head")
	else
		STATUS=$(curl -sg -o "$T/body" -D "$T/head" -w '%{http_code}' -X "$1" \
		    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
		    -H 'Expect:' ${CHUNKED:+-H 'Transfer-Encoding: chunked'} \
		    --data-binary "@$T/request" "$ORIGIN/scim/v2$2" 2>> "$T/log")
	fi
}

sizes() {
	head -c 2000000 /dev/zero | tr '\0' 'x' > "$T/request"
	send POST /Users
	error_is 413 null 'a body of 2 MB'
	if [ "$MODE" = http ]; then
		CHUNKED=1 send POST /Users
		error_is 413 null 'the same in chunks'
		head -c 100000000 /dev/zero > "$T/request"
		send POST /Users
		status_is 413 'a body of 100 MB'
	else
		printf '{}' > "$T/request"
		LENGTH=100000000 send POST /Users
		error_is 413 null 'a Content-Length of 100 MB'
		LENGTH=100 send POST /Users
		error_is 400 invalidSyntax 'a body that is cut off'
	fi
	for open in '[' '{"a":'; do
		repeat 500 "$open" > "$T/request"
		send POST /Users
		error_is 400 invalidSyntax "500 times $open"
	done
	repeat 100000 '[' > "$T/request"
	send POST /Users
	error_is 400 invalidSyntax '100000 brackets'
	scim GET "/Users?filter=$(repeat 500 '(')title+pr$(repeat 500 ')')"
	error_is 400 invalidFilter '500 parentheses in a filter'
	scim GET "/Users?filter=$(repeat 200 'title+pr+or+')title+pr"
	error_is 400 invalidFilter '200 terms in a filter'
	scim GET "/Users?filter=title+eq+\"$(repeat 9000 x)\""
	error_is 400 invalidFilter 'a filter of 9000 bytes'
	patch "/Users/$anna" "[{\"op\":\"replace\",\"path\":\"emails$(repeat 500 '[')\",\"value\":1}]"
	error_is 400 invalidFilter '500 brackets in a path'
	{ printf '{"schemas":["%s"],"userName":"many","emails":[' "$USER_URN"
	repeat 20000 '{"value":"a"},'
	printf '{"value":"a"}]}'; } > "$T/request"
	send POST /Users
	error_is 400 invalidValue '20000 values'
	{ printf '{"schemas":["%s"],"Operations":[' "$PATCHOP"
	repeat 1000 '{"op":"add","path":"title","value":"x"},'
	printf '{"op":"add","path":"title","value":"x"}]}'; } > "$T/request"
	send PATCH "/Users/$anna"
	error_is 413 null '1001 operations'
	long=$(repeat 990 A)
	{ printf '{"schemas":["%s"],"userName":"folds","emails":[' "$USER_URN"
	awk -v s="$long" 'BEGIN { for (i = 0; i < 999; i++) printf "{\"value\":\"%s%d\"},", s, i }'
	printf '{"value":"a"}]}'; } > "$T/request"
	send POST /Users
	status_is 201 '1000 values of 1000 bytes'
	folds=$(json .id)
	{ printf '{"schemas":["%s"],"Operations":[' "$PATCHOP"
	repeat 900 '{"op":"remove","path":"emails[value eq \\"w\\"]"},'
	printf '{"op":"add","path":"title","value":"x"}]}'; } > "$T/request"
	send PATCH "/Users/$folds"
	error_is 413 null '900 filters over 1000 values'
	scim DELETE "/Users/$folds"
	long=$(repeat 100000 'x')
	printf '{"schemas":["%s"],"userName":"%s"}' "$USER_URN" "$long" > "$T/request"
	send POST /Users
	status_is 201 'a userName of 100000 bytes'
	send POST /Users
	error_is 409 uniqueness 'the same again'
	printf '{"schemas":["%s"],"userName":"%sy"}' "$USER_URN" "$long" > "$T/request"
	send POST /Users
	status_is 201 'one that differs in the last byte'
}

bytes() {
	# The web server refuses some of these before any program sees them.
	for name in '%ff%fe' '..%2f..%2fetc' 'a%20b' "'" '%0d%0aSet-Cookie:x'; do
		scim GET "/Users/$name"
		case $STATUS in
		400 | 404)
			ok 0 "$MODE an id of $name: $STATUS"
			json_is .status "$STATUS" 'in a SCIM error'
			;;
		*) is "$STATUS" '400 or 404' "an id of $name" ;;
		esac
		is "$(header Set-Cookie)" '' "and no header of its own"
	done
	for f in '%01' 'userName+eq+"%00"' 'userName+eq+"%ff"' '%ff' 'userName+eq+"\ud800"' 'userName+eq+"\u0000"'; do
		scim GET "/Users?filter=$f"
		error_is 400 invalidFilter "a filter of $f"
	done
	new_user 'nul\u0000nul'
	error_is 400 invalidSyntax 'U+0000 in a userName'
	scim BREW /Users
	case $STATUS in 405 | 501 | 400) ok 0 "$MODE an unknown method: $STATUS" ;;
	*) is "$STATUS" 405 'an unknown method' ;; esac
	json_is .status "$STATUS" 'HTTP-08 in a SCIM error'
	[ "$MODE" = cgi ] || broken_requests
}

# raw BYTES: what the web server answers to them
raw() {
	printf '%b' "$1" | perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new("127.0.0.1:'"$PORT"'") or die;
		binmode STDIN; local $/; print $s <STDIN>;
		print <$s>' > "$T/answer"
	sed '1,/^\r*$/d' "$T/answer" > "$T/body"
	STATUS=$(sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p' "$T/answer")
}

# What the web server refuses by itself is said in SCIM too.
broken_requests() {
	for bytes in 'GET /scim/v2/Users HTTP/9.9\r\nHost: a\r\n\r\n' \
	    'GET\r\n\r\n' 'GET /nosuch HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' \
	    'POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\nConnection: close\r\n\r\n'; do
		raw "$bytes"
		json_is '"\(.schemas[0]) \(.status)"' \
		    "urn:ietf:params:scim:api:messages:2.0:Error $STATUS" \
		    "HTTP-08 $(echo "$bytes" | cut -c1-24)"
	done
}

run() {
	new_user anna
	anna=$ID
	sizes
	bytes
	scim GET "/Users/$anna"
	is "$STATUS $(json '"\(.userName) \(.meta.version)"')" '200 anna W/"1"' 'and nothing has changed'
	is "$(grep -cE 'ERROR: |runtime error|ended by signal|ended with' "$T/log")" 0 'no program has died'
}

both run
done_testing
