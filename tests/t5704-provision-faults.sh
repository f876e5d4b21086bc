#!/bin/sh
# muster work brings a target that fails to the state that it should have, and
# creates nothing twice, whatever it answers.
. "$(dirname "$0")/lib.sh"
. tests/faulty.sh
MODE=faults

m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

# work: all that is to be done now
work() {
	m work --store "$T/store" --once --seconds 60
	is "$rc" 0 "$1"
}

# people: 40 of them, and a group of all
people() {
	n=0
	{
		for n in $(seq 40); do
			printf '{"schemas":["%s"],"userName":"p%s","displayName":"P %s","active":true}\n' "$USER_URN" "$n" "$n"
		done
	} > "$T/import"
	m import --store "$T/store" "$T/import"
	is "$rc" 0 'people at the source'
}

# twice: what the target has more than one of
twice() {
	target_says users.tsv | cut -f1 | sort | uniq -d
	target_says users.tsv | cut -f2 | sort | uniq -d
}

# provision NAME: a new target with the script in standard input; a job; work
provision() {
	target_start
	target_script
	printf x > "$T/secret"
	m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" "$1"
	echo '{"scope":{"mode":"all"},"target":{"dialect":{"ratePerSecond":0}}}' > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" "$1"
	m job start --store "$T/store" "$1"
	is "$rc" 0 "a job: $1"
	work "$1"
}

# all_there TEXT: everybody once
all_there() {
	is "$(target_says users.tsv | wc -l | tr -d ' ') $(twice)" '40 ' "$1"
	m job pause --store "$T/store" "$2"
}

store_new
people
provision plain << 'EOF'
EOF
all_there 'CLI-07 everybody is created once' plain
provision empty << 'EOF'
* PATCH ^/ empty
* PUT ^/ empty
EOF
all_there 'CLI-22 where changes are answered with 204' empty
provision busy << 'EOF'
set rate 30
EOF
all_there 'CLI-14 where 30 a second are taken' busy
provision cutting << 'EOF'
10% POST ^/Users cut
10% POST ^/Users cut-after
10% POST ^/Users after 500
EOF
for i in 1 2 3 4; do
	[ "$(target_says users.tsv | wc -l)" -lt 40 ] || break
	m job restart --store "$T/store" cutting
	work "again $i"
done
all_there 'CLI-14 where a third of the creations fail, before or after it was done: nobody twice' cutting
provision ids << 'EOF'
1 POST ^/Users body {"n":[{"id":"no"}],"\u0069d":"spelt","x":1}
1 POST ^/Users body {"ID":"large"}
1 POST ^/Users body {"id":7}
1 POST ^/Users body ["id"]
1 POST ^/Users body <html>created</html>
1 POST ^/Users hide id
EOF
m job links --store "$T/store" ids
is "$(grep -c -e spelt -e large "$T/out")" 2 'CLI-06 CLI-18 the id of what was created, however it is spelt'
target_says users.tsv | cut -f5 > "$T/ids"
is "$(grep -c -F -f "$T/ids" "$T/out")" 38 'CLI-06 where the body has none, it ends Location'
all_there 'CLI-07 nobody twice' ids
target_start
echo '{"userName":"P7"}' | curl -s -o "$T/body" "$TARGET/Users" -d @-
target_script << 'EOF'
set missing 404
EOF
m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" matched
m job edit --store "$T/store" --file "$T/edit" matched
m job start --store "$T/store" matched
work matched
all_there 'CLI-07 CLI-19 who is there already is found, where 404 says that nobody is' matched
rm -f "$T/body"
done_testing
