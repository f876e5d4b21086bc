#!/bin/sh
# Keys of an issuer by HTTPS (ENTRA-A03): fetched from a listed server, kept,
# fetched again when one is unknown, and whatever that server does wrong.
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh
. tests/jwt.sh
MODE=cgi
TID=3f6c1c7e-0000-4000-8000-00000000e17a
ISSUER=https://login.microsoftonline.com/$TID/v2.0
JWT_BEARER=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer
ISSUER_SERVER=

m() { "$BIN/muster" "$@" --store "$T/store"; }

# issuer_start: a server that sends the files in $T/www, whole answers, and
# says in $T/www.log which ones were asked for; on the port KEYS_PORT, if set
issuer_start() {
	for _ in 1 2 3 4 5 6 7 8; do
		KEYS_PORT=${KEYS_PORT:-$(od -An -N2 -tu2 /dev/urandom | awk '{ print 10000 + $1 % 22000 }')}
		(cd "$T/www" && exec openssl s_server -accept "127.0.0.1:$KEYS_PORT" -key "$T/server.key" -cert "$T/server.crt" -HTTP) \
		    >> "$T/www.log" 2>&1 < /dev/null &
		ISSUER_SERVER=$!
		curl -s -f -o /dev/null --cacert "$T/server.crt" --retry 10 --retry-connrefused --retry-delay 1 --max-time 20 \
		    "https://127.0.0.1:$KEYS_PORT/ready" && return 0
		issuer_stop
		KEYS_PORT=
	done
	echo 'not ok - the issuer did not start'
	exit 1
}

issuer_stop() {
	[ -z "$ISSUER_SERVER" ] || kill "$ISSUER_SERVER" 2> /dev/null
	[ -z "$ISSUER_SERVER" ] || wait "$ISSUER_SERVER" 2> /dev/null
	ISSUER_SERVER=
}
trap 'rc=$?; issuer_stop; (exit $rc); finish' EXIT

# publish FILE STATUS BODY [FIELD]: what the issuer answers
publish() {
	printf 'HTTP/1.0 %s\r\nContent-Type: application/json\r\nX-Issuer: %s\r\n%s\r\n\r\n%s' "$2" "$1" "${4-Server: issuer}" "$3" > "$T/www/$1"
}

# set_of KIDS: these names for one key
set_of() {
	list=
	for kid; do
		list=$list${list:+,}$(jwk_ec "$T/ec.pem" "$kid")
	done
	printf '{"keys":[%s]}' "$list"
}

# asked: how often the keys were
asked() { grep -c 'FILE:keys' "$T/www.log"; }

# settings AT [HOSTS]: AT seconds from now
settings() {
	perl -e 'print pack("q", $ARGV[0])' "$1" > "$T/clock"
	SETTINGS="LD_PRELOAD=$PWD/$BUILD/torture/clock.so CLOCK_FILE=$T/clock MUSTER_KEYS_CA=$T/server.crt MUSTER_KEYS_HOSTS=${2-127.0.0.1:$KEYS_PORT}"
	SETTINGS="$SETTINGS ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
	AT=$1
}

# trusting URL: a client that trusts the keys there, in CLIENT
trusting() {
	client --tenant-id "$TID" --audience api://muster --subject workload --keys-url "$1"
}

# signed KID: an assertion of the time that is set
signed() {
	jwt "{\"alg\":\"ES256\",\"kid\":\"$1\"}" "$(claims ".iat+=$AT|.nbf+=$AT|.exp+=$AT")" es256 "$T/ec.pem"
}

# by KID: what CLIENT is answered
by() {
	oauth "grant_type=client_credentials&client_id=$CLIENT&client_assertion_type=$JWT_BEARER&client_assertion=$(signed "$1")"
}

# unreachable WORDS TEXT: no keys, and the log says why
unreachable() {
	before=$(said "$1")
	by e1
	is "$STATUS $(json .error)" '401 invalid_client' "ENTRA-A03 $2"
	is "$(said "$1")" $((before + 1)) "ENTRA-A03 $2: the log says why"
}

