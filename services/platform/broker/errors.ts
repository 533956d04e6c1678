/**
 * Why a message was not confirmed:
 * - `unavailable`: it was never sent; the broker is away, blocks its publishers, or this process is stopping
 * - `unknown`: it was sent, and no confirm came in time; it may or may not be stored
 * - `refused`: the broker said that it did not take it (its queue is full)
 * - `unroutable`: no queue is bound for it, or the exchange does not exist for this user; trying again does not help
 */
export type PublishFailure = 'unavailable' | 'unknown' | 'refused' | 'unroutable';

export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly failure: PublishFailure;
  /** True when the same message may be published later, with the same id. */
  readonly unavailable: boolean;

  constructor(failure: PublishFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.unavailable = failure !== 'unroutable';
  }
}

/** Thrown by a handler: no later delivery of this message can succeed. Its reason must hold no personal data. */
export class Poison extends Error {
  override readonly name = 'Poison';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`poison message: ${reason}`, options);
    this.reason = reason;
  }
}

/** RabbitMQ cannot be asked now. */
export class BrokerAway extends Error {
  override readonly name = 'BrokerAway';
  readonly unavailable = true;
}
