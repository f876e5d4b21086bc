#!/bin/sh
# What is seen from outside: /metrics, /healthz, the form of the log, how each
# credential is used.
. "$(dirname "$0")/lib.sh"

# metric NAME-AND-LABELS: its value in the last answer
metric() {
	grep -F "$1 " "$T/body" | grep -v "^#" | sed 's/.* //'
}

# ask PATH [HEADER]: of the server itself, with TOKEN or AUTH
ask() {
	STATUS=$(curl -s -o "$T/body" -D "$T/head" -w '%{http_code}' \
	    -H "Authorization: $(authorization)" ${2:+-H "$2"} "$ORIGIN$1")
}

MODE=http
store_new
server_start 3
ask /metrics
is "$STATUS $(header Content-Type)" '200 text/plain; version=0.0.4' 'from this machine'
is "$(grep -vE '^(# (HELP|TYPE) muster_[a-z_]+ |muster_[a-z_]+(\{[^}]*\})? [0-9.e+]+$)' "$T/body")" '' 'in the format of Prometheus'
for header in 'X-Forwarded-For: 127.0.0.1' 'Via: 1.1 x' 'Forwarded: for=127.0.0.1' 'X-Real-IP: 127.0.0.1'; do
	AUTH=none ask /metrics "$header"
	is "$STATUS" 401 "not through a proxy: $header"
done
ask /metrics 'Via: 1.1 x'
is "$STATUS" 403 'nor for a credential that is not for it'
ADMIN=$(credential --scope admin --role auditor)
AUTH="Bearer $ADMIN" ask /metrics 'Via: 1.1 x'
is "$STATUS" 200 'but for one with the scope admin'

# What several workers answered is counted together.
ask /metrics
before=$(metric 'muster_requests_total{program="users",status="404"}')
curl -s -o /dev/null -H "Authorization: Bearer $TOKEN" "$ORIGIN/scim/v2/Users/[1-40]" &
one=$!
curl -s -o /dev/null -H "Authorization: Bearer $TOKEN" "$ORIGIN/scim/v2/Users/[1-40]" &
wait $one $!
# They are counted once the answers have left.
for _ in $(awk 'BEGIN { for (i = 0; i < 50; i++) print i }'); do
	ask /metrics
	after=$(metric 'muster_requests_total{program="users",status="404"}')
	[ "$((${after:-0} - ${before:-0}))" -ge 80 ] && break
	sleep 0.1
done
is "$((after - ${before:-0}))" 80 'requests by program and status, of all workers'
is "$(metric 'muster_request_duration_seconds_bucket{program="users",le="+Inf"}')" \
    "$(metric 'muster_request_duration_seconds_count{program="users"}')" 'a histogram: all are in the last bucket'
is "$(sed -n 's/^muster_request_duration_seconds_bucket{program="users".* //p' "$T/body" | sort -c -n 2>&1)" '' 'whose buckets hold those below'
transactions=$(metric muster_transactions_total)
new_user anna
ask /metrics
is "$(($(metric muster_transactions_total) - transactions >= 1)) $(($(metric muster_audit_waiting) >= 4)) $(metric muster_events_waiting) $(metric muster_requests_waiting)" \
    '1 1 0 0' 'transactions; what waits: the audit'
is "$(($(metric muster_cache_hits_total) > 0)) $(metric muster_deadlocks_total)" '1 0' 'hits of the cache, deadlocks'
"$BIN/muster" stream create --store "$T/store" --issuer i --audience a > /dev/null
new_user ben
"$BIN/muster" work --store "$T/store" --once
ask /metrics
is "$(metric muster_audit_waiting) $(metric muster_events_waiting)" '0 1' 'an event that nobody has fetched'
ask /healthz
is "$STATUS $(cat "$T/body")" '200 ok' 'the store answers'
scim GET /metrics
is "$STATUS" 404 'it is not below the SCIM base URL'
server_stop