fetched() {
	publish keys '200 OK' "$(set_of e1)"
	trusting "https://127.0.0.1:$KEYS_PORT/keys"
	settings 0
	for i in 1 2 3; do
		by e1
		is "$STATUS $(asked)" '200 1' "ENTRA-A03 keys are fetched once: $i"
	done
	publish keys '200 OK' "$(set_of e2)"
	by e2
	is "$STATUS $(asked)" '401 1' 'ENTRA-A03 they are not asked for again at once'
	settings 61
	by e2
	is "$STATUS $(asked)" '200 2' 'ENTRA-A03 a minute later an unknown one is asked for'
	by e1
	is "$STATUS $(asked)" '401 2' 'ENTRA-A03 one that the issuer took back is good no more'
	by e2
	is "$STATUS $(asked)" '200 2' 'ENTRA-A03 the others are'
	settings 122
	oauth "grant_type=client_credentials&client_id=$CLIENT&client_assertion_type=$JWT_BEARER&client_assertion=$(
	    jwt '{"alg":"ES256","kid":"x"}' "$(claims '.iss="https://evil.example.test/"')" es256 "$T/ec.pem")"
	is "$STATUS $(asked)" '401 2' 'ENTRA-A03 nobody is asked for the token of another issuer'
	settings 3700
	by e2
	is "$STATUS $(asked)" '200 3' 'ENTRA-A03 keys are fetched again when they are an hour old'
	issuer_stop
	settings 7400
	before=$(said "keys of client $CLIENT: ")
	by e2
	is "$STATUS $(said "keys of client $CLIENT: ")" "200 $((before + 1))" 'ENTRA-A03 an outage keeps them'
	by e9
	is "$STATUS" 401 'ENTRA-A03 but makes no key known'
	settings 612000
	by e2
	is "$STATUS" 401 'ENTRA-A03 for a week'
	issuer_start
	settings 612061
	by e2
	is "$STATUS" 200 'ENTRA-A03 until the issuer is back'
	m verify > "$T/out"
	is "$?" 0 'verify agrees'
	is "$(m heartbeat | grep -c "^$CLIENT")" 1 'muster heartbeat has a client once'
	m token revoke "$CLIENT"
	is "$("$BUILD/tests/kv_tool" "$T/store" list credentials | wc -l | tr -d ' ')" 1 'the keys go with their client'
}

where() {
	set_of e1 > "$T/www/set"
	settings 0 ''
	trusting "https://127.0.0.1:$KEYS_PORT/keys"
	unreachable 'MUSTER_KEYS_HOSTS does not list' 'a server that is not listed'
	settings 0 '127.0.0.1'
	trusting "https://127.0.0.1:$KEYS_PORT/keys"
	unreachable 'MUSTER_KEYS_HOSTS does not list' 'another port of one that is'
	settings 0 "localhost:$KEYS_PORT"
	trusting "https://localhost:$KEYS_PORT/keys"
	n=$(asked)
	unreachable "https://localhost:$KEYS_PORT/keys: " 'a listed name that leads inside'
	is "$(asked)" "$n" 'ENTRA-A03 nothing inside is asked'
	settings 0 "localhost:$KEYS_PORT,127.0.0.0/8"
	trusting "https://localhost:$KEYS_PORT/keys"
	publish keys '200 OK' "$(set_of e1)"
	by e1
	is "$STATUS" 200 'ENTRA-A03 but where that network is listed too'
	settings 0
	SETTINGS=$(echo "$SETTINGS" | sed 's/MUSTER_KEYS_CA=[^ ]*//')
	trusting "https://127.0.0.1:$KEYS_PORT/keys"
	unreachable "https://127.0.0.1:$KEYS_PORT/keys: " 'a certificate that nobody vouches for'
	settings 0
	for url in "http://127.0.0.1:$KEYS_PORT/keys" 'file:///etc/passwd' 'gopher://x/' keys; do
		m client create --tenant-id "$TID" --audience a --subject s --keys-url "$url" > "$T/out" 2>&1
		is "$? $(grep -c 'an https URL' "$T/out")" '1 1' "ENTRA-A03 no keys at $url"
	done
	trusting "https://u:p@127.0.0.1:$KEYS_PORT/keys"
	unreachable 'is no https URL without a user' 'a URL with a password'
	m client create --tenant-id "$TID" --audience a --subject s --keys-url https://x/ --keys "$T/www/set" > "$T/out" 2>&1
	is "$? $(grep -c 'or the URL' "$T/out")" '1 1' 'ENTRA-A03 either keys or a URL'
}

