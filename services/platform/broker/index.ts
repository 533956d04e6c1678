export {
  type Broker,
  type BrokerOptions,
  consumptionOf,
  followingOf,
  openBroker,
  type PublishOptions,
} from './broker.ts';
export type { OutgoingMessage } from './confirm-channel.ts';
export type { Consumer } from './consumer.ts';
export type { Handler, ReceivedEvent } from './delivery.ts';
export { createEnvelope, type Envelope, type EnvelopeOptions, envelopeType } from './envelope.ts';
export { BrokerAway, Poison, PublishError, type PublishFailure } from './errors.ts';
export type { FollowedEvent, Follower, FollowFrom, FollowHandler, FollowOptions, Gap, Position } from './follower.ts';
