// target.mjs: a SCIM target for tests that fails as it is told.
//
//	node tests/target/target.mjs DIRECTORY
//
// Listens on loopback and writes its port to DIRECTORY/port.  SCIM is at
// /scim/v2, tokens are at /token.  A test speaks to it at /-/ :
//
//	PUT    /-/script	the lines below replace those before
//	POST   /-/script	they are added
//	GET    /-/journal	what was asked, an object a line: n, at, method,
//				path, status, fault, body, type, authorization,
//				ifMatch, atOnce, scim (false: no SCIM request)
//	DELETE /-/journal
//	GET    /-/counts	{"all", "atOnceMax", "tokens", "GET /Users": N, ...,
//				"inBulk": {"POST /Users": N, ...}}
//	GET    /-/state	{"Users": [...], "Groups": [...]}, by name
//	GET    /-/users.tsv	userName, externalId, active, displayName, id
//	GET    /-/groups.tsv	displayName, names of its members, id
//	POST   /-/users	{"from": 1, "count": N}: uN, so many
//
// A line of the script is a setting:
//
//	set token TEXT		the bearer token that is wanted
//	set basic NAME PASSWORD
//	set oauth ID SECRET header|body [SECONDS]	and how long tokens live
//	set assertion ID FILE	tokens for a JWT that the public key (PEM) proves
//	set revoke		no token that was given is taken any more
//	set rate N		so many a second, others get 429 and Retry-After
//	set at-once N		so many at once, others get a bare 429
//	set latency MS		each takes so long
//	set stale MS		reads show what was there so long ago
//	set page N		at most so many in a list
//	set cursor		lists are paged by cursor
//	set missing 404	lists that are empty have that status
//	set etag		If-Match is wanted, and must be right
//	set bulk N [BYTES]	/Bulk takes so many operations; without, it is not there
//	set bulk-answer TEXT	of each result: full, brief (no response), or
//				bare (no bulkId), half (the first half has one)
//	set type TYPE		the only Content-Type that is taken
//	set patch off		501
//	set filter off		400
//	set config JSON	the answer of /ServiceProviderConfig; "404" for none
//	set types JSON, set schemas JSON	those of the two others
//
// or a fault: WHICH METHOD PATTERN FAULT [ARGUMENTS]; WHICH is "*", "3" (the
// first three that match), "2-4" or "7%"; METHOD may be "*"; PATTERN is a
// regular expression for the path below /scim/v2 with its query, or /token:
//
//	status CODE[/SCIMTYPE] [FIELD: VALUE]	nothing is done
//	after CODE		it is done, then that status
//	cut			the connection ends, nothing is done
//	cut-after		it is done, then the connection ends
//	hang, hang-after	the same without an end
//	slow MS		it takes so long
//	empty			204 and no body where there was one
//	body TEXT		the status is right, the body is TEXT
//	long BYTES		the answer is so much longer
//	total N		a list says that so many are there
//	duplicate		a list has each resource twice
//	hide NAME		without that attribute
//	repeat			it is done twice
import { createServer } from 'node:http';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { matches, parseFilter, patch, Resources, ScimError } from './scim.mjs';

const directory = process.argv[2];
const base = '/scim/v2';
const error = 'urn:ietf:params:scim:api:messages:2.0:Error';
const listResponse = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const resources = {
	Users: new Resources('User', 'userName'),
	Groups: new Resources('Group', 'displayName'),
};
let settings = {}, faults = [], journal = [], tokens = new Map(), ntokens = 0;
let counts = {}, inBulk = {}, atOnce = 0, atOnceMax = 0, recent = [];
const usedIds = new Set();
// Chance that is the same in every run.
let seed = 1;
const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;

const readWhich = (text) => {
	const m = /^(?:(\*)|(\d+)%|(\d+)(?:-(\d+))?)$/.exec(text);
	if (!m)
		throw new Error(`which: ${text}`);
	if (m[2])
		return () => chance() * 100 < Number(m[2]);
	if (m[1])
		return () => true;
	return m[4] ? (n) => n >= Number(m[3]) && n <= Number(m[4]) : (n) => n <= Number(m[3]);
};

const readScript = (text) => {
	for (const line of text.split('\n').map((l) => l.trim()).filter((l) => l && l[0] !== '#')) {
		const words = line.split(/\s+/);
		if (words[0] === 'set' && words[1] === 'revoke') {
			tokens.clear();
		} else if (words[0] === 'set') {
			settings[words[1]] = words.slice(2);
		} else {
			const [which, method, pattern, fault, ...args] = words;
			faults.push({ is: readWhich(which), method, pattern: new RegExp(pattern), fault, args, n: 0 });
		}
	}
};

