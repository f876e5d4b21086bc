#!/bin/sh
# What README.md and SECURITY.md name is there: files, verbs of the command,
# settings, targets of make.
. "$(dirname "$0")/lib.sh"
MODE=documents

# named PATTERN: words in back quotes that look like it
named() {
	cat README.md SECURITY.md | grep -o "\`[^\`]*\`" | tr -d "\`" | tr ' ' '\n' |
	    grep -E "^$1\$" | sort -u
}

missing=
for path in $(named '(tests|lib|conf|cgi-src|cli-src|schemas|www)/[A-Za-z0-9_./-]*'); do
	[ -e "$path" ] || missing="$missing $path"
done
is "$missing" '' "$(named '(tests|lib|conf|cgi-src|cli-src|schemas|www)/[A-Za-z0-9_./-]*' | wc -l) files that are named are there"

missing=
for name in $(named 'MUSTER_[A-Z_]*'); do
	grep -q "\"$name\"" lib/serve/settings.c || missing="$missing $name"
done
is "$missing" '' "$(named 'MUSTER_[A-Z_]*' | wc -l) settings are settings"

missing=
for name in $(grep -oE '"MUSTER_[A-Z_]+"' lib/serve/settings.c | tr -d '"' | sort -u); do
	grep -q "^.It Ev .*$name" cli-src/muster.1 || missing="$missing $name"
done
is "$missing" '' 'every setting is in the manual'

jobs=$(sed -n '/^\.Sh JOBS/,/^\.Sh ENVIRONMENT/p' cli-src/muster.1)
missing=
for name in $(grep -hoE '\{ "[A-Za-z]+", *PROPERTY_' lib/sync/*.c | cut -d'"' -f2 | sort -u); do
	echo "$jobs" | grep -qE "^\.(Li|It Li) (.*[ .])?$name( |\$)" || missing="$missing $name"
done
is "$missing" '' 'every member of a job is in the manual'

# names PATTERN FILE ...: what it finds between the first quotes
names() {
	pattern=$1
	shift
	grep -hoE "$pattern" "$@" | cut -d'"' -f2
}
missing=$(names '\.signature = "[^"]+"' lib/sync/function.c | while read -r signature; do
	echo "$jobs" | grep -qxF ".It Li $signature" || echo "$signature"
done)
is "$missing" '' 'every function of an expression is in the manual'
missing=$(names '\{ \{ "[^"]+", [0-9]+ \},[[:space:]]*NEEDS_' lib/sync/clause.c | while read -r word; do
	echo "$jobs" | grep '^\.Li ' | grep -qE "[ ,]$word( |\$)" || echo "$word"
done)
is "$missing" '' 'every operator of a filter is, too'

# A route: its method and all words of its path in one line of the manual.
grep -oE '\{ HTTP_[A-Z]+,[[:space:]]*"[^"]*",' cgi-src/admin.c | sed -E 's/\{ HTTP_([A-Z]+),[[:space:]]*"([^"]*)",/\1 \2/' > "$T/routes"
missing=$(sed -n '/^\.It Pa /{s/?[^ ;]*//g;s/$/ /;p;}' cli-src/muster.1 | awk '
	NR == FNR { lines[++n] = $0; next }
	{
		words = split($1 "/" $2, word, "/")
		found = 0
		for (i = 1; i <= n && !found; i++) {
			found = 1
			for (k = 1; k <= words; k++)
				if (word[k] != "" && word[k] !~ /^:/ && lines[i] !~ "[ /]" word[k] "[ /]")
					found = 0
		}
		if (!found)
			print $1, $2
	}' - "$T/routes")
is "$missing" '' "$(wc -l < "$T/routes" | tr -d ' ') routes of administrators are in the manual"

# "muster VERB ..." and "build/bin/muster VERB ..." also in examples
verbs=$(cat README.md SECURITY.md | grep -oE '(`|bin/)muster [a-z-]+' | sed 's/.*muster //' | sort -u)
missing=
for verb in $verbs; do
	"$BIN/muster" help 2>&1 | grep -qE "^  (muster )?$verb( |\$)" || missing="$missing $verb"
done
is "$missing" '' "$(echo "$verbs" | wc -l) verbs are verbs"

missing=
for target in $(cat README.md SECURITY.md | grep -oE '`make [a-z-]+' | sed 's/`make //' | sort -u); do
	grep -qE "^([a-z ]* )?$target( [a-z ]*)?:" Makefile tests/rules.mk || missing="$missing $target"
done
is "$missing" '' 'targets of make are targets'

# A threat has a test.
rows=$(sed -n '/^## Threats/,/^## What is not/p' SECURITY.md | grep -c '^| [a-z]')
is "$(sed -n '/^## Threats/,/^## What is not/p' SECURITY.md | grep '^| [a-z]' | grep -c '`tests/')" "$((rows - 1))" \
    "$((rows - 1)) threats have a test each"
done_testing
