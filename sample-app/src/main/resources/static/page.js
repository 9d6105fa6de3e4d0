import { fetchJson, Supervision } from './supervision.js';

const MOST_BEATS = 90;

const element = (id) => document.getElementById(id);

function create(name, text, ...children) {
	const created = document.createElement(name);
	if (text !== '') {
		created.textContent = text;
	}
	created.append(...children);
	return created;
}

/** A list that has not changed is left alone: screen readers and selections stay where they are. */
function fill(list, items, render) {
	const key = JSON.stringify(items);
	if (list.dataset.key !== key) {
		list.dataset.key = key;
		list.replaceChildren(...items.flatMap(render));
	}
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** An ISO 8601 duration of seconds and minutes, as the endpoint writes it. */
function duration(text) {
	const [, hours = 0, minutes = 0, rest = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(text) ?? [];
	return `${(hours * 3600 + minutes * 60 + Number(rest)).toFixed(2)} s`;
}

function state({ status, downSince, gap }) {
	if (downSince !== null) {
		return ['down', `No answer for ${seconds(performance.now() - downSince)}. This page goes on asking.`];
	}
	const after = gap ? ` Back after ${seconds(gap.milliseconds)}`
			+ (gap.from === gap.to ? '.' : `: instance ${gap.to} has replaced instance ${gap.from}.`) : '';
	return [status.state === 'running' ? 'running' : 'other',
		`Instance ${status.instanceId} is ${status.state} (pid ${status.pid}).${after}`];
}

function facts(status) {
	const standby = status.standby;
	const quorum = status.quorum;
	return [
		['Instance', `${status.instanceId}, pid ${status.pid}`],
		['Watchdog', `pid ${status.watchdogPid}, ${status.mode} mode`],
		['Policy', `${status.recoveryPolicy}, interval ${duration(status.timeInterval)}`],
		['Health', status.health ? `${status.health.status} (group ${status.health.group})` : 'not asked'],
		['Spare', standby ? `${standby.mode}, ${standby.state}` : 'none (sam.standby)'],
		['Quorum', quorum ? (quorum.quorate ? 'quorate' : 'lost') : 'not needed by the policy'],
		['Connections', status.connections ? `${status.connections.state} (port ${status.connections.port})` : 'not held'],
		['User data', `${status.data.size} bytes`],
		['Recoveries', String(status.recoveries)],
		...(status.replacement ? [['Replacement', status.replacement.state]] : [])
	];
}

function incident({ instanceId, reason, message, detectedAt, downtime, exit }) {
	const details = [new Date(detectedAt).toLocaleTimeString(), downtime ? `down for ${duration(downtime)}` : 'not recovered yet',
		...(exit ? [`ended with ${exit}`] : [])].join(', ');
	return create('li', '', create('strong', reason), ` of instance ${instanceId}: ${message} `,
		Object.assign(create('span', details), { className: 'quiet' }));
}

function show(supervision) {
	const [kind, text] = state(supervision);
	element('state').dataset.state = kind;
	element('state').textContent = text;
	const beat = create('li', '');
	beat.classList.toggle('missed', supervision.downSince !== null);
	element('beats').append(beat);
	if (element('beats').children.length > MOST_BEATS) {
		element('beats').firstElementChild.remove();
	}
	if (supervision.status) {
		fill(element('facts'), facts(supervision.status), ([name, value]) => [create('dt', name), create('dd', value)]);
		fill(element('incidents'), supervision.status.incidents, incident);
		element('no-incident').hidden = supervision.status.incidents.length > 0;
		fill(element('orders'), Object.entries(supervision.orders), ([id, order]) => create('li', `${id}: ${order}`));
	}
}

async function takeOrder(event) {
	event.preventDefault();
	const text = element('text').value;
	const ids = Object.keys(supervision.orders).map(Number).filter(Number.isFinite);
	const id = Math.max(0, ...ids) + 1;
	try {
		const response = await fetch(`orders/${id}`, { method: 'PUT', body: text, signal: AbortSignal.timeout(3000) });
		element('answer').textContent = response.ok ? `Order ${id} was taken.` : (await response.json()).detail;
		if (response.ok) {
			element('text').value = '';
		}
	}
	catch {
		element('answer').textContent = 'The order was not taken: no answer. Try again when the application is back.';
	}
}

async function inject(name) {
	try {
		await fetch(`faults/${name}`, { method: 'POST', signal: AbortSignal.timeout(3000) });
	}
	catch {
		// that is what the button is for
	}
}

async function showFaults() {
	try {
		const faults = Object.entries(await fetchJson('faults'));
		fill(element('faults'), faults, ([name, effect]) => {
			const button = create('button', name);
			const description = create('span', effect);
			description.id = `fault-${name}`;
			button.setAttribute('aria-describedby', description.id);
			button.addEventListener('click', () => inject(name));
			return create('li', '', button, description);
		});
	}
	catch {
		setTimeout(showFaults, 1000);
	}
}

const supervision = new Supervision(show);
element('order').addEventListener('submit', takeOrder);
showFaults();
supervision.follow();
