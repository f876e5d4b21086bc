#!/bin/sh
# A target is asked what it is able to do before it is provisioned: what it
# says, what it does, and what both mean for how it is spoken to.
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
MODE=probe

# probe [MEMBERS] [writes]: the result as the last body
probe() {
	printf '{"url":"%s","secret":"%s"%s}' "${BASE:-$TARGET}" "${SECRET-s3cret}" "${1:+,$1}" > "$T/settings"
	TARGET_LIMIT_MS=${LIMIT:-5000} "$BUILD/tests/target_tool" probe "$(cat "$T/settings")" ${2:+"$2"} > "$T/body" 2> "$T/said"
	cat "$T/said" >> "$T/log"
}

# found LEVEL: what was found at that level, in one line
found() {
	jq -r --arg l "$1" '[.findings[]|select(.level==$l).text]|join(" ")' "$T/body"
}
dialect() {
	jq -rc "[.dialect|$1]|map(tostring)|join(\" \")" "$T/body"
}
urn=urn:ietf:params:scim:schemas

# A target that says nothing of itself.
target_start
probe
is "$(json .ok) $(found error)" 'true ' 'PS-021 a search for what nobody has finds nothing'
is "$(json '[.steps[]|"\(.method) \(.status)"]|join(",")')" 'GET 404,GET 404,GET 404,GET 200,GET 200' 'CLI-01 without discovery'
is "$(json '.steps[3].path|test("^/Users\\?filter=userName%20eq%20%22[0-9a-f-]{36}%22$")')" true 'CLI-07 the filter is encoded'
is "$(dialect '.patch,.paging,.bulk,.externalId,.etag,.search,.booleans,.memberBatch')" 'paths index 0 true false false json 100' 'the usual is proposed'
is "$(json '.endpoints|"\(.User) \(.Group)"')" '/Users /Groups' 'CLI-02 and the usual endpoints'
is "$(json '.steps[3].answer|fromjson.totalResults')" 0 'PS-022 the answer is kept as it came'

# One that says a lot.
target_script << EOF
set config {"patch":{"supported":false},"bulk":{"supported":true,"maxOperations":5000,"maxPayloadSize":1048576},"filter":{"supported":true,"maxResults":200},"etag":{"supported":true},"pagination":{"cursor":true,"index":false}}
set types {"Resources":[{"name":"User","endpoint":"People","schema":"$urn:core:2.0:User"},{"name":"Group","endpoint":"https://x.test/scim/Teams","schema":"$urn:core:2.0:Group"}]}
set schemas {"Resources":[{"id":"$urn:core:2.0:User","attributes":[{"name":"userName","required":true},{"name":"title","required":true}]}]}
EOF
probe
is "$(dialect '.patch,.paging,.bulk,.etag')" 'put cursor 1000 true' 'CLI-08 CLI-12 CLI-16 CLI-21 what it says becomes the proposal'
is "$(json '.endpoints|"\(.User) \(.Group)"')" '/People /Teams' 'CLI-02 endpoints of ResourceTypes, however they are written'
is "$(json '.steps[3].path|startswith("/People?")')" true 'and there it is asked'
is "$(json .ok) $(found error)" 'false There are no users at /People (status 404).' 'PS-021 where nothing is'
is "$(found note | grep -c 'must have title')" 1 'PS-058 CLI-24 what a user must have there'
target_script << 'EOF'
set config {"bulk":{"supported":true,"maxOperations":1,"maxPayloadSize":10},"patch":{"supported":"yes"},"pagination":{"cursor":true,"index":true}}
set types [{"name":"User","endpoint":"/Users"}]
set schemas "nothing"
EOF
probe
is "$(json .ok) $(dialect '.patch,.paging,.bulk')" 'true paths index 0' 'CLI-01 discovery that is half right is a hint'

