#!/bin/sh
# Limits of a credential and of a tenant: how often, how many at once, how
# large, how dear (GAL-01, NET-06 and SP-04 of spec clients.md; HTTP-16 and
# LIST-06 of spec scim.md; issue 5).
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh

# a file that is mapped: 8192 buckets of 16 bytes, then 512 seats of 64
seats() { tail -c 32768 "$T/store/limits" | tr -d '\0' | wc -c; }

# ask N TOKEN [PATH]: so many requests at once; their status codes, counted
ask() {
	if [ "$MODE" = http ]; then
		seq "$1" | xargs -P 8 -I{} curl -s -o /dev/null -w '%{http_code}\n' \
		    -H "Authorization: Bearer $2" "$ORIGIN/scim/v2${3-/Users}"
	else
		seq "$1" | AUTHORIZATION="Bearer $2" xargs -P 8 -I{} sh -c "$CGI_REQUEST" _ "${3-/Users}"
	fi | sort | uniq -c | awk '{ printf "%s%s*%s", (NR > 1 ? " " : ""), $2, $1 }'
}

# shellcheck disable=SC2016 # for the shell that runs it
CGI_REQUEST='env -i PATH="$PATH" GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET \
    SCRIPT_NAME=/scim/v2 PATH_INFO="$1" REMOTE_ADDR=127.0.0.1 HTTP_HOST=localhost \
    HTTP_AUTHORIZATION="$AUTHORIZATION" MUSTER_STORE="$STORE" MUSTER_SCHEMAS="$MUSTER_SCHEMAS" \
    MUSTER_LOG_LEVEL=0 MUSTER_CACHE_MIB=4 MUSTER_BALLAST_MIB=1 "$USERS" 2> /dev/null |
    sed -n "s/^Status: \([0-9]*\).*/\1/p"'

# passed: how many of the answers of ask were 200
passed() { echo " $1" | sed -n 's/.* 200\*\([0-9]*\).*/\1/p'; }

rate() {
	limited=$(credential --rate 1 --burst 5)
	AUTH="Bearer $limited" scim GET /Users
	is "$STATUS $(header RateLimit-Limit) $(header RateLimit-Remaining) $(header RateLimit-Reset)" \
	    '200 5 4 1' 'a request says what is left'
	is "$(header X-Rate-Limit-Limit) $(header X-Rate-Limit-Remaining) $(header X-Rate-Limit-Reset)" \
	    '5 4 1' 'SP-04 and by the names that SailPoint reads'
	limited=$(credential --rate 1 --burst 5)
	start=$(date +%s)
	got=$(passed "$(ask 24 "$limited")")
	spent=$(($(date +%s) - start + 1))
	[ "$got" -ge 5 ] && [ "$got" -le $((5 + spent)) ]
	ok $? "$MODE 24 at once have 5 and one a second: $got in $spent s"
	drained=$(credential --rate 1 --burst 1)
	for _ in 1 2 3 4 5; do
		AUTH="Bearer $drained" scim GET /Users
		[ "$STATUS" = 429 ] && break
	done
	error_is 429 null 'HTTP-16 what is too much gets an Error message'
	is "$(header Retry-After) $(header X-Rate-Limit-Retry-After-Seconds) $(header RateLimit-Remaining)" \
	    '1 1 0' 'NET-06 and when to come again'
	# a message of a kind that needs no credential is not counted
	AUTH="Bearer $drained" scim GET /ServiceProviderConfig
	status_is 200 'discovery is not counted'
	AUTH="Bearer $(credential --rate 25)" scim GET /Users
	is "$(header RateLimit-Limit)" 50 'the burst is two seconds, if none is set'
	AUTH='' scim GET /Users
	is "$STATUS $(header RateLimit-Limit)" '200 ' 'GAL-01 nobody is limited who was not'
}

