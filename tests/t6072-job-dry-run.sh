#!/bin/sh
# muster job dry-run shows what a job would do, and job match who is who at the
# target; nothing is written (PS-040 to PS-044, PS-047, PS-089, PS-100, PS-122;
# spec provisioning.md sections 2.4, 2.8 and 2.9).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=dry

dry() {
	m job dry-run --store "$T/store" "$@" crm
}

match() {
	m job match --store "$T/store" "$@" crm
}

# summary: the last line of JSON
summary() {
	tail -1 "$T/out" | jq -c '.summary|del(.[]|select(. == 0))'
}

there() {
	"$BIN/muster" export --store "$T/store" --tenant target 2> /dev/null | jq -S . | cksum
}

user() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1\",\"displayName\":\"$1\",\"active\":${2:-true}}"
	ID=$(jq -r .id "$T/body")
}

# there_is USERNAME DISPLAYNAME: at the target
there_is() {
	curl -s -H "Authorization: Bearer $(cat "$T/secret")" -H 'Content-Type: application/scim+json' \
	    -d "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1\",\"displayName\":\"$2\",\"active\":true}" "$ORIGIN/scim/target/v2/Users" | jq -r .id
}

edit() {
	printf '%s' "$1" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	is "$rc $(cat "$T/err")" '0 ' "$2"
}

target_server
user anna
anna=$ID
user bert
bert=$ID
user carl false
user dora
scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"Sales\",\"members\":[{\"value\":\"$anna\"}]}"
bert_there=$(there_is bert Bertram)
stranger=$(there_is zoe Zoe)
m job create --store "$T/store" --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" crm
edit '{"scope":{"mode":"all"}}' 'a job of everybody, which never ran'
before=$(there)

dry --json
is "$rc $(cat "$T/err")" '0 ' 'what it would do'
is "$(summary)" '{"create":3,"update":1,"skipped":1}' 'in numbers'
is "$(jq -r 'select(.source.name == "bert")|.modified[]|select(.name == "displayName")|"\(.old) > \(.new)"' "$T/out")" 'Bertram > bert' 'who is there is compared with what the target has'
is "$(jq -r 'select(.source.name == "anna")|.modified[]|select(.name == "userName")|.new' "$T/out")" anna 'attribute by attribute (PS-100)'
dry
like "$(cat "$T/out")" "^create       success  User anna $anna" 'for people by names'
like "$(cat "$T/out")" 'changes      .*: null > ' 'with what changes'
like "$(cat "$T/out")" '^create       3$' 'and numbers'
is "$(grep -c carl "$T/out")" 0 'without who is skipped'
is "$(there)" "$before" 'the target is as it was'
is "$(find "$T/store/sync" -type f 2> /dev/null | wc -l) $("$BIN/muster" job show --store "$T/store" crm | sed -n 's/^state *//p')" '0 notRun' 'and so is the job, and its log'

match --json
is "$rc $(cat "$T/err")" '0 ' 'who is who'
is "$(summary)" '{"matched":1,"new":3,"orphan":1}' 'matched, new, and nobody of ours'
is "$(jq -r 'select(.match == "matched")|"\(.source) \(.target) \(.by)"' "$T/out")" "$bert $bert_there match" 'who is matched, and to whom (PS-040)'
is "$(jq -r 'select(.match == "orphan")|"\(.name) \(.target)"' "$T/out")" "zoe $stranger" 'whom the target has alone (PS-047)'
match
like "$(cat "$T/out")" "^orphan     User   zoe  *$stranger" 'for people, too'
is "$(there)" "$before" 'the target is as it was'

printf '%s' '{"rollout":{"objects":2}}' > "$T/changes"
dry --json --file "$T/changes"
is "$(summary | jq -c '[.skipped, (.create // 0) + (.update // 0)]')" '[3,2]' 'a staged rollout has so many for now'
m job start --store "$T/store" crm
work 'the initial cycle'
dry --json
is "$(summary)" '{"skipped":5}' 'what is done is not done again (PS-074)'
match --json
is "$(summary)" '{"matched":4,"orphan":1}' 'all are linked (PS-044)'
is "$(jq -r 'select(.match == "matched").by' "$T/out" | sort -u)" link 'by their links'

m job pause --store "$T/store" crm
printf '%s' '{"scope":{"mode":"assigned"}}' > "$T/changes"
before=$(there)
dry --json --file "$T/changes"
is "$(summary)" '{"disable":3,"delete":1,"skipped":1}' 'what another definition would do (PS-122)'
printf '%s' '{"scope":{"mode":"assigned"},"guard":{"count":2}}' > "$T/changes"
dry --json --file "$T/changes"
is "$(summary)" '{"disable":2,"held":2,"skipped":1}' 'the guard would hold the rest (PS-089)'
printf '%s' '{"scope":{"mode":"some"}}' > "$T/changes"
dry --file "$T/changes"
is "$rc $(cat "$T/out")" '1 ' 'a definition that is wrong is refused'
like "$(cat "$T/err")" 'scope.mode' 'with its place'
is "$(there) $("$BIN/muster" job history --store "$T/store" --json crm | jq -s length)" "$before 2" 'nothing was changed'
scim DELETE "/Users/$anna"
dry
like "$(cat "$T/out")" "^delete       success  User anna $anna" 'who is gone, by the name that the target knows'

# A target that is not there is asked once, not about everybody.
printf '%s' '{"target":{"url":"http://127.0.0.1:9/scim","secret":"x"},"scope":{"mode":"all"}}' > "$T/changes"
user eva
dry --file "$T/changes"
is "$rc $(grep -c '^create' "$T/out")" '1 0' 'a target that cannot be reached'
like "$(cat "$T/err")" 'the target cannot be reached' 'is told'

"$BIN/muster" job show --store "$T/store" --json crm > "$T/job"
edit "$(jq '{rules: [.definition.rules[] | .mappings |= map(del(.match) | if .target == "displayName" then .match = 1 else . end)]}' "$T/job")" 'matched by displayName'
there_is eva1 eva > /dev/null
there_is eva2 eva > /dev/null
match --json
is "$(jq -r 'select(.match == "ambiguous")|"\(.name) \(.code)"' "$T/out")" 'eva DuplicateTargetEntries' 'two who match are ambiguous (PS-043)'
match
like "$(cat "$T/out")" '^ambiguous  User   eva .* 2 objects of the target match' 'and told so'
m job dry-run --store "$T/store" nojob
is "$rc $(cat "$T/out")" '1 ' 'no job of that name'
done_testing