# Answers to the search.
# search SCRIPT OK LEVEL TEXT
search() {
	echo "$1" | target_script
	probe
	is "$(json .ok) $(found "$3" | grep -c "$4")" "$2 1" "PS-021 ${5-} $1"
}
search 'set missing 404' true warning 'answered with 404' CLI-19
search '* GET ^/Users body {"schemas":[]}' false error 'no SCIM list'
search '* GET ^/Users body <html>welcome</html>' false error 'no SCIM list'
search '* GET ^/Users status 404' false error 'no users at /Users'
search '* GET ^/Users status 500' false error 'the status 500'
search '* GET ^/Users status 403' false error 'our credentials'
search '* GET ^/Users total 7' false error 'does not heed filters' CLI-19
search 'set filter off' false error 'the status 400'
search 'set token other' false error 'our credentials'
search '* GET externalId status 400' true warning 'matched by userName alone'
is "$(dialect .externalId)" false 'which is proposed'
search '* GET filter status 403/sensitive' true note 'POST /.search' CLI-20
is "$(dialect '.search,.externalId') $(json '[.steps[]|select(.method=="POST").status]|join(" ")')" 'true true 200 200' 'CLI-20 and is asked so'
search '* GET ^/Users body {"TOTALRESULTS":0}' true note 'the usual is taken' CLI-18
echo '* GET ^/ hang' | target_script
LIMIT=300 probe
is "$(json .ok) $(found error | grep -c 'does not answer: Operation timed out')" 'false 1' 'one that does not answer in time'
probe '"authentication":"client","clientId":"a","tokenUrl":"'"$TARGET_ORIGIN"'/nosuch"'
is "$(json .ok) $(found error | grep -c 'no token')" 'false 1' 'PS-021 no token'

# A user who is made, changed and deleted.
echo | target_script
target_forget
probe '' writes
is "$(json .ok) $(dialect '.patch,.booleans') $(found warning)" 'true paths json ' 'a user is made, changed and deleted'
is "$(target_asked | grep -v '^GET' | cut -d' ' -f1,3 | tr '\n' ' ')$(target_says users.tsv | wc -l | tr -d ' ')" 'POST 201 PATCH 200 DELETE 204 0' 'nothing is left'
echo 'set patch off' | target_script
probe '' writes
is "$(json .ok) $(dialect .patch) $(found warning)" "true put PATCH does not do what it should; 'put' does." 'CLI-08 no PATCH, though nobody said so'
echo '1 PATCH ^/Users status 400' | target_script
probe '' writes
is "$(json .ok) $(dialect .patch)" 'true merged' 'PATCH in another style'
echo '1 POST ^/Users status 400' | target_script
probe '' writes
is "$(json .ok) $(dialect .booleans)" 'true text' 'booleans as text'
echo '* DELETE ^/Users status 403' | target_script
probe '' writes
is "$(json .ok) $(found warning | grep -c 'could not be deleted (status 403)')" 'true 1' 'one that cannot be deleted is named'
echo '* POST ^/Users cut-after' | target_script
probe '' writes
is "$(json .ok) $(found warning | grep -c 'may have been made')" 'true 1' 'one that may be left is named'
BASE=http://192.0.2.1/ probe
is "$(cat "$T/said")" "target_tool: url: 'http://192.0.2.1' is no https URL" 'CLI-03 no token over plain HTTP'
target_stop

# muster itself, behind lighttpd with TLS.
store_new
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/tls.key" -out "$T/ca.pem" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>> "$T/log"
cat "$T/tls.key" "$T/ca.pem" > "$T/tls.pem"
server_start 2 https --tls-pem "$T/tls.pem"
SECRET=$TOKEN
export TARGET_CA_FILE="$T/ca.pem"
BASE=https://localhost:$PORT/scim/v2 probe '' writes
is "$(json .ok) $(found error)$(found warning)" 'true ' 'PS-021 muster as the target, over TLS'
is "$(dialect '.patch,.externalId,.booleans,.etag')" 'paths true json true' 'and what is proposed for it'
is "$(json '[.steps[].status]|max')" 404 'no step failed, and who was deleted is not found'
BASE=https://127.0.0.1:$PORT/scim/v2 probe
is "$(json .ok) $(found error | grep -c 'does not answer')" 'false 1' 'CLI-03 a certificate of another name'
TARGET_CA_FILE=
BASE=https://localhost:$PORT/scim/v2 probe
is "$(json .ok) $(found error | grep -c 'certificate')" 'false 1' 'CLI-03 one by nobody we know'
export TARGET_CA_FILE="$T/ca.pem"
SECRET=mst_wrong
BASE=https://localhost:$PORT/scim/v2 probe
is "$(json .ok) $(found error | grep -c 'credentials')" 'false 1' 'PS-021 a token that muster does not know'

# With an OAuth client of muster.
"$BIN/muster" client create --store "$T/store" > "$T/client" 2>> "$T/log"
SECRET=$(sed -n 's/^Client secret: *//p' "$T/client")
for place in header body; do
	BASE=https://localhost:$PORT/scim/v2 probe "\"authentication\":\"client\",\"clientId\":\"$(sed -n 's/^Client id: *//p' "$T/client")\",\"credentialLocation\":\"$place\",\"tokenUrl\":\"https://localhost:$PORT/oauth2/token\""
	is "$(json .ok) $(found error)" 'true ' "PS-020 a client of muster, its secret in the $place"
done
server_stop
rm -f "$T/body"
done_testing
