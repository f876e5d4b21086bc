#!/bin/sh
# /admin/v1/breakers: who is held, the names, release and discard (issue 5: the
# breaker; roles; AUTH-03, TEN-02).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh

administrators() {
	OPERATOR=$(administrator operator --all-tenants)
	AUDITOR=$(administrator auditor --all-tenants)
	DESIGNER=$(administrator designer --all-tenants)
	m tenant create acme
	OWN=$(administrator operator)
	OTHER=$(administrator operator --tenant acme)
	ADMIN=$OPERATOR
}

# held LABEL [OPTIONS]: a credential that may delete 2 of the 5 it tried; its
# id in CRED, the users in IDS
held() {
	label=$1
	shift
	SECRET=$(credential --label "$label" --breaker-count 2 "$@")
	m token list
	CRED=$(awk -v l="$label" '$NF == l { print $1 }' "$T/out")
	IDS=
	for n in 1 2 3 4 5; do
		new_user "$label$n"
		IDS="$IDS $ID"
	done
	CODES=
	for i in $IDS; do
		AUTH="Bearer $SECRET" scim DELETE "/Users/$i"
		CODES="$CODES$STATUS "
	done
	AUTH=
}

# names LIST: in that list of the last answer
names() {
	json "[.Resources[]|select(.list == \"$1\")|\"\\(.act) \\(.type) \\(.name)\"]|sort|join(\", \")"
}

sees() {
	held killer
	is "$CODES" '204 204 429 429 429 ' 'three of five are held'
	ADMIN=$AUDITOR admin GET /breakers
	is "$STATUS $(json '.Resources[]|"\(.credential) \(.tenant) \(.state) \(.taken) \(.base)"')" "200 $CRED default held 2 5" 'who is held'
	json_is '.Resources[0]|"\(.heldAt != null) \(.releasedUntil)"' 'true null' 'since when'
	admin GET '/breakers?tenant=acme'
	json_is .totalResults 0 'nobody in another tenant'
	for row in 'state eq "held":1' 'state eq "released":0' "credential eq \"$CRED\" and taken gt 1:1" \
	    'taken gt 2:0' 'tenant sw "def" and heldAt pr:1' 'releasedUntil pr:0' 'not (state eq "held"):0'; do
		admin GET "/breakers?filter=$(printf %s "${row%:*}" | jq -sRr @uri)"
		is "$STATUS $(json .totalResults)" "200 ${row##*:}" "those that a filter keeps: ${row%:*}"
	done
	for words in 'state eq' 'state[value eq "held"]' ')'; do
		admin GET "/breakers?filter=$(printf %s "$words" | jq -sRr @uri)"
		error_is 400 invalidFilter "no filter: $words"
	done
	ADMIN=$AUDITOR admin GET "/breakers/$CRED"
	is "$STATUS $(json '"\(.state) \(.totalResults)"') $(names taken); $(names held)" \
	    '200 held 5 delete User killer1, delete User killer2; delete User killer3, delete User killer4, delete User killer5' 'and the names'
	admin GET "/breakers/$CRED?startIndex=2&count=2"
	json_is '"\(.totalResults) \(.itemsPerPage) \([.Resources[]|.list]|join(" "))"' '5 2 taken held' 'a page of them'
	admin GET /breakers/nobody
	not_there 'of nobody nothing is noted'
}

# Nobody decides who may not.
roles() {
	for verb in release discard; do
		ADMIN=$AUDITOR admin POST "/breakers/$CRED/$verb" '{}'
		may_not "AUTH-03 an auditor does not $verb"
		ADMIN=$OTHER admin POST "/breakers/$CRED/$verb" '{}'
		not_there "TEN-02 $verb in another tenant"
		ADMIN=$OTHER admin POST "/breakers/$CRED/$verb?tenant=default" '{}'
		not_there "TEN-02 $verb in it by its name"
		admin POST "/breakers/$CRED/$verb" '{"x":1}'
		error_is 400 invalidValue "$verb takes no x"
		admin POST "/breakers/nobody/$verb" '{}'
		not_there "$verb nobody"
	done
	ADMIN=$DESIGNER admin GET /breakers
	may_not 'AUTH-03 a designer does not see them'
	ADMIN=$OTHER admin GET /breakers
	json_is .totalResults 0 'TEN-02 nor another tenant'
	ADMIN=$OTHER admin GET "/breakers/$CRED"
	not_there 'TEN-02 not even by its id'
	ADMIN=$OPERATOR
	for span in 1x 5 1999-01-01; do
		admin POST "/breakers/$CRED/release" "{\"for\":\"$span\"}"
		error_is 400 invalidValue "not for $span"
	done
	admin GET "/breakers/$CRED"
	json_is .state held 'it is held still'
}

