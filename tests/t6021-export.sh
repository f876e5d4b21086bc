#!/bin/sh
# muster export and muster import: lossless, to be run again, in bounded
# transactions (issue 4: "export/import as SCIM JSON lines, lossless,
# resumable, progress bar").
. "$(dirname "$0")/lib.sh"
MODE="export"

# m VERB ...: its answer in $T/out, its exit code in rc
m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

# store NAME: a new, empty one
store() {
	rm -rf "${T:?}/$1"
	"$BIN/muster" init --store "$T/$1" > /dev/null
}

MODE=cgi
store_new --example conf/example.json
new_user 'Änna \"Q\" \\ x' '"password":"Secret-1234","emails":[{"value":"a@example.com"}]'
anna=$ID
patch "/Users/$anna" '[{"op":"replace","path":"title","value":"Chief \u00e9"},{"op":"remove","path":"active"}]'
new_group Inner "\"members\":[{\"value\":\"$anna\"}]"
inner=$ID
new_group Outer
outer=$ID
patch "/Groups/$inner" "[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"$outer\"}]}]"
query /Users 'userName sw "ä"'
cp "$T/body" "$T/before"
scim GET "/Groups/$inner"
jq -S . "$T/body" > "$T/inner"
MODE="export"

m export --store "$T/store" "$T/all.json"
is "$rc $(jq -r 'select(.schemas).meta.resourceType' "$T/all.json" | sort | uniq -c | tr -s ' \n' ' ')" \
    '0  7 Group 21 User ' 'a line for each user and group'
is "$(stat -c %a "$T/all.json")" 600 'the file is for its owner'
is "$(grep -cE 'password|x-muster-secret|[$]y[$]' "$T/all.json")" 0 'no password, no hash'
is "$(jq -r '.meta.resourceType + (.members != null | tostring)' "$T/all.json" | uniq | tr '\n' ' ')" \
    'Userfalse Groupfalse Grouptrue ' 'groups after users, members after groups'
