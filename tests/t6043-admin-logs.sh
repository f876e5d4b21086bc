#!/bin/sh
# /admin/v1: logs, the audit, replay, explain, heartbeats (issue 5: all
# searchable by muster log and /admin/v1; roles; AUTH-03, TEN-02).
. "$(dirname "$0")/lib.sh"
. tests/admin.sh

administrators() {
	DESIGNER=$(administrator designer --all-tenants)
	AUDITOR=$(administrator auditor --all-tenants)
	m tenant create acme
	OWN=$(administrator auditor)
	OTHER=$(administrator auditor --tenant acme)
	ADMIN=$AUDITOR
}

# when_logged ID: a record is written after the answer
when_logged() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		m log --request "$1" --json
		[ -s "$T/out" ] && return
		sleep 0.1
	done
}

# ids: of the records of the last answer
ids() {
	json '[.Resources[].id]|join(" ")'
}

traffic() {
	new_user anna '"password":"s3cr3t-pass"'
	anna=$ID made=$(header Request-Id)
	patch "/Users/$anna" '[{"op":"Replace","path":"active","value":"False"}]'
	changed=$(header Request-Id)
	scim GET "/Users/01900000-0000-7000-8000-000000000000"
	missed=$(header Request-Id)
	AUTH='Bearer mst_wrong' scim GET /Users
	AUTH='' nobody=$(header Request-Id)
	when_logged "$missed"
}

searches() {
	admin GET "/log?tenant=default&id=$anna"
	is "$STATUS $(ids)" "200 $changed $made" 'the log, the newest first, by a resource'
	json_is '.Resources[0]|"\(.method) \(.status) \(.tolerances|join(" "))"' 'PATCH 200 op-in-any-case string-booleans' 'what muster log has'
	json_is '"\(.itemsPerPage) \(has("nextCursor"))"' '2 false' 'all of it'
	while IFS='	' read -r query want; do
		eval "admin GET \"/log?tenant=default&$query\""
		is "$(ids)" "$(eval "echo $want")" "by $query"
	done << 'X'
request=$changed	$changed
request=$anna	
status=404	$missed
status=4xx&path=/Users/	$missed
method=patch	$changed
method=post&type=user	$made
type=group	
credential=nobody	
id=$anna&until=1h	
id=$anna&since=1h&method=POST	$made
X
	while IFS='	' read -r query text; do
		admin GET "/log?tenant=default&$query"
		is "$STATUS $(json .scimType) $(json .detail | grep -c "$text")" '400 invalidValue 1' "no search by $query"
	done << 'X'
status=99	4xx
since=soon	'since' takes
until=soon	'until' takes
count=x	'count' must be a number
cursor=x	nextCursor
nobody=x	true or false
id=a&id=b	more than once
X
	admin GET /log
	error_is 400 invalidValue 'a log is of one tenant'
	admin GET '/log?nobody=true&status=401'
	is "$(json '[.Resources[]|select(.id == "'"$nobody"'")]|length') $(json '[.Resources[].tenant]|unique|join(" ")')" '1 0' \
	    'who could not come in stands in a log of its own'
}

# Page by page until there is no more; what is asked meanwhile is not in it.
pages() {
	for n in 1 2 3 4 5 6 7; do
		scim GET "/Users/page-$n"
	done
	when_logged "$(header Request-Id)"
	m log --path /Users/page- --json
	all=$(jq -r .id "$T/out" | sort | tr '\n' ' ')
	next='' seen='' turns=0
	while [ $turns -lt 20 ]; do
		admin GET "/log?tenant=default&path=/Users/page-&count=3${next:+&cursor=$next}"
		[ "$(json .itemsPerPage)" -le 3 ] || break
		seen="$seen $(ids)"
		next=$(json '.nextCursor // empty')
		turns=$((turns + 1))
		scim GET "/Users/page-late-$turns"
		[ -n "$next" ] || break
	done
	# shellcheck disable=SC2086 # a list
	is "$turns $(printf '%s\n' $seen | sort | tr '\n' ' ')" "3 $all" 'three pages have each record once'
	# shellcheck disable=SC2086 # a list
	is "$(printf '%s\n' $seen | sort -r | tr '\n' ' ')" "$(printf '%s\n' $seen | tr '\n' ' ')" 'the newest first'
}

records() {
	admin GET "/log/$changed?tenant=default"
	is "$STATUS $(json '"\(.id) \(.method)"') $(header Content-Type)" "200 $changed PATCH application/json" 'one record'
	m log --request "$changed" --json
	is "$(jq -cS . "$T/body")" "$(jq -cS . "$T/out")" 'as muster log --json has it'
	admin GET "/log/$anna?tenant=default"
	not_there 'by its own id, not by that of a resource'
	admin GET "/log/$changed?tenant=acme"
	not_there 'nor in the log of another tenant'
}

