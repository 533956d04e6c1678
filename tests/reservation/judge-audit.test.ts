import { describe, it } from '@jest/globals';
import { type Fault, finds, move, records, withRecords, withReservation } from './judged-sale.ts';

describe('the judge of the steps that are written down', () => {
  it.each<Fault>([
    [
      'a step that there is not',
      withRecords({ audit: [...records.audit, move('sol', ['EXPIRED', 'confirmed', 'CONFIRMED'])] }),
      /sol was EXPIRED, and confirmed led from EXPIRED to CONFIRMED/,
    ],
    [
      'steps in a wrong order',
      withRecords({ audit: [...records.audit, move('jin', ['CLAIMED', 'payment_unknown', 'CLAIMED'])] }),
      /jin was CONFIRMED, and payment_unknown led from CLAIMED/,
    ],
    [
      'a state that nothing leads to',
      withReservation('sol', { state: 'CLAIMED' }),
      /is CLAIMED, and what is written leads/,
    ],
    [
      'steps of what is not there',
      withRecords({ audit: [...records.audit, move('min', ['HELD', 'claimed', 'CLAIMED'])] }),
      /something happened to min, which is not there/,
    ],
  ])('finds %s', finds);
});
