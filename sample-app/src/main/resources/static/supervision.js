/**
 * What the page knows of the application. It is asked again and again; while it does not
 * answer, the last answers stay, and the gap is measured.
 */
const PERIOD = 500;

/** A frozen process accepts connections and never answers. */
const PATIENCE = 1000;

const UNSUPERVISED = { instanceId: '-', watchdogPid: '-', recoveryPolicy: 'none', timeInterval: 'PT0S',
	data: { size: 0 }, recoveries: 0, incidents: [] };

export async function fetchJson(path) {
	const response = await fetch(path, { signal: AbortSignal.timeout(PATIENCE), cache: 'no-store' });
	if (!response.ok) {
		throw new Error(`${path} answers ${response.status}`);
	}
	return response.json();
}

export class Supervision {

	status = null;

	orders = {};

	/** When the first of the missing answers was asked for, null while it answers. */
	downSince = null;

	/** The last gap: its length in milliseconds, and the instances around it. */
	gap = null;

	constructor(listener) {
		this.listener = listener;
	}

	async follow() {
		for (;;) {
			await this.ask();
			this.listener(this);
			await new Promise((resolve) => setTimeout(resolve, PERIOD));
		}
	}

	async ask() {
		const asked = performance.now();
		try {
			const [status, orders] = await Promise.all([fetchJson('actuator/sam'), fetchJson('orders')]);
			if (this.downSince !== null) {
				this.gap = {
					milliseconds: performance.now() - this.downSince,
					from: this.status?.instanceId,
					to: status.instanceId
				};
				this.downSince = null;
			}
			// without supervision, as while it closes down, the application says little
			this.status = (status.state === 'off') ? { ...UNSUPERVISED, ...this.status, ...status } : status;
			this.orders = orders;
		}
		catch {
			this.downSince ??= asked;
		}
	}

}
