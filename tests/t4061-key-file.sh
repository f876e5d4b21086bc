#!/bin/sh
# The key file: what the store must be able to read again is sealed with it,
# and without it nobody enters (lib/store/vault.h).
. "$(dirname "$0")/lib.sh"
SECRET_WORDS='Bearer of-the-receiver'

muster() {
	verb=$1
	shift
	"$BIN/muster" "$verb" "$@" --store "$T/store" > "$T/out" 2>&1
}

said() {
	grep -qF "$1" "$T/out"
}

# Is TEXT anywhere in the files of the store?
in_files() {
	cat "$T"/store/*.db "$T"/store/log.* | grep -aqF "$1"
}

store_new
is "$(stat -c %a "$T/store/key")" 640 'a new store has a key file, for its owner and group'

"$BIN/muster" stream create --store "$T/store" --issuer i --audience https://receiver.example.com \
    --push https://127.0.0.1:1/ --authorization "$SECRET_WORDS" > "$T/out" 2>&1
ok $? 'a stream with a secret'
"$BIN/muster" client create --store "$T/store" --label sealed > "$T/out" 2>&1
ok $? 'a client'
muster compact
ok $? 'everything is written to the files'
in_files 'receiver.example.com'
ok $? 'the stream is in the files'
in_files "$SECRET_WORDS"
is $? 1 'its secret is not'
in_files '"authorization":"sealed.'
ok $? 'it is sealed there'
in_files '"sealKey":"sealed.'
ok $? 'as is the key of the client'

chmod o+r "$T/store/key"
muster user list
is $? 1 'a key that everybody may read is refused'
said "chmod o-rwx '$T/store/key'"
ok $? 'with what to do'
chmod o-r "$T/store/key"

mv "$T/store/key" "$T/key"
muster user list
is $? 1 'without its key nobody enters'
said 'MUSTER_KEY_FILE'
ok $? 'and is told how'
MODE=cgi
scim GET /Users
status_is 500 'a program neither'
MUSTER_KEY_FILE=$T/key
export MUSTER_KEY_FILE
muster user list
is $? 0 'a key file elsewhere'
SETTINGS="MUSTER_KEY_FILE=$T/key"
scim GET /Users
status_is 200 'for a program too'
MODE=http
server_start 1
scim GET '/Users?count=1'
status_is 200 'for a worker, which can read that file and no other there'
server_stop

cp -a "$T/store" "$T/other"
unset MUSTER_KEY_FILE
"$BIN/muster" init --store "$T/foreign" > /dev/null 2>&1
MUSTER_KEY_FILE=$T/foreign/key
export MUSTER_KEY_FILE
muster user list
is $? 1 'the key of another store'
said 'this is the key of another store'
ok $? 'is refused as such'

MUSTER_KEY_FILE=$T/key
muster backup "$T/without"
ok $? 'a backup of a store with its key elsewhere'
said "without the key file $T/key"
ok $? 'says that it has no key'
is "$(ls "$T/without/key" 2> /dev/null)" '' 'and has none'
unset MUSTER_KEY_FILE
"$BIN/muster" restore --store "$T/again" "$T/without" > "$T/out" 2>&1
is $? 1 'what is restored of it needs the key'
cp -p "$T/key" "$T/again/key"
"$BIN/muster" stream list --store "$T/again" > "$T/out" 2>&1
is $? 0 'and is a store with it'

mv "$T/key" "$T/store/key"
SETTINGS=
muster backup "$T/with.tar"
ok $? 'a backup of a store with its key inside'
rm -rf "$T/again"
"$BIN/muster" restore --store "$T/again" "$T/with.tar" > "$T/out" 2>&1
ok $? 'is restored as it is'
cmp -s "$T/again/key" "$T/store/key"
ok $? 'with its key'
is "$(stat -c %a "$T/again/key")" 640 'which others cannot read'
"$BIN/muster" verify --store "$T/again" > "$T/out" 2>&1
ok $? 'and verify agrees'

# A store that is older than key files seals nothing, until it is upgraded.
rm -rf "$T/store"
store_new
"$BUILD/tests/kv_tool" "$T/store" delete meta 6b6579
rm "$T/store/key"
old=$("$BIN/muster" client create --store "$T/store" --label old | sed -n 's/^Client id: *//p')
"$BIN/muster" stream create --store "$T/store" --issuer i --audience old \
    --push https://127.0.0.1:1/ --authorization "$SECRET_WORDS" > /dev/null
# records TABLE: their texts
records() {
	"$BUILD/tests/kv_tool" "$T/store" list "$1" | sed 's/.* //' |
	    perl -ne 'chomp; print pack("H*", $_), "\n"'
}
is "$(records streams | grep -c "$SECRET_WORDS")" 1 'without a key file a secret is in the store as it is'
muster upgrade --again
ok $? 'upgrade makes a key file'
is "$(stat -c %a "$T/store/key")" 640 'for the owner and the group'
is "$(records streams | grep -c "$SECRET_WORDS")$(records credentials | grep '"sealKey"' | grep -cv '"sealKey":"sealed.')" 00 'and seals what was not'
"$BIN/muster" client secret --store "$T/store" "$old" > "$T/out" 2>&1
ok $? 'the client is there'
is "$("$BIN/muster" stream list --store "$T/store" | grep -c .)" 1 'and the stream'
muster verify
is $? 0 'it is sound'
done_testing
