import { type Handlers, prerender, problem } from '@ticketaka/platform/http';
import { api } from '../../api.ts';
import { dayInSeoul } from '../../domain/seoul.ts';
import { stateOn } from '../../domain/state.ts';
import { errors } from '../../errors.ts';
import { answerHeaders, caching } from './answering.ts';
import { KeptAnswers } from './kept-answers.ts';
import type { CatalogueParts } from './parts.ts';
import { detailOf } from './represent.ts';

type PerformanceRoutes = 'getPerformance' | 'listSessions';

const { getPerformance, listSessions } = api.routes;

export function performanceHandlers(parts: CatalogueParts): Handlers<typeof api, PerformanceRoutes> {
  const { catalogue, now } = parts;
  const headers = answerHeaders(parts);
  const details = new KeptAnswers<(typeof getPerformance)['responses'][200]>();
  const sessionLists = new KeptAnswers<(typeof listSessions)['responses'][200]>();

  function cardOf(performanceId: string) {
    const card = catalogue.card(performanceId.toLowerCase());
    if (!card) throw problem(errors, 'performance_not_found');
    return card;
  }

  function documentOf(id: string) {
    const document = catalogue.document(id);
    if (!document) throw problem(errors, 'performance_not_found');
    return document;
  }

  return {
    async getPerformance({ params: { performanceId } }) {
      const card = cardOf(performanceId);
      const today = dayInSeoul(now());
      const rank = catalogue.rankings.rankOf(card.id);
      // All that it is made of is in its key.
      const key = `${card.id} ${card.version} ${card.updatedAt} ${stateOn(today, card)} ${rank}`;
      const body = details.get({ key, of: '' }, () =>
        prerender(getPerformance, 200, detailOf(documentOf(card.id), { today, rank })),
      );
      return { status: 200, headers: headers(caching.list), body };
    },

    async listSessions({ params: { performanceId }, query: { from = '', to = '9999' } }) {
      const card = cardOf(performanceId);
      const key = `${card.id} ${card.version} ${card.updatedAt} ${from} ${to}`;
      const body = sessionLists.get({ key, of: '' }, () => {
        const sessions = documentOf(card.id).sessions.filter(({ startsAt }) => {
          const day = dayInSeoul(new Date(startsAt));
          return from <= day && day <= to;
        });
        return prerender(listSessions, 200, { sessions });
      });
      return { status: 200, headers: headers(caching.list), body };
    },
  };
}