# A client is one, whatever it asks for: its tokens and what they are for.
clients() {
	"$BIN/muster" client create --store "$T/store" --rate 1 --burst 2 > "$T/out"
	form="grant_type=client_credentials&client_id=$(sed -n 's/^Client id: *//p' "$T/out")&client_secret=$(sed -n 's/^Client secret: *//p' "$T/out")"
	AUTH='' oauth "$form"
	is "$STATUS $(header RateLimit-Remaining)" '200 1' 'a token is a request'
	for _ in 1 2 3 4 5; do
		[ "$STATUS" = 429 ] || AUTH='' oauth "$form"
	done
	is "$STATUS $(header Retry-After)" '429 1' 'and too many are too many'
}

# One tenant's bucket is that of all its credentials, and of nobody else.
tenants() {
	"$BIN/muster" tenant create busy --store "$T/store" --rate 1 --burst 3 > /dev/null
	one=$(credential --tenant busy) two=$(credential --tenant busy --rate 100)
	for token in "$one" "$two" "$one" "$two" "$one" "$two" "$one" "$two"; do
		AUTH="Bearer $token" scim GET /Users
		[ "$STATUS" = 429 ] && break
	done
	is "$STATUS $(json .detail | sed 's/:.*//')" '429 too many requests of this tenant' "a tenant's rate is that of all its credentials"
	AUTH='' scim GET /Users
	status_is 200 'another tenant is not concerned'
	"$BIN/muster" tenant set busy --store "$T/store" --rate 0 --burst 0
	AUTH="Bearer $one" scim GET /Users
	status_is 200 'and 0 takes the limit away'
}

others() {
	long=$(awk 'BEGIN { for (i = 0; i < 1100; i++) printf "x" }')
	AUTH="Bearer $(credential --body-max 1024)"
	new_user long "\"title\":\"$long\""
	error_is 413 null 'body-max of a token'
	AUTH="Bearer $(credential --bulk-operations 1 --bulk-payload 2048 --results-max 2)"
	scim GET /ServiceProviderConfig
	is "$(json '"\(.bulk.maxOperations) \(.bulk.maxPayloadSize) \(.filter.maxResults) \(.pagination.maxPageSize) \(.pagination.defaultPageSize)"')" \
	    '1 2048 2 2 2' 'its limits are shown'
	AUTH=''
	for u in a b c; do
		new_user $u '"title":"t"'
		ids="$ids{\"value\":\"$ID\"},"
	done
	bulk="{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[{\"method\":\"DELETE\",\"path\":\"/Users/$ID\"},{\"method\":\"DELETE\",\"path\":\"/Users/$ID\"}]}"
	AUTH="Bearer $(credential --bulk-operations 1)" scim POST /Bulk "$bulk"
	error_is 413 null 'bulk-operations of a token'
	new_group g "\"members\":[${ids%,}]"
	group=$ID
	AUTH="Bearer $(credential --members-max 1)" scim GET "/Groups/$group"
	json_is '.members|length' 1 'members-max of a token'
	AUTH="Bearer $(credential --results-max 2)"
	scim GET /Users
	is "$(json '"\(.totalResults) \(.Resources|length)"')" '3 2' 'results-max is a page'
	scim GET '/Users?count=1000&cursor'
	is "$(json .itemsPerPage)" 2 'whatever is asked for'
	scim GET "/Users?count=1000&cursor=$(json .nextCursor)"
	is "$(found)" c 'and the next page is there'
	AUTH="Bearer $(credential --filter-cost 5)"
	query /Users 'title eq "t" and userName sw "a"'
	status_is 200 'filter-cost: a filter within it'
	query /Users 'title co "t" and userName sw "a" or title pr'
	error_is 400 tooMany 'filter-cost: one beyond'
	query /Groups 'members.value eq "x"'
	error_is 400 tooMany 'filter-cost: what stands in other records costs more'
	AUTH=
}