MODE=cgi
mv "$T/store" "$T/away"
VERSION=none SCRIPT='' scim GET /healthz
is "$STATUS $(header Retry-After)" '503 1' 'no store: 503'
mv "$T/away" "$T/store"
rm -f "$T/store/metrics"
printf 'x' > "$T/store/metrics"
VERSION=none SCRIPT='' scim GET /metrics
is "$STATUS $(metric 'muster_requests_total{program="users",status="404"}')" '200 ' 'a file that is damaged begins anew'

# The form of the log.
MODE=log
: > "$T/log"
MODE=cgi
SETTINGS='MUSTER_LOG_FORMAT=json' AUTH='Bearer mst_"x"' scim GET /Users
MODE=log
is "$(jq -r '"\(.program) \(.level) \(.request|length) \(.text|test("^refused: "))"' "$T/log")" 'users warning 36 true' 'as JSON'
is "$(SETTINGS=x MUSTER_STORE="$T/store" MUSTER_LOG_FORMAT=xml "$BIN/users" 2>&1 < /dev/null | grep -c 'must be text or json')" 1 'or text'
is "$(MUSTER_STORE="$T/store" MUSTER_LOG_TO=mail "$BIN/users" 2>&1 < /dev/null | grep -c 'must be stderr or syslog')" 1 'to stderr, or syslog'

# How a credential is used.
MODE=beat
store_new
beat() {
	"$BIN/muster" heartbeat --store "$T/store" --json | jq -r "$1"
}
is "$("$BIN/muster" heartbeat --store "$T/store" | grep -c 'never used')" 1 'one that was never used'
MODE=cgi
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do
	scim GET "/Users?filter=userName+eq+\"u$i\""
done
MODE=beat
is "$(beat '"\(.state) \(.requests) \(.shapes) \(.quarantine)"')" 'alive 22 1 no' 'the same question again and again'
is "$(grep -c 'has not asked before' "$T/log")" 0 'nothing new'
MODE=cgi
scim GET "/Users?filter=title+co+\"x\""
MODE=beat
is "$(grep -c 'has not asked before: GET /Users?filter=title co ?' "$T/log")" 1 'another one raises an event'
is "$("$BIN/muster" log --store "$T/store" --json --tail 1 | jq -r '"\(.isNew) \(.shape)"')" 'true GET /Users?filter=title co ?' 'which stands in its record'
is "$(beat '"\(.newShapes) \(.lastNewShape > .firstSeen)"')" '1 true' 'and in its heartbeat'
is "$("$BIN/muster" heartbeat --store "$T/store" | grep -c 'something new 1 times')" 1 'for who reads'
is "$("$BIN/muster" audit list --store "$T/store" --operation strange --json |
    jq -r '.change|"\(.type) \(.id == .actor) \(.tenant) \(.after.shape)"')" 'Credential true 1 GET /Users?filter=title co ?' 'and in the audit'
is "$("$BIN/muster" audit list --store "$T/store" --operation strange --json | jq -r .change.request)" \
    "$("$BIN/muster" log --store "$T/store" --json --tail 1 | jq -r .id)" 'with its request'
MODE=cgi
new_user anna
patch "/Users/$ID" '[{"op":"replace","path":"title","value":"x"}]'
patch "/Users/$ID" '[{"op":"replace","path":"title","value":"y"}]'
MODE=beat
is "$(grep -c 'before: PATCH /Users/:id' "$T/log")" 1 'an operation, whatever its value'
TENANT_TOKEN=$("$BIN/muster" init --store "$T/store" --tenant acme | sed -n 's/^Secret token: //p')
MODE=cgi
TENANT=nosuch AUTH="Bearer $TENANT_TOKEN" scim GET /Users
MODE=beat
is "$("$BIN/muster" heartbeat --store "$T/store" --tenant acme --json | jq -r '"\(.refused) \(.quarantine)"')" '1 everything is refused' \
    'one that is always refused would be in quarantine'
is "$("$BIN/muster" heartbeat --store "$T/store" | wc -l | tr -d ' ')" 1 "and is the other tenant's"
done_testing