const findFault = (method, path) => {
	for (const f of faults)
		if ((f.method === '*' || f.method === method) && f.pattern.test(path) && f.is(++f.n))
			return f;
	return { args: [] };
};

const later = (ms) => new Promise((done) => { setTimeout(done, ms); });
const refuse = (status, detail, fields = {}) =>
	({ status, fields, body: { schemas: [error], status: String(status), detail } });

// RFC 6749 section 4.4, RFC 7523 section 2.2.
const proves = (form) => {
	const [id, file] = settings.assertion;
	const [head, payload, signature] = (form.get('client_assertion') ?? '').split('.');
	const decode = (t) => JSON.parse(Buffer.from(t, 'base64url'));
	const claims = decode(payload), { alg } = decode(head);
	const key = { key: createPublicKey(readFileSync(file)), dsaEncoding: 'ieee-p1363' };
	const fresh = !usedIds.has(claims.jti);
	usedIds.add(claims.jti);
	return fresh && ['ES256', 'RS256'].includes(alg) && claims.iss === id && claims.sub === id &&
	    claims.aud === `http://127.0.0.1:${server.address().port}/token` &&
	    claims.exp > Date.now() / 1000 && claims.exp < Date.now() / 1000 + 900 &&
	    form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' &&
	    verify('sha256', `${head}.${payload}`, key, Buffer.from(signature, 'base64url'));
};

const giveToken = (request, text) => {
	const form = new URLSearchParams(text);
	const [id, secret, place, seconds] = settings.oauth ?? [];
	const basic = `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
	let good = false;
	if (settings.assertion)
		good = proves(form);
	else if (place === 'body')
		good = form.get('client_id') === id && form.get('client_secret') === secret;
	else
		good = request.headers.authorization === basic;
	if (!good || form.get('grant_type') !== 'client_credentials')
		return { status: 401, body: { error: 'invalid_client' } };
	const life = Number(seconds ?? 3600);
	const token = `t${++ntokens}`;
	tokens.set(token, Date.now() + life * 1000);
	return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: life,
	    scope: form.get('scope') ?? undefined } };
};

const isKnown = (authorization) => {
	if (settings.token)
		return authorization === `Bearer ${settings.token[0]}`;
	if (settings.basic)
		return authorization === `Basic ${Buffer.from(settings.basic.join(':')).toString('base64')}`;
	if (settings.oauth || settings.assertion)
		return (tokens.get((authorization ?? '').replace(/^Bearer /, '')) ?? 0) > Date.now();
	return true;
};

const isTooMuch = () => {
	const now = Date.now();
	recent = recent.filter((at) => at > now - 1000);
	if (settings.rate && recent.length >= Number(settings.rate[0]))
		return refuse(429, 'too many a second', { 'Retry-After': '1' });
	recent.push(now);
	if (settings['at-once'] && atOnce > Number(settings['at-once'][0]))
		return refuse(429, 'too many at once');
	return null;
};

const located = (kind, r) => ({ ...r,
	meta: { ...r.meta, location: `http://127.0.0.1:${server.address().port}${base}/${kind}/${r.id}` } });

const answerList = (kind, query, at) => {
	if (query.get('filter') && settings.filter?.[0] === 'off')
		throw new ScimError(400, 'invalidFilter', 'no filters here');
	const filter = query.get('filter') && parseFilter(query.get('filter'));
	const left = (query.get('excludedAttributes') ?? '').split(',');
	const found = resources[kind].candidates(filter, at).filter((r) => !filter || matches(r, filter));
	const max = Math.min(Number(query.get('count') ?? 100), Number(settings.page?.[0] ?? 1000));
	const from = settings.cursor ? Number(query.get('cursor') || 0) : Math.max(Number(query.get('startIndex') ?? 1), 1) - 1;
	const page = found.slice(from, from + max).map((r) => located(kind, r))
		.map((r) => Object.fromEntries(Object.entries(r).filter(([k]) => !left.includes(k))));
	const body = { schemas: [listResponse], totalResults: found.length, itemsPerPage: page.length, Resources: page };
	if (settings.cursor && from + max < found.length)
		body.nextCursor = String(from + max);
	else if (!settings.cursor)
		body.startIndex = from + 1;
	if (filter && found.length === 0 && settings.missing)
		return refuse(Number(settings.missing[0]), 'nothing found');
	return { status: 200, body };
};

const answerOne = (method, kind, id, request, text, at) => {
	const here = resources[kind], old = here.get(id, method === 'GET' ? at : Infinity);
	if (old === undefined)
		return refuse(404, 'no such resource');
	if (method !== 'GET' && settings.etag && request.headers['if-match'] !== old.meta.version)
		return refuse(412, 'it has changed');
	if (method === 'GET')
		return { status: 200, body: located(kind, old) };
	if (method === 'DELETE') {
		here.set(id, undefined);
		return { status: 204 };
	}
	if (method === 'PATCH' && settings.patch?.[0] === 'off')
		return refuse(501, 'no PATCH here');
	const body = JSON.parse(text);
	const next = method === 'PUT' ? { ...body } : patch(old, body);
	return { status: 200, body: located(kind, here.set(id, next)) };
};

// The operations of one request, each as if it had come alone; only "status" of
// the faults is for them.
const answerBulk = (request, text) => {
	const [max, bytes] = settings.bulk.map(Number), how = settings['bulk-answer']?.[0] ?? 'full';
	const { Operations: operations } = JSON.parse(text);
	if (operations.length > max || (bytes && text.length > bytes))
		return refuse(413, `at most ${max} operations`);
	const results = operations.map(({ method, path, bulkId, data, version }) => {
		const fault = findFault(method, path);
		const [status, scimType] = (fault.fault === 'status' ? fault.args[0] : '').split('/');
		const one = { headers: { ...request.headers, 'if-match': version } };
		const a = status ? { status: Number(status), body: { ...refuse(status, 'as it was told').body, scimType } }
			: answer(method, path, one, data && JSON.stringify(data));
		inBulk[`${method} /${path.split('/')[1]}`] = (inBulk[`${method} /${path.split('/')[1]}`] ?? 0) + 1;
		return { method, bulkId: how === 'bare' ? undefined : bulkId, status: String(a.status),
		    location: a.body?.meta?.location ?? (method === 'POST' ? undefined : `http://x${base}${path}`),
		    version: a.body?.meta?.version,
		    response: a.status >= 400 || how === 'full' ? a.body : undefined };
	});
	return { status: 200, body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
	    Operations: how === 'half' ? results.slice(0, results.length / 2) : results } };
};

