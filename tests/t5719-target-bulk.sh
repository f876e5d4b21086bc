#!/bin/sh
# Several requests to a target in one (CLI-21): every operation is answered to
# its own object, nobody is created twice, and no request has more operations
# or bytes than the target takes.
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
. tests/provision.sh
MODE=bulk

# provision NAME BULK: a new store and target with the script in standard
# input, 40 people and a group of them; a job of so many operations a request
provision() {
	store_new
	target_start
	target_script
	seq 40 | sed "s/.*/{\"schemas\":[\"$USER_URN\"],\"userName\":\"p&\",\"displayName\":\"P &\",\"active\":true}/" > "$T/import"
	m import --store "$T/store" "$T/import"
	printf x > "$T/secret"
	m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
	edit "{\"scope\":{\"mode\":\"all\"},\"target\":{\"dialect\":{\"ratePerSecond\":0,\"bulk\":$2}}}"
	m job start --store "$T/store" crm
	work "$1"
}

# there: how many people are there, and who twice
there() {
	echo "$(target_says users.tsv | wc -l | tr -d ' ')$(target_says users.tsv | cut -f1 | sort | uniq -d)"
}

# count NAME: of /-/counts
count() {
	target_says counts | jq -r "$1 // 0"
}

# largest: the most operations, and bytes, of one request that was answered STATUS
largest() {
	target_says journal | jq -s "map(select(.path==\"/Bulk\" and .status==$1)|.body)|\"\(map(fromjson.Operations|length)|max) \(map(length)|max)\""
}

failures() {
	journal 'select(.status=="failure")|"\(.source.name) \(.code)"' | sort
}

provision 'ten in one' 10 << 'X'
set bulk 100
X
is "$(there) $(count '.inBulk["POST /Users"]') $(count '.["POST /Users"]')" '40 40 0' 'CLI-21 all are created by bulk requests'
is "$(largest 200 | tr -d '"' | cut -d' ' -f1)" 10 'CLI-21 of as many operations as the dialect says'
is "$(failures)" '' 'nothing failed'
target_forget
"$BIN/muster" export --store "$T/store" 2> /dev/null | jq -sc --arg s "$GROUP_URN" \
    '(([range(3)]|map("G\(.)")) as $n|{schemas:[$s],displayName:$n[],members:[.[]|select(.userName)|{value:.id}]})' > "$T/import"
m import --store "$T/store" "$T/import"
work 'three groups of all'
is "$(count '"\(.inBulk["POST /Groups"]) \(.inBulk["PATCH /Groups"] + .["PATCH /Groups"])"') $(target_says groups.tsv | awk -F '\t' '{ print split($2, a, ",") }' | tr '\n' ' ')" '3 3 40 40 40 ' 'CLI-21 groups, then their members'

# changed JQ: everybody is exported anew by other mappings or rules
changed() {
	"$BIN/muster" job show --store "$T/store" --json crm | jq -c ".definition|$1" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	is "$rc $(cat "$T/err")" '0 ' "$1"
	target_forget
	work "$1"
}
changed '{rules:(.rules|.[0].mappings|=map(if .target=="title" then {target,constant:"Chief"} else . end))}'
is "$(count '.inBulk["PATCH /Users"]') $(count '.["PATCH /Users"]') $(target_says state | jq '[.Users[]|select(.title=="Chief")]|length') $(failures)" '40 0 40 ' 'CLI-21 changes'
changed '{scope:{mode:"assigned"},guard:{count:0,percent:0},deprovision:{outOfScope:"delete"}}'
is "$(count '.inBulk|"\(.["DELETE /Users"]) \(.["DELETE /Groups"])"') $(there)" '40 3 0' 'CLI-21 deletions'

provision 'its limits' 100 << 'X'
set bulk 4 2000
set config {"bulk":{"supported":true,"maxOperations":4,"maxPayloadSize":2000}}
X
is "$(there) $(count '.inBulk["POST /Users"]')" '40 40' 'CLI-21 the target has limits'
is "$(target_says journal | jq -r 'select(.path=="/Bulk").status' | sort -u)" 200 'CLI-21 that no request exceeds'

provision 'a limit on bytes' 100 << 'X'
set bulk 1000 1200
set config {"bulk":{"supported":true,"maxOperations":1000,"maxPayloadSize":1200}}
X
is "$(there) $(target_says journal | jq -r 'select(.path=="/Bulk").status' | sort -u)" '40 200' 'CLI-21 of bytes'

provision 'limits that it does not tell' 100 << 'X'
set bulk 6
X
is "$(there) $(largest 200 | tr -d '"' | cut -d' ' -f1) $(failures)" '40 5 ' 'CLI-21 413 halves the requests'

provision 'it takes none' 100 << 'X'
set config {"bulk":{"supported":false,"maxOperations":0,"maxPayloadSize":0}}
X
is "$(there) $(count '.["POST /Bulk"]')" '40 0' 'CLI-21 none where it says that it takes none'

provision 'it has none' 10 << 'X'
X
is "$(there) $(count '.["POST /Users"]') $(failures)" '40 40 ' 'CLI-21 where there is no such endpoint each is sent alone'

provision 'one that fails' 100 << 'X'
set bulk 100
1 POST ^/Users status 400/invalidValue
X
is "$(there) $(failures | sed 's/p[0-9]*/one/')" '39 one SystemForCrossDomainIdentityManagementBadRequest' 'CLI-21 one that fails is one that fails'
is "$(journal 'select(.status=="failure").wire|"\(.method) \(.path) \(.status) \(.request|fromjson|has("userName")) \(.response|fromjson.scimType) \(.bulk)"')" 'POST /Users 400 true invalidValue true' 'PS-100 with its own request and answer'

provision 'one that is too much' 100 << 'X'
set bulk 100
1 POST ^/Users status 503
2-2 POST ^/Users status 429
X
is "$(there) $(count '.["POST /Users"]') $(failures)" '40 2 ' 'CLI-21 those alone are sent again'

provision 'versions' 100 << 'X'
set bulk 100
set etag
X
changed '{target:{dialect:{etag:true}},rules:(.rules|.[0].mappings|=map(if .target=="title" then {target,constant:"Chief"} else . end))}'
changed '{rules:(.rules|.[0].mappings|=map(if .target=="title" then {target,constant:"Boss"} else . end))}'
is "$(target_says state | jq '[.Users[]|select(.title=="Boss")]|length') $(failures)" '40 ' 'CLI-12 CLI-21 a version goes with each operation'

for answer in brief bare half; do
	provision "answers that are $answer" 100 << X
set bulk 100
set bulk-answer $answer
X
	is "$(there) $(failures)" '40 ' "CLI-14 CLI-21 $answer: everybody once"
done

for fault in cut cut-after 'after 500' 'status 500' 'body none'; do
	provision "a request: $fault" 20 << X
set bulk 100
1 POST ^/Bulk $fault
X
	is "$(there) $(failures)" '40 ' "CLI-14 CLI-21 $fault: everybody once"
done
done_testing