# One that looks at too much is told which index would help (LIST-06).
advice() {
	AUTH="Bearer $(credential --scan-max 2)"
	query /Users 'title eq "t"'
	is "$STATUS $(json .scimType) $(json .detail | grep -c "an index on 'title' would help")" '400 tooMany 1' 'LIST-06 the index that would help'
	query /Users 'userName co "a"'
	is "$STATUS $(json .detail | grep -c "no index answers 'co'; ask for 'userName' by eq or sw")" '400 1' 'LIST-06 what to ask instead'
	query /Users 'userName pr and name.familyName sw "x"'
	is "$STATUS $(json .detail | grep -c "an index on 'name.familyName'")" '400 1' 'LIST-06 of two the one that has none'
	scim GET '/Users?sortBy=title'
	is "$STATUS $(json .detail | grep -c "an index on 'title'")" '400 1' 'LIST-06 of an order'
	AUTH=
}

set_limits() {
	token=$(credential --label changing)
	id=$("$BIN/muster" token list --store "$T/store" | awk '/changing/ { print $1 }')
	"$BIN/muster" token set --store "$T/store" --rate 7 --results-max 1 "$id"
	AUTH="Bearer $token" scim GET /Users
	is "$? $(header RateLimit-Limit) $(json .itemsPerPage)" '0 14 1' 'token set'
	"$BIN/muster" token set --store "$T/store" --rate 0 "$id"
	AUTH="Bearer $token" scim GET /Users
	is "$(header RateLimit-Limit) $(json .itemsPerPage)" ' 1' 'token set: 0 takes one away, what is not named stays'
	for words in '--rate 0x' '--results-max 1001' '--in-flight -1' '--breaker-percent 101'; do
		# shellcheck disable=SC2086 # words
		"$BIN/muster" token set --store "$T/store" $words "$id" > /dev/null 2>&1
		is $? 1 "token set $words is refused"
	done
	"$BIN/muster" token set --store "$T/store" --rate 1 nobody > /dev/null 2> "$T/err"
	is "$? $(grep -c 'there is no token with the id' "$T/err")" '1 1' 'token set of nobody'
}

# The file can be lost, and is in nobody's way.
lost() {
	[ "$MODE" = cgi ] || return 0
	limited=$(credential --rate 1 --burst 2)
	rm -f "$T/store/limits"
	AUTH="Bearer $limited" scim GET /Users
	is "$STATUS $(header RateLimit-Remaining)" '200 1' 'without its file every bucket is full'
	rm -f "$T/store/limits"
	mkdir "$T/store/limits"
	AUTH="Bearer $limited" scim GET /Users
	is "$STATUS $(header RateLimit-Limit)" '200 ' 'nor is anybody refused when there can be none'
	rmdir "$T/store/limits"
}

# Who is killed in a request is not counted for ever.
killed() {
	[ "$MODE" = http ] || return 0
	once=$(credential --in-flight 1)
	for n in $(seq 20); do new_user "many$n" > /dev/null; done
	curl -s -Z --parallel-max 8 -o /dev/null -H "Authorization: Bearer $once" \
	    "$ORIGIN/scim/v2/Users?filter=title%20eq%20%22no%22&n=[1-100000]" &
	asking=$!
	workers=$(descendants "$LIGHTTPD" | while read -r p; do
		[ "$(cat "/proc/$p/comm")" = users ] && echo "$p"
	done)
	for _ in $(seq 1000); do
		# shellcheck disable=SC2086 # pids
		kill -STOP $workers
		[ "$(seats)" -gt 0 ] && break
		# shellcheck disable=SC2086
		kill -CONT $workers
	done
	is "$([ "$(seats)" -gt 0 ] && echo some)" some 'one is stopped in a request'
	# shellcheck disable=SC2086
	kill -9 $workers
	kill "$asking"
	wait "$asking"
	for _ in $(seq 400); do
		AUTH="Bearer $once" scim GET /Users
		[ "$STATUS" = 200 ] && break
		sleep 0.05
	done
	status_is 200 'a request that was killed is not in flight'
	AUTH="Bearer $once" scim GET /Users
	status_is 200 'nor is one that was answered'
}

