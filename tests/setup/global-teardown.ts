import './global-setup.ts';

/** Of jest, once a run. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.ticketakaTestServers?.[Symbol.asyncDispose]();
}
