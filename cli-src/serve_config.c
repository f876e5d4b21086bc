/*
 * serve_config.c: muster serve-config: the web server's configuration for
 * this installation, on standard output.
 *
 * The text stands in templates; "@NAME@" is replaced by a value.  What may
 * be set is one table, which the options, the defaults and the templates
 * share.
 */
#include <stdio.h>
#include <string.h>

#include "base/nelem.h"
#include "base/number.h"
#include "verb.h"

static const char usage[] =
    "serve-config lighttpd|apache [--port N] [--bind ADDRESS]\n"
    "       [--store DIR] [--programs DIR] [--schemas DIR] [--www DIR]\n"
    "       [--workers N] [--socket-dir DIR] [--var DIR] [--base-url URL]\n"
    "       [--user NAME] [--cors-origins LIST]\n"
    "       [--hosts LIST] [--sensitive LIST] [--tls-pem FILE]\n"
    "       [--client-ca FILE] [--proxies LIST] [--basic 0|1]\n"
    "       [--keys-hosts LIST] [--keys-ca FILE]\n"
    "       [--request-log 0|1] [--log-bodies 0|1|2] [--log-redact LIST]\n"
    "       [--log-to stderr|syslog] [--log-format text|json]";

#ifndef PREFIX
#define PREFIX "/usr/local"
#endif

enum {
	OPTION_PORT,
	OPTION_WORKERS = 6,
	OPTION_USER = 10,
	OPTION_TLS = 14,
	OPTION_CLIENT_CA,
	OPTION_PROXIES,
	OPTION_BASIC,
	OPTION_KEYS_HOSTS,
	OPTION_KEYS_CA,
	OPTION_REQUEST_LOG,
	OPTION_LOG_BODIES,
	OPTION_LOG_REDACT,
	OPTION_LOG_TO,
	OPTION_LOG_FORMAT,
	OPTION_MAX
};

/* clang-format off */
static const struct {
	const char	*name;		/* of the option, and between '@' */
	const char	*preset;
} rows[] = {
	{ "port",	"8080" },
	{ "bind",	"127.0.0.1" },
	{ "store",	"/var/lib/muster" },
	{ "programs",	PREFIX "/lib/muster" },
	{ "schemas",	PREFIX "/share/muster/schemas" },
	{ "www",	PREFIX "/share/muster/www" },
	{ "workers",	"8" },
	{ "socket-dir",	"/run/muster" },
	{ "var",	"/var/log/muster" },
	{ "base-url",	"" },
	{ "user",	"" },
	{ "cors-origins", "" },
	{ "hosts",	"" },
	{ "sensitive",	"" },
	{ "tls-pem",	"" },
	{ "client-ca",	"" },
	{ "proxies",	"" },
	{ "basic",	"0" },
	{ "keys-hosts",	"" },
	{ "keys-ca",	"" },
	{ "request-log", "1" },
	{ "log-bodies",	"0" },
	{ "log-redact",	"" },
	{ "log-to",	"stderr" },
	{ "log-format",	"text" },
};
/* clang-format on */
_Static_assert(NELEM(rows) == OPTION_MAX, "one row an option");

/*
 * Requests go to one socket a program, which its workers share.  The program
 * makes that socket itself; lighttpd starts it, and starts it again when it
 * dies, through an entry of its own that no request can reach: lighttpd takes
 * a program for alive as long as anybody listens on the socket that it gave
 * it, and workers outlive a killed parent by a moment.
 */
