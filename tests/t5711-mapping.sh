#!/bin/sh
# What mappings say arrives at a target, in each dialect (PS-050 to PS-056,
# PS-074; CLI-08 to CLI-11): a store, muster work, and a target.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faulty.sh"
MODE=cgi

m() { "$BIN/muster" "$@" --store "$T/store" >> "$T/log" 2>&1; }
# work: all that is to be done for the target is done
work() { target_forget && m work --once --seconds 20; }
# edit JSON: the job is changed by it
edit() { printf '%s' "$1" > "$T/changes" && m job edit crm --file "$T/changes"; }
# rule MAPPINGS: the job has these, and the key
rule() { edit "{\"rules\":[{\"source\":\"User\",\"mappings\":[{\"target\":\"userName\",\"source\":\"userName\",\"match\":1},$1]}]}"; }
# at_target FILTER: of the only user there
at_target() { target_says state | jq -c ".Users[0]|$1"; }
# sent: what was written since work, method and operations or body
sent() {
	target_says journal | jq -c 'select(.method != "GET") | .method,
	    (.body | if type == "string" then fromjson else . end | .Operations // .)'
}
# change OPERATIONS: of our user
change() {
	patch "/Users/$ID" "$1"
	is "$STATUS" 200 'our user is changed'
}

TITLE='{"target":"title","source":"title","nulls":"clear"}'
MAIL='{"target":"emails[type eq \"work\"].value","source":"emails[type eq \"work\"].value","nulls":"clear"}'
PHONE='{"target":"phoneNumbers[type eq \"work\"].value","source":"phoneNumbers[type eq \"work\"].value"}'

target_start
store_new
new_user bj '"title":"Guide","emails":[{"type":"work","value":"b@x"}],"phoneNumbers":[{"type":"work","value":"+47 22 33 44 55"}]'
cat > "$T/job" <<EOF
{"target":{"url":"$TARGET","authentication":"none"},"scope":{"mode":"all"},
 "rules":[{"source":"User","mappings":[
  {"target":"userName","source":"userName","match":1},$TITLE,$MAIL]}]}
EOF
m job create crm --file "$T/job"
m job start crm
work
is "$(at_target '[.userName,.title,.emails,.phoneNumbers]')" \
    '["bj","Guide",[{"type":"work","value":"b@x"}],null]' 'PS-050 what is mapped is there, nothing else'
work
is "$(target_asked)" '' 'PS-074 once, not again'

change '[{"op":"replace","path":"title","value":"Boss"}]'
work
is "$(sent)" "$(printf '"PATCH"\n[{"op":"replace","path":"title","value":"Boss"}]')" 'CLI-10 the smallest change'
change '[{"op":"remove","path":"title"},{"op":"remove","path":"emails"}]'
work
is "$(at_target '[.title,.emails]')" '[null,null]' 'PS-053 what is gone is cleared'
change '[{"op":"add","path":"title","value":"Guide"},{"op":"add","path":"emails","value":[{"type":"work","value":"c@x"}]}]'
work
is "$(at_target '[.title,.emails]')" '["Guide",[{"type":"work","value":"c@x"}]]' 'CLI-11 and comes back'

# The target has a telephone number of its own where a mapping is new.
there=$(at_target .id | tr -d '"')
curl -sf -X PATCH "$TARGET/Users/$there" -H 'Content-Type: application/scim+json' -o "$T/body" \
    -d "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"add\",\"path\":\"phoneNumbers\",\"value\":[{\"type\":\"work\",\"value\":\"1\"},{\"type\":\"home\",\"value\":\"2\"}]}]}"
rule "$TITLE,$MAIL,$PHONE"
work
is "$(at_target '.phoneNumbers|map("\(.type) \(.value)")|sort')" \
    '["home 2","work +47 22 33 44 55"]' 'PS-074 what nobody knows is read before it is written'

# The target has lost the element that is to be changed.
rule "$TITLE,$MAIL,$PHONE,"'{"target":"ims[type eq \"xmpp\" and display eq \"x\"].value","source":"nickName"}'
change '[{"op":"add","path":"nickName","value":"a"}]'
work
is "$(at_target .ims)" '[{"type":"xmpp","display":"x","value":"a"}]' 'PS-054 an element by two of its parts'
curl -sf -X PATCH "$TARGET/Users/$there" -H 'Content-Type: application/scim+json' -o "$T/body" \
    -d "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"remove\",\"path\":\"ims\"}]}"
change '[{"op":"replace","path":"nickName","value":"b"}]'
work
is "$(target_asked | awk '{ printf "%s %s ", $1, $3 }')" 'PATCH 400 GET 200 PATCH 200 ' 'CLI-11 noTarget: the target is read'
is "$(at_target .ims)" '[{"type":"xmpp","display":"x","value":"b"}]' 'CLI-11 and the element is made anew'

for dialect in merged legacy; do
	edit "{\"target\":{\"dialect\":{\"patch\":\"$dialect\"}}}"
	curl -sf -X PATCH "$TARGET/Users/$there" -H 'Content-Type: application/scim+json' -o "$T/body" \
	    -d "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"remove\",\"path\":\"ims\"}]}"
	change "[{\"op\":\"replace\",\"path\":\"nickName\",\"value\":\"$dialect\"}]"
	work
	is "$(at_target .ims)" "[{\"type\":\"xmpp\",\"display\":\"x\",\"value\":\"$dialect\"}]" "CLI-11 $dialect: at a target that makes no element of a filter"
done

# The same in each other dialect.
n=0
for dialect in '"merged"' '"legacy","booleans":"text"' '"put"'; do
	n=$((n + 1))
	edit "{\"target\":{\"dialect\":{\"patch\":$dialect}}}"
	change "[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"T$n\"},{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"$n@x\"}]"
	work
	is "$(at_target '[.title,.emails]')" "[\"T$n\",[{\"type\":\"work\",\"value\":\"$n@x\"}]]" "CLI-08 $dialect: a change"
	change '[{"op":"remove","path":"title"}]'
	work
	is "$(at_target '[.userName,.title]')" '["bj",null]' "CLI-09 $dialect: a removal"
done
done_testing
