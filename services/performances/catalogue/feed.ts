import { type Broker, BrokerAway, type Follower, type FollowFrom, followingOf } from '@ticketaka/platform/broker';
import type { MessageData } from '@ticketaka/platform/contract';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { changeFeed } from '../schemas/feed.ts';
import { service } from '../service.ts';
import type { Catalogue } from './catalogue.ts';

/** Clocks may disagree by this much, in milliseconds. Changes that come twice do no harm. */
const skewMs = 5 * 60_000;
/** A change that was made longer ago was not handled at once. */
const promptMs = 2_000;

export interface FeedOptions {
  readonly catalogue: Catalogue;
  /** Of the last change that the catalogue has. */
  readonly offset: number | undefined;
  /** Epoch milliseconds: the catalogue has every change from before. */
  readonly completeAt: number;
  readonly openBroker: () => Promise<Broker>;
  readonly log: Logger;
  readonly now: () => Date;
  /** Changes were lost: compares the catalogue with MariaDB. */
  readonly onGap: () => Promise<void>;
  /** Was applied: the document is in the catalogue, or no longer. */
  readonly onChange?: (performanceId: string) => void;
}

/** Follows the stream of changes into the catalogue, from where the catalogue is. */
export class Feed implements Component {
  readonly name = 'feed';
  readonly #options: FeedOptions;
  #broker: Broker | undefined;
  #follower: Follower | undefined;
  #opening: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Of the last change that was applied; what a snapshot goes on from. */
  get offset(): number | undefined {
    return this.#follower?.position?.offset ?? this.#options.offset;
  }

  /** Returns at once: a server that hangs must not keep the process from starting. */
  async start(): Promise<void> {
    this.#opening = this.#follow().catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'the feed cannot be followed');
    });
  }

  async stop(): Promise<void> {
    await this.#opening;
    await this.#broker?.close();
  }

  /** Whether the stream is read, and to its end but for what is being published just now. */
  async isCurrent(): Promise<boolean> {
    if (!this.#follower) return false;
    try {
      const behind = await this.#follower.behind();
      if (behind === undefined || behind === 0) return true;
      const handled = this.#follower.position?.time;
      return handled !== undefined && this.#options.now().getTime() - handled.getTime() < promptMs;
    } catch (error) {
      if (error instanceof BrokerAway) return false;
      throw error;
    }
  }

  async #follow(): Promise<void> {
    const { catalogue, offset, completeAt, onGap, onChange, openBroker, now } = this.#options;
    const from: FollowFrom =
      offset === undefined ? { timestamp: new Date(Math.max(0, completeAt - skewMs)) } : { offset: offset + 1 };
    this.#broker = await openBroker();
    const follower = await this.#broker.follow(
      followingOf(service, changeFeed),
      { from, onGap: () => onGap() },
      async (event) => {
        applyChange(catalogue, event, now());
        onChange?.(event.data.performanceId);
      },
    );
    this.#follower = follower;
  }
}

/** Does with the catalogue what an event says. Twice, late or out of order is as good as once. */
export function applyChange(
  catalogue: Catalogue,
  { data }: { readonly data: MessageData<typeof changeFeed> },
  seenAt: Date,
): void {
  if (data.change === 'put') catalogue.put(data.document, { seenAt });
  else catalogue.remove(data.performanceId, { version: data.version, at: seenAt });
}
