#!/bin/sh
# A request that is answered later and is interrupted: what it had done is not
# done again, what it had not is (EVT-06, EVT-08).  Where a process was killed
# is made by hand: the queue is put back as it was then.
. "$(dirname "$0")/lib.sh"
KV=$PWD/$BUILD/tests/kv_tool
SETTINGS=MUSTER_ASYNC=1
MODE=cgi

# later METHOD PATH [BODY]: kept; RESULT is where its result will be
later() {
	HEADER='Prefer: respond-async' scim "$@"
	RESULT=/.events/results/$(header Set-Txn)
	"$KV" "$T/store" list requests > "$T/queue"
}

work() {
	"$BIN/muster" work --once --store "$T/store" 2>> "$T/log"
}

# begun TRIES FROM: the queue again as it was after the last `later`, but the
# request was begun TRIES times, first when the last change was FROM
begun() {
	perl -e '
	    my ($tries, $from) = @ARGV;
	    while (<STDIN>) {
		my ($key, $value) = split;
		$value = pack "H*", $value;
		next if $value =~ /^\{/ && $value !~ s/"tries":0\}$/"tries":$tries,"from":$from}/;
		print "$key ", unpack("H*", $value), "\n";
	    }' "$1" "$2" < "$T/queue" > "$T/begun"
	while read -r key value; do
		"$KV" "$T/store" put requests "$key" "$value"
	done < "$T/begun"
}

# sequence: the number of the last change
sequence() {
	"$KV" "$T/store" list changes | grep -c "^00000001"
}

# result FILTER: of its operations
result() {
	scim GET "$RESULT"
	json "[.Operations[]|$1]|join(\" \")"
}

store_new
before=$(sequence)
later POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anna\"}"
work
first=$(result '.location,.version,.status')
begun 1 "$before"
scim GET "$RESULT"
status_is 202 'in the queue again'
changes=$(sequence)
work
is "$(result '.location,.version,.status')" "$first" 'EVT-08 a POST that was done: its outcome out of the change log'
query /Users 'userName eq "anna"'
json_is .totalResults 1 'EVT-06 it was not done twice'
is "$(sequence)" $((changes + 1)) 'EVT-08 and is told'
anna=$(json '.Resources[0].id')

later PATCH "/Users/$anna" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"T\"}]}"
before=$(sequence)
begun 1 "$before"
work
is "$(result .status) $(scim GET "/Users/$anna" && json .title)" '200 T' 'EVT-06 a PATCH that was begun and not done is done now'
patch "/Users/$anna" '[{"op":"replace","path":"title","value":"U"}]'
begun 2 "$before"
work
is "$(result '.status,.version') $(scim GET "/Users/$anna" && json .title)" '200 W/"2" U' 'EVT-06 one that was done is not done again over a later one'

new_group g "\"members\":[{\"value\":\"$anna\"}]"
group=$ID
later DELETE "/Users/$anna"
before=$(sequence)
begun 1 "$before"
work
is "$(result .status)" 204 'EVT-06 a DELETE that was not done'
begun 1 "$before"
work
is "$(result .status) $(scim GET "/Groups/$group" && json '.members|length')" '204 0' 'EVT-06 and one that was'

later PUT "/Groups/$group" "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"h\"}"
begun 10 "$(sequence)"
work
is "$(result '.status,.response.status')" '500 500' 'EVT-08 one that ended its process ten times is given up'
scim GET "/Groups/$group"
json_is .displayName g 'EVT-08 and has changed nothing'

before=$(sequence)
later POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[
    {\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"bert\"}},
    {\"method\":\"DELETE\",\"path\":\"/Groups/$group\"}]}"
work
is "$(result .status)" '201 204' 'EVT-09 a bulk request'
begun 1 "$before"
work
is "$(result '.method,.status,.bulkId')" 'POST 201 b DELETE 204 ' 'EVT-09 one that was done: its outcomes out of the change log'
query /Users 'userName eq "bert"'
json_is .totalResults 1 'EVT-09 and not done again'
before=$(sequence)
new_group i
later POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[
    {\"method\":\"DELETE\",\"path\":\"/Groups/$ID\"},
    {\"method\":\"DELETE\",\"path\":\"/Users/$anna\"}]}"
work
begun 1 "$before"
work
is "$(result '.method,.status')" 'DELETE 204 DELETE 500' 'EVT-09 what was not done of it has failed'

later POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"carl\"}"
flock "$T/store/work" "$BIN/muster" work --once --store "$T/store"
scim GET "$RESULT"
status_is 202 'EVT-06 one process at a time'
for _ in 1 2 3; do
	later POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"dora$_\"}"
done
perl -e 'print pack "q", 90000' > "$T/clock"
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" LD_PRELOAD="$BUILD/torture/clock.so" \
    CLOCK_FILE="$T/clock" "$BIN/muster" work --once --store "$T/store" 2>> "$T/log"
scim GET "$RESULT"
error_is 404 null 'EVT-07 a result is there for a day'
is "$("$KV" "$T/store" list requests | wc -l | tr -d ' ')" 0 'EVT-07 and nothing of it after'
scim GET '/Users?filter=userName+sw+"dora"'
json_is .totalResults 3 'EVT-06 but what was in the queue was done'
"$BIN/muster" verify --store "$T/store" > "$T/out"
ok $? 'muster verify finds nothing wrong'
done_testing
