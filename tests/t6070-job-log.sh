#!/bin/sh
# muster job log searches the provisioning log (PS-100, PS-103, PS-104; spec
# provisioning.md section 2.10).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=log

log() {
	m job log --store "$T/store" "$@"
}

user() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1\",\"displayName\":\"$1\",\"active\":true}"
	ID=$(jq -r .id "$T/body")
}

target_server
user anna
anna=$ID
user bert
for job in crm other; do
	m job create --store "$T/store" --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" $job
	echo '{"scope":{"mode":"all"}}' > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" $job
done
log
is "$rc $(cat "$T/out" "$T/err")" '0 ' 'a job that never ran has no records'
m job start --store "$T/store" crm
work 'the initial cycle'
since=$(date -u +%Y-%m-%dT%H:%M:%SZ)
log
is "$rc $(wc -l < "$T/out")" '0 2' 'a line for each object'
like "$(grep anna "$T/out")" "^20.*Z  crm  create  success  User anna $anna" 'with time, job, action, status and object (PS-100)'
scim PATCH "/Users/$anna" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"Chief\"}]}"
work 'a change'
log --action update
is "$(wc -l < "$T/out")" 1 'records of an action'
like "$(cat "$T/out")" 'update  success  User anna .*modified=title' 'with the attributes that were changed'
log --object "$anna" --json
is "$(jq -rs 'map(.action)|join(" ")' "$T/out")" 'create update' 'all about one object, by its id, whole (PS-104)'
log --object anna
is "$(wc -l < "$T/out")" 2 'or by its name'
target=$(jq -r .target.id "$T/store/sync/"*/* | head -1)
log --object "$target"
is "$([ "$(wc -l < "$T/out")" -ge 1 ] && echo found)" found 'or by the id that it has at the target'
log --job other
is "$rc $(wc -l < "$T/out")" '0 0' 'of another job there are none'
log --job crm --status success --since "$since" --action create
is "$rc $(cat "$T/err")" '0 ' 'all of it together'
log --status failure
is "$(wc -l < "$T/out")" 0 'nothing has failed'
log --since 1d
is "$(wc -l < "$T/out")" 3 'since a day ago there were three'

for bad in '--job nobody' '--status good' '--action eat' '--code Nope' '--since tomorrow'; do
	# shellcheck disable=SC2086 # two words
	log $bad
	is "$rc $(wc -l < "$T/out")" '1 0' "refused: $bad"
done

# What cannot be done says why, and what helps.
m job pause --store "$T/store" crm
user dora
scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"eva\",\"active\":false}"
m job start --store "$T/store" crm
work 'somebody who is not active'
log --code ImportSkipped
is "$(wc -l < "$T/out")" 1 'by its code'
like "$(cat "$T/out")" 'skipped  User eva .* ImportSkipped: .*; advice: ' 'with the reason and what helps (PS-101)'

"$BIN/muster" job log --store "$T/store" --follow > "$T/followed" 2>&1 &
follower=$!
user fred
work 'while somebody looks'
tries=0
until grep -q 'User fred' "$T/followed" || [ $tries -eq 300 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
like "$(grep fred "$T/followed")" 'create  success  User fred' 'what comes is shown live (PS-103)'
kill "$follower"
wait "$follower"
is $? 0 'until it is told to end'

# A group and its members, and who is gone, are called by their names, too.
scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"Sales\",\"members\":[{\"value\":\"$anna\"}]}"
work 'a group with a member'
log --object Sales
like "$(cat "$T/out")" 'update  success  Group Sales .*  members=+1 -0$' 'whose members were told'
scim DELETE "/Users/$anna"
work 'somebody who is deleted'
log --object anna --action delete
like "$(cat "$T/out")" "delete  success  User anna $anna" 'is found by the name that the target had'
log --cycle "$(log --object anna --json && jq -rs '.[0].cycle' "$T/out")" --until "$since"
is "$rc $(cat "$T/err")" '0 ' 'records of one cycle, up to a time'
done_testing