releases() {
	ADMIN=$OWN admin POST "/breakers/$CRED/release" '{"for":"2h"}'
	is "$STATUS $(json '"\(.credential) \(.state) \(.releasedUntil != null) \(.heldAt)"')" "200 $CRED released true null" 'it is released'
	AUTH="Bearer $SECRET" scim DELETE "/Users/${IDS##* }"
	status_is 204 'and goes on'
	AUTH=
	admin GET "/breakers/$CRED"
	is "$(names held)" '' 'nothing is held'
	m audit list --id "$CRED" --operation breaker --json
	is "$(jq -r '.change|"\(.breaker) \(.actor)"' "$T/out" | tail -1)" "released $(ADMIN=$OWN admin GET /me && json .id)" 'the audit knows who it was'
	ADMIN=$OPERATOR
}

# Deletions that are kept aside come back, or are done.
quarantine() {
	held aside --breaker-quarantine 1
	is "$CODES" '204 204 204 204 204 ' 'all are answered as done'
	admin GET "/breakers/$CRED"
	is "$(names pending)" 'delete User aside3, delete User aside4, delete User aside5' 'and wait'
	admin POST "/breakers/$CRED/discard" '{}'
	is "$STATUS $(json .state)" '200 counting' 'what it wanted is forgotten'
	AUTH="Bearer $SECRET" scim GET "/Users/${IDS##* }"
	status_is 200 'it sees them again'
	AUTH=
	held again --breaker-quarantine 1
	admin POST "/breakers/$CRED/release" '{}'
	is "$STATUS $(json .state)" '200 released' 'or they go'
	scim GET "/Users/${IDS##* }"
	status_is 404 'for everybody'
}

# bulk OPERATIONS
bulk() {
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":$1}"
}

# pending N LABEL: so many deletions are kept aside, of users LABEL...
pending() {
	SECRET=$(credential --label "$2" --breaker-count 1 --breaker-quarantine 1)
	m token list
	CRED=$(awk -v l="$2" '$NF == l { print $1 }' "$T/out")
	for half in 1 2; do
		operations=$(for n in $(seq "$half" 2 "$(($1 + 1))"); do
			printf '{"method":"POST","path":"/Users","bulkId":"m%d","data":{"schemas":["%s"],"userName":"%s%04d"}},' "$n" "$USER_URN" "$2" "$n"
		done)
		bulk "[${operations%,}]"
		operations=$(json '.Operations[]|{method:"DELETE",path:(.location|sub(".*/Users";"/Users"))}' | jq -sc .)
		AUTH="Bearer $SECRET" bulk "$operations"
	done
	AUTH=
	query /Users "userName sw \"$2\"" 'count=0'
	is "$(json .totalResults)" "$1" "$1 deletions are pending"
}

# unseen: what the one that is held is answered while it is released, other
# than that none of those that it deleted is there
unseen() {
	"$BIN/muster" breaker release --store "$T/store" "$CRED" > "$T/released" 2>&1 &
	release=$!
	while kill -0 "$release" 2> /dev/null; do
		AUTH="Bearer $SECRET" query /Users 'userName sw "dropped"' 'count=0'
		echo "$STATUS $(json .totalResults)"
	done | sort -u | grep -v '^200 0$'
	wait "$release" || echo "not released: $(cat "$T/released")"
}