static const char lighttpd_text[] =
    "# Written by: muster serve-config lighttpd\n"
    "server.modules = ( \"mod_fastcgi\" )\n"
    "@tls@"
    "server.document-root = \"@www@\"\n"
    "server.bind = \"@bind@\"\n"
    "server.port = @port@\n"
    "@become@"
    "server.errorlog = \"@var@/error.log\"\n"
    "index-file.names = ( \"index.html\" )\n"
    "mimetype.assign = ( \".html\" => \"text/html; charset=utf-8\",\n"
    "    \".css\" => \"text/css\", \".js\" => \"text/javascript\",\n"
    "    \".svg\" => \"image/svg+xml\" )\n"
    "\n"
    "# Long filters and JWTs; bodies are bounded again by MUSTER_BODY_MAX.\n"
    "server.max-request-field-size = 65536\n"
    "server.max-request-size = 16384\n"
    "server.max-keep-alive-requests = 100000\n"
    "server.max-keep-alive-idle = 60\n"
    "# What is wrong with a request is said in SCIM, by the programs.\n"
    "server.http-parseopts = (\n"
    "    \"method-get-body\" => \"enable\",\n"
    "    \"url-invalid-utf8-reject\" => \"disable\",\n"
    "    \"url-ctrls-reject\" => \"disable\" )\n"
    "server.error-handler = \"/scim/error\"\n"
    "server.stream-response-body = 1\n"
    "\n"
    "# The programs, each with its workers; no URL is empty, so no request\n"
    "# gets here.\n"
    "$HTTP[\"url\"] == \"\" {\n"
    "    fastcgi.server = (\n"
    "@start@"
    "    )\n"
    "}\n"
    "\n"
    "# /scim/v2/Users, /scim/TENANT/v2/Users, the same without a version, and\n"
    "# so on.  The key \"/\" makes PATH_INFO the whole path; the programs find\n"
    "# their place in it.\n"
    "@route@"
    "{\n"
    "}\n";

/* @tls@ above, where there is a certificate: RFC 7644 section 7.2. */
static const char lighttpd_tls_text[] =
    "server.modules += ( \"mod_openssl\" )\n"
    "ssl.engine = \"enable\"\n"
    "ssl.pemfile = \"@tls-pem@\"\n"
    "ssl.openssl.ssl-conf-cmd = ( \"MinProtocol\" => \"TLSv1.2\" )\n"
    "@verify@";

/* @verify@ above: certificates of clients, for those that have one. */
static const char lighttpd_verify_text[] =
    "ssl.verifyclient.ca-file = \"@client-ca@\"\n"
    "ssl.verifyclient.activate = \"enable\"\n"
    "ssl.verifyclient.enforce = \"disable\"\n"
    "ssl.verifyclient.exportcert = \"enable\"\n";

/* @start@ above, for every program: how lighttpd starts it. */
static const char start_text[] =
    "        \"/@program@\" => ((\n"
    "            \"socket\" => \"@socket-dir@/@program@.start\",\n"
    "            \"bin-path\" => \"@programs@/@program@\",\n"
    "            \"max-procs\" => 1,\n"
    "            \"bin-environment\" => (\n"
    "                \"MUSTER_SOCKET\" => \"@socket-dir@/@program@.sock\",\n"
    "                \"MUSTER_WORKERS\" => \"@workers@\",\n"
    "                \"MUSTER_STORE\" => \"@store@\",\n"
    "                \"MUSTER_SCHEMAS\" => \"@schemas@\",\n"
    "                \"MUSTER_CORS_ORIGINS\" => \"@cors-origins@\",\n"
    "                \"MUSTER_HOSTS\" => \"@hosts@\",\n"
    "                \"MUSTER_SENSITIVE\" => \"@sensitive@\",\n"
    "                \"MUSTER_PROXIES\" => \"@proxies@\",\n"
    "                \"MUSTER_BASIC\" => \"@basic@\",\n"
    "                \"MUSTER_KEYS_HOSTS\" => \"@keys-hosts@\",\n"
    "                \"MUSTER_KEYS_CA\" => \"@keys-ca@\",\n"
    "                \"MUSTER_REQUEST_LOG\" => \"@request-log@\",\n"
    "                \"MUSTER_LOG_BODIES\" => \"@log-bodies@\",\n"
    "                \"MUSTER_LOG_REDACT\" => \"@log-redact@\",\n"
    "                \"MUSTER_LOG_TO\" => \"@log-to@\",\n"
    "                \"MUSTER_LOG_FORMAT\" => \"@log-format@\",\n"
    "                \"MUSTER_BASE_URL\" => \"@base-url@\" ))),\n";

