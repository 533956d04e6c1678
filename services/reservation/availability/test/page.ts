import { type State, states } from '../seat-states.ts';

interface Told {
  readonly event: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a page in a browser does: it reads the stream, keeps the picture by it, and comes back with the last id. */
export class Page {
  readonly #url: string;
  #leave = new AbortController();
  #rest = '';
  readonly events: Told[] = [];
  /** By unit. */
  seats: State[] = [];
  lastId: string | undefined;
  /** Whether what it shows is what there is. */
  certain = true;
  over = true;

  constructor(url: string) {
    this.#url = url;
  }

  /** @param after the version of a picture that the page has from elsewhere, with its seats */
  async open(after?: string): Promise<void> {
    this.#leave = new AbortController();
    this.#rest = '';
    const headers: Record<string, string> = this.lastId === undefined ? {} : { 'last-event-id': this.lastId };
    const query = after === undefined ? '' : `?after=${after}`;
    const response = await fetch(this.#url + query, { headers, signal: this.#leave.signal });
    if (response.status !== 200) throw new Error(`the stream was answered with ${response.status}`);
    this.over = false;
    void this.#read(response).catch(() => undefined);
  }

  close(): void {
    this.#leave.abort();
    this.over = true;
  }

  async #read(response: Response): Promise<void> {
    const { signal } = this.#leave;
    try {
      for await (const chunk of response.body ?? []) {
        if (signal.aborted) return;
        this.#rest += Buffer.from(chunk).toString();
        const blocks = this.#rest.split('\n\n');
        this.#rest = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
      }
    } finally {
      this.over = true;
    }
  }

  #take(block: string) {
    const fields = new Map(
      block
        .split('\n')
        .map((line): [string, string] => [line.split(': ')[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
    );
    const data = fields.get('data');
    if (data === undefined) return;
    const told: Told = { event: fields.get('event') ?? '', id: fields.get('id') ?? '', data: JSON.parse(data) };
    this.events.push(told);
    if (told.event === 'behind' || told.event === 'current') {
      this.certain = told.event === 'current';
      return;
    }
    this.lastId = told.id;
    if (told.event === 'snapshot')
      this.seats = seatsOf(Buffer.from(String(told.data['bits']), 'base64'), Number(told.data['units']));
    else this.#change(told.data);
  }

  #change(data: Told['data']) {
    for (const [index, name] of states.entries()) {
      const units = data[name];
      // The index of a state is a state.
      if (Array.isArray(units)) for (const unit of units) this.seats[unit] = index as State;
    }
  }
}

/** Two bits a unit, the first unit in the highest bits of the first byte. */
export function seatsOf(bits: Uint8Array, units: number): State[] {
  // Two bits have no other values.
  return Array.from({ length: units }, (_, unit) => (((bits[unit >> 2] ?? 0) >> (6 - 2 * (unit % 4))) & 3) as State);
}
