// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {randomUUID} from 'node:crypto';
import {createServer, type IncomingMessage, type Server} from 'node:http';
import {text} from 'node:stream/consumers';
import {getConsoleOutput} from './console.ts';
import {Ec2Error} from './ec2-error.ts';
import {type Faults, nextFault} from './faults.ts';
import {describeImages, describeKeyPairs, describeRegions, regions} from './images-and-keys.ts';
import {describeInstanceStatus, describeInstances} from './instances.ts';
import {
	authorizeIngress,
	describeNetworkAcls,
	describeSecurityGroups,
	describeSubnets,
	describeVpcs,
	revokeIngress,
} from './network.ts';
import {Query} from './query.ts';
import {type Change, change, extraInstances, region, type Tags, type World} from './world.ts';
import {answerXml, errorXml, type Xml} from './xml.ts';

type Answer = {[name: string]: Xml};

const actions: Record<string, (query: Query, world: World) => Answer> = {
	DescribeRegions: describeRegions,
	DescribeInstances: describeInstances,
	DescribeInstanceStatus: describeInstanceStatus,
	DescribeImages: describeImages,
	DescribeKeyPairs: describeKeyPairs,
	GetConsoleOutput: getConsoleOutput,
	DescribeSecurityGroups: describeSecurityGroups,
	DescribeSubnets: describeSubnets,
	DescribeVpcs: describeVpcs,
	DescribeNetworkAcls: describeNetworkAcls,
	AuthorizeSecurityGroupIngress: authorizeIngress,
	RevokeSecurityGroupIngress: revokeIngress,
	CreateTags: createTags,
};

/** Regions beside the lab's are there and empty. */
const emptyWorld: World = {instances: [], images: [], keyPairs: [], groups: [], subnets: []};

export type EndpointOptions = {
	/** Asked for each request, so that hosts that come and go are seen. Tags and rules it is given are for it to keep. */
	world: () => World;
	/** Told each action, with what came of it. */
	log?: (line: string) => void;
};

/** The query protocol of EC2 over HTTP. A signature has to be there, but is not checked; `PUT /lab/faults` makes it fail. */
export function createEndpoint({world, log}: EndpointOptions): Server {
	let faults: Faults = {};
	return createServer(async (request, response) => {
		const requestId = randomUUID();
		const say = (status: number, body: string, type = 'text/xml;charset=UTF-8') =>
			response.writeHead(status, {'content-type': type, 'x-amzn-requestid': requestId}).end(body);
		let action = '';
		try {
			const body = await text(request);
			if (request.url === '/lab/faults' && request.method === 'PUT') {
				faults = JSON.parse(body) as Faults;
				say(200, '{}', 'application/json');
				return;
			}
			if (request.url === '/lab/world' && request.method === 'PUT') {
				change(world(), JSON.parse(body) as Change);
				say(200, '{}', 'application/json');
				return;
			}
			const query = Query.parse(request.method === 'GET' ? (request.url ?? '').replace(/^[^?]*\??/, '') : body);
			action = query.text('Action') ?? '';
			if (faults.body !== undefined) {
				say(500, faults.body, 'text/html');
				return;
			}
			const result = perform(action, query, request);
			log?.(`${action} 200`);
			say(200, answerXml(action, requestId, result));
		} catch (error) {
			const {code, status, message} =
				error instanceof Ec2Error
					? error
					: new Ec2Error('InternalError', String(error instanceof Error ? error.stack : error));
			log?.(`${action} ${status} ${code}${error instanceof Ec2Error ? '' : ` ${message}`}`);
			say(status, errorXml(code, message, requestId));
		}
	});

	function perform(action: string, query: Query, request: IncomingMessage): Answer {
		const scope =
			/^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/ec2\/aws4_request, ?SignedHeaders=.+Signature=[0-9a-f]{64}$/;
		const asked = scope.exec(request.headers.authorization ?? '')?.[1];
		if (asked === undefined || !regions.includes(asked)) {
			throw new Ec2Error('AuthFailure', 'AWS was not able to validate the provided access credentials');
		}
		const fault = nextFault(faults, action);
		if (fault) throw fault;
		const act = actions[action];
		if (!act) throw new Ec2Error('InvalidAction', `The action ${action} is not valid for this web service.`);
		if (query.flag('DryRun')) {
			throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
		}
		return act(query, asked === region ? withExtra(world(), faults.extra) : emptyWorld);
	}
}

function withExtra(world: World, extra: number | undefined): World {
	return extra === undefined ? world : {...world, instances: [...world.instances, ...extraInstances(extra)]};
}

function createTags(query: Query, world: World): Answer {
	const tags = query.parts('Tag').map(tag => [tag.required('Key'), tag.text('Value') ?? ''] as const);
	const things: {id: string; tags?: Tags}[] = [
		...world.instances,
		...world.groups,
		...world.subnets,
		...world.keyPairs,
	];
	for (const id of query.texts('ResourceId')) {
		const thing = things.find(one => one.id === id);
		if (!thing) throw new Ec2Error('InvalidID', `The ID '${id}' is not valid`);
		thing.tags = {...thing.tags, ...Object.fromEntries(tags)};
	}
	return {return: true};
}