const discovery = { ServiceProviderConfig: 'config', ResourceTypes: 'types', Schemas: 'schemas' };

const answerScim = (method, path, request, text) => {
	const url = new URL(path, 'http://x');
	const [, kind, id] = url.pathname.split('/');
	const at = settings.stale ? Date.now() - Number(settings.stale[0]) : Infinity;
	if (discovery[kind]) {
		const told = (settings[discovery[kind]] ?? ['404']).join(' ');
		return told === '404' ? refuse(404, 'not here') : { status: 200, body: JSON.parse(told) };
	}
	if (kind === 'Bulk' && settings.bulk && method === 'POST')
		return answerBulk(request, text);
	if (!resources[kind])
		return refuse(404, 'no such endpoint');
	if (id === '.search' && method === 'POST')
		return answerList(kind, new URLSearchParams(Object.entries(JSON.parse(text))), at);
	if (id)
		return answerOne(method, kind, decodeURIComponent(id), request, text, at);
	if (method === 'GET')
		return answerList(kind, url.searchParams, at);
	if (method !== 'POST')
		return refuse(405, 'not here');
	const made = located(kind, resources[kind].create(JSON.parse(text)));
	return { status: 201, body: made, fields: { Location: made.meta.location } };
};

const answer = (method, path, request, text) => {
	if (path === '/token')
		return giveToken(request, text);
	const type = (request.headers['content-type'] ?? '').split(';')[0];
	if (!isKnown(request.headers.authorization))
		return refuse(401, 'who are you?');
	if (text && settings.type && type !== settings.type[0])
		return refuse(415, `not ${type}`);
	try {
		return answerScim(method, path, request, text);
	} catch (e) {
		if (e instanceof ScimError)
			return { status: e.status, body: { schemas: [error], status: String(e.status), scimType: e.scimType, detail: e.message } };
		return refuse(400, String(e));
	}
};

// What FAULT makes of an answer.
const spoil = (fault, a) => {
	const rows = a.body?.Resources;
	if (fault.fault === 'after')
		return refuse(Number(fault.args[0]), 'it was done');
	if (fault.fault === 'empty' && a.status < 300)
		return { status: 204 };
	if (fault.fault === 'body')
		return { ...a, raw: fault.args.join(' ') };
	if (fault.fault === 'long')
		return { ...a, body: { ...a.body, padding: 'x'.repeat(Number(fault.args[0])) } };
	if (fault.fault === 'total' && rows)
		a.body.totalResults = Number(fault.args[0]);
	if (fault.fault === 'duplicate' && rows)
		a.body.Resources = rows.flatMap((r) => [r, r]);
	if (fault.fault === 'hide')
		[a.body, ...(rows ?? [])].forEach((r) => r && delete r[fault.args[0]]);
	return a;
};