m export --store "$T/store" "$T/all.json"
is "$rc $(grep -c 'File exists' "$T/err")" '1 1' 'no file is overwritten'
m export --store "$T/store" --secrets "$T/secret.json"
is "$rc $(grep -c 'x-muster-secret":{"password":"[$]' "$T/secret.json")" '0 1' '--secrets: the hash, marked'
m export --store "$T/store" --tenant nosuch
is "$rc $(grep -c "no tenant 'nosuch'" "$T/err")" '1 1' 'an unknown tenant'

store copy
m import --store "$T/copy" "$T/secret.json"
is "$rc $(cat "$T/err") $(cut -d';' -f1 "$T/out")" '0  28 imported, 0 were there, 0 left as they are, 0 refused' 'import'
m verify --store "$T/copy"
is "$rc" 0 'the copy is sound'
m export --store "$T/copy" --secrets "$T/copy.json"
cmp "$T/secret.json" "$T/copy.json"
ok $? 'export lossless: export of the import is the same, byte for byte'
m import --store "$T/copy" "$T/secret.json"
is "$rc $(cut -d';' -f1 "$T/out")" '0 0 imported, 28 were there, 0 left as they are, 0 refused' 'again: nothing to do'
is "$("$BUILD/tests/kv_tool" "$T/copy" list changes | grep -c "^00000001")" \
    "$(jq -r .id "$T/secret.json" | wc -l | tr -d ' ')" 'and nothing in the change log'
is "$("$BUILD/tests/kv_tool" "$T/copy" list resources | md5sum)" \
    "$("$BUILD/tests/kv_tool" "$T/store" list resources | md5sum)" 'the records are the same, hashes and all'

# The copy serves the same.
mv "$T/store" "$T/original"
mv "$T/copy" "$T/store"
TOKEN=$(credential)
MODE=cgi
query /Users 'userName sw "ä"'
is "$(jq -cS .Resources "$T/body")" "$(jq -cS .Resources "$T/before")" 'a user of the copy'
scim GET "/Groups/$inner"
is "$(jq -S . "$T/body")" "$(cat "$T/inner")" 'a group of the copy, with its members'
scim DELETE "/Users/$anna"
status_is 204 'and it can be changed'
patch "/Groups/$outer" '[{"op":"remove","path":"members"},{"op":"replace","path":"displayName","value":"Outermost"}]'
MODE="export"

# What was changed since is not undone; what was deleted comes back.
m import --store "$T/store" "$T/secret.json"
is "$rc $(cut -d';' -f1 "$T/out")" '1 1 imported, 25 were there, 3 left as they are, 0 refused' 'a changed store'
is "$(grep -c 'another version or content: left as it is' "$T/err")" 3 'says which lines'
m verify --store "$T/store"
is "$rc" 0 'it is sound'

# A plain line of another server; lines that are wrong.
store other
printf '%s\n' \
    "{\"schemas\":[\"$USER_URN\"],\"userName\":\"one\",\"password\":\"Secret-1234\"}" '' \
    "{\"schemas\":[\"$USER_URN\"],\"id\":\"01890000-0000-7000-8000-000000000001\",\"userName\":\"two\"}" \
    "{\"schemas\":[\"$USER_URN\"],\"id\":\"00u1abcd\",\"userName\":\"three\"}" \
    "{\"schemas\":[\"$USER_URN\"],\"userName\":\"ONE\"}" \
    "{\"schemas\":[\"$USER_URN\"],\"title\":\"none\"}" \
    '{"schemas":["urn:x:Robot"],"userName":"four"}' \
    '{"meta":{"resourceType":"User"},"userName":"five"}' \
    "{\"schemas\":[\"$USER_URN\"],\"userName\":\"six\",\"x-muster-secret\":\"no\"}" \
    "{\"schemas\":[\"$GROUP_URN\"],\"id\":\"01890000-0000-7000-8000-000000000002\",\"displayName\":\"G\",\"members\":[{\"value\":\"01890000-0000-7000-8000-000000000001\"},{\"value\":\"01890000-0000-7000-8000-000000000003\"}]}" \
    "{\"schemas\":[\"$GROUP_URN\"],\"id\":\"01890000-0000-7000-8000-000000000003\",\"displayName\":\"H\"}" \
    '{"id":"01890000-0000-7000-8000-000000000009","meta":{"resourceType":"Group"},"members":[{"value":"01890000-0000-7000-8000-000000000001"}]}' \
    '{"schemas":["' > "$T/lines"
m import --store "$T/other" - < "$T/lines"
is "$rc $(sed 's/; [0-9]* a second//' "$T/out")" \
    '1 4 imported, 0 were there, 0 left as they are, 8 refused; 1 members, 1 unknown' 'lines of all kinds, from standard input'
is "$(sed 's/^standard input:\([0-9]*\):.*/\1/' "$T/err" | sort -n | tr '\n' ' ')" '4 5 6 7 8 9 10 12 13 ' 'each is named by its number'
m import --store "$T/other" "$T/lines"
is "$(grep -c '; 1 members, 0 unknown' "$T/out")" 1 'again: the member that stood further down is in'
m verify --store "$T/other"
is "$rc" 0 'it is sound'
is "$("$BUILD/tests/kv_tool" "$T/other" list resources | grep -c "$(printf 'Secret-1234' | od -An -tx1 | tr -d ' \n')")" 0 \
    'a plain password is stored as a hash'

# A big group, killed in the middle.
perl -e '
my ($user, $group) = @ARGV;
my @ids = map { sprintf "018a0000-0000-7000-8000-%012x", $_ } 1 .. 5000;
print "{\"schemas\":[\"$user\"],\"id\":\"$_\",\"userName\":\"u$_\",\"meta\":{\"version\":\"W/\\\"1\\\"\",\"created\":\"2024-01-01T00:00:00Z\"}}\n" for @ids;
print "{\"schemas\":[\"$group\"],\"id\":\"018b0000-0000-7000-8000-000000000000\",\"displayName\":\"All\",\"members\":[",
    join(",", map { "{\"value\":\"$_\"}" } @ids), "]}\n";
' "$USER_URN" "$GROUP_URN" > "$T/big.lines"
store big
for delay in 0.05 0.1 0.2 0.3; do
	"$BIN/muster" import --store "$T/big" "$T/big.lines" > /dev/null 2>&1 &
	victim=$!
	sleep $delay
	kill -9 $victim 2> /dev/null
	wait $victim
	m verify --store "$T/big"
	is "$rc $(grep -v 'keys looked at' "$T/out")" '0 ' "killed after $delay s: the store is sound"
done
m import --store "$T/big" "$T/big.lines"
is "$rc $(grep -c ' 0 left as they are, 0 refused' "$T/out")" '0 1' 'run again, it goes on to the end'
m export --store "$T/big" "$T/big.json"
is "$(jq -r '.members//[]|length' "$T/big.json" | awk '{ s += $1; if ($1 > m) m = $1 } END { print s, m }') $(wc -l < "$T/big.json" | tr -d ' ')" \
    '5000 1000 5006' 'all are there, the members in lines of a thousand'
is "$("$BUILD/tests/kv_tool" "$T/big" list members | wc -l | tr -d ' ') $("$BUILD/tests/kv_tool" "$T/big" list groups | wc -l | tr -d ' ')" \
    '5000 5000' 'edges at both ends'
m verify --store "$T/big"
is "$rc" 0 'and sound'
# Lines of any length take bounded memory: what is too long is left out whole.
store long
{
	printf '{"schemas":["%s"],"userName":"before"}\n' "$USER_URN"
	head -c 9000000 /dev/zero | tr '\0' x
	printf '\n{"schemas":["%s"],"userName":"%s","displayName":"' "$USER_URN" wide
	head -c 7000000 /dev/zero | tr '\0' y
	printf '"}\r\n'
	printf '{"schemas":["%s"],"userName":"after"}' "$USER_URN"
} > "$T/long.lines"
m import --store "$T/long" "$T/long.lines"
is "$rc $(sed 's/; [0-9]* a second//' "$T/out")" \
    '1 3 imported, 0 were there, 0 left as they are, 1 refused; 0 members, 0 unknown' 'lines that are too long'
is "$(sed 's/.*lines://' "$T/err")" '2: it is longer than 8 MiB: give the members of a group in lines of their own' 'are told'

script -qec "\"$BIN/muster\" import --store \"$T/big\" \"$T/big.lines\"" /dev/null > "$T/tty"
is "$(grep -c '\[#*\.*\] *[0-9]*% [0-9]* imported' "$T/tty") $(grep -c '\[#' "$T/err")" '1 0' 'a bar on a terminal, none elsewhere'
done_testing