at_once() {
	once=$(credential --in-flight 1)
	got=$(ask 24 "$once")
	[ "$(passed "$got")" -ge 1 ]
	ok $? "$MODE in-flight: some pass: $got"
	is "$(echo "$got" | tr ' ' '\n' | grep -vc '^\(200\|429\)')" 0 'and what does not gets 429'
	AUTH="Bearer $once" scim GET /Users
	status_is 200 'in-flight: afterwards there is room'
}

# Who guesses is told to wait, and takes nobody else's place.
failures() {
	[ "$MODE" = http ] || return 0
	got=$(ask 200 mst_none)
	is "$(echo "$got" | tr ' ' '\n' | sed 's/\*.*//' | tr '\n' ' ')" '401 429 ' \
	    "an address that is not let in: $got"
	"$BIN/muster" log --store "$T/store" --nobody --json --status 429 > "$T/refusals"
	[ "$(grep -c 'no such token' "$T/refusals")" -lt $(($(wc -l < "$T/refusals") / 2)) ]
	ok $? "$MODE issue 5: what was refused is not looked for again while its address must wait"
	# One a second is let through.
	for _ in 1 2 3 4 5; do
		AUTH='Bearer mst_none' scim GET /Users
		[ "$STATUS" = 429 ] && break
	done
	error_is 429 null 'too many of them'
	is "$(header Retry-After)" 1 'and when to come again'
	AUTH='Bearer mst_none' scim GET /Users 2>&1
	scim GET /Users
	status_is 200 'a good credential from there is served'
}

run() {
	ids=
	rate
	clients
	tenants
	others
	advice
	set_limits
	at_once
	lost
	killed
	failures
}

STORE=$T/store USERS=$BIN/users
export STORE USERS
expect_deaths '(1|7[67])'
export MUSTER_FAILURES=1
both run
unset MUSTER_FAILURES

# The server's own presets.
MODE=cgi
store_new
SETTINGS='MUSTER_RATE=1 MUSTER_BURST=2'
for _ in 1 2 3 4 5 6; do
	scim GET /Users
	[ "$STATUS" = 429 ] && break
done
is "$STATUS $(header RateLimit-Limit)" '429 2' 'MUSTER_RATE is for every credential'
TOKEN=$(credential)
scim GET /Users
is "$STATUS $(header RateLimit-Remaining)" '200 1' 'each by itself'
TOKEN=$(credential --rate 100)
scim GET /Users
is "$STATUS $(header RateLimit-Limit)" '200 2' "its own rate goes before it"
SETTINGS='MUSTER_TENANT_RATE=1 MUSTER_TENANT_BURST=1'
for _ in 1 2 3 4 5 6; do
	TOKEN=$(credential)
	scim GET /Users
	[ "$STATUS" = 429 ] && break
done
is "$STATUS $(json .detail | grep -c 'of this tenant')" '429 1' 'MUSTER_TENANT_RATE is for every tenant'
TOKEN=$(credential)
GOOD=$TOKEN
SETTINGS='MUSTER_FAILURES=1 MUSTER_FAILURES_BURST=2'
for TOKEN in '' mst_a mst_b mst_c mst_d mst_e; do
	scim GET /Users
	[ "$STATUS" = 429 ] && break
done
is "$STATUS $(json .detail | grep -c 'without a valid credential')" '429 1' 'MUSTER_FAILURES, whatever they came with'
TOKEN=$GOOD
scim GET /Users
status_is 200 'and none of those who are let in'
SETTINGS='MUSTER_FAILURES=0'
TOKEN=mst_f
scim GET /Users
status_is 401 'MUSTER_FAILURES=0: as many as they like'
TOKEN=$GOOD
SETTINGS='MUSTER_FILTER_COST=1 MUSTER_RESULTS_MAX=1'
query /Users 'userName pr and title pr'
error_is 400 tooMany 'MUSTER_FILTER_COST'
scim GET /ServiceProviderConfig
json_is .filter.maxResults 1 'MUSTER_RESULTS_MAX'
done_testing
