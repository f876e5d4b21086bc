#!/bin/sh
# muster work is killed again and again while it does what is answered later:
# every request is done, and none is done twice (EVT-06, EVT-08).
. "$(dirname "$0")/lib.sh"
. tests/events.sh
KV=$PWD/$BUILD/tests/kv_tool
MODE=cgi
SETTINGS=MUSTER_ASYNC=1
REQUESTS=80

# left: how many are in the queue; the store may be busy with recovery
left() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		"$KV" "$T/store" list requests > "$T/queue" 2>> "$T/log" && break
	done
	grep -c '^00000000' "$T/queue"
}

store_new
stream_new
for i in $(awk -v n=$REQUESTS 'BEGIN { for (i = 0; i < n; i++) print i }'); do
	HEADER='Prefer: respond-async' new_user "user$i"
	header Set-Txn >> "$T/ids"
done
is "$(left)" $REQUESTS 'all of them are kept'
kills=0
# A little longer each time, so that it ends on a slow machine too.
while [ "$(left)" -gt 0 ] && [ "$kills" -lt 500 ]; do
	kills=$((kills + 1))
	timeout --foreground -s KILL "$(awk -v n=$kills 'BEGIN { print 0.01 + n / 200 }')" \
	    "$BIN/muster" work --store "$T/store" 2>> "$T/log"
done
echo "# killed $kills times"
is "$([ "$kills" -gt 1 ] && left)" 0 'EVT-06 all of them are done'
scim GET '/Users?filter=userName+sw+"user"'
json_is .totalResults $REQUESTS 'EVT-06 none twice, and none is lost'
statuses=$(while read -r id; do
	scim GET "/.events/results/$id"
	json '.Operations[].status'
done < "$T/ids" | sort | uniq -c | tr -s ' ')
is "$statuses" " $REQUESTS 201" 'EVT-07 each has its result'
TYPE=application/json
HEADER='Accept: application/json'
scim POST "/.events/streams/$STREAM" '{"maxEvents":1000}'
is "$(json '[.sets[]]|length') $(json '.sets[]' | token_subjects | sort | uniq -c | awk '{ print $1 }' | sort -u)" \
    "$((2 * REQUESTS)) 2" 'EVT-08 EVT-18 and is told once by its write and once by its end'
"$BIN/muster" verify --store "$T/store" > "$T/out"
ok $? 'muster verify finds nothing wrong'
done_testing