/* @route@ above, for every program: which URLs are its own. */
static const char route_text[] =
    "$HTTP[\"url\"] @match@ {\n"
    "    fastcgi.server = ( \"/\" => ((\n"
    "        \"socket\" => \"@socket-dir@/@program@.sock\",\n"
    "        \"check-local\" => \"disable\",\n"
    "        \"fix-root-scriptname\" => \"enable\",\n"
    "        \"disable-time\" => 0 )) )\n"
    "} else ";

/* The same for Apache. */
static const char alias_text[] =
    "    ScriptAliasMatch \"(@pattern@.*)\" \"@programs@/@program@$1\"\n";

static const char apache_tls_text[] = "    # Needs: a2enmod ssl\n"
				      "    SSLEngine on\n"
				      "    SSLCertificateFile \"@tls-pem@\"\n"
				      "    SSLProtocol -all +TLSv1.2 +TLSv1.3\n"
				      "@verify@";

static const char apache_verify_text[] =
    "    SSLCACertificateFile \"@client-ca@\"\n"
    "    SSLVerifyClient optional\n"
    "    SSLOptions +StdEnvVars +ExportCertData\n";

/* mod_fcgid starts and ends the processes itself: no MUSTER_WORKERS. */
static const char apache_text[] =
    "# Written by: muster serve-config apache\n"
    "# Needs: a2enmod fcgid headers\n"
    "Listen @bind@:@port@\n"
    "<VirtualHost @bind@:@port@>\n"
    "    DocumentRoot \"@www@\"\n"
    "    ErrorLog \"@var@/error.log\"\n"
    "@tls@"
    "    LimitRequestFieldSize 65536\n"
    "    LimitRequestLine 65536\n"
    "    AllowEncodedSlashes NoDecode\n"
    "    FcgidInitialEnv MUSTER_STORE \"@store@\"\n"
    "    FcgidInitialEnv MUSTER_SCHEMAS \"@schemas@\"\n"
    "    FcgidInitialEnv MUSTER_HOSTS \"@hosts@\"\n"
    "    FcgidInitialEnv MUSTER_SENSITIVE \"@sensitive@\"\n"
    "    FcgidInitialEnv MUSTER_PROXIES \"@proxies@\"\n"
    "    FcgidInitialEnv MUSTER_BASIC \"@basic@\"\n"
    "    FcgidInitialEnv MUSTER_KEYS_HOSTS \"@keys-hosts@\"\n"
    "    FcgidInitialEnv MUSTER_KEYS_CA \"@keys-ca@\"\n"
    "    FcgidInitialEnv MUSTER_REQUEST_LOG \"@request-log@\"\n"
    "    FcgidInitialEnv MUSTER_LOG_BODIES \"@log-bodies@\"\n"
    "    FcgidInitialEnv MUSTER_LOG_REDACT \"@log-redact@\"\n"
    "    FcgidInitialEnv MUSTER_LOG_TO \"@log-to@\"\n"
    "    FcgidInitialEnv MUSTER_LOG_FORMAT \"@log-format@\"\n"
    "    FcgidInitialEnv MUSTER_CORS_ORIGINS \"@cors-origins@\"\n"
    "    FcgidInitialEnv MUSTER_BASE_URL \"@base-url@\"\n"
    "    # Larger ones get 500; the programs refuse what they do not take.\n"
    "    FcgidMaxRequestLen 134217728\n"
    "    FcgidMaxProcessesPerClass @workers@\n"
    "    FcgidPassHeader Authorization\n"
    "    # To Apache, Location with status 200 would be a redirection.\n"
    "    Header always set Location \"expr=%{resp:Resource-Location}\" "
    "\"expr=-n resp('Resource-Location')\"\n"
    "    Header always unset Resource-Location\n"
    "    # What Apache itself refuses is said in SCIM too.\n"
    "    ErrorDocument 400 /scim/error\n"
    "    ErrorDocument 404 /scim/error\n"
    "    ErrorDocument 405 /scim/error\n"
    "    ErrorDocument 413 /scim/error\n"
    "    ErrorDocument 414 /scim/error\n"
    "    ErrorDocument 500 /scim/error\n"
    "    ErrorDocument 501 /scim/error\n"
    "    ErrorDocument 503 /scim/error\n"
    "@alias@"
    "    <Directory \"@programs@\">\n"
    "        SetHandler fcgid-script\n"
    "        Options +ExecCGI\n"
    "        CGIPassAuth On\n"
    "        Require all granted\n"
    "    </Directory>\n"
    "    <Directory \"@www@\">\n"
    "        Require all granted\n"
    "    </Directory>\n"
    "</VirtualHost>\n";

