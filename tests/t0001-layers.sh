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
	lib/tenancy) echo tenancy auth scim store json base ;;
	lib/identity) echo identity auth scim store json base ;;
	lib/watch) echo watch store json base ;;
	lib/feed) echo feed identity http auth scim store json base ;;
	lib/sync) echo sync identity watch http auth scim store json base ;;
	lib/serve) echo serve identity watch tenancy http auth scim store json base ;;
	lib/admin) echo admin serve sync identity watch tenancy http auth scim store json base ;;
	cgi-src) echo admin serve feed scim http base ;;
	cli-src) echo admin serve sync feed watch identity tenancy http auth scim store json base ;;
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
		base/* | json/* | http/* | store/* | scim/* | auth/* | tenancy/* | identity/* | watch/* | feed/* | sync/* | serve/* | admin/*)
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
		curl/*) door='lib/http/curl.h' ;;
		utf8proc.h) door='lib/base/text*.c' ;;
		pcre2*.h) door='lib/sync/regex.c' ;;
		openssl/sha.h) door='lib/base/digest.c' ;;
		openssl/crypto.h | openssl/core_names.h) door='lib/base/digest*.c' ;;
		openssl/*) door='lib/base/crypto.h' ;;
		crypt.h) door='lib/auth/password.c' ;;
		*) continue ;;
		esac
		# shellcheck disable=SC2254 # the door is a pattern
		case $file in $door) ;; *) echo "$file must not include $header" ;; esac
	done
}

# Expressions, scoping filters and mappings know no file, database, clock or environment.
bad_impure() {
	includes "$1" | while read -r file header; do
		case $file in
		lib/sync/attribute.* | lib/sync/clause* | lib/sync/dat[eu]* | lib/sync/expression* | lib/sync/function* | \
		    lib/sync/dialect* | lib/sync/difference* | lib/sync/job.* | lib/sync/job_[prt]* | lib/sync/likeness.* | lib/sync/listing.* | lib/sync/mapping* | \
	    lib/sync/nearest.* | lib/sync/node* | lib/sync/place* | lib/sync/property.* | lib/sync/regex.* | lib/sync/scope*) ;;
		*) continue ;;
		esac
		case $header in
		base/clock.h | base/file.h | base/uuid.h | identity/* | http/* | auth/* | store/* | time.h | stdlib.h | unistd.h | fcntl.h)
			echo "$file must not include $header"
			;;
		esac
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

# What a one-shot CGI would wait for at its start, and mostly not use: libcurl
# and libcrypto are loaded where they are needed, and of the library that
# SHA-256 is taken from nothing else comes along.
slow_starts() {
	for program in "$BIN"/*; do
		readelf -d "$program" | grep -oE 'lib(curl|crypto|ssl)\.so[.0-9]*'
		nm "$program" | grep -oE ' [Tt] (EVP|ERR|OPENSSL_init|BN)_.*'
	done
}
is "$(slow_starts)" '' 'no program links what starts slowly'

for check in bad_rooms bad_doors bad_impure bad_words bad_mains unnamed; do
	is "$($check .)" '' "$check: none"
done

# The same on a tree where each rule is broken once.
mkdir -p "$T/tree/cgi-src" "$T/tree/cli-src"
for room in base json http store scim auth tenancy identity serve sync; do
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
echo '#include "feed/push.h"' > "$T/tree/lib/sync/push.c"
echo '#include "store/kv.h"' > "$T/tree/lib/sync/scope.c"
echo '#include <db.h>' > "$T/tree/lib/store/members.c"
echo '#include <json-c/json.h>' > "$T/tree/lib/serve/main.c"
echo '#include <openssl/evp.h>' > "$T/tree/lib/base/digest_seal.c"
echo 'flags = DB_REGISTER;' > "$T/tree/lib/store/kv.c"
printf 'int\nmain(void)\n' > "$T/tree/lib/base/buf.c"
touch "$T/tree/lib/base/nosuch.c"
is "$(bad_rooms "$T/tree" | wc -l | tr -d ' ')" 7 'seven bad rooms are found'
is "$(bad_doors "$T/tree" | wc -l | tr -d ' ')" 4 'four bad doors are found'
is "$(bad_impure "$T/tree" | wc -l | tr -d ' ')" 1 'one that is not pure is found'
is "$(bad_words "$T/tree" | wc -l | tr -d ' ')" 1 'a forbidden word is found'
is "$(bad_mains "$T/tree")" lib/base/buf.c 'a main in a library is found'
is "$(unnamed "$T/tree")" 'lib/base/nosuch.c is not in the Makefile' 'a file that is not named is found'
done_testing