wrong() {
	settings 0
	publish moved '302 Found' '' "Location: https://127.0.0.1:$KEYS_PORT/keys"
	publish large '200 OK' "$(set_of e1)$(head -c 300000 /dev/zero | tr '\0' ' ')"
	publish none '200 OK' '{"keys":[]}'
	publish text '200 OK' '<html>'
	publish error '503 Busy' "$(set_of e1)"
	while IFS='	' read -r file why; do
		trusting "https://127.0.0.1:$KEYS_PORT/$file"
		unreachable "$why" "what is $file"
	done << 'X'
moved	the answer has the status 302
large	the answer is longer than 262144 bytes
none	the set has no key
text	the set of keys: 
error	the answer has the status 503
X
	trusting "https://127.0.0.1:$KEYS_PORT/none"
	publish none '200 OK' "$(set_of e1)"
	by e1
	is "$STATUS" 200 'ENTRA-A03 keys that are there later'
	publish none '200 OK' '{}'
	settings 3700
	by e1
	is "$STATUS" 200 'ENTRA-A03 what is no set takes nothing away'
	settings 0
	trusting "https://127.0.0.1:$KEYS_PORT/silent"
	unreachable 'timed out' 'a server that says nothing'
	issuer_stop
	KEYS_PORT=
	issuer_start
	settings 0
}

bearer() {
	publish keys '200 OK' "$(set_of e1)"
	m client create --bearer --tenant-id "$TID" --keys-url "https://127.0.0.1:$KEYS_PORT/keys" > "$T/out"
	is "$?" 0 'ENTRA-A04 an issuer of bearer tokens'
	before=$(asked)
	for i in 1 2; do
		AUTH="Bearer $(jwt '{"alg":"ES256","kid":"e1"}' "$(claims ".iss=\"https://sts.windows.net/$TID/\"|.aud=\"8adf8e6e-67b2-4cf2-a259-e3dc5476c621\"")" es256 "$T/ec.pem")" \
		    scim GET /Users
		is "$STATUS $(asked)" "200 $((before + 1))" "ENTRA-A04 its keys are fetched once: $i"
	done
	AUTH=
	m client create --bearer --tenant-id 00000000-0000-4000-8000-000000000001 > "$T/out"
	is "$?" 0 "ENTRA-A04 Entra's own keys are where they are"
	trusting_entra=$(m client create --tenant-id "$TID" --audience a --subject s)
	is "$(echo "$trusting_entra" | grep -c secret)" 0 'ENTRA-A03 nor has a client a secret that trusts Entra'
	settings "${AT:-0}" "127.0.0.1:$KEYS_PORT"
	CLIENT=$(echo "$trusting_entra" | sed -n 's/^Client id: *//p')
	[ "$MODE" = http ] || unreachable "does not list 'login.microsoftonline.com'" 'which must be listed'
}

mkdir "$T/www"
publish ready '200 OK' '{}'
mkfifo "$T/www/silent"
new_keys
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout "$T/server.key" -out "$T/server.crt" 2>> "$T/log"
store_new
issuer_start
fetched
where
wrong
bearer
MODE=http
store_new
server_start 2 http --keys-hosts "127.0.0.1:$KEYS_PORT" --keys-ca "$T/server.crt"
bearer
done_testing
