#!/bin/sh
# Requests to a target that is slow, says that it is too much, fails before
# and after it has done what was asked, or ends its tokens.
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
MODE=target

# settings [MEMBERS]: those of the target, and more
settings() {
	printf '{"url":"%s","secret":"%s","dialect":{"ratePerSecond":%s,"concurrency":%s}%s}' \
	    "${BASE:-$TARGET}" "${SECRET-s3cret}" "${RATE:-0}" "${AT_ONCE:-8}" "${1:+,$1}"
}

# ask [MEMBERS]: the requests in standard input; "OUTCOME STATUS TRIES" each
ask() {
	settings "$@" > "$T/settings"
	TARGET_LIMIT_MS=${LIMIT:-5000} "$BUILD/tests/target_tool" send "$(cat "$T/settings")" > "$T/asked" 2>> "$T/log" ||
	    tail -1 "$T/log"
	cut -d' ' -f1-3 "$T/asked"
}

# many METHOD PATH COUNT [BODY]: counts, in $T/many
many() {
	"$BUILD/tests/target_tool" many "$(settings)" "$@" > "$T/many" 2>> "$T/log" || tail -1 "$T/log"
}
counted() {
	sed -n "s/^$1 //p" "$T/many"
}

# Entries of the journal, "TYPE AUTHORIZATION" of each
journal() {
	target_says journal | jq -r "$1"
}
users() {
	target_says users.tsv | wc -l | tr -d ' '
}
new() {
	echo "POST /Users {\"userName\":\"$1\",\"externalId\":\"$1\"}"
}

target_start
target_script << 'EOF'
set token s3cret
EOF
is "$(new ann | ask)" 'answered 201 1' 'PS-020 a token that stays'
is "$(journal '"\(.type) \(.authorization)"')" 'application/scim+json Bearer s3cret' 'CLI-04 its type and its token'
is "$(new bob | SECRET=wrong ask) $(users)" 'refused 401 1 1' 'CLI-14 another token: nothing is done'
target_script << 'EOF'
set basic me s3cret
EOF
is "$(new bob | ask '"authentication":"basic","clientId":"me"')" 'answered 201 1' 'PS-020 a name and a password'
target_script << 'EOF'
set type application/json
EOF
is "$(new carl | ask)" 'answered 201 2' 'CLI-04 a target that takes application/json alone'

# What may have arrived, and what creates.
target_script << 'EOF'
1 POST /Users cut
EOF
is "$(new dora | ask) $(users)" 'unknown 0 1 3' 'CLI-14 the connection ended before it was done'
target_script << 'EOF'
1 POST /Users cut-after
EOF
is "$(new dora | ask) $(users)" 'unknown 0 1 4' 'CLI-14 and behind it: it is not sent again'
target_script << 'EOF'
1 POST /Users hang-after
EOF
is "$(new emil | LIMIT=300 ask) $(users)" 'unknown 0 1 5' 'CLI-14 no answer in time'
target_script << 'EOF'
1 POST /Users after 500
EOF
is "$(new frida | ask) $(users)" 'unknown 500 1 6' 'CLI-14 500, and it was done'
# Many on connections that are used again: whatever ends, none is sent twice.
target_forget
target_script << 'EOF'
20% POST /Users cut-after
EOF
for i in $(seq 100); do
	new "m$i"
done | ask > "$T/outcomes"
is "$(wc -l < "$T/outcomes" | tr -d ' ') $(grep -vcE 'answered 201 1|unknown 0 1' "$T/outcomes") $(users)" '100 0 106' 'CLI-14 a fifth of the connections ends: each was done'
is "$(journal 'select(.method=="POST").body' | sort | uniq -d | wc -l | tr -d ' ')" 0 'CLI-14 and was sent once'
ok $((! $(grep -c unknown "$T/outcomes"))) 'and some are unknown'

# What may be repeated.
ID=$(target_says users.tsv | head -1 | cut -f5)
target_script << 'EOF'
2 PUT /Users after 500
EOF
is "$(echo "PUT /Users/$ID {\"userName\":\"ann\"}" | ask)" 'answered 200 3' 'CLI-14 PUT after two failures'
target_script << 'EOF'
1 DELETE /Users cut-after
EOF
is "$(echo "DELETE /Users/$ID" | ask)" 'answered 404 2' 'CLI-13 DELETE whose answer was lost'

