import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { generateKey, promoteNext, prune, publishNext, readKeySet, signingKeyOf } from '@ticketaka/platform/keys';
import { saveKeys, withKeyLock } from '../platform/keys.ts';
import { type Paths, pathsOf } from '../platform/paths.ts';
import { publishToPlatform, runningPlatform } from './publication.ts';

/**
 * Seconds that a change of the files takes, at most, to reach every process on this machine: each looks at its file once
 * a second, when it needs a key.
 */
const localPropagationSeconds = 3;

type Report = (line: string) => void;

/**
 * `npm run keys -- rotate`: publishes a new key, waits until everybody knows it, and only then signs with it. The old
 * one stays published until the last token that it signed has expired.
 */
export async function rotateKeys({ home, report }: { readonly home?: string; readonly report: Report }): Promise<void> {
  const paths = pathsOf(home);
  if (!existsSync(paths.keySet)) throw new Error(`There are no keys in ${paths.home} yet: npm start makes the first`);
  await withKeyLock(paths, async () => {
    const running = runningPlatform(paths);
    await publish(paths, report);
    if (running) {
      report('waiting until the mesh and auth know it');
      const { keys } = await readKeySet(paths.keySet);
      await publishToPlatform(
        paths,
        running,
        keys.map(({ kid }) => kid),
      );
      // The last to look at their file are those that looked just before it changed.
      await delay(localPropagationSeconds * 1000);
    }
    const set = promoteNext(await readKeySet(paths.keySet), new Date(), {
      propagation: running ? localPropagationSeconds : 0,
    });
    await saveKeys(paths, set);
    report(`key ${signingKeyOf(set).kid} signs from now on`);
    for (const { kid, retireAt } of set.keys)
      if (retireAt) report(`key ${kid} stays valid for the tokens it signed, until ${retireAt}`);
  });
}

/** A rotation that was broken off has published a key already, which is then the one to go on with. */
async function publish(paths: Paths, report: Report): Promise<void> {
  const now = new Date();
  const set = prune(await readKeySet(paths.keySet), now);
  const waiting = set.keys.find(({ state }) => state === 'published');
  const next = waiting ? set : publishNext(set, await generateKey(), now);
  await saveKeys(paths, next);
  report(
    `key ${next.keys.find(({ state }) => state === 'published')?.kid} is ${waiting ? 'published already' : 'published'}`,
  );
}
