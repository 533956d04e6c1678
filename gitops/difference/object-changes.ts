import { type FieldChange, fieldChanges } from './field-changes.ts';

/** An object as it lies in a manifest. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export type ObjectChange =
  | { readonly label: string; readonly change: 'added'; readonly object: ManifestObject }
  | { readonly label: string; readonly change: 'removed'; readonly object: ManifestObject }
  | { readonly label: string; readonly change: 'changed'; readonly fields: readonly FieldChange[] };

export interface Difference {
  readonly changes: readonly ObjectChange[];
  readonly unchanged: number;
}

/** What a cluster that holds some objects would see change if it held others. Objects are told apart as the cluster does. */
export function objectChanges(before: readonly ManifestObject[], after: readonly ManifestObject[]): Difference {
  const old = new Map(before.map((object) => [keyOf(object), object]));
  const current = new Map(after.map((object) => [keyOf(object), object]));
  const keys = [...new Set([...old.keys(), ...current.keys()])].toSorted();
  const changes = keys.flatMap((key): ObjectChange[] => {
    const from = old.get(key);
    const to = current.get(key);
    if (!from && to) return [{ label: labelOf(to), change: 'added', object: to }];
    if (from && !to) return [{ label: labelOf(from), change: 'removed', object: from }];
    // A changed value is told from the values, and then shown without them.
    const fields = fieldChanges(from, to).map((field) => (to?.kind === 'Secret' ? withoutValues(field) : field));
    return fields.length > 0 && to ? [{ label: labelOf(to), change: 'changed', fields }] : [];
  });
  return { changes, unchanged: keys.length - changes.length };
}

/** The group without its version: another version of it is the same object. */
function keyOf({ apiVersion, kind, metadata }: ManifestObject): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name} ${group}`;
}

function labelOf({ kind, metadata }: ManifestObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}

const hidden = '***';

/** Nothing of a Secret is shown but which of its keys change. Even how long a value is would tell something. */
function withoutValues(field: FieldChange): FieldChange {
  if (!/^(stringD|d)ata\b/.test(field.path)) return field;
  return {
    ...field,
    ...('before' in field && { before: hidden }),
    ...('after' in field && { after: hidden }),
  };
}

/** The object as it may be shown: a Secret without its values. */
export function withoutSecrets(object: ManifestObject): ManifestObject {
  if (object.kind !== 'Secret') return object;
  const fields = Object.entries(object).map(([key, value]) => [
    key,
    /^(stringD|d)ata$/.test(key) ? hide(value) : value,
  ]);
  // The same fields, two of them with other values.
  return Object.fromEntries(fields) as ManifestObject;
}

function hide(values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return values;
  return Object.fromEntries(Object.keys(values).map((key) => [key, hidden]));
}
