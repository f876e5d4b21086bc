// scim.mjs: users and groups in memory, as much of SCIM as a client that
// provisions needs: filters, PATCH in every dialect, pages.  Of its own, on
// purpose: what muster sends is read here by other code than muster's.
import { randomUUID } from 'node:crypto';

export class ScimError extends Error {
	constructor(status, scimType, detail) {
		super(detail);
		this.status = status;
		this.scimType = scimType;
	}
}

const fail = (scimType, detail) => {
	throw new ScimError(400, scimType, detail);
};
const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const list = (v) => (v === undefined || v === null ? [] : Array.isArray(v) ? v : [v]);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The name that OBJECT has for NAME, ignoring case.
const key = (object, name) =>
	Object.keys(object).find((k) => k.toLowerCase() === name.toLowerCase()) ?? name;

// "URN:attribute[filter].sub", each part but the attribute may be missing.
export const parsePath = (text) => {
	const m = /^(?:(urn:.*):)?([$\w-]+)(?:\[(.*)\])?(?:\.([$\w-]+))?$/i.exec(text.trim());
	if (!m)
		fail('invalidPath', `no path: ${text}`);
	const urn = /:core:2\.0:/i.test(m[1] ?? '') ? undefined : m[1];
	return { urn, name: m[2], filter: m[3] && parseFilter(m[3]), sub: m[4] };
};

const valuesAt = (object, path) => {
	const at = path.urn ? object[key(object, path.urn)] : object;
	if (!isObject(at))
		return [];
	let found = list(at[key(at, path.name)]);
	if (path.filter)
		found = found.filter((v) => matches(v, path.filter));
	return path.sub === undefined ? found :
	    found.flatMap((v) => (isObject(v) ? list(v[key(v, path.sub)]) : []));
};

// RFC 7644 section 3.4.2.2, without precedence of "and": there are brackets.
export const parseFilter = (text) => {
	const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()]+\[[^\]]*\][^\s()]*|[^\s()]+/g) ?? [];
	let at = 0;
	const term = () => {
		let word = tokens[at++];
		if (word === undefined)
			fail('invalidFilter', text);
		if (word === '(') {
			const inner = any();
			if (tokens[at++] !== ')')
				fail('invalidFilter', text);
			return inner;
		}
		if (word.toLowerCase() === 'not')
			return { op: 'not', of: term() };
		const path = parsePath(word);
		const op = (tokens[at++] ?? '').toLowerCase();
		if (op === 'pr')
			return { op, path };
		if (!['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'].includes(op))
			fail('invalidFilter', text);
		try {
			return { op, path, value: JSON.parse(tokens[at++]) };
		} catch {
			return fail('invalidFilter', text);
		}
	};
	const any = () => {
		let left = term();
		while (/^(and|or)$/i.test(tokens[at] ?? ''))
			left = { op: tokens[at++].toLowerCase(), left, right: term() };
		return left;
	};
	const filter = any();
	return at === tokens.length ? filter : fail('invalidFilter', text);
};

const exact = new Set(['id', 'externalid', 'value', '$ref']);
const compare = {
	eq: (a, b) => a === b, ne: (a, b) => a !== b,
	co: (a, b) => String(a).includes(b), sw: (a, b) => String(a).startsWith(b),
	ew: (a, b) => String(a).endsWith(b), gt: (a, b) => a > b, ge: (a, b) => a >= b,
	lt: (a, b) => a < b, le: (a, b) => a <= b,
};

export const matches = (object, f) => {
	if (f.op === 'and')
		return matches(object, f.left) && matches(object, f.right);
	if (f.op === 'or')
		return matches(object, f.left) || matches(object, f.right);
	if (f.op === 'not')
		return !matches(object, f.of);
	const values = valuesAt(isObject(object) ? object : { value: object }, f.path)
		.map((v) => (isObject(v) ? v.value : v));
	if (f.op === 'pr')
		return values.length > 0;
	const fold = (v) => (typeof v === 'string' &&
	    !exact.has((f.path.sub ?? f.path.name).toLowerCase()) ? v.toLowerCase() : v);
	return values.some((v) => compare[f.op](fold(v), fold(f.value)));
};

// Values that are not there yet.
const merge = (old, added) => {
	const out = list(old).slice();
	for (const v of list(added))
		if (!out.some((o) => same(o, v) || (isObject(v) && v.value !== undefined &&
		    o.value === v.value && (o.type ?? v.type) === v.type)))
			out.push(v);
	return out;
};

const many = new Set(['emails', 'phonenumbers', 'members', 'roles', 'addresses', 'entitlements',
	'photos', 'ims', 'x509certificates']);

const put = (at, name, value, op) => {
	const k = key(at, name);
	if (value === null || same(value, []))
		delete at[k];
	else if (many.has(k.toLowerCase()) || Array.isArray(at[k]))
		at[k] = op === 'add' ? merge(at[k], value) : list(value);
	else if (isObject(value) && isObject(at[k]))
		for (const [n, v] of Object.entries(value))
			put(at[k], n, v, op);
	else
		at[k] = isObject(at[k]) ? { ...at[k], value } : value;
	if (same(at[k], []))
		delete at[k];
};