# However much is pending, a request does a bounded part of it.
parts() {
	pending 1250 parted
	admin POST "/breakers/$CRED/release" '{}'
	is "$STATUS $(json '"\(.state) \(.releasedUntil)"')" '202 held null' 'issue 5: of 1,250 that are pending one request does not do all'
	query /Users 'userName sw "parted"' 'count=0'
	is "$(json .totalResults)" 250 'but a thousand'
	AUTH="Bearer $SECRET" query /Users 'userName sw "parted"' 'count=0'
	is "$(json .totalResults)" 0 'to the one that is held all are gone'
	AUTH=
	admin POST "/breakers/$CRED/release" '{}'
	is "$STATUS $(json .state)" '200 released' 'the next goes on'
	query /Users 'userName sw "parted"' 'count=0'
	is "$(json .totalResults)" 0 'to the end'
	pending 1100 dropped
	is "$([ "$MODE" = cgi ] || unseen)" '' 'nobody is back meanwhile for the one that it was held from'
	pending 1100 kept
	admin POST "/breakers/$CRED/discard" '{}'
	is "$STATUS $(json .state)" '202 held' 'so does discard'
	admin POST "/breakers/$CRED/discard" '{}'
	is "$STATUS $(json .state)" '200 counting' 'and ends'
}

# Another token for one that is held is held, and counted with it.
rotates() {
	held turned
	first=$CRED
	IF='*' admin POST "/credentials/$CRED/rotate" '{}'
	is "$STATUS" 201 'issue 5: another token for one that is held'
	other=$(json .id) SECRET=$(json .secret)
	AUTH="Bearer $SECRET" scim DELETE "/Users/${IDS##* }"
	error_is 429 null 'is held'
	AUTH=
	admin GET "/breakers/$other"
	is "$STATUS $(json '"\(.credential) \(.state) \(.taken)"')" "200 $first held 2" 'with what it has taken, under either id'
	m breaker show "$other"
	is "$rc $(grep -c ^held "$T/out")" '0 3' 'for muster breaker, too'
	admin POST "/breakers/$other/release" '{"for":"0d"}'
	is "$STATUS $(json .state)" '200 counting' 'it is released by its own id'
	AUTH="Bearer $SECRET" scim DELETE "/Users/${IDS##* }"
	status_is 204 'and goes on'
	AUTH=
	IF='*' admin POST "/credentials/$other/rotate" '{}'
	third=$(json .secret)
	# shellcheck disable=SC2086 # ids
	set -- $IDS
	AUTH="Bearer $third" scim DELETE "/Users/$3"
	status_is 204 'a third is counted with it'
	AUTH="Bearer $SECRET" scim DELETE "/Users/$4"
	status_is 429 'and what two of them take away, together'
	AUTH=
	held hidden --breaker-quarantine 1
	IF='*' admin POST "/credentials/$CRED/rotate" '{}'
	third=$(json .secret)
	AUTH="Bearer $third" scim GET "/Users/${IDS##* }"
	status_is 404 'what the one has deleted is not there for the other'
	AUTH=
	admin POST "/breakers/$CRED/discard" '{}'
	AUTH="Bearer $third" scim GET "/Users/${IDS##* }"
	status_is 200 'and comes back for both'
	AUTH=
}

# What is released is not held again, where all are counted: of the server, or
# of the tenant.
counted() {
	SETTINGS='MUSTER_BREAKER_COUNT=2 MUSTER_BREAKER_QUARANTINE=1'
	[ "$MODE" = cgi ] || m tenant set default --breaker-count 2 --breaker-quarantine 1
	held whole
	is "$CODES" '204 204 204 204 204 ' 'each credential is counted'
	admin POST "/breakers/$CRED/release" '{}'
	is "$STATUS $(json .state)" '200 released' 'it is released'
	for i in $IDS; do
		scim GET "/Users/$i"
		status_is 404 'what is released is not held again'
	done
	SETTINGS=
}

run() {
	administrators
	sees
	roles
	releases
	quarantine
	parts
	rotates
	counted
	m verify
	is "$rc" 0 'verify agrees'
}

both run
done_testing
