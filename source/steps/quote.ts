import {Buffer} from 'node:buffer';

/** One shell word that means exactly these bytes. NUL cannot be part of a shell word; callers refuse it before. */
export function quote(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Shell text that prints the content, whatever its bytes; printf is a builtin, so its length has no limit. */
export function decoded(content: string | Uint8Array): string {
	return `printf %s '${Buffer.from(content).toString('base64')}' | base64 -d`;
}
