/** A hold is found where its session is, so its id names both. */
export function splitHoldId(id: string): { readonly sessionId: string; readonly key: string } {
  const [sessionId = '', key = ''] = id.split('.');
  return { sessionId, key };
}

export function joinHoldId({ sessionId, key }: { readonly sessionId: string; readonly key: string }): string {
  return `${sessionId}.${key}`;
}
