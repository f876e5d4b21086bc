#!/bin/sh
# Members of groups at a target, in each dialect (CLI-08, CLI-10; ENTRA-31, 35
# and 36): a store, muster work, and a target.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faulty.sh"
MODE=cgi

m() { "$BIN/muster" "$@" --store "$T/store" >> "$T/log" 2>&1; }
work() { target_forget && m work --once --seconds 20; }
edit() { printf '%s' "$1" > "$T/changes" && m job edit crm --file "$T/changes"; }
members() { target_says groups.tsv | cut -f2 | tr ',' '\n' | tr -d ' ' | sort | paste -sd ' '; }
# writes: the bodies of what was written since work, their operations alone
writes() { target_says journal | jq -c 'select(.method == "PATCH").body|fromjson? // .|.Operations[]|[.op, (.path|sub("eq \".*\"";"eq ID")), (.value // []|length)]'; }

target_start
store_new
for name in a b c d; do
	new_user $name
	eval "$name=\$ID"
done
new_group G
group=$ID
cat > "$T/job" <<EOF
{"target":{"url":"$TARGET","authentication":"none","dialect":{"memberBatch":2}},"scope":{"mode":"all"},
 "rules":[{"source":"User","mappings":[{"target":"userName","source":"userName","match":1}]},
  {"source":"Group","mappings":[{"target":"displayName","source":"displayName","match":1},
   {"target":"members","source":"members"}]}]}
EOF
m job create crm --file "$T/job"
m job start crm
work
work
is "$(members)" '' 'a group without members'
# shellcheck disable=SC2154 # eval sets them
for dialect in '"paths"' '"merged"' '"legacy"' '"put"' '"paths","removeMembers":"value"'; do
	edit "{\"target\":{\"dialect\":{\"patch\":$dialect}}}"
	patch "/Groups/$group" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$a\"},{\"value\":\"$b\"},{\"value\":\"$c\"}]}]"
	work
	is "$(members)" 'a b c' "ENTRA-31 $dialect: who came"
	patch "/Groups/$group" "[{\"op\":\"remove\",\"path\":\"members[value eq \\\"$a\\\"]\"},{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$d\"}]}]"
	work
	is "$(members)" 'b c d' "ENTRA-36 $dialect: who left"
	patch "/Groups/$group" '[{"op":"remove","path":"members"}]'
	work
	is "$(members)" '' "ENTRA-35 $dialect: all of them"
	writes > "$T/writes"
done
last=$(sort -u "$T/writes" | head -5)

# Groups stand before users in this definition; they come behind them (PS-072).
rules() {
	edit "{\"rules\":[{\"source\":\"Group\",\"mappings\":[{\"target\":\"displayName\",\"source\":\"displayName\",\"match\":1},
	   {\"target\":\"members\",\"source\":\"members\"}]},
	  {\"source\":\"User\",\"filters\":[$1],\"mappings\":[{\"target\":\"userName\",\"source\":\"userName\",\"match\":1},
	   {\"target\":\"active\",\"source\":\"active\"}]}]}"
}
patch "/Groups/$group" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$a\"},{\"value\":\"$b\"}]}]"
rules '{"clauses":[{"attribute":"userName","operator":"NOT EQUALS","value":"b"}]}'
work
is "$(members)" a 'PS-072 who is not in the scope is no member'
rules ''
work
is "$(members)" 'a b' 'PS-077 who comes back is one again'
is "$last" '["remove","members",1]
["remove","members",2]' 'ENTRA-35 CLI-10 by value, at most two at once'
done_testing