// The elements that a filter names; an add makes the one it describes.
const putFiltered = (at, path, value, op) => {
	const k = key(at, path.name);
	const found = list(at[k]).filter((v) => matches(v, path.filter));
	if (found.length === 0 && path.filter.op !== 'eq')
		throw new ScimError(400, 'noTarget', 'no such value');
	if (found.length === 0) {
		found.push({ [path.filter.path.name]: path.filter.value });
		at[k] = [...list(at[k]), found[0]];
	}
	for (const v of found)
		path.sub === undefined ? Object.assign(v, value) : put(v, path.sub, value, op);
};

const remove = (object, path, value) => {
	const at = path.urn ? object[key(object, path.urn)] : object;
	if (!isObject(at))
		return;
	const k = key(at, path.name);
	const gone = (v) => (path.filter ? matches(v, path.filter) :
	    value === undefined || list(value).some((w) => (w.value ?? w) === (v.value ?? v)));
	if (path.sub !== undefined)
		list(at[k]).filter((v) => !path.filter || matches(v, path.filter))
			.forEach((v) => delete v[key(v, path.sub)]);
	else if (path.filter || (value !== undefined && Array.isArray(at[k])))
		at[k] = list(at[k]).filter((v) => !gone(v));
	else
		delete at[k];
	if (same(at[k], []))
		delete at[k];
};

const patchOne = (resource, operation) => {
	const op = String(operation.op).toLowerCase();
	if (!['add', 'replace', 'remove'].includes(op))
		fail('invalidSyntax', `no operation: ${operation.op}`);
	if (operation.path === undefined || operation.path === '') {
		if (op === 'remove' || !isObject(operation.value))
			throw new ScimError(400, 'noTarget', 'no path');
		for (const [name, value] of Object.entries(operation.value)) {
			if (/^urn:.*:\d+\.\d+:\w+$/i.test(name) && isObject(value))
				for (const [n, v] of Object.entries(value))
					patchOne(resource, { op, path: `${name}:${n}`, value: v });
			else
				patchOne(resource, { op, path: name, value });
		}
		return;
	}
	const path = parsePath(operation.path);
	if (op === 'remove') {
		remove(resource, path, operation.value);
		return;
	}
	const at = path.urn ? (resource[key(resource, path.urn)] ??= {}) : resource;
	if (path.filter)
		putFiltered(at, path, operation.value, op);
	else if (path.sub !== undefined)
		put(at[key(at, path.name)] ??= {}, path.sub, operation.value, op);
	else
		put(at, path.name, operation.value, op);
};

export const patch = (resource, body) => {
	const copy = structuredClone(resource);
	const operations = body[key(body, 'Operations')];
	if (!Array.isArray(operations) || operations.length === 0)
		fail('invalidSyntax', 'no Operations');
	for (const o of operations)
		patchOne(copy, o);
	return copy;
};

// Resources of one type, each with its former forms: [{at, body}].
export class Resources {
	constructor(type, unique) {
		this.type = type;
		this.unique = unique;
		this.history = new Map();
		this.taken = new Map();
		this.external = new Map();
	}

	// Those that "attribute eq value" can find, without a look at all; or all.
	candidates(filter, at) {
		const name = filter?.op === 'eq' && at === Infinity && !filter.path.filter &&
		    !filter.path.sub && !filter.path.urn ? filter.path.name.toLowerCase() : '';
		if (name === this.unique.toLowerCase())
			return [this.get(this.taken.get(String(filter.value).toLowerCase()))].filter((r) => r);
		if (name === 'externalid')
			return [...this.external.get(filter.value) ?? []].map((id) => this.get(id)).filter((r) => r);
		return this.all(at);
	}

	get(id, at = Infinity) {
		return (this.history.get(id) ?? []).findLast((h) => h.at <= at)?.body ?? undefined;
	}

	all(at = Infinity) {
		return [...this.history.keys()].map((id) => this.get(id, at)).filter((r) => r !== undefined);
	}

	set(id, body) {
		const name = (r) => r && r[key(r, this.unique)]?.toLowerCase?.();
		const old = this.get(id);
		const wanted = name(body);
		if (wanted !== undefined && (this.taken.get(wanted) ?? id) !== id)
			throw new ScimError(409, 'uniqueness', `${this.unique} is taken`);
		if (old)
			this.taken.delete(name(old));
		if (wanted !== undefined)
			this.taken.set(wanted, id);
		if (body?.externalId !== undefined)
			this.external.set(body.externalId, (this.external.get(body.externalId) ?? new Set()).add(id));
		if (body) {
			body.id = id;
			body.meta = { resourceType: this.type, created: old?.meta.created ??
			    new Date().toISOString(), lastModified: new Date().toISOString(),
			    version: `W/"${this.history.get(id)?.length ?? 0}"` };
		}
		const former = this.history.get(id) ?? [];
		former.push({ at: Date.now(), body });
		this.history.set(id, former);
		return body;
	}

	create(body) {
		return this.set(randomUUID(), { ...body });
	}
}
