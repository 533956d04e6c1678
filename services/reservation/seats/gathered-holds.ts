import { KeyedBatcher } from '../batching/index.ts';
import { checkHold, ofRanges, ofSets } from './hold-commands.ts';
import type { SeatImage } from './seat-image.ts';
import type { AnyHoldOutcome, AnyHoldRequest } from './types.ts';

/**
 * Redis takes some three milliseconds for so many, and does nothing else meanwhile. With fewer a storm would wait for many
 * turns of a busy event loop, each of which brings one answer.
 */
const mostAtOnce = 256;

/**
 * An image for a replica with a crowd in front of it: what it is asked to hold while it waits for Redis goes there
 * together. Neither Redis nor the replica does much more for a batch than for one of them. Who is alone waits for nobody.
 */
export function gatherHolds(image: SeatImage): SeatImage {
  const batches = new KeyedBatcher<AnyHoldRequest, AnyHoldOutcome>(
    (sessionId, requests) => image.holdAll(sessionId, requests),
    {
      max: mostAtOnce,
      // Redis is away, or it is not: that is the same for each of them.
      isHopeless: () => true,
    },
  );
  async function gather(sessionId: string, request: AnyHoldRequest) {
    // What cannot be asked for is told to whoever asks, and not to those beside them.
    checkHold(request);
    return await batches.submit(sessionId, request);
  }
  return {
    ...image,
    hold: async (sessionId, request) => ofSets(await gather(sessionId, request)),
    holdAny: async (sessionId, request) => ofRanges(await gather(sessionId, request)),
  };
}
