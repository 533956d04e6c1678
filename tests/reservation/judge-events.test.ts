import { describe, it } from '@jest/globals';
import { event, events, type Fault, finds, good, withRecords } from './judged-sale.ts';

describe('the judge of events', () => {
  it.each<Fault>([
    [
      'an event that never came',
      { ...good, events: events.filter(({ type }) => type !== 'reservation.refunded') },
      /reservation.refunded hana happened 1 times, and 0 messages say so/,
    ],
    [
      'an event of its own that says it again',
      { ...good, events: [...events, event('ticket.issued', 'jin', 'another')] },
      /ticket.issued jin happened 1 times, and 2 messages say so/,
    ],
    [
      'an event of what never was',
      { ...good, events: [...events, event('reservation.confirmed', 'sol')] },
      /reservation.confirmed sol happened 0 times, and 1 messages say so/,
    ],
    ['messages that did not leave', withRecords({ outbox: 2 }), /2 messages are still in the outbox/],
  ])('finds %s', finds);
});