# Too much.
target_script << 'EOF'
1 * /Users status 429 Retry-After: 1
EOF
from=$(date +%s%N)
is "$(new greta | ask)" 'answered 201 2' 'CLI-14 429: once more'
ok $((($(date +%s%N) - from) / 1000000 < 1000)) 'after the second that was asked for'
target_script << 'EOF'
set rate 50
EOF
target_forget
many GET /Users?count=0 150
is "$(counted answered)" 150 'PS-026 a target that takes 50 a second gets all in the end'
target_script << 'EOF'
set at-once 3
set latency 5
EOF
target_forget
AT_ONCE=32 many GET /Users?count=0 300
is "$(counted answered)" 300 'CLI-14 one that takes three at once, from a client of 32'
ok $(($(counted slowed) > 100)) 'PS-026 the client learns how many'
target_script < /dev/null
target_forget
RATE=100 many GET /Users?count=0 100
is "$(counted answered) $(counted slowed)" '100 0' 'PS-026 our own limit'
ok $(($(counted ms) < 850)) 'holds: 100 take most of a second'
ok $(($(counted ms) > 3000)) 'and is used'
target_script << 'EOF'
set latency 20
EOF
target_forget
AT_ONCE=5 many GET /Users?count=0 50
is "$(target_says counts | jq .atOnceMax)" 5 'PS-026 five at once'

# Tokens of an endpoint.
oauth() {
	ask "\"authentication\":\"client\",\"clientId\":\"me\",\"tokenUrl\":\"$TARGET_ORIGIN/token\",\"oauthScope\":\"scim x\"${1:+,$1}"
}
target_script << 'EOF'
set oauth me s3cret header
EOF
target_forget
is "$({ new o1; new o2; new o3; } | oauth | tr '\n' ' ')" 'answered 201 1 answered 201 1 answered 201 1 ' 'PS-020 client credentials'
is "$(target_says counts | jq -c '[.tokens,."POST /token"]')" '[1,1]' 'one token for three'
target_script << 'EOF'
set oauth me s3cret body
EOF
is "$(new o4 | oauth '"credentialLocation":"body"')" 'answered 201 1' 'PS-020 in the body'
is "$(new o5 | SECRET=no oauth '"credentialLocation":"body"')" 'refused 0 0' 'CLI-14 a wrong secret: nothing is sent'
ok "$(grep -q '"error":"invalid_client"' "$T/asked"; echo $?)" 'PS-022 what the endpoint said'
target_script << 'EOF'
set oauth me s3cret body
2-3 POST /Users status 401
EOF
is "$({ new o6; new o7; new o8; } | AT_ONCE=1 oauth '"credentialLocation":"body"' | tr '\n' ' ')" \
    'answered 201 1 refused 401 2 answered 201 1 ' 'CLI-14 401: one more token, one more try'
target_script << 'EOF'
set oauth me s3cret header
2 POST /token status 503
EOF
is "$(new o9 | oauth)" 'answered 201 1' 'an endpoint that fails twice'

# A signature in place of a secret: by whoever checks it, not by us.
for kind in 'RSA -pkeyopt rsa_keygen_bits:2048' 'EC -pkeyopt ec_paramgen_curve:P-256'; do
	# shellcheck disable=SC2086 # several words
	openssl genpkey -algorithm $kind -out "$T/key.pem" 2>> "$T/log"
	openssl pkey -in "$T/key.pem" -pubout -out "$T/public.pem"
	echo "set assertion me $T/public.pem" | target_script
	target_forget
	SECRET=$(jq -Rs . "$T/key.pem" | sed 's/^"//; s/"$//')
	is "$(new "a${kind%% *}" | ask "\"authentication\":\"assertion\",\"clientId\":\"me\",\"tokenUrl\":\"$TARGET_ORIGIN/token\",\"keyId\":\"k1\"")" \
	    'answered 201 1' "PS-020 an assertion signed by a key: ${kind%% *}"
	head=$(target_says journal | jq -r 'select(.path=="/token").body' | sed 's/.*client_assertion=\([^.]*\).*/\1/' |
	    perl -MMIME::Base64=decode_base64url -e 'print decode_base64url(<STDIN>)')
	is "$(echo "$head" | jq -c '[.typ,.kid]')" '["JWT","k1"]' 'its head'
done
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$T/key.pem" 2>> "$T/log"
SECRET=$(jq -Rs . "$T/key.pem" | sed 's/^"//; s/"$//')
is "$(new other | ask "\"authentication\":\"assertion\",\"clientId\":\"me\",\"tokenUrl\":\"$TARGET_ORIGIN/token\"")" \
    'refused 0 0' 'one by another key is refused'
for bad in '-algorithm RSA -pkeyopt rsa_keygen_bits:1024' '-algorithm ED25519'; do
	# shellcheck disable=SC2086 # several words
	openssl genpkey $bad -out "$T/key.pem" 2>> "$T/log"
	SECRET=$(jq -Rs . "$T/key.pem" | sed 's/^"//; s/"$//')
	is "$(new other | ask "\"authentication\":\"assertion\",\"clientId\":\"me\",\"tokenUrl\":\"$TARGET_ORIGIN/token\"" | cut -c1-40)" \
	    'target_tool: secret: no private key in P' "no key to sign with: $bad"
done
SECRET=s3cret

# A target that is gone: what was not sent is said to be not done.
gone_url=$TARGET
target_stop
is "$({ new p1; echo GET /Users; } | BASE=$gone_url ask | tr '\n' ' ')" 'not-done 0 4 not-done 0 4 ' 'CLI-14 nobody there'
done_testing
