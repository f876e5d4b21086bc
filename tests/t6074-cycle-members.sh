#!/bin/sh
# Another initial cycle, for another scope: who comes to the target is a member
# of the groups that are there, who leaves it is none (PS-036, PS-072, PS-076).
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
MODE=again

# cycle SCOPE: the job has it, and what is to be done is done
cycle() {
	echo "{\"scope\":{\"mode\":\"$1\"}}" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	m job start --store "$T/store" crm
	m work --store "$T/store" --once --seconds 60
	is "$rc $(cat "$T/err")" '0 ' "$2"
}

# members: of the one group at the target
members() {
	curl -s -H "Authorization: Bearer $(cat "$T/secret")" "$ORIGIN/scim/target/v2/Groups" |
	    jq -r '[.Resources[0].members[]?.display]|sort|join(" ")'
}

user() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1\",\"displayName\":\"$1\",\"active\":true}"
	ID=$(jq -r .id "$T/body")
}

target_server
user anna
anna=$ID
user bert
scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"Sales\",\"members\":[{\"value\":\"$anna\"},{\"value\":\"$ID\"}]}"
m job create --store "$T/store" --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" crm
"$BIN/muster" job show --store "$T/store" --json crm > "$T/job"
# Users by their title, the group always.
filter() {
	jq "{rules: [.definition.rules[] | if .source == \"User\" then .filters = [{\"title\":\"x\",\"clauses\":[$1]}] else . end]}" "$T/job" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	is "$rc $(cat "$T/err")" '0 ' "$2"
}
filter '{"attribute":"userName","operator":"EQUALS","value":"anna"}' 'anna alone'
cycle all 'a cycle'
is "$(members)" anna 'who is in the scope is a member'
filter '{"attribute":"userName","operator":"IS NOT NULL"}' 'a wider scope'
cycle all 'another cycle'
is "$(members)" 'anna bert' 'who came is a member of the group that was there'
filter '{"attribute":"userName","operator":"EQUALS","value":"bert"}' 'another scope'
cycle all 'another one'
is "$(members)" bert 'who left is none'
done_testing