# Of a tenant that keeps bodies.
replays() {
	m tenant set default --log-bodies answers
	patch "/Users/$anna" '[{"op":"Replace","path":"title","value":"Boss"},{"op":"replace","path":"password","value":"0ther-s3cret"}]'
	kept=$(header Request-Id)
	when_logged "$kept"
	admin GET "/log/$kept?tenant=default"
	json_is '"\(.body.Operations[0].value) \(.body.Operations[1].value) \(.answer.title)"' 'Boss (redacted) Boss' 'one record has its bodies, without secrets'
	admin GET "/log?tenant=default&request=$kept"
	json_is '.Resources[0]|"\(.status) \(has("body")) \(has("answer"))"' '200 false false' 'a list leaves them out'
	patch "/Users/$anna" '[{"op":"replace","path":"title","value":"Clerk"}]'
	scim GET "/Users/$anna"
	version=$(json .meta.version)
	admin POST "/log/$kept/replay?tenant=default" '{"dryRun":true}'
	is "$STATUS $(json '.status')" '200 200' 'what it would be answered now'
	json_is '.changes[0]|"\(.operation) \(.id) \(.before.title) \(.after.title) \(.request)"' "patch $anna Clerk Boss $kept" 'what it would change, field by field'
	json_is '"\(.tolerances|join(" ")) \(.redacted) \(.changes|length)"' 'op-in-any-case true 1' 'what would be forgiven'
	scim GET "/Users/$anna"
	json_is '"\(.title) \(.meta.version)"' "Clerk $version" 'and nothing is changed'
	m audit list --request "$kept" --json
	is "$(wc -l < "$T/out" | tr -d ' ')" 1 'nor noted'
	m log --request "$kept" --json
	is "$(wc -l < "$T/out" | tr -d ' ')" 1 'nor is the log told of it again'
	for body in '{}' '{"dryRun":false}' '{"dryRun":"true"}' '{"dryRun":true,"x":1}'; do
		admin POST "/log/$kept/replay?tenant=default" "$body"
		error_is 400 invalidValue "nothing is sent twice: $body"
	done
	admin POST "/log/$missed/replay?tenant=default" '{"dryRun":true}'
	error_is 400 invalidValue 'what only reads changes nothing'
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"anna\"}"
	taken=$(header Request-Id)
	when_logged "$taken"
	admin POST "/log/$taken/replay?tenant=default" '{"dryRun":true}'
	json_is '"\(.status) \(.answer.scimType) \(.changes|length)"' '409 uniqueness 0' 'what would be refused, and why'
}

