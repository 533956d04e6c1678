import type { BenchCase } from '../harness.ts';
import { availability } from './availability.ts';
import { broker } from './broker.ts';
import { catalogueFeed } from './catalogue-feed.ts';
import { confirm } from './confirm.ts';
import { hold } from './hold.ts';
import { holdConflict, soldOut } from './hold-refused.ts';
import { holdScript } from './hold-script.ts';
import { http } from './http.ts';
import { outbox } from './outbox.ts';
import { queuePoll } from './queue-poll.ts';
import { scale } from './scale.ts';
import { search } from './search.ts';
import { searchHttp } from './search-http.ts';
import { seatMap } from './seat-map.ts';
import { standing } from './standing.ts';
import { storm } from './storm.ts';
import { token } from './token.ts';

export const cases: readonly BenchCase[] = [
  http,
  token,
  broker,
  outbox,
  search,
  searchHttp,
  seatMap,
  catalogueFeed,
  confirm,
  standing,
  storm,
  scale,
  hold,
  holdConflict,
  soldOut,
  holdScript,
  availability,
  queuePoll,
];
