# table.awk: rows, results and notes become the table of the bench.

function median(list,    v, n, i, j, t) {
	n = split(list, v, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) {
			t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
		}
	if (n == 0)
		return 0
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

# Median of COLUMN of PROGRAM in the row NAME.
function figure(name, program, column,    r, list) {
	for (r = 1; r <= rounds; r++)
		if ((name, program, r, column) in value)
			list = list " " value[name, program, r, column]
	return median(list)
}

# Median over the rounds of PROGRAM's figure over that of OTHER.
function ratio(name, program, other, column,    r, list) {
	for (r = 1; r <= rounds; r++)
		if (value[name, other, r, column] > 0)
			list = list " " value[name, program, r, column] / \
			    value[name, other, r, column]
	return median(list)
}

# Does GOT, a ratio to the bare program, reach the aim "WORD X"?
function judge(aim, got,    part, ok) {
	split(aim, part, " ")
	if (part[1] == "rate")
		ok = got >= part[2] + 0
	else if (part[1] == "within")
		ok = got * part[2] >= 1
	else
		ok = got <= part[2] + 0
	return aim " " (ok ? "ok" : "missed")
}

function print_row(i,    name, p, b, column) {
	name = names[i]; p = programs[i]; b = bares[i]
	column = (aims[i] ~ /^p[59]/ ? substr(aims[i], 1, 3) : "rate")
	if (!((name, p, 1, "rate") in value)) {
		printf "%-34s not run\n", labels[i]
		return
	}
	if (aims[i] ~ /^MB/) {
		printf "%-34s %.2f MB, aim %s\n", labels[i],
		    value[name, p, 1, "rate"] / 1024,
		    judge(aims[i], value[name, p, 1, "rate"] / 1024)
		return
	}
	printf "%-34s %8.0f %8.2f %8.2f %7.2f %7s %8.1f %8.1f %6.2f  %-12s %s%s\n",
	    labels[i], figure(name, p, "rate"),
	    figure(name, p, "p50") / 1000, figure(name, p, "p99") / 1000,
	    ratio(name, p, b, column), respond_ratio(name, p, column),
	    figure(name, p, "cpu"), figure(name, b, "cpu"),
	    pss[p] / 1024, b, judge(aims[i], ratio(name, p, b, column)),
	    (errors[name] > 0 ? ", ERRORS: " errors[name] : "")
}

function respond_ratio(name, p, column) {
	if (!((name, "bare-respond", 1, column) in value))
		return "-"
	return sprintf("%.2f", ratio(name, p, "bare-respond", column))
}

$1 ~ /^row[|]/ {
	split($0, f, "|")
	n++
	names[n] = f[2]; labels[n] = f[3]; bares[n] = f[5]; aims[n] = f[6]
	programs[n] = f[8]
}
$1 == "result" {
	key = $2 SUBSEP $3 SUBSEP $4 SUBSEP
	value[key "rate"] = $5; value[key "p50"] = $6
	value[key "p99"] = $7; value[key "cpu"] = $8
	errors[$2] += $9
	if ($4 > rounds)
		rounds = $4
}
$1 == "pss" { pss[$2] = $3 }
$1 == "note" { notes = notes "\n" substr($0, 6) }

END {
	printf "%-34s %8s %8s %8s %7s %7s %8s %8s %6s  %-12s %s\n", "operation",
	    "req/s", "p50 ms", "p99 ms", "/bare", "/resp.", "CPU us", "bare us",
	    "PSS MB", "bare program", "aim"
	for (i = 1; i <= n; i++)
		print_row(i)
	print notes
}
