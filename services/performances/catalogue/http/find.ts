import { platformErrors } from '@ticketaka/platform/contract';
import { type Handlers, prerender, problem } from '@ticketaka/platform/http';
import { api } from '../../api.ts';
import { InvalidCursor, type SearchHits, type SearchRequest } from '../../domain/search/index.ts';
import { dayInSeoul } from '../../domain/seoul.ts';
import { genres, regions, states } from '../../schemas/common.ts';
import { answerHeaders, caching } from './answering.ts';
import { KeptAnswers } from './kept-answers.ts';
import type { CatalogueParts } from './parts.ts';
import { summaryOf } from './represent.ts';

type FindRoutes = 'search' | 'suggest' | 'listRankings';

const { search, suggest, listRankings } = api.routes;
const defaultStates = ['upcoming', 'running'] as const;

export function findHandlers(parts: CatalogueParts): Handlers<typeof api, FindRoutes> {
  const { catalogue, now } = parts;
  const headers = answerHeaders(parts);
  const found = new KeptAnswers<(typeof search)['responses'][200]>();
  const suggested = new KeptAnswers<(typeof suggest)['responses'][200]>();
  const ranked = new KeptAnswers<(typeof listRankings)['responses'][200]>();

  const today = () => dayInSeoul(now());
  /** What every list is made of. */
  const state = (day: string) => `${catalogue.generation} ${day}`;
  const summary = (id: string, day: string) => {
    const card = catalogue.card(id);
    return card && summaryOf(card, { today: day, rank: catalogue.rankings.rankOf(id) });
  };

  return {
    async search({ query }) {
      const day = today();
      const body = found.get({ key: JSON.stringify(query), of: state(day) }, () => {
        const { genre, region, state: wanted, cursor, sort, ...filters } = query;
        const { hits, total, facets, next } = find({
          ...filters,
          genres: several('genre', genre, genres),
          regions: several('region', region, regions),
          states: several('state', wanted, states) ?? defaultStates,
          sort,
          cursor,
          today: day,
        });
        const performances = hits.flatMap(({ id, marks }) => {
          const shown = summary(id, day);
          return shown ? [{ ...shown, ...(marks.length > 0 && { marks: [...marks] }) }] : [];
        });
        return prerender(search, 200, { performances, total, facets, ...(next !== undefined && { next }) });
      });
      return { status: 200, headers: headers(caching.list), body };
    },

    async suggest({ query: { query, limit } }) {
      const body = suggested.get({ key: `${limit} ${query}`, of: state('') }, () =>
        prerender(suggest, 200, { suggestions: [...catalogue.suggest(query, limit)] }),
      );
      return { status: 200, headers: headers(caching.suggestions), body };
    },

    async listRankings({ query: { period, genre, limit } }) {
      const day = today();
      const body = ranked.get({ key: `${period} ${genre ?? ''} ${limit}`, of: state(day) }, () => {
        const ranking = catalogue.rankings.find(period, genre);
        const rankings = (ranking?.places ?? []).flatMap(({ place, change, performanceId }) => {
          const performance = summary(performanceId, day);
          return performance ? [{ rank: place, change, performance }] : [];
        });
        return prerender(listRankings, 200, {
          period,
          date: ranking?.date ?? day,
          rankings: rankings.slice(0, limit),
        });
      });
      return { status: 200, headers: headers(caching.list), body };
    },
  };

  function find(request: SearchRequest): SearchHits {
    try {
      return catalogue.search(request);
    } catch (error) {
      if (error instanceof InvalidCursor) throw invalid('cursor', 'is not one that the page before gave', error);
      throw error;
    }
  }
}

/** One or more names, separated by commas. */
function several<T extends string>(path: string, given: string | undefined, known: readonly T[]): T[] | undefined {
  if (given === undefined || given.trim() === '') return undefined;
  return given.split(',').map((part) => {
    const name = known.find((each) => each === part.trim());
    if (name === undefined) throw invalid(path, `one or more of ${known.join(', ')}`);
    return name;
  });
}

function invalid(path: string, message: string, cause?: unknown) {
  return problem(platformErrors, 'invalid_request', {
    extensions: { errors: [{ in: 'query', path, message }] },
    cause,
  });
}
