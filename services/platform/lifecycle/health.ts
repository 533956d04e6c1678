export interface HealthReport {
  readonly ready: boolean;
  readonly parts: Readonly<
    Record<string, { readonly state: 'up' | 'down'; readonly vital: boolean; readonly why?: string }>
  >;
}

interface Part {
  state: 'up' | 'down';
  vital: boolean;
  why?: string;
}

/**
 * What a process knows of the parts it stands on. It is ready while every vital part is up and nothing drains.
 * Parts report by themselves when they lose and find their server, so that a probe costs nothing.
 */
export class Health {
  readonly #parts = new Map<string, Part>();
  #draining = false;

  /** Names a part. One that is not vital is shown, but its loss does not take the process out of service. */
  declare(name: string, { vital = true } = {}): void {
    this.#parts.set(name, { state: 'down', vital });
  }

  set(name: string, state: 'up' | 'down', why?: string): void {
    const vital = this.#parts.get(name)?.vital ?? true;
    this.#parts.set(name, why === undefined ? { state, vital } : { state, vital, why });
  }

  /** Of one part, for those who ask with every request. */
  isUp(name: string): boolean {
    return this.#parts.get(name)?.state === 'up';
  }

  /** From here on the process is not ready, whatever its parts say. */
  drain(): void {
    this.#draining = true;
  }

  report(): HealthReport {
    const parts = Object.fromEntries([...this.#parts].map(([name, part]) => [name, { ...part }]));
    const up = Object.values(parts).every((part) => part.state === 'up' || !part.vital);
    return { ready: up && !this.#draining, parts };
  }
}
