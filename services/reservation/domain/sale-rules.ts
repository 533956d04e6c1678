import { dateInSeoul } from './seoul-date.ts';

export interface SaleWindow {
  readonly kind: 'presale' | 'general';
  readonly opensAt: Date;
  /** From this instant on it is closed. */
  readonly closesAt: Date;
  /** Whether a code opens it (`none`: it is open to everybody), and whether this member has shown it. */
  readonly code: 'none' | 'missing' | 'verified';
}

export interface SaleRequest {
  readonly now: Date;
  readonly session: { readonly startsAt: Date; readonly cancelled: boolean; readonly performanceCancelled: boolean };
  readonly windows: readonly SaleWindow[];
  readonly perMemberLimit: number;
  /** Units of this session that the member holds or has bought. */
  readonly taken: number;
  /** Units that are asked for now. */
  readonly quantity: number;
  /** Full years; 0 for everybody. */
  readonly ageLimit: number;
  /** `1994-03-21`. */
  readonly birthDate: string;
}

export type SaleRefusal =
  | {
      readonly ok: false;
      readonly code: 'session_cancelled' | 'session_past' | 'sale_closed' | 'presale_code_required';
    }
  | { readonly ok: false; readonly code: 'not_on_sale_yet'; readonly opensAt: Date }
  | { readonly ok: false; readonly code: 'too_young'; readonly ageLimit: number }
  | { readonly ok: false; readonly code: 'over_limit'; readonly limit: number };

/**
 * Whether a member may hold units of a session now. The first rule that is broken is named: first those about the
 * session, then the sale, then the member.
 */
export function decideSale(request: SaleRequest): { readonly ok: true } | SaleRefusal {
  const { now, session, ageLimit, birthDate, perMemberLimit, taken, quantity } = request;
  if (session.cancelled || session.performanceCancelled) return { ok: false, code: 'session_cancelled' };
  if (now >= session.startsAt) return { ok: false, code: 'session_past' };
  const closed = closedFor(request);
  if (closed) return closed;
  if (ageLimit > 0 && ageOn(dateInSeoul(session.startsAt), birthDate) < ageLimit) {
    return { ok: false, code: 'too_young', ageLimit };
  }
  if (taken + quantity > perMemberLimit) return { ok: false, code: 'over_limit', limit: perMemberLimit };
  return { ok: true };
}

function closedFor({ now, windows }: SaleRequest): SaleRefusal | undefined {
  const open = windows.filter(({ opensAt, closesAt }) => opensAt <= now && now < closesAt);
  if (open.some(({ code }) => code !== 'missing')) return undefined;
  if (open.length > 0) return { ok: false, code: 'presale_code_required' };
  const [next] = windows
    .map(({ opensAt }) => opensAt)
    .filter((opensAt) => opensAt > now)
    .toSorted((one, other) => one.getTime() - other.getTime());
  return next ? { ok: false, code: 'not_on_sale_yet', opensAt: next } : { ok: false, code: 'sale_closed' };
}

/**
 * Full years on a day (만 나이). Who was born on 29 February is a year older on 1 March in other years (Civil Act,
 * article 160), which is what comparing month and day as text says too.
 */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) >= birthDate.slice(5) ? years : years - 1;
}
