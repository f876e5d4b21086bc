#!/bin/sh
# muster work: checkpoints keep the log short; so do requests where it does
# not run.
. "$(dirname "$0")/lib.sh"

# logs: how many log files the store has
logs() {
	set -- "$T/store"/log.*
	echo $#
}

# write_much N: users of 900 KB, which stand in the log
write_much() {
	awk 'BEGIN { for (i = 0; i < 900000; i++) printf "x" }' > "$T/much"
	for i in $(awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print i }'); do
		printf '{"schemas":["%s"],"userName":"%s%s","title":"%s"}' "$USER_URN" "$2" "$i" "$(cat "$T/much")" > "$T/body.json"
		CONTENT_LENGTH=$(wc -c < "$T/body.json" | tr -d ' ') \
		    REQUEST_METHOD=POST SCRIPT_NAME=/scim/v2 PATH_INFO=/Users \
		    CONTENT_TYPE=application/scim+json HTTP_AUTHORIZATION="Bearer $TOKEN" \
		    MUSTER_STORE="$T/store" "$BIN/users" < "$T/body.json" > "$T/answer" 2>> "$T/log"
		grep -q '^Status: 201' "$T/answer" || is "$(head -c 300 "$T/answer")" 201 'written'
	done
}

MODE=work
store_new
write_much 30 a
is "$([ "$(logs)" -le 3 ] && echo few)" few 'plain CGI: no log file is left that recovery does not need'
"$BIN/muster" work --store "$T/store" --once
is "$? $(logs)" '0 1' 'work --once: the log begins anew'
"$BIN/muster" work --store "$T/store" 2>> "$T/log" &
worker=$!
write_much 3 b
kill -0 "$worker"
ok $? 'work goes on beside requests'
kill -TERM "$worker"
wait "$worker"
is $? 0 'SIGTERM ends it'
"$BIN/muster" work --store "$T/nowhere" --once 2> "$T/err"
is "$? $(grep -c 'muster init' "$T/err")" '1 1' 'no store there: said'
"$BIN/muster" work now 2> "$T/err"
is "$? $(grep -c '^usage: muster work' "$T/err")" '2 1' 'usage'
done_testing
