#!/bin/sh
# The muster command: its verbs, their answers and their exit codes.
. "$(dirname "$0")/lib.sh"
MODE="command"
m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

m
is "$rc $(head -1 "$T/err")" '2 usage: muster VERB [ARGUMENT ...]' 'without a verb: usage, 2'
m help
is "$rc $(grep -c '^  ' "$T/out")" '0 25' 'help lists the verbs'
m nosuch
is "$rc" 2 'an unknown verb'
m user list --store "$T/none"
is "$rc $(grep -c 'make one: muster init --store' "$T/err")" '1 1' 'no store: says what to do'
m init --store "$T/store" --example conf/example.json
is "$rc $(grep -cE '^Secret token: mst_[0-9A-Za-z]{46}$' "$T/out")" '0 1' 'init shows the token'
m init --store "$T/store" --example conf/example.json
is "$rc $(wc -c < "$T/out" | tr -d ' ')" '0 0' 'init again changes nothing'
is "$(stat -c '%a' "$T/store")" 2770 'the store is for owner and group'
is "$(find "$T/store" -type f -perm /007 | wc -l | tr -d ' ')" 0 'no file in it is for others'
m user list --store "$T/store"
is "$rc $(wc -l < "$T/out" | tr -d ' ')" '0 20' 'user list'
is "$(grep -c 'mei.chen.* inactive' "$T/out")" 1 'user list tells who is inactive'
m user list --store "$T/store" --filter 'title co "engineer" and active eq true'
is "$rc $(wc -l < "$T/out" | tr -d ' ')" '0 7' 'user list --filter'
m user list --store "$T/store" --filter 'title zz'
is "$rc $(grep -c 'unknown operator' "$T/err")" '1 1' 'a bad filter'
id=$("$BIN/muster" user list --store "$T/store" --filter 'userName sw "mei"' | cut -d' ' -f1)
m user show --store "$T/store" "$id"
is "$rc $(jq -r .userName "$T/out")" '0 mei.chen@example.com' 'user show'
m user show --store "$T/store" nobody
is "$rc $(grep -c "there is no User 'nobody'" "$T/err")" '1 1' 'user show of nobody'
m group list --store "$T/store"
is "$rc $(wc -l < "$T/out" | tr -d ' ')" '0 5' 'group list'
m token create --store "$T/store" --label two --profile strict
is "$rc $(grep -c '^Secret token: mst_' "$T/out")" '0 1' 'token create'
m token create --store "$T/store" --profile nosuch
is "$rc $(grep -c "no profile 'nosuch'" "$T/err")" '1 1' 'an unknown profile'
m token create --store "$T/store" --tenant nosuch
is "$rc $(grep -c "no tenant 'nosuch'" "$T/err")" '1 1' 'an unknown tenant'
m token list --store "$T/store"
is "$rc $(wc -l < "$T/out" | tr -d ' ') $(grep -c 'mst_' "$T/out")" '0 2 0' 'token list shows no secret'
m token revoke --store "$T/store" nosuch
is "$rc $(grep -c "no token with the id 'nosuch'" "$T/err")" '1 1' 'token revoke of none'
MUSTER_STORE=$T/store m group list
is "$rc $(wc -l < "$T/out" | tr -d ' ')" '0 5' 'MUSTER_STORE names the store'
MUSTER_CACHE_MIB=many m user list --store "$T/store"
is "$rc $(grep -c 'MUSTER_CACHE_MIB' "$T/err")" '1 1' 'a bad setting is named'
MUSTER_SCHEMAS=$T m user list --store "$T/store"
is "$rc $(grep -c "$T/types" "$T/err")" '1 1' 'schemas that are not there are named'
m serve-config lighttpd --port 99999
is "$rc $(grep -c 'port' "$T/err")" '1 1' 'serve-config checks the port'
m serve-config lighttpd --store '/x"y'
is "$rc" 1 'serve-config refuses what would break its quotes'
m serve-config apache
is "$rc $(grep -c '@' "$T/out")" '0 0' 'serve-config apache leaves no blank'
m serve-config lighttpd --var "$T" --www www
is "$rc $(lighttpd -tt -f "$T/out" > "$T/tt" 2>&1; echo $?)" '0 0' 'lighttpd takes its configuration'
done_testing
