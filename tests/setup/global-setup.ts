import { offerTestServers, type TestServers } from './coordinator.ts';

declare global {
  // `var` is the only way to declare a global; the teardown runs in the same process.
  var ticketakaTestServers: TestServers | undefined;
}

/** Of jest, once a run. Whoever has set TICKETAKA_TEST_SERVERS already keeps servers for several runs. */
export default async function globalSetup(): Promise<void> {
  if (process.env['TICKETAKA_TEST_SERVERS']) return;
  globalThis.ticketakaTestServers = await offerTestServers();
}
