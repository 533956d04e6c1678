import { join } from 'node:path';
import type { SearchIndex, SearchRequest } from '../../../services/performances/domain/search/index.ts';
import { createSearchIndex } from '../../../services/performances/domain/search/index.ts';
import { SearchResult } from '../../../services/performances/schemas/catalogue.ts';
import { type BenchCase, inLanes } from '../harness.ts';
import { size } from './catalogue-data.ts';
import { startChildServer } from './child-server.ts';
import { emptyLoad, getLoad, noContentFigure } from './get-load.ts';
import { SearchData } from './search-data.ts';

const file = join(import.meta.dirname, 'catalogue-server.ts');
const questions = 1000;

/** People ask for the same few things again and again; what is asked for once only is measured by the case `search`. */
export const searchHttp: BenchCase = {
  name: 'search-http',
  summary: 'search over HTTP, 1 000 questions again and again, against our own route that answers {}',
  unit: 'requests/s of CPU',
  target: { bound: 'at least', ratio: 0.5 },
  async prepare() {
    const catalogue = await startChildServer(file);
    const data = new SearchData(size);
    const index = createSearchIndex();
    // No ranking, and all made in one moment, as their ids say.
    for (const entry of data.entries) index.put({ ...entry, popularity: 0, createdAt: 0 });
    const requests = data.requests(questions).map((request) => ({
      ...request,
      states: request.states ?? (['upcoming', 'running', 'ended', 'cancelled'] as const),
    }));
    const urls = requests.map((request) => catalogue.url + pathOf(request));

    // As browsers ask. Compressing is done with the first answer, and belongs to what that costs.
    const headers = { 'accept-encoding': 'br' };
    const before = await catalogue.cpu();
    let right = 0;
    await inLanes(8, requests, async (request) => {
      const response = await fetch(catalogue.url + pathOf(request), { headers });
      if (agrees(index, request, SearchResult.parse(await response.json()))) right += 1;
    });
    const first = ((await catalogue.cpu()) - before) / questions;

    return {
      async subject() {
        const asked = await getLoad(catalogue, { urls, headers, status: 200 });
        return { ...asked, correct: asked.correct && right === questions };
      },
      reference: () => emptyLoad(catalogue),
      figures: async () => ({
        ...(await noContentFigure(catalogue)),
        'µs of CPU for a question asked for the first time': Math.round(first),
      }),
      close: () => catalogue.stop(),
    };
  },
};

function pathOf({ query, genres, regions, states, from, to, minPrice, maxPrice, sort }: SearchRequest): string {
  const parameters = new URLSearchParams();
  const given = {
    query: query === '' ? undefined : query,
    genre: genres?.join(),
    region: regions?.join(),
    state: states?.join(),
  };
  for (const [name, value] of Object.entries({ ...given, from, to, minPrice, maxPrice, sort })) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return `/api/performances?${parameters.toString()}`;
}

/** The order of equals is by id, which both know. */
function agrees(index: SearchIndex, request: SearchRequest, { performances, total, facets }: SearchAnswer): boolean {
  const expected = index.search(request);
  return (
    expected.total === total &&
    JSON.stringify(expected.facets) === JSON.stringify(facets) &&
    expected.hits.every(({ id }, at) => performances[at]?.id === id)
  );
}

type SearchAnswer = ReturnType<typeof SearchResult.parse>;
