import { type Handlers, problem } from '@ticketaka/platform/http';
import { type api, errors } from './api.ts';

export const handlers: Handlers<typeof api> = {
  async greet({ params, principal }) {
    if (params.name === 'nobody') throw problem(errors, 'nobody_there');
    return { status: 200, body: { text: `${params.name}, member ${principal.memberId} says hello` } };
  },
};
