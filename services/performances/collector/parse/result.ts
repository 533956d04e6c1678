/** What could not be understood of a text, and why. The reason is for the person who corrects it. */
export interface Fault {
  readonly fragment: string;
  readonly reason: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export function understood<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function misunderstood(fragment: string, reason: string): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { fragment: fragment.trim().slice(0, 200), reason } };
}
