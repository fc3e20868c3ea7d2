// Stand-in for Amazon EC2: part of the lab, no part of the product.

/** What an answer consists of. A list becomes `<item>` elements, undefined nothing at all. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | {readonly [name: string]: Xml};

const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};

function content(value: Xml): string {
	if (value === undefined) return '';
	if (Array.isArray(value)) return value.map(item => element('item', item)).join('');
	if (typeof value === 'object') {
		return Object.entries(value)
			.map(([name, inner]) => element(name, inner))
			.join('');
	}
	return String(value).replace(/[&<>"]/g, character => entities[character] ?? '');
}

function element(name: string, value: Xml): string {
	return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The answer to an action, as the API version 2016-11-15 writes it. */
export function answerXml(action: string, requestId: string, result: {readonly [name: string]: Xml}): string {
	const body = content({requestId, ...result});
	return `${head}<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${action}Response>`;
}

export function errorXml(code: string, message: string, requestId: string): string {
	return `${head}${element('Response', {Errors: {Error: {Code: code, Message: message}}, RequestID: requestId})}`;
}
