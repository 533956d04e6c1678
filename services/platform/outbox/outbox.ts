import type { z } from 'zod';
import { createEnvelope } from '../broker/index.ts';
import type { Message } from '../contract/index.ts';
import type { Component } from '../lifecycle/index.ts';
import { afterCommit, type Executor, insertRows } from '../mariadb/index.ts';
import { OutboxRelay, type OutboxRelayOptions } from './relay.ts';

export interface OutboxOptions extends OutboxRelayOptions {
  /** Name of the service that publishes. */
  readonly service: string;
}

export interface AddOptions {
  /** What the message is about, usually the id of the thing that changed. Messages of one subject keep their order. */
  readonly subject?: string;
  /** @default a new UUIDv7 */
  readonly id?: string;
}

/** A message for {@link Outbox.addAll}; made by {@link outgoing}, which knows what its data must be. */
export interface Outgoing {
  readonly message: Message;
  readonly data: unknown;
  readonly subject?: string | undefined;
}

/** Pairs a message with its data, for {@link Outbox.addAll}. */
export function outgoing<M extends Message>(message: M, data: z.input<M['data']>, subject?: string): Outgoing {
  return { message, data, subject };
}

/** The messages that a service is going to publish, kept in its own database. */
export interface Outbox extends Required<Component> {
  /**
   * Adds a message in the caller's transaction: it is published if, and only if, that commits, and at once when it does.
   * @returns the message's id
   * @throws ZodError when the data breaks the message's schema
   */
  add<M extends Message>(trx: Executor, message: M, data: z.input<M['data']>, options?: AddOptions): Promise<string>;
  /**
   * Adds many in one statement, in their order.
   * @throws ZodError when the data of one breaks its schema
   */
  addAll(trx: Executor, messages: readonly Outgoing[]): Promise<void>;
  /** Looks for messages now. `add` does it by itself. */
  wake(): void;
}

/**
 * At least once: a message may be published twice when this process or the broker dies between the confirm and the
 * deletion of the row; consumers drop the second by its id (see `inbox`).
 *
 * Order: messages with the same subject are published in the order in which they were added, whatever replica relays
 * them, as long as the transactions that add them are ordered too (they lock the thing they are about). Two exceptions:
 * a message that the broker refuses may be overtaken by those claimed together with it, and a message published twice
 * may come again after later ones. Messages without a subject have no order.
 */
export function createOutbox({ service, ...options }: OutboxOptions): Outbox {
  const relay = new OutboxRelay(options);
  const wake = () => relay.wake();
  return {
    name: relay.name,
    start: () => relay.start(),
    stop: () => relay.stop(),
    wake,
    // Reads as a sentence: in this transaction, this message, with this data.
    // oxlint-disable-next-line max-params
    async add(trx, message, data, { subject, id } = {}) {
      const row = rowOf({ message, data, subject }, { service, ...(id !== undefined && { id }) });
      await insert(trx, [row]);
      afterCommit(trx, wake);
      return row.id;
    },
    async addAll(trx, messages) {
      if (messages.length === 0) return;
      await insert(
        trx,
        messages.map((each) => rowOf(each, { service })),
      );
      afterCommit(trx, wake);
    },
  };
}

interface OutboxRow {
  readonly id: string;
  readonly values: readonly unknown[];
}

function rowOf(
  { message, data, subject }: Outgoing,
  options: { readonly service: string; readonly id?: string },
): OutboxRow {
  const envelope = createEnvelope(message, data, { ...options, ...(subject !== undefined && { subject }) });
  return {
    id: envelope.id,
    values: [envelope.id, message.service, message.type, subject ?? null, JSON.stringify(envelope)],
  };
}

async function insert(trx: Executor, rows: readonly OutboxRow[]) {
  await insertRows(
    trx,
    'INSERT INTO outbox (message_id, exchange, routing_key, subject, body) VALUES (?, ?, ?, ?, ?)',
    rows.map(({ values }) => values),
  );
}
