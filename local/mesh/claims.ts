/** What a verified token says. */
export type Claims = Readonly<Record<string, unknown>>;
