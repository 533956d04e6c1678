import type { BenchCase } from '../harness.ts';
import { availability } from './availability.ts';
import { broker } from './broker.ts';
import { catalogueFeed } from './catalogue-feed.ts';
import { holdScript } from './hold-script.ts';
import { http } from './http.ts';
import { outbox } from './outbox.ts';
import { queuePoll } from './queue-poll.ts';
import { search } from './search.ts';
import { searchHttp } from './search-http.ts';
import { seatMap } from './seat-map.ts';
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
  holdScript,
  availability,
  queuePoll,
];