const byName = (kind, name) => resources[kind].all().sort((a, b) => (String(a[name]) < String(b[name]) ? -1 : 1));
const nameOf = (id) => resources.Users.get(id)?.userName ?? resources.Groups.get(id)?.displayName ?? id;
const lines = (rows) => rows.map((r) => `${r.join('\t')}\n`).join('');

const control = {
	'PUT script': (text) => { settings = {}; faults = []; readScript(text); },
	'POST script': readScript,
	'GET journal': () => journal.map((j) => `${JSON.stringify(j)}\n`).join(''),
	'DELETE journal': () => { journal = []; counts = {}; inBulk = {}; atOnceMax = 0; },
	'GET counts': () => JSON.stringify({ all: journal.length, atOnceMax, tokens: ntokens, inBulk, ...counts }),
	'GET state': () => JSON.stringify({ Users: byName('Users', 'userName'), Groups: byName('Groups', 'displayName') }),
	'GET users.tsv': () => lines(byName('Users', 'userName').map((u) =>
		[u.userName, u.externalId ?? '', u.active ?? '', u.displayName ?? '', u.id])),
	'GET groups.tsv': () => lines(byName('Groups', 'displayName').map((g) =>
		[g.displayName, (g.members ?? []).map((m) => nameOf(m.value)).sort().join(','), g.id])),
	'POST users': (text) => {
		const { from = 1, count } = JSON.parse(text);
		for (let i = from; i < from + count; i++)
			resources.Users.create({ userName: `u${i}`, externalId: `x${i}`, active: true });
	},
};

const send = (response, a) => {
	const text = a.raw ?? (a.body === undefined ? '' : JSON.stringify(a.body));
	response.writeHead(a.status, { ...(text ? { 'Content-Type': 'application/scim+json' } : {}),
	    ...(a.body?.meta?.version ? { ETag: a.body.meta.version } : {}), ...a.fields });
	response.end(text);
};

const before = async (fault, request) => {
	if (fault.fault === 'slow')
		await later(Number(fault.args[0]));
	if (settings.latency)
		await later(Number(settings.latency[0]));
	if (fault.fault === 'cut')
		request.socket.destroy();
	if (fault.fault !== 'status')
		return isTooMuch();
	const m = /^(\S+):\s*(.*)$/.exec(fault.args.slice(1).join(' '));
	const [status, scimType] = fault.args[0].split('/');
	const early = refuse(Number(status), 'as it was told', m ? { [m[1]]: m[2] } : {});
	return { ...early, body: { ...early.body, scimType } };
};

const serve = async (request, response, text) => {
	const { method, url } = request;
	const own = /^\/-\/(.*)$/.exec(url);
	if (own) {
		const does = control[`${method} ${own[1]}`];
		try {
			response.end(does ? does(text) : 'no such thing\n');
		} catch (e) {
			response.writeHead(400).end(`${e}\n`);
		}
		return;
	}
	const path = url.startsWith(base) ? url.slice(base.length) : url;
	const fault = findFault(method, path);
	const { 'content-type': type, authorization, 'if-match': ifMatch } = request.headers;
	const entry = { n: journal.length + 1, at: Date.now(), method, path, status: 0, fault: fault.fault,
	    body: text || undefined, type, authorization, ifMatch, atOnce: ++atOnce, scim: path !== '/token' };
	const name = `${method} /${path.split(/[/?]/)[1]}`;
	journal.push(entry);
	counts[name] = (counts[name] ?? 0) + 1;
	atOnceMax = Math.max(atOnceMax, atOnce);
	const early = await before(fault, request);
	if (early === null && (fault.fault === 'cut' || fault.fault === 'hang')) {
		atOnce--;
		return;
	}
	if (fault.fault === 'repeat')
		answer(method, path, request, text);
	const a = early ?? spoil(fault, answer(method, path, request, text));
	atOnce--;
	if (fault.fault === 'cut-after')
		request.socket.destroy();
	if (fault.fault === 'cut-after' || fault.fault === 'hang-after')
		return;
	entry.status = a.status;
	send(response, a);
};

const server = createServer((request, response) => {
	const parts = [];
	request.on('data', (part) => parts.push(part));
	request.on('end', () => serve(request, response, Buffer.concat(parts).toString()));
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => {
	writeFileSync(`${directory}/port.new`, String(server.address().port));
	renameSync(`${directory}/port.new`, `${directory}/port`);
});
