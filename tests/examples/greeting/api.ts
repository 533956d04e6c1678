import { access, defineApi, defineErrors } from '@ticketaka/platform/contract';
import { z } from 'zod';

export const errors = defineErrors({
  nobody_there: { status: 404, title: { en: 'There is nobody of that name', ko: '그런 사람은 없습니다' } },
});

export const api = defineApi({
  service: 'greeting',
  base: '/api/greetings',
  title: 'Greetings',
  errors,
  routes: {
    greet: {
      method: 'GET',
      path: '/{name}',
      access: access.member(),
      summary: 'Say hello to somebody',
      params: z.object({ name: z.string().max(20) }),
      responses: { 200: z.object({ text: z.string() }) },
      errors: ['nobody_there'],
    },
  },
});
