#!/bin/sh
# The audit: who changed what, before and after; a chain that shows what was
# changed later, or cut off.
. "$(dirname "$0")/lib.sh"

m() {
	"$BIN/muster" "$@" --store "$T/store"
}

# entries [OPTIONS]: what was done to what, by whom, oldest first
entries() {
	m audit list --json "$@" |
	    jq -r '.change|"\(.operation) \(.type) \(.actor)"' | tr '\n' ';'
}

verify() {
	m audit verify "$@" > "$T/said" 2> "$T/err"
	echo $?
}

# hurt PERL-EXPRESSION: of the whole file of the audit, in place
hurt() {
	cp -p "$AUDIT" "$T/sound"
	perl -0777 -pi -e "$1" "$AUDIT"
}

mend() {
	cp "$T/sound" "$AUDIT"
}

ME=cli:$(id -un)
MODE=cgi
store_new
CRED=$(m token list | sed -n 's/ .*//p' | head -1)
is "$(entries)" "create Tenant $ME;create Credential $ME;" 'a new store: its tenant and token, by who ran the command'
new_user anna '"password":"s3cr3t-pass"'
anna=$ID
patch "/Users/$anna" '[{"op":"replace","path":"title","value":"Boss"}]'
scim DELETE "/Users/$anna"
is "$(entries --type user)" "create User $CRED;patch User $CRED;delete User $CRED;" 'resources, by the credential'
is "$(m audit list --id "$anna" --operation patch --json | jq -c '[.change.before,.change.after]')" \
    '[{},{"title":"Boss"}]' 'before and after'
is "$(m audit list --id "$anna" --operation patch --json | jq -r .change.request)" \
    "$(m log --id "$anna" --method patch --json | jq -r .id)" 'and the request in the log'
is "$(m audit list --request "$(m log --id "$anna" --method patch --json | jq -r .id)" --json | jq -r .change.operation)" patch 'and what a request has changed'
m token create --label Okta > /dev/null
okta=$(m token list | sed -n 's/ .*Okta.*//p')
m client create --label c > "$T/client"
client=$(m client list | sed -n 's/ .*//p' | head -1)
m client secret "$client" > /dev/null
m token revoke "$okta"
is "$(entries --type credential)" \
    "create Credential $ME;create Credential $ME;create Credential $ME;update Credential $ME;update Credential $ME;delete Credential $ME;" \
    'tokens, clients and their secrets'
is "$(m audit list --json | grep -cE '"hash":"[A-Za-z0-9_-]{43}"|sealKey|s3cr3t|mst_|mcs_')" 0 'and no secret of them'
m stream create --issuer i --audience a --push http://127.0.0.1:1/ --authorization 'Bearer abc' > "$T/stream"
m stream delete "$(head -1 "$T/stream")"
is "$(entries --type stream) $(m audit list --json | grep -c 'Bearer abc')" "create Stream $ME;delete Stream $ME; 0" 'streams'
m tenant create acme > /dev/null
m tenant set acme --scan-max 1000
ACME=$(m token create --tenant acme --label A | sed -n 's/^Secret token: //p')
AUTH="Bearer $ACME" new_user ben
is "$(m audit list --tenant acme --json | jq -r '.change|"\(.operation) \(.type)"' | tr '\n' ';')" \
    'create Tenant;set Tenant;create Credential;create User;' 'a tenant has what is about it'
is "$(m audit list --tenant acme --json | grep -c "$anna")" 0 'and nothing of another'
m tenant delete acme --yes acme > /dev/null
is "$(m audit list --tenant-number 2 --operation create --type user --json | jq -r .change.after.userName)" ben \
    'what a deleted tenant did stays'
is "$(m audit list --tail 2 --json | jq -r .change.operation | tr '\n' ';')" 'delete;deleted;' 'the last two'
m audit list > "$T/text"
is "$(wc -l < "$T/text")" "$(m audit list --json | wc -l)" 'a line each'

SETTINGS=MUSTER_SCAN_MAX=1000
MODE=cgi
scim GET /Users
scim GET /Users
SETTINGS=
MODE=settings
is "$(m audit list --type settings --json --tail 1 |
    jq -r '.change|"\(.operation) \(.id) \(.actor) \(.before.MUSTER_SCAN_MAX) \(.after.MUSTER_SCAN_MAX)"')" \
    'update users users null 1000' 'a setting of a program, as it was and is'
is "$(m audit list --type settings --json | grep -c 1000)" 1 'noted once'

# Schemas and profiles are files, which tell nobody when they are changed.
# One-shot programs, which read few of them, say nothing.
cp -r "$MUSTER_SCHEMAS" "$T/schemas"
CODE=$MUSTER_SCHEMAS MUSTER_SCHEMAS=$T/schemas
# asked: GET /Users of programs that start anew
asked() {
	server_start 1
	MODE=http
	scim GET /Users
	server_stop
}
asked
printf ' \n' >> "$T/schemas/profiles/entra.json"
asked
asked
MODE=cgi
scim GET /Users
MUSTER_SCHEMAS=$CODE
MODE=schemas
m audit list --type schemas --json | jq -c 'select(.change.actor=="users")' > "$T/users"
tail -1 "$T/users" > "$T/said"
is "$(jq -r '.change|"\(.operation) \(.id) \(.actor) \(.at|length)"' "$T/said")" 'update users users 24' \
    'a schema or profile that was changed, when, by which program it came in'
