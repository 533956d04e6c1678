import { holderOf } from '../platform/lock.ts';
import type { Paths } from '../platform/paths.ts';
import { type PlatformState, readState } from '../platform/state.ts';
import { pollUntil } from '../process/index.ts';

const limitMs = 20_000;

/** The platform that runs now from this home; undefined when none does. @throws when it is only starting or stopping */
export function runningPlatform(paths: Paths): PlatformState | undefined {
  if (holderOf(paths.lock) === undefined) return undefined;
  const state = readState(paths.state);
  if (state?.status !== 'ready') throw new Error('Ticketaka is just starting or stopping: try again when it is done');
  return state;
}

/**
 * Renders the manifests with the keys as they are now, and waits until the mesh serves exactly these keys and auth
 * publishes them. Other services look for a key when they first meet it, by themselves.
 */
export async function publishToPlatform(paths: Paths, state: PlatformState, kids: readonly string[]): Promise<void> {
  const { renderManifests } = await import('../platform/manifests.ts');
  await renderManifests(paths, state.ports);
  await fetch(`${state.urls['mesh']}/reload`, { method: 'POST', signal: AbortSignal.timeout(limitMs) });
  const signal = AbortSignal.timeout(limitMs);
  const shows = (url: string) => async () => {
    const text = await (await fetch(url, { signal })).text();
    return kids.every((kid) => text.includes(`"${kid}"`));
  };
  await untilShown('the mesh', shows(`${state.urls['mesh']}/config`), signal);
  if (state.children.some(({ name }) => name === 'auth-api'))
    await untilShown('auth', shows(`${state.urls['gateway']}/.well-known/jwks.json`), signal);
}

async function untilShown(who: string, condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  try {
    await pollUntil(condition, { signal });
  } catch (cause) {
    throw new Error(`${who} did not take the new keys over within ${limitMs / 1000} s; nothing signs with them`, {
      cause,
    });
  }
}