/*
 * The programs and the URLs that are theirs; the first that fits counts, and
 * resources answers for what no other knows.
 */
#define BASE "^/scim(?:/+[^/]+)?(?:/+v[0-9][0-9.]*)?"
/* clang-format off */
static const struct program {
	const char	*name;
	const char	*pattern;	/* or */
	const char	*prefix;	/* also of what is not UTF-8 */
} programs[] = {
	{ "users",	BASE "/+Users(?:/|$)", NULL },
	{ "groups",	BASE "/+Groups(?:/|$)", NULL },
	{ "bulk",	BASE "/+Bulk(?:/|$)", NULL },
	{ "me",		BASE "/+Me(?:/|$)", NULL },
	{ "search",	"^/scim(?:(?:/+[^/]+)?/+v[0-9][0-9.]*)?(?:/+[.]search)?/*$", NULL },
	{ "search",	"^/scim/+[^/]+/+[.]search/*$", NULL },
	{ "discovery",	BASE "/+(?:ServiceProviderConfig|ResourceTypes|Schemas)(?:/|$)", NULL },
	{ "discovery",	"^/(?:healthz|metrics)$", NULL },
	{ "oauth",	"^/oauth2/", NULL },
	{ "admin",	"^/admin/v1(?:/|$)", NULL },
	{ "events",	BASE "/+[.]events(?:/|$)", NULL },
	{ "resources",	NULL, "/scim" },
};
/* clang-format on */

struct values {
	const char *list[OPTION_MAX];
	const char *tls_text; /* of this web server */
	const char *verify_text;
	const struct program *program;
};

static void print_template(const char *text, const struct values *values);

/* TEXT once for every program, or for every pattern of one. */
static void
print_programs(
    const char *text, bool every_pattern, const struct values *values)
{
	struct values inner = *values;

	for (size_t i = 0; i < NELEM(programs); i++) {
		inner.program = &programs[i];
		if (every_pattern || i == 0 ||
		    strcmp(programs[i].name, programs[i - 1].name) != 0)
			print_template(text, &inner);
	}
}

/* The user and group that lighttpd becomes once it has the port. */
static void
print_become(const char *user)
{
	if (user[0] != '\0')
		printf("server.username = \"%s\"\n"
		       "server.groupname = \"%s\"\n",
		    user, user);
}

/* Without a certificate somebody in front has to speak TLS (AUTH-08). */
static void
print_tls(const struct values *values)
{
	if (values->list[OPTION_TLS][0] != '\0')
		print_template(values->tls_text, values);
}

static void
print_verify(const struct values *values)
{
	if (values->list[OPTION_CLIENT_CA][0] != '\0')
		print_template(values->verify_text, values);
}

/* The pattern of PROGRAM, or what stands before its prefix; then AFTER. */
static void
print_pattern(const char *before, const struct program *program,
    const char *before_prefix, const char *after)
{
	if (program->prefix != NULL)
		printf("%s%s%s", before_prefix, program->prefix, after);
	else
		printf("%s%s%s", before, program->pattern, after);
}

