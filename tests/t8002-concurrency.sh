#!/bin/sh
# Many clients at once: ENTRA-34, GET-05, STR-03, DEL-06.
. "$(dirname "$0")/lib.sh"

# Each of these runs in the background; its status goes to $T/par.N
in_parallel() {
	n=$((n + 1))
	if [ "$MODE" = http ]; then
		curl -sg -o /dev/null -w '%{http_code}\n' -X "$1" -H "Authorization: Bearer $TOKEN" \
		    -H 'Content-Type: application/scim+json' ${3+--data-binary "$3"} \
		    "$ORIGIN/scim/v2$2" > "$T/par.$n" 2>> "$T/log" &
	else
		(mkdir "$T/cgi.$n"
		real=$T
		T=$T/cgi.$n
		ln -s "$real/store" "$T/store"
		cgi_request "$@"
		echo "$STATUS" > "$real/par.$n"
		cat "$T/log" >> "$real/log" 2> /dev/null) &
	fi
	running="$running $!"
}

# statuses_are WANT TEXT: wait for all of them; WANT is "STATUS COUNT," each
statuses_are() {
	for job in $running; do
		wait "$job"
	done
	running=
	is "$(cat "$T"/par.* | sort | uniq -c | awk '{ printf "%s %s,", $2, $1 }')" "$1" "$2"
	rm -rf "$T"/par.* "$T"/cgi.*
}

member_op() {
	printf '{"schemas":["%s"],"Operations":[{"op":"%s","path":"members","value":[{"value":"%s"}]}]}' "$PATCHOP" "$1" "$2"
}

run() {
	n=0
	running=
	new_group crowd
	g=$ID
	: > "$T/ids"
	while [ "$(wc -l < "$T/ids")" -lt 50 ]; do
		new_user "member-$(wc -l < "$T/ids" | tr -d ' ')"
		echo "$ID" >> "$T/ids"
	done
	for id in $(cat "$T/ids"); do
		in_parallel PATCH "/Groups/$g" "$(member_op Add "$id")"
	done
	statuses_are '200 50,' 'ENTRA-34 50 parallel PATCHes succeed'
	scim GET "/Groups/$g"
	is "$(json '.members[].value' | sort | cksum)" "$(sort "$T/ids" | cksum)" 'ENTRA-34 all 50 members are there'
	json_is .meta.version 'W/"51"' 'ETAG-10 every one made a version'

	for id in $(head -20 "$T/ids"); do
		in_parallel PATCH "/Groups/$g" "$(member_op Remove "$id")"
	done
	statuses_are '200 20,' 'ENTRA-34 20 parallel removes'
	scim GET "/Groups/$g"
	is "$(json '.members[].value' | sort | cksum)" "$(tail -30 "$T/ids" | sort | cksum)" 'ENTRA-34 the other 30 are there'

	for _ in 1 2 3 4 5 6 7 8; do
		in_parallel POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"Same.Name\"}"
	done
	statuses_are '201 1,409 7,' 'STR-03 8 clients POST one userName: one 201, seven 409'
	scim GET '/Users?filter=userName+eq+"same.name"'
	json_is .totalResults 1 'STR-03 and there is one'
	for _ in 1 2 3 4 5 6 7 8; do
		in_parallel POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"Same Group\"}"
	done
	statuses_are '201 1,409 7,' 'ENTRA-29 8 clients POST one displayName'

	for id in $(head -20 "$T/ids"); do
		in_parallel PATCH "/Groups/$g" "$(member_op Add "$id")"
		in_parallel DELETE "/Users/$id"
	done
	statuses_are '200 20,204 20,' 'DEL-06 users deleted while they are added'
	scim GET "/Groups/$g"
	is "$(json '.members[].value' | sort | cksum)" "$(tail -30 "$T/ids" | sort | cksum)" 'DEL-06 no edge to a user that is gone'
	scim GET '/Users?count=0'
	json_is .totalResults 31 'LIST-09 the count is right'
}

# members_of FILE: a body for PUT
members_of() {
	printf '{"schemas":["%s"],"displayName":"crowd","members":[%s]}' "$GROUP_URN" \
	    "$(sed 's/.*/{"value":"&"}/' "$1" | paste -sd, -)"
}

# in_order FILE: its lines in order, in one
in_order() {
	sort "$1" | paste -sd' ' -
}

# look: the members, asked for in three ways
look() {
	scim GET "/Groups/$g"
	json '[.members[].value]|sort|join(" ")' >> "$T/sights"
	query /Groups 'displayName eq "crowd"'
	json '[.Resources[0].members[].value]|sort|join(" ")' >> "$T/sights"
	scim GET "/Groups/$g/members?count=50"
	json '[.Resources[].value]|sort|join(" ")' >> "$T/sights"
}

# All members are exchanged again and again: who reads sees the ones or the
# others, however it asks.
whole() {
	sed -n '21,35p' "$T/ids" > "$T/ones"
	sed -n '36,50p' "$T/ids" > "$T/others"
	members_of "$T/ones" > "$T/put.ones"
	members_of "$T/others" > "$T/put.others"
	scim PUT "/Groups/$g" "$(cat "$T/put.ones")"
	look
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		for name in ones others; do
			curl -sg -o /dev/null -w '%{http_code}\n' -X PUT -H "Authorization: Bearer $TOKEN" \
			    -H 'Content-Type: application/scim+json' --data-binary "@$T/put.$name" \
			    "$ORIGIN/scim/v2/Groups/$g" >> "$T/puts"
		done
	done &
	writer=$!
	while kill -0 $writer 2> /dev/null; do
		look
	done
	wait $writer
	look
	is "$(sort "$T/puts" | uniq -c | awk '{ print $1, $2 }')" '60 200' 'all members are exchanged'
	is "$(sort -u "$T/sights")" "$( (in_order "$T/ones"; in_order "$T/others") | sort)" \
	    'others see the ones or the others, never half of a write'
}

MODE=cgi
store_new
run
MODE=http
store_new
server_start 8
run
whole
done_testing