is "$(jq -r --arg f "$T/schemas/profiles/entra.json" '.change.after[$f]' "$T/said")" \
    "$(sha256sum "$T/schemas/profiles/entra.json" | cut -d' ' -f1)" 'its digest'
is "$(jq -r '.change|(.before|to_entries) - (.after|to_entries)|map(.key)|join(" ")' "$T/said")" \
    "$T/schemas/profiles/entra.json" 'and what it was before; the others are as they were'
is "$(wc -l < "$T/users" | tr -d ' ')" 2 'noted once'

# The chain.
MODE=chain
is "$(verify --changes)" 0 'it holds, and is what the change log has'
HEAD=$(sed -n 's/.*head //p' "$T/said")
AUDIT=$(ls "$T"/store/audit/2*)
is "$(tail -1 "$AUDIT" | perl -pe 's/,"hash":"[^"]*"}\n$//' | sha256sum | cut -d' ' -f1)" "${HEAD#*:}" 'as sha256sum says'
mkdir "$T/copy"
cp -r "$T/store/audit" "$T/copy"
"$BIN/muster" audit verify --files "$T/copy" --head "$HEAD" > "$T/said"
is $? 0 'a copy of the files can be verified without a store'
"$BIN/muster" audit verify --files "$T/copy/audit" > "$T/said" 2> "$T/err"
is "$? $(grep -c 'no audit is there' "$T/err")" '1 1' 'where no audit is, none holds'
hurt 's/Boss/Bass/'
is "$(verify) $(grep -c 'another hash' "$T/said")" '1 1' 'one changed byte is found'
mend
hurt 's/[^\n]*Boss[^\n]*\n//'
is "$(verify) $(grep -c 'are missing' "$T/said")" '1 1' 'an entry that was taken away is found'
mend
hurt 's/[^\n]*\n[^\n]*\n\z//'
is "$(verify) $(grep -c 'cut off' "$T/said")" '1 1' 'an end that was cut off is found'
rm -f "$T/copy/audit/state"
cp "$AUDIT" "$T/copy/audit/"
"$BIN/muster" audit verify --files "$T/copy" > /dev/null
is $? 0 'where that was hidden too, it cannot be seen'
"$BIN/muster" audit verify --files "$T/copy" --head "$HEAD" > "$T/said"
is "$? $(grep -c 'cut off' "$T/said")" '1 1' 'but by a head that was noted elsewhere'
mend
MODE=cgi
new_user carl
MODE=chain
is "$(verify --head "$HEAD") $(grep -c '^[1-9].* changes are not in it yet' "$T/said")" '0 1' 'an old head is in the chain that goes on; it does not hold what it has not'
"$BIN/muster" audit verify --files "$T" --head 17:abc 2> "$T/err"
is "$? $(grep -c '^usage' "$T/err")" '2 1' 'a head that is none'

# No byte of the files is free, those around the entries neither.
MODE=bytes
m work --once
perl -e 'my ($file, $verify) = @ARGV;
	open(my $in, "<", $file); local $/; my $sound = <$in>;
	for my $at (0 .. length($sound) - 1) {
		substr(my $hurt = $sound, $at, 1) ^= "\1";
		open(my $out, ">", $file); print $out $hurt; close $out;
		print "$at\n" if system("$verify > /dev/null 2>&1") == 0;
	}
	open(my $out, ">", $file); print $out $sound;' "$T/store/audit/state" "$BIN/muster audit verify --store $T/store" > "$T/free"
is "$(tr '\n' ' ' < "$T/free")" '' 'a byte of what is beside the entries, changed, is found'
is "$(verify)" 0 'and mended, it holds'
is "$(find "$T/store/audit" -type f ! -perm -060)" '' 'who is in the group follows, too, whatever the umask'

# Killed in the middle.
MODE=killed
m work --once
before=$(m audit list --json | wc -l)
printf '{"n":99,"log":1,"seq' >> "$AUDIT"
is "$(verify) $(grep -c 'not finished' "$T/said")" '0 1' 'a part of an entry is no damage'
MODE=cgi
new_user dora
MODE=killed
m work --once 2> "$T/err"
is "$(m audit list --json | wc -l)" "$((before + 1))" 'the next one takes it away and goes on'
is "$(verify --changes)" 0 'and the chain holds'
cp "$T/store/audit/state" "$T/state"
MODE=cgi
new_user emil
MODE=killed
m work --once
cp "$T/state" "$T/store/audit/state"
MODE=cgi
new_user fred
MODE=killed
m work --once
is "$(verify --changes) $(m audit list --json --operation create --type User | jq -r .change.after.userName | sort | uniq -d)" '0 ' \
    'entries that were not noted are not written twice'
hurt 's/emil/emma/'
MODE=cgi
new_user gina
MODE=killed
rm "$T/store/audit/state"
m work --once 2> "$T/err"
is "$? $(grep -c 'the audit is damaged' "$T/err")" '1 1' 'nothing is added to a chain that does not hold'
mend
m work --once
is "$(verify --changes)" 0 'and all of it when it does again'

# Two at once.
MODE=two
for i in 1 2 3 4 5 6 7 8; do
	MODE=cgi
	new_user "two$i"
	MODE=two
	m work --once 2>> "$T/err" &
	one=$!
	m audit list > /dev/null &
	other=$!
	wait $one $other
done
is "$(verify --changes)" 0 'two that follow at once write each entry once'
done_testing
