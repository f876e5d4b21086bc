#!/bin/sh
# Includes point down only, and each library has one door (DESIGN section 2).
. "$(dirname "$0")/lib.sh"
MODE=layers

# A room and what it may include, itself included.
may_include() {
	case $1 in
	lib/base) echo base ;;
	lib/json) echo json base ;;
	lib/http) echo http base ;;
	lib/store) echo store base ;;
	lib/scim) echo scim json base ;;
	lib/auth) echo auth store json base ;;
	lib/tenancy) echo tenancy scim store json base ;;
	lib/identity) echo identity auth scim store json base ;;
	lib/feed) echo feed identity http auth scim store json base ;;
	lib/serve) echo serve identity tenancy http auth scim store json base ;;
	cgi-src) echo serve feed scim http base ;;
	cli-src) echo serve feed identity tenancy http auth scim store json base ;;
	*) echo nothing ;;
	esac
}

# includes TREE: "FILE HEADER" for each #include of ours or of a library
includes() {
	(cd "$1" && grep -n '^#include' -r lib cgi-src cli-src --include='*.[ch]' |
	    sed -n 's/^\([^:]*\):[0-9]*:#include ["<]\([^">]*\)[">].*/\1 \2/p')
}

bad_rooms() {
	includes "$1" | while read -r file header; do
		room=$(dirname "$file")
		case $header in
		verb.h)
			[ "$room" = cli-src ] || echo "$file must not include $header"
			;;
		base/* | json/* | http/* | store/* | scim/* | auth/* | tenancy/* | identity/* | feed/* | serve/*)
			case " $(may_include "$room") " in
			*" ${header%%/*} "*) ;;
			*) echo "$file must not include $header" ;;
			esac
			;;
		esac
	done
}

# Each library stands behind one door.
bad_doors() {
	includes "$1" | while read -r file header; do
		case $header in
		db.h) door='lib/store/kv*' ;;
		json-c/* | json.h) door='lib/json/*' ;;
		fcg*) door='lib/http/loop.c' ;;
		curl/*) door='lib/http/client.c' ;;
		utf8proc.h) door='lib/base/text.c' ;;
		openssl/x509.h | openssl/err.h) door='lib/base/certificate.c' ;;
		openssl/*) door='lib/base/digest*.c' ;;
		crypt.h) door='lib/auth/password.c' ;;
		*) continue ;;
		esac
		# shellcheck disable=SC2254 # the door is a pattern
		case $file in $door) ;; *) echo "$file must not include $header" ;; esac
	done
}

# What lost acknowledged data in measurements (berkeley-db.md 1.2).
bad_words() {
	(cd "$1" && grep -rnE 'DB_REGISTER|DB_FAILCHK|failchk' lib cgi-src cli-src --include='*.[ch]')
}

bad_mains() {
	(cd "$1" && grep -rlE '^main\(' lib cgi-src cli-src --include='*.c' |
	    grep -vE '^cgi-src/|^cli-src/muster.c$')
}

# Files that neither the Makefile nor its part for tests names are not built.
unnamed() {
	(cd "$1" && for f in lib/*/*.c cgi-src/*.c cli-src/*.c tests/unit/*.c tests/fuzz/*.c; do
		[ -e "$f" ] || continue
		grep -qE "(^|[[:space:]=])$(basename "$f" .c)([[:space:]]|\$)" Makefile tests/rules.mk ||
		    echo "$f is not in the Makefile"
	done)
}

for check in bad_rooms bad_doors bad_words bad_mains unnamed; do
	is "$($check .)" '' "$check: none"
done

# The same on a tree where each rule is broken once.
mkdir -p "$T/tree/cgi-src" "$T/tree/cli-src"
for room in base json http store scim auth tenancy identity serve; do
	mkdir -p "$T/tree/lib/$room"
done
mkdir -p "$T/tree/tests" && cp tests/rules.mk "$T/tree/tests"
cp Makefile "$T/tree"
echo '#include "scim/filter.h"' > "$T/tree/lib/base/arena.c"
echo '#include "identity/identity.h"' > "$T/tree/lib/store/key.c"
echo '#include "store/kv.h"' > "$T/tree/lib/scim/path.c"
echo '#include "verb.h"' > "$T/tree/lib/serve/settings.c"
echo '#include "identity/read.h"' > "$T/tree/cgi-src/users.c"
echo '#include "auth/token.h"' > "$T/tree/lib/http/reply.c"
echo '#include "verb.h"' > "$T/tree/cli-src/init.c"
echo '#include <fcgiapp.h>' > "$T/tree/lib/http/request.c"
echo '#include <db.h>' > "$T/tree/lib/store/members.c"
echo '#include <json-c/json.h>' > "$T/tree/lib/serve/main.c"
echo 'flags = DB_REGISTER;' > "$T/tree/lib/store/kv.c"
printf 'int\nmain(void)\n' > "$T/tree/lib/base/buf.c"
touch "$T/tree/lib/base/nosuch.c"
is "$(bad_rooms "$T/tree" | wc -l | tr -d ' ')" 6 'six bad rooms are found'
is "$(bad_doors "$T/tree" | wc -l | tr -d ' ')" 3 'three bad doors are found'
is "$(bad_words "$T/tree" | wc -l | tr -d ' ')" 1 'a forbidden word is found'
is "$(bad_mains "$T/tree")" lib/base/buf.c 'a main in a library is found'
is "$(unnamed "$T/tree")" 'lib/base/nosuch.c is not in the Makefile' 'a file that is not named is found'
done_testing