audits() {
	m audit list --id "$anna" --json
	admin GET "/audit?tenant=default&id=$anna"
	is "$STATUS $(json '[.Resources[].n]|reverse|join(" ")')" "200 $(jq -r .n "$T/out" | tr '\n' ' ' | sed 's/ $//')" 'the audit, the newest first'
	is "$(json '.Resources[-1]' | jq -cS .)" "$(head -1 "$T/out" | jq -cS .)" 'an entry whole, with its hash'
	admin GET "/audit?tenant=default&request=$changed"
	json_is '[.Resources[].change|"\(.operation) \(.after.active)"]|join(" ")' 'patch false' 'what a request has changed'
	admin GET '/audit?tenant=default&type=user&operation=create&count=1'
	json_is '.Resources[0].change.id' "$anna" 'by type and operation'
	admin GET '/audit?type=tenant&operation=create'
	json_is '[.Resources[].change.after.name]|sort|join(" ")' 'acme default' 'of all tenants for who is over all'
	json_is '[.Resources[].n]|. == (sort|reverse)' true 'in their order'
	is "$(grep -cE 's3cr3t|0ther|sealKey|mst_' "$T/body")" 0 'and no secret'
	m audit verify
	admin GET /audit/verify
	is "$STATUS $(json .holds) $(json .head)" "200 true $(sed -n 's/.* head //p' "$T/out")" 'the chain holds'
	head=$(json .head)
	new_user "late-$MODE"
	admin GET /audit/verify
	is "$(json .head) $(($(json .waiting) >= 1))" "$head 1" 'what it has not come to yet is counted'
	admin GET "/audit?tenant=default&count=1"
	admin GET "/audit/verify?changes=true&head=$head"
	is "$(json .holds) $(($(json .entries) > ${head%%:*}))" 'true 1' 'and so does a head that was noted'
	admin GET "/audit/verify?head=${head%%:*}:$(printf '%s' "${head#*:}" | tr 0-9a-f 1-9a-f0)"
	is "$STATUS $(json .holds) $(json .detail | grep -c 'has not the hash')" '200 false 1' 'but no other head'
	admin GET '/audit/verify?head=7'
	error_is 400 invalidValue 'which is a number and a hash'
}

# One byte of the files: it is told, and mended.
damage() {
	file=$(find "$T/store/audit" -name '2*' | head -1)
	cp -p "$file" "$T/sound"
	perl -0777 -pi -e 's/anna/anne/' "$file"
	admin GET /audit/verify
	is "$STATUS $(json .holds) $(json .detail | grep -c 'another hash')" '200 false 1' 'one changed byte is found'
	cp "$T/sound" "$file"
	admin GET /audit/verify
	json_is .holds true 'and mended'
}

explains() {
	ADMIN=$DESIGNER
	admin GET '/explain?tenant=default&filter=userName%20eq%20%22anna%22'
	is "$STATUS $(json '"\(.plan) \(.candidates) \(.found) \(.rowsScanned) \(.keysRead.resources)"')" '200 keys 1 1 1 1' 'a filter on an index'
	admin GET '/explain?tenant=default&type=User&filter=nickName%20co%20%22x%22'
	json_is '"\(.plan) \(.found) \(.total == .rowsScanned) \(.terms|length)"' 'scan 0 true 1' 'and on none'
	admin GET '/explain?tenant=acme&filter=userName%20pr'
	json_is '"\(.total) \(.found)"' '0 0' 'in the tenant that is named'
	while IFS='	' read -r query want; do
		admin GET "/explain?$query"
		is "$STATUS $(json .scimType)" "$want" "explain $query"
	done << 'X'
filter=title%20pr	400 invalidValue
tenant=default	400 invalidValue
tenant=default&filter=title	400 invalidFilter
tenant=default&type=Robot&filter=title%20pr	400 invalidValue
tenant=nobody&filter=title%20pr	404 null
X
	m tenant set acme --types Group
	admin GET '/explain?tenant=acme&type=User&filter=title%20pr'
	error_is 400 invalidValue 'a type that is not in force there'
	ADMIN=$AUDITOR
}

heartbeats() {
	credential --label idle > "$T/idle"
	admin GET '/heartbeats?tenant=default'
	json_is '[.Resources[]|select(.label == "idle")|"\(.state) \(.tenant) \(has("lastSeen"))"]|join(" ")' 'unused default false' 'who was never seen'
	json_is '[.Resources[]|select(.requests > 5)|"\(.state) \(.tenant) \(.quarantine)"]|join(" ")' 'alive default no' 'who is alive'
	json_is '"\(.totalResults == (.Resources|length)) \([.Resources[].tenant]|unique|join(" "))"' 'true default' 'of a tenant'
	admin GET '/heartbeats?tenant=default&filter=state%20eq%20%22unused%22%20and%20label%20co%20%22DL%22'
	json_is '"\(.totalResults) \([.Resources[].label]|unique|join(" "))"' '1 idle' 'those that a filter keeps'
	admin GET '/heartbeats?tenant=default&filter=cycle.requests%20gt%201&count=1000'
	json_is '.totalResults > 0 and all(.Resources[]; .cycle.requests > 1)' true 'by a member of a member'
	admin GET '/heartbeats?count=1'
	json_is '"\(.itemsPerPage) \(.totalResults > 5)"' '1 true' 'of all, a page of them'
}

# An administrator of one tenant: the others are not there.
tenants() {
	ADMIN=$OWN
	admin GET "/log?id=$anna&method=POST"
	is "$(ids)" "$made" 'TEN-02 an administrator of one need not name it'
	for path in /log "/log/$changed" /audit /heartbeats '/explain?filter=title%20pr'; do
		case $path in *\?*) asked="$path&" ;; *) asked="$path?" ;; esac
		ADMIN=$OTHER admin GET "${asked}tenant=default"
		not_there "TEN-02 $path of another tenant"
		cp "$T/body" "$T/there"
		ADMIN=$OTHER admin GET "${asked}tenant=nosuch1"
		is "$(sed 's/nosuch1/default/' "$T/body")" "$(cat "$T/there")" "as one that never was"
	done
	ADMIN=$OTHER admin POST "/log/$kept/replay?tenant=default" '{"dryRun":true}'
	not_there 'TEN-02 nor is a request replayed'
	ADMIN=$OTHER admin GET "/log/$changed"
	not_there 'TEN-02 nor found in its own log'
	ADMIN=$OTHER admin GET '/log?nobody=true'
	not_there 'the log of nobody is for who is over all'
	ADMIN=$OTHER admin GET "/audit?id=$anna"
	json_is .itemsPerPage 0 'TEN-02 it sees no change of another'
	ADMIN=$OTHER admin GET '/audit?type=tenant&operation=create'
	json_is '[.Resources[].change.after.name]|unique|join(" ")' acme 'but those of its own tenant'
	ADMIN=$OTHER admin GET /heartbeats
	json_is '[.Resources[].tenant]|unique|join(" ")' acme 'and the credentials of it'
	ADMIN=$OTHER admin GET /audit/verify
	may_not 'the chain is one for all: AUTH-03'
	ADMIN=$AUDITOR
	for path in '/log?tenant=default' '/audit?tenant=default' '/heartbeats' /audit/verify "/log/$changed?tenant=default"; do
		ADMIN=$DESIGNER admin GET "$path"
		may_not "AUTH-03 a designer does not read $path"
	done
}

run() {
	administrators
	traffic
	searches
	pages
	records
	replays
	audits
	damage
	explains
	heartbeats
	tenants
	m verify
	is "$rc" 0 'verify agrees'
}

both run
done_testing