/* What stands for NAME: an option, or something of the programs. */
static void
print_value(struct slice name, const struct values *values)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (slice_equal(name, slice_of(rows[i].name))) {
			fputs(values->list[i], stdout);
			return;
		}
	if (slice_equal(name, SLICE("program")))
		fputs(values->program->name, stdout);
	else if (slice_equal(name, SLICE("pattern")))
		print_pattern("", values->program, "^", "");
	else if (slice_equal(name, SLICE("match")))
		print_pattern("=~ \"", values->program, "=^ \"", "\"");
	else if (slice_equal(name, SLICE("become")))
		print_become(values->list[OPTION_USER]);
	else if (slice_equal(name, SLICE("tls")))
		print_tls(values);
	else if (slice_equal(name, SLICE("verify")))
		print_verify(values);
	else if (slice_equal(name, SLICE("start")))
		print_programs(start_text, false, values);
	else if (slice_equal(name, SLICE("route")))
		print_programs(route_text, true, values);
	else if (slice_equal(name, SLICE("alias")))
		print_programs(alias_text, true, values);
}

static void
print_template(const char *text, const struct values *values)
{
	struct slice rest = slice_of(text), piece;
	bool is_name = false;

	while (slice_next(&rest, '@', &piece)) {
		if (is_name)
			print_value(piece, values);
		else
			printf("%.*s", SLICE_ARG(piece));
		is_name = !is_name;
	}
}

static int
read_words(int argc, char **argv, struct values *values)
{
	struct verb_option options[OPTION_MAX];

	for (int i = 0; i < OPTION_MAX; i++) {
		values->list[i] = rows[i].preset;
		options[i] =
		    (struct verb_option){ rows[i].name, &values->list[i] };
	}
	return verb_read(argc, argv, options, OPTION_MAX, NULL);
}

/* A value that would end its quotes would make another configuration. */
static int
check(const struct values *values, struct error *err)
{
	int64_t number;

	for (size_t i = 0; i < NELEM(rows); i++)
		if (strpbrk(values->list[i], "\"\\\n\r@$") != NULL)
			return error_set(err, ERR_INVALID_VALUE,
			    "--%s: no quotes, backslashes, '@' or '$'",
			    rows[i].name);
	if (parse_int(slice_of(values->list[OPTION_PORT]), 1, 65535, &number,
		NULL) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "--port takes a number from 1 to 65535");
	if (parse_int(slice_of(values->list[OPTION_WORKERS]), 1, 64, &number,
		NULL) == -1)
		return error_set(err, ERR_INVALID_VALUE,
		    "--workers takes a number from 1 to 64");
	if (parse_int(slice_of(values->list[OPTION_BASIC]), 0, 1, &number,
		NULL) == -1)
		return error_set(
		    err, ERR_INVALID_VALUE, "--basic takes 0 or 1");
	if (values->list[OPTION_CLIENT_CA][0] != '\0' &&
	    values->list[OPTION_TLS][0] == '\0')
		return error_set(
		    err, ERR_INVALID_VALUE, "--client-ca needs --tls-pem");
	return 0;
}

int
verb_serve_config(int argc, char **argv)
{
	struct values values = { .program = NULL };
	struct error err;
	const char *text;

	if (argc < 2 || read_words(argc - 1, argv + 1, &values) == -1)
		return verb_usage(usage);
	if (strcmp(argv[1], "lighttpd") == 0) {
		text = lighttpd_text;
		values.tls_text = lighttpd_tls_text;
		values.verify_text = lighttpd_verify_text;
	} else if (strcmp(argv[1], "apache") == 0) {
		text = apache_text;
		values.tls_text = apache_tls_text;
		values.verify_text = apache_verify_text;
	} else {
		return verb_usage(usage);
	}
	if (check(&values, &err) == -1)
		return verb_failed(&err);
	print_template(text, &values);
	return EXIT_OK;
}
