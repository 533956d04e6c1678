import type { Target, Upstream } from './destinations.ts';

/** Spreads attempts over replicas, and counts those that are under way. */
export class Balancer {
  readonly #turns = new Map<string, number>();
  readonly #underWay = new Map<string, number>();

  /** Takes turns; among the least busy when the DestinationRule says so. Undefined when nothing runs. */
  pick({ name, candidates, balance }: Upstream, random: () => number): Target | undefined {
    if (candidates.length <= 1) return candidates[0];
    if (balance === 'RANDOM') return candidates[Math.floor(random() * candidates.length)];
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, (turn + 1) % candidates.length);
    const inTurn = [...candidates.slice(turn), ...candidates.slice(0, turn)];
    if (balance === 'ROUND_ROBIN') return inTurn[0];
    return inTurn.reduce((best, target) => (this.#count(target) < this.#count(best) ? target : best));
  }

  begin(target: Target): void {
    this.#underWay.set(key(target), this.#count(target) + 1);
  }

  end(target: Target): void {
    const left = this.#count(target) - 1;
    if (left > 0) this.#underWay.set(key(target), left);
    else this.#underWay.delete(key(target));
  }

  #count(target: Target) {
    return this.#underWay.get(key(target)) ?? 0;
  }
}

function key({ host, port }: Target) {
  return `${host}:${port}`;
}
