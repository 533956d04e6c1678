import { type KubernetesObject, labelOf } from './kubernetes-object.ts';

/** A fault in a manifest. */
export interface Finding {
  /** What rule it breaks: `kubernetes/selector`, `security/capabilities`, `policy/image`, `IST0101`. Stable. */
  readonly code: string;
  /** The object, as `Deployment ticketaka/mail-worker`. */
  readonly object: string;
  readonly message: string;
}

/** What rules look at: everything that is rendered for an environment. */
export type Objects = readonly KubernetesObject[];

export function finding(code: string, object: KubernetesObject, message: string): Finding {
  return { code, object: labelOf(object), message };
}

/** `policy/image Deployment ticketaka/mail-worker: …`: as people read it. */
export function lineOf({ code, object, message }: Finding): string {
  return `${code} ${object}: ${message}`;
}
