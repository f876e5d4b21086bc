#!/bin/sh
# muster work brings tokens to their receivers (EVT-13, RFC 8935): in order,
# until each was taken, also when it is killed in between.
. "$(dirname "$0")/lib.sh"
. tests/events.sh
MODE=cgi
R=$T/receiver
mkdir "$R"

perl tests/receiver.pl "$R" 2>> "$T/log" &
receiver=$!

# stop: the receiver, then what every test does at its end
stop() {
	rc=$?
	[ -z "$receiver" ] || kill "$receiver"
	(exit "$rc")
	finish
}
trap stop EXIT

# until_there FILE: what another process is about to write
until_there() {
	for _ in $(awk 'BEGIN { for (i = 0; i < 1000; i++) print i }'); do
		[ -e "$1" ] && return 0
		sleep 0.02
	done
	return 1
}

# until_said FILE PATTERN: what another process is about to say
until_said() {
	for _ in $(awk 'BEGIN { for (i = 0; i < 1000; i++) print i }'); do
		grep -q "$2" "$1" && return 0
		sleep 0.02
	done
	return 1
}

# answer STATUS [BODY]: what the receiver says from now on
answer() {
	printf '%s\n%s' "$1" "${2-}" > "$R/answer.new"
	mv "$R/answer.new" "$R/answer"
}

# work: once, AT seconds after the start, however long the test has run
started=$(date +%s)
work() {
	perl -e 'print pack "q", $ARGV[0] + $ARGV[1] - time' "$started" "${AT:-0}" > "$T/clock"
	ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" \
	    LD_PRELOAD="$BUILD/torture/clock.so" CLOCK_FILE="$T/clock" \
	    "$BIN/muster" work --once --store "$T/store" 2>> "$T/log"
}

# received: the numbers of the tokens that came, in their order
received() {
	for i in $(awk 'BEGIN { for (i = 1; i < 100; i++) print i }'); do
		[ -e "$R/$i.body" ] || break
		token_part 2 < "$R/$i.body" | jq -r '.jti|split(".")[1]'
	done | tr '\n' ' '
}

# show WORD: what muster stream show says
show() {
	"$BIN/muster" stream show --store "$T/store" "$STREAM" | sed -n "s/^$1 *//p"
}

store_new
until_there "$R/port"
URL=http://127.0.0.1:$(cat "$R/port")/events
answer '202 Accepted'
stream_new --push "$URL" --authorization 'Bearer xyzzy'
new_user anna
new_user bert
work
is "$(received)" '1 2 ' 'EVT-13 every token, in the order of the changes'
is "$(head -1 "$R/1.head" | tr -d '\r')" 'POST /events HTTP/1.1' 'EVT-13 by POST'
for field in 'Content-Type: application/secevent+jwt' 'Accept: application/json' 'Authorization: Bearer xyzzy'; do
	is "$(tr -d '\r' < "$R/1.head" | grep -cix "$field")" 1 "EVT-13 $field"
done
is "$(token_events < "$R/1.body")" prov:create:notice 'EVT-13 the token is the body'
scim GET /.events/jwks
cp "$T/body" "$T/jwks"
is "$(verified "$R/1.body")" 'Verified OK' 'EVT-12 signed'
is "$(show 'settled up to')" '2, and 0 behind it' 'EVT-13 202: settled'
is "$(cat "$R/connections")" 1 'EVT-13 by one connection'
work
is "$(received)" '1 2 ' 'EVT-13 what was taken is not sent again'
TYPE=application/json HEADER='Accept: application/json' scim POST "/.events/streams/$STREAM" '{}'
error_is 404 null 'EVT-14 such a stream is not polled'

answer '400 Bad Request' '{"err":"invalid_audience","description":"not me"}'
new_user carl
new_user dora
AT=100 work
is "$(received)" '1 2 3 ' 'EVT-13 one that is not taken holds up those behind it'
is "$(show 'last error')" 'answered 400 invalid_audience not me' 'EVT-13 what the receiver said'
is "$(show 'settled up to') $(show failures | cut -d, -f1)" '2, and 0 behind it 1' 'EVT-13 it is not settled'
answer '200 OK'
AT=101 work
is "$(received)" '1 2 3 ' 'EVT-13 not again at once'
AT=120 work
is "$(received) $(show failures | cut -d, -f1)" '1 2 3 3  2' 'EVT-13 only 202 is yes'
AT=121 work
is "$(received)" '1 2 3 3 ' 'EVT-13 later each time'
answer '202 Accepted'
AT=160 work
is "$(received) $(show 'settled up to')" '1 2 3 3 3 4  4, and 0 behind it' 'EVT-13 until it is taken'
is "$(cut -d. -f2 "$R/3.body")" "$(cut -d. -f2 "$R/5.body")" 'EVT-04 EVT-13 the same token, the same id'
is "$(show failures)" '' 'EVT-13 and all is forgotten'

new_user erik
new_user frida
"$BIN/muster" work --store "$T/store" 2>> "$T/log" &
worker=$!
# A worker that was killed has not noted what its receiver took.
until_there "$R/8.head"
is "$(received)" '1 2 3 3 3 4 5 6 ' 'EVT-13 work as a service pushes too'
answer "kill $worker"
new_user gerd
wait "$worker" 2> /dev/null
is "$? $(received) $(show 'settled up to')" '137 1 2 3 3 3 4 5 6 7  6, and 0 behind it' 'EVT-13 killed while the receiver has it'
answer '202 Accepted'
AT=500 work
is "$(received) $(show 'settled up to')" '1 2 3 3 3 4 5 6 7 7  7, and 0 behind it' 'EVT-13 it is sent again'
kill "$receiver"
wait "$receiver" 2> /dev/null
receiver=
new_user hans
AT=900 work
is "$(show failures | cut -d, -f1) $(show 'last error' | grep -c "$URL: ")" '1 1' 'EVT-13 nobody there: later'
# One whose certificate nobody has signed may be anybody.
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$T/server.key" -out "$T/server.pem" 2>> "$T/log"
openssl s_server -accept 127.0.0.1:0 -key "$T/server.key" -cert "$T/server.pem" -www > "$T/server.out" 2>&1 &
receiver=$!
until_there "$T/server.pem" && until_said "$T/server.out" '^ACCEPT '
"$BIN/muster" stream delete --store "$T/store" "$STREAM"
stream_new --push "https://$(sed -n 's/^ACCEPT //p' "$T/server.out")/"
new_user ines
work
is "$(show failures | cut -d, -f1) $(show 'last error' | grep -ci certificate)" '1 1' 'EVT-12 the certificate of a receiver is checked'
"$BIN/muster" verify --store "$T/store" > "$T/out"
ok $? 'muster verify finds nothing wrong'
done_testing
