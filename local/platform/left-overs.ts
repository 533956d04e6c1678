import { endGroup, isSameProcess } from '../process/index.ts';
import type { PlatformState } from './state.ts';

/**
 * Kills what a run that was itself killed has left behind. A number that belongs to another process by now is let be.
 * @returns the names of what was killed
 */
export async function endLeftOvers(state: PlatformState): Promise<readonly string[]> {
  const alive = state.children.filter(isSameProcess);
  await Promise.all(alive.map(({ pid }) => endGroup(pid)));
  return alive.map(({ name }) => name);
}
