/** The braces put all keys of a session into one slot of a cluster. */
export const imageKey = (sessionId: string): string => `seats:{${sessionId}}`;

/** Stream of changes: `parseChange` reads its entries. Without the prefix of the connection. */
export const changesKey = (sessionId: string): string => `${imageKey(sessionId)}:d`;

/** Sorted set: sessions in which something ends, by the millisecond until which they are looked after. */
export const activeKey = 'seats:active';
