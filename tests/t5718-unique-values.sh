#!/bin/sh
# Values that nobody else has at the target: it is asked before somebody is
# created or renamed, and no two who are on their way, or were a moment ago, get
# the same one.
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
MODE=unique

m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

work() {
	m work --store "$T/store" --once --seconds 60
	is "$rc $(cat "$T/err")" '0 ' "$1"
}

# job NAME EXPRESSION: a job whose nickName is that
job() {
	printf x > "$T/secret"
	m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" "$1"
	"$BIN/muster" job show --store "$T/store" --json "$1" | jq -c --arg e "$2" '{scope:{mode:"all"},target:{dialect:{ratePerSecond:0}},rules:(.definition.rules|.[0].mappings|=([.[]|select(.target!="nickName")]+[{"target":"nickName","expression":$e}]))}' > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" "$1"
	is "$rc $(cat "$T/err")" '0 ' "a job with $2"
	m job start --store "$T/store" "$1"
}

# known TARGETUSER: it is there already
known() {
	curl -s -o "$T/body" "$TARGET/Users" -d "$1"
}

# nicks: who is called what there
nicks() {
	target_says state | jq -r '.Users|map("\(.userName)=\(.nickName)")|join(" ")'
}

# asked: how often somebody was looked for by the value
asked() {
	target_says journal | grep -c 'nickName%20eq'
}

# people NAME ...: at the source, all of them called Sam
people() {
	for name; do
		printf '{"schemas":["%s"],"userName":"%s","displayName":"Sam","active":true}\n' "$USER_URN" "$name"
	done > "$T/import"
	m import --store "$T/store" "$T/import"
	is "$rc" 0 "people: $*"
}

# failures: of the log
failures() {
	cat "$T"/store/sync/*/* | jq -r 'select(.status=="failure")|"\(.source.name) \(.code) \(.reason)"' | sort -u
}

LADDER='[displayName], Append([displayName], "2"), Append([displayName], "3"), Append([displayName], "4")'

store_new
people p1 p2 p3 old
target_start
known '{"userName":"old","nickName":"sam"}'
echo 'set latency 50' | target_script
job select "SelectUniqueValue($LADDER)"
work 'three at once'
is "$(nicks | tr ' ' '\n' | sed 's/.*=//' | sort | tr '\n' ' ')" 'Sam2 Sam3 Sam4 sam ' 'PS-050 the target is asked, and each of those who are on their way gets another value'
is "$(nicks | sed 's/ .*//')" 'old=sam' 'PS-050 create only: who is there already keeps what it has'
people p4
work 'one more'
is "$(failures)" 'p4 EntryConflict mappings[22] (nickName): expression, byte 0: SelectUniqueValue: all candidates are taken' 'PS-050 all are taken: it fails, and is tried again'
m job pause --store "$T/store" select

# Not in one batch (500), and the target tells of nobody yet: one of each name,
# but two called Sam.
store_new
awk -v urn="$USER_URN" 'BEGIN {
	for (n = 1; n <= 501; n++)
		printf "{\"schemas\":[\"%s\"],\"id\":\"01900000-0000-7000-8000-%012x\",\"userName\":\"p%d\",\"displayName\":\"%s\",\"active\":true}\n",
		    urn, n, n, n % 500 == 1 ? "Sam" : "N" n
}' > "$T/import"
m import --store "$T/store" "$T/import"
target_start
echo 'set stale 600000' | target_script
job late "SelectUniqueValue($LADDER)"
m job dry-run --store "$T/store" --json late
is "$(jq -r 'select(.source.name=="p1" or .source.name=="p501")|.modified[]|select(.name=="nickName")|.new' "$T/out" | sort | tr '\n' ' ')" 'Sam Sam2 ' 'PS-050 a dry run gives nobody what another one gets, however many there are'
work 'two batches'
is "$(nicks | tr ' ' '\n' | sed -n 's/^p1=//p; s/^p501=//p' | sort | tr '\n' ' ')" 'Sam Sam2 ' 'PS-050 nor does a batch what the one before has sent'
m job pause --store "$T/store" late

# Who was refused, since somebody else was faster, is looked for and asks again.
store_new
people p1
target_start
printf '1 POST ^/Users status 409/uniqueness\n1 GET nickName status 503 Retry-After: 0\n' | target_script
job race "SelectUniqueValue($LADDER)"
work 'a creation that is refused'
is "$(nicks) $(asked)" 'p1=Sam 3' 'PS-050 CLI-07 the value is asked for again before it is sent again'

# Nobody is created while it cannot be asked; without the question they are.
store_new
people p1
target_start
echo '* GET nickName status 403' | target_script
job blind "UniqueValue($LADDER)"
work 'a question that is refused'
is "$(nicks) $(failures)" ' p1 InsufficientRights as it was told' 'PS-050 nobody is created while the target does not tell what is taken'
m job pause --store "$T/store" blind

# UniqueValue is asked at a rename, too, and not at other updates.
store_new
server_start 1
. tests/provision.sh
target_start
known '{"userName":"zoe","nickName":"SAM"}'
zoe=$(jq -r .id "$T/body")
made /Users "$(user p1 Sam)"
job rename "UniqueValue([displayName], Append([displayName], \"2\"))"
work 'one who is new'
is "$(nicks)" 'p1=Sam2 zoe=SAM' 'PS-050 UniqueValue, a new one'
target_forget
curl -s -X DELETE "$TARGET/Users/$zoe"
patch "/Users/$ID" '[{"op":"replace","path":"title","value":"Chief"}]'
work 'another title'
is "$(nicks) $(asked)" 'p1=Sam2 0' 'PS-050 who has one of the values keeps it, and nothing is asked'
known '{"userName":"yan","nickName":"sue"}'
patch "/Users/$ID" '[{"op":"replace","path":"displayName","value":"Sue"}]'
work 'another name'
is "$(nicks) $(asked)" 'p1=Sue2 yan=sue 2' 'PS-050 UniqueValue at a rename: the target is asked'
target_stop
done_testing
